import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  syncRun,
  type TestDirectory,
  testDirectory,
} from '../engine/testEngine.ts';

const module = 'CentralMgmt.CMSMaster';

describe('CentralMgmt.CMSMaster', () => {
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

  const measure = (pool: string) => engine.backupService.measureModule(pool, module);
  const synchronize = (acceptLoss = false) =>
    engine.backupService.synchronize(atlanta, [module], syncRun({ acceptLoss }));
  const documents = (pool: string) =>
    engine.databases.find(pool, 'xds').read((database) => database.prepare('select * from documents').all());

  function write(name: string, version: number, content = `version ${version}`): void {
    const value = { version, content, changedAt: '2013-04-01T00:00:00.000Z' };
    engine.lab.commit(atlanta, 'xds', [{ table: 'documents', key: { name }, value }]);
  }

  function remove(name: string): void {
    engine.lab.commit(atlanta, 'xds', [{ table: 'documents', key: { name }, value: null }]);
  }

  it('exports only from the pool with the active store, which is normal and counts for nothing on the other', async () => {
    await engine.backupService.synchronize(atlanta, [], syncRun());
    await engine.backupService.synchronize(dallas, [], syncRun());
    const standby = await measure(dallas);
    assert.deepEqual(
      [standby.ExportStatus, standby.exportsHere, standby.ImportStatus],
      ['NotInitialized', false, 'NormalState'],
    );
    assert.match(standby.explanation, /this is normal/);
    assert.equal((await engine.backupService.measurePool(dallas)).OverallExportStatus, 'FinalState');
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
  });

  it('carries new versions and deletions of documents', async () => {
    for (let number = 0; number < 25; number += 1) write(`document ${number}`, 1);
    await synchronize();
    assert.deepEqual(documents(dallas), documents(atlanta));
    write('document 3', 2);
    remove('document 4');
    write('new', 1);
    assert.deepEqual((await measure(atlanta)).backlog?.items, 3);
    const [result] = await synchronize();
    assert.equal(result?.items, 3);
    assert.deepEqual(documents(dallas), documents(atlanta));
  });

  it('measures what waits against the cap, and needs as many cycles as that makes necessary', async () => {
    await synchronize();
    engine.backupService.setConfiguration({ maxBatchesPerCmsSync: 1 });
    for (let number = 0; number < 45; number += 1) write(`document ${number}`, 1);
    const behind = await measure(atlanta);
    assert.deepEqual([behind.ExportStatus, behind.backlog?.batches], ['NonSteadyState', 3]);
    const [result] = await synchronize();
    assert.equal(result?.cycles, 3);
    assert.equal((await measure(atlanta)).ExportStatus, 'FinalState');
    assert.deepEqual(documents(dallas), documents(atlanta));
  });

  it('takes a store that came back empty for a loss until the loss is accepted', async () => {
    for (let number = 0; number < 25; number += 1) write(`document ${number}`, 1);
    await synchronize();
    for (const server of ['001', '002']) {
      await engine.lab.fault('lose', `atl-sql-${server}.litwareinc.com\\RTC\\xds`);
    }
    await engine.lab.initialize(quietRun);
    assert.equal((await measure(atlanta)).exportError?.code, 'database-lost-content');
    await assert.rejects(synchronize(), { code: 'database-lost-content' });
    assert.equal(documents(dallas).length, 25);
    await synchronize(true);
    assert.equal(documents(dallas).length, 0);
  });
});
