import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { executeOperation, startOperation } from '../../../src/core/operations/run.ts';
import type { JobStatus } from '../../../src/core/status.ts';
import { atlanta, dallas, initialized, syncRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';

const module = 'CentralMgmt.CMSMaster';
const name = 'Invoke-CsManagementServerFailover';
const disaster = {
  BackupSqlServerFqdn: 'dal-sql-001.litwareinc.com',
  BackupSqlInstanceName: 'RTC',
  BackupMirrorSqlServerFqdn: 'dal-sql-002.litwareinc.com',
  BackupMirrorSqlInstanceName: 'RTC',
};
const atlantaSql = ['atl-sql-001.litwareinc.com', 'atl-sql-002.litwareinc.com'];
const dallasSql = ['dal-sql-001.litwareinc.com', 'dal-sql-002.litwareinc.com'];

describe('The Central Management store', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;

  beforeEach(async () => {
    directory = testDirectory('lync-cms-');
    engine = await initialized(directory);
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  async function run(parameters: Record<string, unknown>, operation = name): Promise<JobStatus> {
    const options = { signal: new AbortController().signal, onVerbose: () => {} };
    return (await startOperation(engine, { operation, parameters }, options)).ended;
  }

  async function completed(parameters: Record<string, unknown> = {}): Promise<JobStatus> {
    const job = await run(parameters);
    assert.equal(job.state, 'completed', job.error?.message);
    return job;
  }

  function write(pool: string, document: string, version = 1): void {
    const value = { version, content: `${document} ${version}`, changedAt: '2013-04-01T00:00:00.000Z' };
    engine.lab.commit(pool, 'xds', [{ table: 'documents', key: { name: document }, value }]);
  }

  const documents = (pool: string): readonly unknown[] =>
    engine.databases
      .find(pool, 'xds')
      .read((database) => database.prepare('select name, version, content from documents order by name').all());

  const modes = () => engine.centralManagement.standing().stores.map(({ mode, epoch }) => [mode, epoch]);

  /** Which of the two stores takes a change now. */
  function accepting(): readonly string[] {
    return [atlanta, dallas].filter((pool) => {
      try {
        write(pool, `probe ${pool}`, 1);
        return true;
      } catch {
        return false;
      }
    });
  }

  async function restart(): Promise<void> {
    await engine[Symbol.asyncDispose]();
    engine = await directory.open();
  }

  async function stop(servers: readonly string[]): Promise<void> {
    for (const server of servers) await engine.lab.fault('stop', server);
  }

  async function start(servers: readonly string[]): Promise<void> {
    for (const server of servers) await engine.lab.mendFault(server);
  }

  async function refused(parameters: Record<string, unknown>, code: string): Promise<void> {
    const before = JSON.stringify([modes(), documents(dallas), engine.runbooks.list(10), engine.jobs.list()]);
    await assert.rejects(run(parameters), { code, kind: 'refused' });
    assert.equal(JSON.stringify([modes(), documents(dallas), engine.runbooks.list(10), engine.jobs.list()]), before);
  }

  it('moves with every document while it answers, and who exports is measured afterwards', async () => {
    write(atlanta, 'topology');
    assert.deepEqual(accepting(), [atlanta]);
    const job = await completed();
    assert.deepEqual(documents(dallas), documents(atlanta));
    assert.deepEqual(modes(), [
      ['Backup', 1],
      ['Active', 1],
    ]);
    assert.deepEqual(accepting(), [dallas]);
    assert.throws(() => write(atlanta, 'late'), { code: 'commit-rejected' });
    assert.deepEqual(Object(job.result).Lost, []);
    for (const [pool, exports] of [
      [atlanta, false],
      [dallas, true],
    ] as const)
      assert.equal((await engine.backupService.measureModule(pool, module)).exportsHere, exports);
    const { pools } = await engine.status.snapshot();
    assert.deepEqual(
      pools.map(({ centralManagement }) => centralManagement),
      ['standby', 'active'],
    );
    await restart();
    assert.deepEqual(accepting(), [dallas]);
    await engine.backupService.synchronize(dallas, [module], syncRun());
    assert.deepEqual(documents(atlanta), documents(dallas));
    await completed();
    assert.deepEqual(accepting(), [atlanta]);
    assert.equal(engine.centralManagement.standing().epoch, 2);
  });

  it('is not moved without the lost store until the backup store is named as it is, and then it is', async () => {
    write(atlanta, 'replicated');
    await engine.backupService.synchronize(atlanta, [module], syncRun());
    write(atlanta, 'not replicated');
    await refused(disaster, 'central-management-not-moved');
    await stop(atlantaSql);
    await refused({}, 'central-management-lost');
    const { BackupMirrorSqlServerFqdn: _, BackupMirrorSqlInstanceName: __, ...withoutMirror } = disaster;
    await refused(withoutMirror, 'argument-invalid');
    await refused({ ...disaster, BackupSqlServerFqdn: 'atl-sql-001.litwareinc.com' }, 'argument-invalid');
    const job = await completed(disaster);
    assert.equal(Object(job.result).Lost, null);
    assert.deepEqual(accepting(), [dallas]);
  });

  it('is never active twice: a lost store that returns is demoted before it accepts or exports, and its loss is named', async () => {
    write(atlanta, 'replicated');
    await engine.backupService.synchronize(atlanta, [module], syncRun());
    write(atlanta, 'only in Atlanta');
    write(atlanta, 'replicated', 2);
    await stop(atlantaSql);
    await completed(disaster);
    write(dallas, 'made in Dallas');
    // Only files come back, as a disk does; nobody tells the engine.

    for (const server of atlantaSql) rmSync(`${directory.root}/servers/${server}/.stopped`);
    const standing = engine.centralManagement.standing().stores.find(({ pool }) => pool === atlanta);
    assert.deepEqual(
      [standing?.mode, standing?.epoch],
      ['Active', 0],
      'the returned store says of itself that it is active',
    );
    assert.throws(() => write(atlanta, 'split brain'), { code: 'commit-rejected' });
    assert.deepEqual(modes(), [
      ['Backup', 1],
      ['Active', 1],
    ]);
    const [returned] = engine.centralManagement.standing().stores;
    assert.deepEqual(returned?.unreplicated, ['only in Atlanta', 'replicated']);
    assert.equal((await engine.backupService.measureModule(atlanta, module)).exportsHere, false);
    await engine.backupService.synchronize(dallas, [module], syncRun());
    assert.deepEqual(documents(atlanta), documents(dallas));
    assert.deepEqual(accepting(), [dallas]);
  });

  it('stays closed when it returns while the store that replaced it is away, from both sides', async () => {
    write(atlanta, 'one');
    await engine.backupService.synchronize(atlanta, [module], syncRun());
    await stop(atlantaSql);
    await completed(disaster);
    await stop(dallasSql);
    await start(atlantaSql);
    await restart();
    assert.deepEqual(accepting(), [], 'neither store takes a change');
    const store = engine.centralManagement.standing().stores.find(({ pool }) => pool === atlanta);
    assert.equal(store?.mode, 'Active', 'only its epoch keeps it closed');
    await start(dallasSql);
    assert.deepEqual(accepting(), [dallas]);
    assert.deepEqual(modes(), [
      ['Backup', 1],
      ['Active', 1],
    ]);
  });

  it('stays closed between the two stores of an interrupted move, whichever way it ends', async () => {
    write(atlanta, 'one');
    engine.centralManagement.beginMove(dallas);
    assert.throws(() => write(atlanta, 'two'), { code: 'central-management-moving' });
    assert.throws(() => write(dallas, 'two'), { code: 'commit-rejected' });
    await restart();
    assert.throws(() => write(atlanta, 'two'), { code: 'central-management-moving' });
    await completed({ Restore: true });
    assert.deepEqual(accepting(), [atlanta]);
    engine.centralManagement.moveConnectionPoint(dallas);
    assert.deepEqual(accepting(), [], 'the connection point names a store that is not active yet');
    await completed({ Restore: true });
    assert.deepEqual(accepting(), [dallas]);
  });

  it('says whether it is alive, and whether its replica is up to date', async () => {
    const ask = async (parameters: Record<string, unknown>): Promise<unknown> => {
      const options = { signal: new AbortController().signal, onProgress: () => {}, onVerbose: () => {} };
      return executeOperation(engine, { operation: 'Get-CsManagementStoreReplicationStatus', parameters }, options);
    };
    write(atlanta, 'one');
    const [behind] = Object(await ask({}));
    assert.deepEqual([behind.UpToDate, behind.ReplicaFqdn], [false, dallas]);
    await engine.backupService.synchronize(atlanta, [module], syncRun());
    const [upToDate] = Object(await ask({ ReplicaFqdn: dallas }));
    assert.deepEqual([upToDate.UpToDate, upToDate.LastUpdateCreation], [true, '2013-04-01T00:00:00.000Z']);
    assert.notEqual(upToDate.LastStatusReport, null);
    await assert.rejects(ask({ ReplicaFqdn: atlanta }), { code: 'module-not-applicable' });
    assert.deepEqual(await ask({ CentralManagementStoreStatus: true }), {
      ActiveMasterFqdn: atlanta,
      ActiveFileTransferAgents: atlanta,
      ActiveReplicas: [dallas],
    });
    await stop(atlantaSql);
    assert.equal(Object(await ask({ CentralManagementStoreStatus: true })).ActiveMasterFqdn, null);
    assert.equal(Object(await ask({}))[0].UpToDate, false);
  });
});
