import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { throwIfCancelled } from '../../../src/core/errors.ts';
import {
  atlanta,
  dallas,
  initialized,
  syncOf,
  syncRun,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUsers,
} from './testEngine.ts';

describe('The engine', () => {
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(() => {
    directory = testDirectory();
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  it('refuses what needs databases and shares before they have been made, and names the way out', async () => {
    engine = await directory.open();
    const refusal = { code: 'data-directory-missing', kind: 'refused', remedy: /lync-topology init/ };
    await assert.rejects(engine.backupService.synchronize(atlanta, [], syncRun()), refusal);
    await assert.rejects(engine.backupService.measureModule(atlanta, 'ConfServices.DataConf'), refusal);
    assert.deepEqual(
      readdirSync(directory.root).filter((name) => !name.startsWith('engine.db')),
      [],
    );
  });

  it('names what it does not know', async () => {
    engine = await initialized(directory);
    const { backupService, databases } = engine;
    await assert.rejects(backupService.synchronize('none.litwareinc.com', [], syncRun()), { code: 'pool-unknown' });
    await assert.rejects(backupService.measureModule(atlanta, 'ApplicationServer.RGSDataStore'), {
      code: 'module-not-applicable',
      message: /ApplicationServer\.RGSDataStore/,
    });
    assert.throws(() => databases.of(atlanta, 'Archiving'), { code: 'database-type-absent' });
    assert.throws(() => databases.find(atlanta, 'lcslog'), { code: 'database-type-absent' });
    assert.deepEqual(backupService.modulesOf('none.litwareinc.com'), []);
  });

  it('finds a pool under its name in any case, and is one engine for both spellings', async () => {
    engine = await initialized(directory);
    writeUsers(engine, atlanta, 'user', 3);
    await engine.backupService.synchronize(atlanta.toUpperCase(), [], syncRun());
    assert.equal(usersOf(engine, dallas, atlanta).length, 3);
    assert.equal((await engine.backupService.measurePool(atlanta.toUpperCase())).OverallExportStatus, 'FinalState');
  });

  it('takes up a job that it left when it was closed, and completes it', async () => {
    engine = await initialized(directory);
    engine.backupService.setConfiguration({ maxBatchesPerUserStoreSync: 1 });
    writeUsers(engine, atlanta, 'user', 5_000, 1_000);
    const [request, work] = syncOf(engine);
    const { promise, resolve } = Promise.withResolvers<void>();
    const { id, ended } = engine.jobs.start(request, (run) => work({ ...run, onProgress: () => resolve() }));
    await promise;
    await engine[Symbol.asyncDispose]();
    assert.equal((await ended).error?.code, 'engine-stopped');
    const resumed: string[] = [];
    engine = await directory.open({
      resume: (services, job) => {
        resumed.push(job.id);
        return syncOf(services)[1];
      },
    });
    assert.deepEqual(resumed, [id]);
    while (engine.jobs.get(id).endedAt === undefined) await new Promise(setImmediate);
    assert.deepEqual([engine.jobs.get(id).state, engine.jobs.get(id).resumed], ['completed', 1]);
    assert.equal(usersOf(engine, dallas, atlanta).length, 5_000);
  });

  it('ends a job that is not taken up again as interrupted, in the audit log too', async () => {
    engine = await initialized(directory);
    const [request] = syncOf(engine);
    const { id } = engine.jobs.start(request, async ({ signal }) => {
      while (!signal.aborted) await new Promise(setImmediate);
      throwIfCancelled(signal, 'The work');
    });
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({
      resume: () => {
        throw new Error('parameters of a former version');
      },
    });
    assert.deepEqual([engine.jobs.get(id).state, engine.jobs.get(id).error?.code], ['failed', 'job-interrupted']);
    const [record] = engine.audit.list(1);
    assert.deepEqual([record?.operation, record?.outcome], [request.operation, 'failed']);
    assert.deepEqual(engine.leases.holders(request.leases), []);
  });

  it('lets nothing of two directions of a pair meet', async () => {
    engine = await initialized(directory);
    writeUsers(engine, atlanta, 'atl', 500);
    writeUsers(engine, dallas, 'dal', 500);
    await Promise.all([atlanta, dallas].map((pool) => engine.backupService.synchronize(pool, [], syncRun())));
    assert.equal(usersOf(engine, dallas, atlanta).length, 500);
    assert.equal(usersOf(engine, atlanta, dallas).length, 500);
    const { pools } = await engine.status.snapshot();
    assert.deepEqual(
      pools.map(({ OverallExportStatus }) => OverallExportStatus),
      ['FinalState', 'FinalState'],
    );
  });
});
