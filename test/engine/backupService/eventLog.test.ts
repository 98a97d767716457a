import assert from 'node:assert/strict';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import {
  atlanta,
  dallas,
  initialized,
  synchronizeBoth,
  type TestDirectory,
  testDirectory,
  writeUser,
} from '../engine/testEngine.ts';
import { inContent, onShare, type Site, writeAt } from './shares.ts';

describe('The event log of the Backup Service', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(() => {
    directory = testDirectory();
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const shareOf = (pool: Site): string => onShare(directory.root, pool);

  /** Fills both shares, then opens an engine that runs cycles on a directory from which something is missing. */
  async function withFault(breakIt: () => void): Promise<void> {
    engine = await initialized(directory);
    for (let file = 0; file < 3; file += 1) writeAt(inContent(directory.root, 'atl', `meeting/${file}.pptx`), 'slides');
    writeUser(engine, atlanta, 'ann');
    await synchronizeBoth(engine);
    assert.deepEqual(engine.backupService.events(10), []);
    writeUser(engine, atlanta, 'ben');
    await engine[Symbol.asyncDispose]();
    breakIt();
    engine = await directory.open({ background: true });
  }

  it('says 4042 with module, folders and cause when content cannot be exported; 41027 of its store once, 41028 when it is back', async () => {
    await withFault(() => renameSync(shareOf('atl'), `${shareOf('atl')}-away`));
    const [event] = await waitUntil('an event is written', () => {
      const found = engine.backupService.events(10).filter(({ id }) => id === 4042);
      return found.length > 0 && found;
    });
    assert.deepEqual(
      [event?.pool, event?.module, event?.source],
      [atlanta, 'ConfServices.DataConf', 'LS Backup Service'],
    );
    const local = '\\\\atl-fs-001.litwareinc.com\\LyncShare\\1-BackupService-1\\BackupStore';
    assert.ok(event?.message.includes(`Working Directory: ${local}\\Temp. Local File Store Unc path: ${local}.`));
    assert.ok(event?.message.includes('\\\\dal-fs-001.litwareinc.com\\LyncShare\\2-BackupService-1\\BackupStore'));
    assert.ok(event?.message.includes('LyncShare'), event?.message);
    const ofStore = () => engine.backupService.events(50).filter(({ source }) => source === 'LS Data MCU');
    await assert.rejects(synchronizeBoth(engine, ['ConfServices.DataConf']));
    assert.deepEqual(
      ofStore().map(({ id, pool }) => [id, pool]),
      [[41027, atlanta]],
    );
    assert.match(ofStore()[0]?.message ?? '', /LyncShare\\1-WebServices-1\\CollabMetadata/);
    renameSync(`${shareOf('atl')}-away`, shareOf('atl'));
    await synchronizeBoth(engine, ['ConfServices.DataConf']);
    assert.deepEqual(
      ofStore().map(({ id, pool }) => [id, pool]),
      [
        [41028, atlanta],
        [41027, atlanta],
      ],
    );
  });

  it('says 4069 of the importing pool when its user database takes no batch, and keeps it', async () => {
    await withFault(() => {
      for (const server of ['dal-sql-001', 'dal-sql-002']) {
        const folder = join(directory.root, `servers/${server}.litwareinc.com`);
        renameSync(folder, `${folder}-away`);
        assert.equal(existsSync(folder), false);
      }
    });
    const [event] = await waitUntil('an event is written', () => {
      const found = engine.backupService.events(10).filter(({ id }) => id === 4069);
      return found.length > 0 && found;
    });
    assert.deepEqual([event?.pool, event?.module], [dallas, 'UserServices.PresenceFocus']);
    assert.match(event?.message ?? '', /rtcxds of dal-cs-001/);
    await engine[Symbol.asyncDispose]();
    engine = await directory.open();
    assert.ok(engine.backupService.events(10).some(({ id, time }) => id === 4069 && time === event?.time));
  });
});
