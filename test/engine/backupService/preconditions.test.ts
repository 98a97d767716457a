/**
 * What has to hold before an operation of the Backup Service changes anything (domain A.5–A.7, A.10, B.1, B.2). Each is broken
 * once, as it would be, and must stop the operation before a row, a file, a setting or a package has changed.
 */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { EngineServices } from '../../../src/core/engine/services.ts';
import { executeOperation, isJob, startOperation } from '../../../src/core/operations/run.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { atlanta, dallas, quietRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';
import { contentOf, fill, rowsOf } from '../pools/poolRig.ts';

type Undo = () => unknown;

interface Case {
  /** Reads as: it is refused unless … */
  readonly unless: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly code: string;
  /** What stands in the way; what it returns is undone afterwards. */
  readonly given?: (engine: Engine, root: string) => Promise<Undo> | Undo;
  /** Instead of the one that the engine works with. */
  readonly deployment?: Deployment;
}

const frontEnds = (pool: string) => [1, 2, 3].map((number) => `${pool.slice(0, 3)}-fe-00${number}.litwareinc.com`);
const stopped =
  (...servers: readonly string[]) =>
  async (engine: Engine): Promise<Undo> => {
    for (const server of servers) await engine.lab.fault('stop', server);
    return () => engine.lab.clearFaults();
  };
const fileServer = (pool: string): string => `${pool.slice(0, 3)}-fs-001.litwareinc.com`;
const failedOver = (engine: Engine): Undo => {
  engine.pools.enter(atlanta, 'FailedOver');
  return () => engine.pools.enter(atlanta, 'Normal');
};
/** Another job works on it, until it is cancelled. */
const busy =
  (lease: string) =>
  (engine: Engine): Undo => {
    const job = { operation: 'Invoke-CsBackupServiceSync', title: 'Another', parameters: {}, leases: [lease] };
    const started = engine.jobs.start(
      job,
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    );
    return () => engine.jobs.cancel(started.id);
  };
const unpaired: Deployment = { ...litware, poolPairs: [] };
const forOthers: Deployment = {
  ...litware,
  adminRoles: [{ name: 'Others', template: 'CsHelpDesk', cmdlets: [], members: ['tester'] }],
};

const pool = { PoolFqdn: atlanta };
const rowsOfPool = `pool/${atlanta}/module/UserServices.PresenceFocus`;

/** What every operation on a pair needs. */
const common = (parameters: Readonly<Record<string, unknown>>): readonly Case[] => [
  {
    unless: 'the topology has the pool',
    parameters: { ...parameters, PoolFqdn: 'nix.litwareinc.com' },
    code: 'pool-unknown',
  },
  { unless: 'the operator has a role that allows it', parameters, code: 'role-missing', deployment: forOthers },
  { unless: 'a Front End of the pool runs', parameters, code: 'pool-stopped', given: stopped(...frontEnds(atlanta)) },
];
const paired = (parameters: Readonly<Record<string, unknown>>): readonly Case[] => [
  ...common(parameters),
  { unless: 'the pool has a backup pool', parameters, code: 'pool-not-paired', deployment: unpaired },
];
const share = (parameters: Readonly<Record<string, unknown>>): Case => ({
  unless: 'the file share of the pool is available',
  parameters,
  code: 'server-stopped',
  given: stopped(fileServer(atlanta)),
});
const partner = (parameters: Readonly<Record<string, unknown>>): readonly Case[] => [
  { unless: 'a Front End of the partner runs', parameters, code: 'pool-stopped', given: stopped(...frontEnds(dallas)) },
  {
    unless: "the partner's file share is available",
    parameters,
    code: 'server-stopped',
    given: stopped(fileServer(dallas)),
  },
];
const atHome = (parameters: Readonly<Record<string, unknown>>): Case => ({
  unless: 'the users of the pool are served at home',
  parameters,
  code: 'pool-failed-over',
  given: failedOver,
});

const backup = { ...pool, FullBackup: true, LocalStore: true };
const repair = { ...pool, ResyncSignatureMismatchItems: true };
const restore = { ...pool, Package: 'package' };
const restoreContent = { PoolFqdn: dallas };

const cases: Readonly<Record<string, readonly Case[]>> = {
  'Invoke-CsBackupServiceSync': [
    ...paired(pool),
    share(pool),
    ...partner(pool),
    {
      unless: 'the pair carries the module',
      parameters: { ...pool, BackupModule: 'ApplicationServer.RGSDataStore' },
      code: 'module-not-applicable',
    },
    { unless: 'there is such a module', parameters: { ...pool, BackupModule: 'Nothing' }, code: 'module-unknown' },
    {
      unless: 'the pool has the active Central Management store, for that module',
      parameters: { PoolFqdn: dallas, BackupModule: 'CMSMaster' },
      code: 'module-not-applicable',
    },
    { unless: 'nobody else works on the module', parameters: pool, code: 'lease-held', given: busy(rowsOfPool) },
  ],
  'Restore-ConferenceContents': [
    ...paired(restoreContent).slice(0, 2),
    share(restoreContent),
    ...partner(restoreContent).slice(0, 1),
  ],
  'Backup-CsPool': [
    ...paired(backup),
    share(backup),
    atHome(backup),
    { unless: 'a state is named', parameters: pool, code: 'argument-missing' },
    { unless: 'one state is named', parameters: { ...backup, SteadyState: true }, code: 'argument-invalid' },
    {
      unless: '-FailedOverPoolOnly comes with -FullBackup',
      parameters: { ...pool, SteadyState: true, FailedOverPoolOnly: true },
      code: 'argument-invalid',
    },
    {
      unless: 'the pool was failed over, with -FailedOverPoolOnly',
      parameters: { ...backup, FailedOverPoolOnly: true },
      code: 'pool-not-failed-over',
    },
    {
      unless: 'the pair has a module of the category',
      parameters: { ...backup, Category: 'RGS' },
      code: 'module-not-applicable',
    },
    {
      unless: 'the report can be written (its folder is one)',
      parameters: { ...backup, Report: join(process.execPath, 'report.html') },
      code: 'report-unwritable',
    },
    {
      unless: 'nobody else makes a package of the pool',
      parameters: backup,
      code: 'lease-held',
      given: busy(`pool/${atlanta}/packages`),
    },
  ],
  'Restore-PoolBackupPackage': [
    ...common(restore),
    share(restore),
    atHome(restore),
    { unless: 'there is such a package', parameters: { ...restore, Package: 'nothing' }, code: 'package-unknown' },
    { unless: 'the package is of that pool', parameters: { ...restore, PoolFqdn: dallas }, code: 'package-unknown' },
    {
      unless: 'the pool holds nothing that is not in the package',
      parameters: restore,
      code: 'pool-not-empty',
      given: (engine) => {
        const key = { sipAddress: 'sip:later@litwareinc.com' };
        const value = { displayName: 'Later', enabled: 1, homePool: atlanta, changedAt: '2026-01-01T00:00:00.000Z' };
        engine.lab.commit(atlanta, 'rtcxds', [{ table: 'users', key, value }]);
        return () => engine.lab.commit(atlanta, 'rtcxds', [{ table: 'users', key, value: null }]);
      },
    },
  ],
  'Debug-CsInterPoolReplication': [...paired(repair), share(repair), ...partner(repair), atHome(repair)],
  'Set-CsBackupServiceConfiguration': [
    {
      unless: 'the interval is at least five seconds',
      parameters: { SyncInterval: '00:00:04' },
      code: 'argument-invalid',
    },
    {
      unless: 'the interval is at most three hours',
      parameters: { SyncInterval: '03:00:01' },
      code: 'argument-invalid',
    },
    { unless: 'a cap is at least one', parameters: { MaxBatchesPerUserStoreSync: 0 }, code: 'argument-invalid' },
    {
      unless: 'the operator has a role that allows it',
      parameters: { MaxConcurrentCalls: 2 },
      code: 'role-missing',
      deployment: forOthers,
    },
  ],
  'Remove-CsUserStoreBackupData': [
    ...common(pool),
    share(pool),
    atHome(pool),
    { unless: 'nobody else works on its modules', parameters: pool, code: 'lease-held', given: busy(rowsOfPool) },
  ],
};

/** One engine for all of them: what is refused changes nothing, and what was broken is mended. */
describe('the Backup Service changes nothing unless what it needs is there', function () {
  this.timeout(60_000);
  let directory: TestDirectory;
  let engine: Engine;

  before(async () => {
    directory = testDirectory();
    engine = await directory.open();
    for (const operation of ['Invoke-CsBackupServiceSync', 'Backup-CsPool']) {
      const parameters = operation === 'Backup-CsPool' ? backup : pool;
      await assert.rejects(ask(engine, operation, parameters), { code: 'data-directory-missing' });
    }
    await engine.lab.initialize(quietRun);
    await fill(engine, directory.root);
    const made = {
      pool: atlanta,
      kind: 'FullBackup',
      modules: ['UserServices.PresenceFocus'],
      localStore: true,
    } as const;
    const { folder } = await engine.backupService.packages.backUp(made, quietRun);
    restoreName = folder.slice(folder.lastIndexOf('/') + 1);
    rmSync(join(directory.root, 'packages/Temp'), { recursive: true, force: true });
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  let restoreName = '';

  /** Runs it to its end: what must refuse it does before it has begun. */
  async function ask(services: EngineServices, operation: string, parameters: Readonly<Record<string, unknown>>) {
    const named = parameters['Package'] === 'package' ? { ...parameters, Package: restoreName } : parameters;
    const options = { ...quietRun, onVerbose: () => {} };
    if (!isJob(operation)) return executeOperation(services, { operation, parameters: named }, options);
    return (await startOperation(services, { operation, parameters: named }, options)).ended;
  }

  function everything(): unknown {
    const pools = [atlanta, dallas];
    return {
      rows: pools.flatMap((at) => pools.map((home) => rowsOf(engine, at, home))),
      files: pools.map((each) => contentOf(directory.root, each)),
      settings: engine.backupService.configuration(),
      packages: readdirSync(join(directory.root, 'packages')),
      jobs: engine.jobs.list().filter(({ title }) => title !== 'Another').length,
    };
  }

  for (const [operation, list] of Object.entries(cases)) {
    describe(operation, () => {
      for (const { unless, parameters, code, given, deployment } of list) {
        it(`is refused unless ${unless}`, async () => {
          const before = everything();
          const undo = await given?.(engine, directory.root);
          const services: EngineServices = deployment === undefined ? engine : { ...engine, deployment };
          try {
            await assert.rejects(ask(services, operation, parameters), (error: unknown) => {
              assert.ok(error instanceof Error && 'code' in error && 'remedy' in error, String(error));
              assert.equal(error.code, code, error.message);
              assert.ok(String(error.remedy).length > 0);
              return true;
            });
          } finally {
            await undo?.();
          }
          assert.deepEqual(everything(), before);
        });
      }
    });
  }
});
