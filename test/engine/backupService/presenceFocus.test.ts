import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { ModuleStatus } from '../../../src/core/status.ts';
import {
  atlanta,
  dallas,
  initialized,
  syncRun,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUser,
  writeUsers,
} from '../engine/testEngine.ts';

const module = 'UserServices.PresenceFocus';

describe('UserServices.PresenceFocus', () => {
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(async () => {
    directory = testDirectory();
    engine = await initialized(directory);
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const measure = (pool: string): Promise<ModuleStatus> => engine.backupService.measureModule(pool, module);
  const synchronize = (pool: string, acceptLoss = false) =>
    engine.backupService.synchronize(pool, [module], syncRun({ acceptLoss }));

  it('says NotInitialized until the first export has been imported', async () => {
    assert.equal((await measure(atlanta)).ExportStatus, 'NotInitialized');
    await synchronize(atlanta);
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
    assert.equal((await measure(dallas)).ExportStatus, 'NotInitialized');
  });

  it('carries rows that existed before the first export, and changes and deletions after it', async () => {
    writeUser(engine, atlanta, 'before');
    writeUser(engine, atlanta, 'deleted');
    await synchronize(atlanta);
    assert.deepEqual(usersOf(engine, dallas, atlanta), usersOf(engine, atlanta, atlanta));
    writeUser(engine, atlanta, 'after');
    writeUser(engine, atlanta, 'before', 'Changed');
    engine.lab.commit(atlanta, 'rtcxds', [
      { table: 'users', key: { sipAddress: 'sip:deleted@litwareinc.com' }, value: null },
    ]);
    await synchronize(atlanta);
    assert.deepEqual(usersOf(engine, dallas, atlanta), usersOf(engine, atlanta, atlanta));
    assert.equal(usersOf(engine, dallas, atlanta).length, 2);
  });

  it('never sends back what it imported', async () => {
    writeUser(engine, atlanta, 'own');
    await synchronize(atlanta);
    await synchronize(dallas);
    const [result] = await synchronize(dallas);
    assert.equal(result?.items, 0);
    assert.equal((await measure(dallas)).backlog?.items, 0);
    assert.deepEqual(usersOf(engine, atlanta, dallas), []);
  });

  it('measures the backlog against the cap and not by what it said last', async () => {
    await synchronize(atlanta);
    engine.backupService.setConfiguration({ maxBatchesPerUserStoreSync: 1 });
    writeUser(engine, atlanta, 'one');
    const steady = await measure(atlanta);
    assert.deepEqual([steady.ExportStatus, steady.backlog?.items, steady.backlog?.batches], ['SteadyState', 1, 1]);
    writeUsers(engine, atlanta, 'many', 1_001);
    const behind = await measure(atlanta);
    assert.deepEqual(
      [behind.ExportStatus, behind.backlog?.items, behind.backlog?.batches],
      ['NonSteadyState', 1_002, 2],
    );
    engine.backupService.setConfiguration({ maxBatchesPerUserStoreSync: 2 });
    assert.equal((await measure(atlanta)).ExportStatus, 'SteadyState');
  });

  it('needs as many cycles as the cap makes necessary, and ends with what existed when it began', async () => {
    await synchronize(atlanta);
    engine.backupService.setConfiguration({ maxBatchesPerUserStoreSync: 1 });
    writeUsers(engine, atlanta, 'many', 2_001);
    let written = 0;
    const [result] = await engine.backupService.synchronize(
      atlanta,
      [module],
      // Clients go on changing for as long as the sync runs: it must end all the same.
      syncRun({ onProgress: () => writeUser(engine, atlanta, `during${written++}`) }),
    );
    assert.equal(result?.cycles, 3);
    assert.ok(written > 0);
    const copies = usersOf(engine, dallas, atlanta);
    assert.ok(copies.length >= 2_001, `${copies.length} copies`);
  });

  it('leaves no batch and no temporary file on the share', async () => {
    writeUser(engine, atlanta, 'one');
    await synchronize(atlanta);
    const store = join(directory.root, 'servers', 'dal-fs-001.litwareinc.com', 'LyncShare', '2-BackupService-1');
    const left = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.deepEqual(left, []);
  });

  it('goes on after the databases of both pools have failed over', async () => {
    writeUser(engine, atlanta, 'one');
    await synchronize(atlanta);
    for (const pool of [atlanta, dallas]) await engine.databases.find(pool, 'rtcxds').failOver('mirror', {});
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
    writeUser(engine, atlanta, 'two');
    const [result] = await synchronize(atlanta);
    assert.equal(result?.items, 1);
    assert.deepEqual(usersOf(engine, dallas, atlanta), usersOf(engine, atlanta, atlanta));
  });

  it('takes a database that came back empty for a loss and not for deletions, until the loss is accepted', async () => {
    writeUsers(engine, atlanta, 'user', 30);
    await synchronize(atlanta);
    await engine.lab.fault('lose', 'atl-sql-001.litwareinc.com\\RTC\\rtcxds');
    await engine.lab.fault('lose', 'atl-sql-002.litwareinc.com\\RTC\\rtcxds');
    await engine.lab.initialize({ signal: new AbortController().signal, onProgress: () => {} });
    const lost = await measure(atlanta);
    assert.equal(lost.ExportStatus, 'ErrorState');
    assert.equal(lost.exportError?.code, 'database-lost-content');
    assert.match(lost.explanation, /rtcxds of atl-cs-001\.litwareinc\.com does not hold 30 of the 30 rows/);
    await assert.rejects(synchronize(atlanta), { code: 'database-lost-content', kind: 'refused' });
    assert.equal(usersOf(engine, dallas, atlanta).length, 30);
    await synchronize(atlanta, true);
    assert.equal(usersOf(engine, dallas, atlanta).length, 0);
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
  });

  it('is in error, on the side that is meant, while the partner cannot be imported into', async () => {
    writeUser(engine, atlanta, 'one');
    await synchronize(atlanta);
    for (const server of ['dal-sql-001.litwareinc.com', 'dal-sql-002.litwareinc.com']) {
      await engine.lab.fault('stop', server);
    }
    const exporting = await measure(atlanta);
    assert.deepEqual([exporting.ExportStatus, exporting.exportError?.code], ['ErrorState', 'server-stopped']);
    const importing = await measure(dallas);
    assert.deepEqual([importing.ImportStatus, importing.importError?.code], ['ErrorState', 'server-stopped']);
    await assert.rejects(synchronize(atlanta), { code: 'server-stopped', kind: 'refused' });
    await engine.lab.clearFaults();
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
  });

  it('goes on when the file server of the partner is back', async () => {
    await engine.lab.fault('stop', 'dal-fs-001.litwareinc.com');
    await assert.rejects(synchronize(atlanta), { code: 'server-stopped' });
    await engine.lab.clearFaults();
    await synchronize(atlanta);
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
  });
});
