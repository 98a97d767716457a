import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { standbyState } from '../../../src/core/mirroring/standbyFile.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { initialized, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import {
  backup,
  chatPool,
  chatServer,
  firstSite,
  logBackups,
  said,
  say,
  shareFolder,
  stop,
  stretched,
} from './stretchedPool.ts';

describe('log shipping', () => {
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(async () => {
    directory = testDirectory('lync-shipping-');
    engine = await initialized(directory, { deployment: stretched });
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const lag = () => engine.persistentChat.status(chatPool).logShipping;
  const ship = () => engine.persistentChat.shipLogs(chatPool);
  const backupPosition = () =>
    standbyState({ file: openDataDirectory(directory.root).databaseFile(backup, 'mgc'), label: 'the backup' });

  it('brings what is said to a backup database without recovery', async () => {
    for (let index = 0; index < 3; index += 1) say(engine);
    assert.deepEqual(lag(), { running: true, unshipped: 3, uncopied: 0, unrestored: 0, recovering: true });
    assert.equal(engine.persistentChat.unshipped(chatPool).length, 3);
    const outcome = await ship();
    assert.deepEqual(outcome.written, { files: 1, commits: 3 });
    assert.deepEqual(outcome.restored, { files: 1, commits: 3 });
    assert.deepEqual(lag(), { running: true, unshipped: 0, uncopied: 0, unrestored: 0, recovering: true });
    assert.deepEqual(engine.persistentChat.unshipped(chatPool), []);
    assert.deepEqual(backupPosition().position, engine.databases.find(chatPool, 'mgc').position());
    assert.equal(backupPosition().recovering, true);
  });

  it('numbers its files in the order of the log', async () => {
    for (let index = 0; index < 3; index += 1) {
      say(engine);
      await ship();
    }
    await ship();
    assert.deepEqual(logBackups(directory.root), [
      'mgc_000000000001-000000000001.trn',
      'mgc_000000000002-000000000002.trn',
      'mgc_000000000003-000000000003.trn',
    ]);
  });

  it('goes on from the mirror after a local failover', async () => {
    say(engine);
    await ship();
    say(engine);
    await engine.databases.find(chatPool, 'mgc').failOver('mirror', {});
    await stop(engine, [firstSite[2] ?? '']);
    say(engine);
    const outcome = await ship();
    assert.equal(outcome.restored.commits, 2);
    assert.deepEqual(backupPosition().position, engine.databases.find(chatPool, 'mgc').position());
  });

  it('waits on the share while the backup server is away, and its lag is seen', async () => {
    await stop(engine, [backup.server]);
    say(engine);
    say(engine);
    await assert.rejects(ship(), { code: 'server-stopped', object: backup.server });
    const measured = lag();
    assert.equal(measured?.unshipped, 0);
    assert.equal(measured?.error?.code, 'server-stopped');
    await engine.lab.mendFault(backup.server);
    assert.equal(lag()?.uncopied, 2);
    await ship();
    assert.equal(lag()?.uncopied, 0);
    assert.equal(lag()?.error, undefined);
  });

  it('stops at a damaged file with its name, and goes on when it is mended', async () => {
    await stop(engine, [backup.server]);
    for (let index = 0; index < 3; index += 1) {
      say(engine);
      await assert.rejects(ship(), { code: 'server-stopped' });
    }
    await engine.lab.mendFault(backup.server);
    const [, second = ''] = logBackups(directory.root);
    const path = join(shareFolder(directory.root), second);
    const content = readFileSync(path);
    const damaged = Buffer.from(content);
    damaged.writeUInt8(damaged.readUInt8(300) ^ 0xff, 300);
    writeFileSync(path, damaged);
    const before = backupPosition().position.sequence;
    await assert.rejects(ship(), { code: 'log-backup-damaged', object: second });
    assert.equal(engine.persistentChat.status(chatPool).logShipping?.error?.object, second);
    rmSync(path);
    await assert.rejects(ship(), { code: 'log-backup-missing', object: second });
    assert.ok(backupPosition().position.sequence <= before + 1);
    writeFileSync(path, content);
    await ship();
    assert.deepEqual(backupPosition().position, engine.databases.find(chatPool, 'mgc').position());
  });

  it('begins anew when the backup database was taken away', async () => {
    say(engine);
    await ship();
    say(engine);
    rmSync(openDataDirectory(directory.root).databaseFile(backup, 'mgc'));
    await ship();
    assert.deepEqual(backupPosition().position, engine.databases.find(chatPool, 'mgc').position());
    say(engine);
    await ship();
    assert.deepEqual(backupPosition().position, engine.databases.find(chatPool, 'mgc').position());
  });

  it('leaves nothing half written, and sweeps what a killed process left', async () => {
    say(engine);
    const left = join(shareFolder(directory.root), '.abc-1.lync-part');
    writeFileSync(left, 'half');
    await ship();
    assert.deepEqual(
      readdirSync(shareFolder(directory.root)).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('runs by itself in an engine that stays', async () => {
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ deployment: stretched, background: true, logShippingInterval: 20 });
    say(engine);
    await waitUntil('the message arrives', () => engine.persistentChat.unshipped(chatPool).length === 0);
    assert.deepEqual(backupPosition().position, engine.databases.find(chatPool, 'mgc').position());
  });

  it('is told to those who listen', async () => {
    const first = await engine.status.snapshot();
    assert.equal(first.persistentChat?.[0]?.PoolState, 'Normal');
    const told: number[] = [];
    using _listening = engine.status.onDidChange(({ persistentChat }) => {
      const unshipped = persistentChat?.[0]?.logShipping?.unshipped;
      if (unshipped !== undefined) told.push(unshipped);
    });
    say(engine);
    await waitUntil('the lag is told', () => told.includes(1));
    await ship();
    await waitUntil('the end of the lag is told', () => told.at(-1) === 0);
    engine.persistentChat.setActiveServers(chatPool, [chatServer(1, 'dal')]);
    const { persistentChat } = await engine.status.snapshot();
    const active = persistentChat?.[0]?.servers.filter((server) => server.active).map(({ fqdn }) => fqdn);
    assert.deepEqual(active, [chatServer(1, 'dal')]);
  });
});

describe('log shipping through a mapped share', () => {
  it('writes into the directory that is mapped', async () => {
    const mapped = mkdtempSync(join(tmpdir(), 'lync-mapped-'));
    using directory = testDirectory('lync-shipping-');
    mkdirSync(mapped, { recursive: true });
    try {
      const mappings = new Map([['\\\\atl-pcfs-001.litwareinc.com\\PChatLogs', mapped]]);
      await using engine = await initialized(directory, { deployment: stretched, mappings });
      say(engine);
      await engine.persistentChat.shipLogs(chatPool);
      assert.equal(readdirSync(join(mapped, chatPool)).length, 1);
      assert.equal(said(engine).length, 1);
    } finally {
      rmSync(mapped, { recursive: true });
    }
  });
});
