import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { loseData } from '../../../src/core/lab/faults/lose.ts';
import { startServers, stoppedServers, stopServers } from '../../../src/core/lab/faults/stop.ts';
import { faultTarget } from '../../../src/core/lab/faults/targets.ts';
import { serverState } from '../../../src/core/storage/availability.ts';
import type { DataDirectory } from '../../../src/core/storage/layout.ts';
import { atlanta, litware, type Scratch, scratchDataDirectory } from './litware.ts';

const share = '\\\\atl-fs-001.litwareinc.com\\LyncShare';

describe('faults', () => {
  let scratch: Scratch;
  let directory: DataDirectory;
  let shareFolder: string;

  beforeEach(() => {
    scratch = scratchDataDirectory();
    directory = scratch.dataDirectory;
    shareFolder = fillServers(directory);
  });
  afterEach(() => scratch[Symbol.dispose]());

  const stop = (name: string): void => stopServers(directory, faultTarget(litware, name));
  const lose = (name: string): Promise<readonly string[]> => loseData(directory, litware, faultTarget(litware, name));
  const stopped = (): readonly string[] => stoppedServers(directory, litware).map((fault) => fault.target);

  it('stop every Front End of a pool, and start one of them', () => {
    stop(atlanta.fqdn);
    assert.deepEqual(stopped(), atlanta.frontEnds);
    startServers(directory, faultTarget(litware, 'atl-fe-002.litwareinc.com'));
    assert.deepEqual(stopped(), ['atl-fe-001.litwareinc.com', 'atl-fe-003.litwareinc.com']);
  });

  it('stop the server of an instance, with the time of the first stop', () => {
    stop('atl-sql-001.litwareinc.com\\RTC');
    const [first] = stoppedServers(directory, litware);
    assert.equal(serverState(directory, 'atl-sql-001.litwareinc.com').state, 'stopped');
    assert.ok(first !== undefined && Date.now() - Date.parse(first.since) < 60_000);
    stop('atl-sql-001.litwareinc.com');
    assert.deepEqual(stoppedServers(directory, litware), [first]);
  });

  it('are measured: a mark made by hand counts', () => {
    writeFileSync(join(directory.serverFolder('dal-fs-001.litwareinc.com'), '.stopped'), '');
    assert.deepEqual(stopped(), ['dal-fs-001.litwareinc.com']);
  });

  it('stop no share and no database, and say which server to stop', () => {
    assert.throws(() => stop(share), { code: 'argument-invalid', remedy: /atl-fs-001\.litwareinc\.com/ });
    assert.throws(() => stop('atl-sql-001.litwareinc.com\\RTC\\xds'), {
      code: 'argument-invalid',
      remedy: /atl-sql-001/,
    });
  });

  it('lose the content of a pool and nothing else of its share', async () => {
    mkdirSync(join(shareFolder, 'ABFiles'));
    await lose(atlanta.fqdn);
    assert.deepEqual(readdirSync(shareFolder).sort(), ['1-BackupService-1', '1-WebServices-1']);
    assert.deepEqual(readdirSync(join(shareFolder, '1-WebServices-1')).sort(), ['CollabContent', 'CollabMetadata']);
    assert.deepEqual(readdirSync(join(shareFolder, '1-WebServices-1/CollabContent')), []);
    assert.deepEqual(readdirSync(join(shareFolder, '1-WebServices-1/CollabMetadata')), []);
    assert.ok(existsSync(join(shareFolder, '1-BackupService-1/BackupStore')));
  });

  it('lose a share, a folder below it, or all shares of a file server', async () => {
    await lose(`${share}\\1-WebServices-1\\CollabContent\\organizer`);
    assert.ok(!existsSync(join(shareFolder, '1-WebServices-1/CollabContent/organizer')));
    assert.ok(existsSync(join(shareFolder, '1-WebServices-1/CollabContent')));
    await lose('atl-fs-001.litwareinc.com');
    assert.ok(!existsSync(shareFolder));
    assert.ok(existsSync(dirname(shareFolder)));
    await assert.rejects(lose(share), { code: 'share-missing' });
  });

  it('lose one database, or all of an instance, with what SQLite keeps beside them', async () => {
    const folder = directory.instanceFolder({ server: 'atl-sql-001.litwareinc.com', instance: 'RTC' });
    await lose('atl-sql-001.litwareinc.com\\RTC\\rtcxds');
    assert.deepEqual(readdirSync(folder).sort(), ['xds.db', 'xds.db-wal']);
    await lose('atl-sql-001.litwareinc.com\\RTC');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('lose nothing on a stopped server or on one that holds nothing', async () => {
    stop('atl-fs-001.litwareinc.com');
    await assert.rejects(lose(atlanta.fqdn), { code: 'server-stopped' });
    await assert.rejects(lose('atl-fe-001.litwareinc.com'), { code: 'argument-invalid' });
    assert.ok(existsSync(join(shareFolder, '1-WebServices-1/CollabContent/organizer/file')));
  });

  it('delete nothing in a mapped directory, nor through a symbolic link', async () => {
    const mapped = join(scratch.folder, 'real');
    mkdirSync(mapped);
    writeFileSync(join(mapped, 'file'), 'real data');
    using other = scratchDataDirectory(new Map([[share, mapped]]));
    const target = faultTarget(litware, atlanta.fqdn);
    await assert.rejects(loseData(other.dataDirectory, litware, target), {
      code: 'argument-invalid',
      message: /mapped/,
    });
    symlinkSync(mapped, join(shareFolder, 'link'));
    using elsewhere = scratchDataDirectory();
    mkdirSync(join(elsewhere.folder, 'x'));
    symlinkSync(elsewhere.folder, join(shareFolder, 'outside'));
    await assert.rejects(lose(`${share}\\outside\\x`), { code: 'path-outside-root' });
    assert.deepEqual(readdirSync(mapped), ['file']);
  });
});

/** A folder for every server, content on Atlanta's share and files where databases lie. */
function fillServers(directory: DataDirectory): string {
  for (const pool of litware.pools) {
    for (const server of pool.frontEnds) mkdirSync(directory.serverFolder(server), { recursive: true });
    const place = pool.databases.User;
    for (const instance of [place?.primary, place?.mirror]) {
      if (instance === undefined) continue;
      mkdirSync(directory.instanceFolder(instance), { recursive: true });
      for (const name of ['rtcxds', 'xds'] as const) {
        for (const suffix of ['', '-wal']) writeFileSync(`${directory.databaseFile(instance, name)}${suffix}`, '');
      }
    }
    assert.ok(pool.fileShare);
    const folder = directory.share(pool.fileShare).folder;
    for (const path of [
      '1-WebServices-1/CollabContent/organizer/file',
      '1-WebServices-1/CollabMetadata/a/b',
      '1-BackupService-1/BackupStore/c',
    ]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), 'content');
    }
  }
  assert.ok(atlanta.fileShare);
  return directory.share(atlanta.fileShare).folder;
}
