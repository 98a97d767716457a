/**
 * What has to hold before a pool or Central Management is moved (domain B.1, B.5–B.7, B.10, K.7). Each is broken once, as it
 * would be, and must stop the operation before a row, a file, a state or a record has changed.
 */
import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { startOperation } from '../../../src/core/operations/run.ts';
import type { Deployment, Pool } from '../../../src/core/topology/model.ts';
import { atlanta, dallas, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';
import { contentOf, type Prepared, prepared, resume, rowsOf, run } from './poolRig.ts';

type Given = (engine: Engine) => Promise<(() => unknown) | undefined>;

interface Case {
  /** Reads as: it is refused unless … */
  readonly unless: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly code: string;
  readonly remedy: RegExp;
  readonly message?: RegExp;
  readonly kind?: 'usage';
  readonly deployment?: Deployment;
  /** What stands in the way; whatever it returns is undone afterwards. */
  readonly given?: Given;
}

const over = { PoolFqdn: atlanta };
const lost = { PoolFqdn: atlanta, DisasterMode: true };
const dallasStore = {
  BackupSqlServerFqdn: 'dal-sql-001.litwareinc.com',
  BackupSqlInstanceName: 'RTC',
  BackupMirrorSqlServerFqdn: 'dal-sql-002.litwareinc.com',
  BackupMirrorSqlInstanceName: 'RTC',
};
const atlantaStore = {
  BackupSqlServerFqdn: 'atl-sql-001.litwareinc.com',
  BackupSqlInstanceName: 'RTC',
  BackupMirrorSqlServerFqdn: 'atl-sql-002.litwareinc.com',
  BackupMirrorSqlInstanceName: 'RTC',
};

const withPools = (change: (pool: Pool) => Pool): Deployment => ({ ...litware, pools: litware.pools.map(change) });
const unpaired: Deployment = { ...litware, poolPairs: [] };
const managementInDallas = withPools((pool) => ({
  ...pool,
  centralManagement: pool.fqdn === dallas ? 'active' : 'standby',
}));
const twoReleases: Deployment = {
  ...managementInDallas,
  pools: managementInDallas.pools.map((pool) => (pool.fqdn === dallas ? { ...pool, release: '2015' } : pool)),
};
const withoutManagement = (of: (pool: string) => boolean) =>
  withPools((pool) => {
    if (!of(pool.fqdn)) return pool;
    const { centralManagement: _, databases, ...rest } = pool;
    const { CentralMgmt: __, ...others } = databases;
    return { ...rest, databases: others };
  });
const noManagement = withoutManagement(() => true);
const edge = (site: string): Deployment => ({
  ...litware,
  edgePools: [{ fqdn: 'edge.litwareinc.com', site, nextHop: atlanta }],
});

const stopped =
  (...servers: readonly string[]): Given =>
  async (engine) => {
    for (const server of servers) await engine.lab.fault('stop', server);
    return undefined;
  };
const sql = (pool: 'atl' | 'dal') => [1, 2].map((number) => `${pool}-sql-00${number}.litwareinc.com`);
const state =
  (pool: string, entered: 'FailedOver' | 'FailingBack'): Given =>
  async (engine) => {
    engine.pools.enter(pool, entered);
    return () => engine.pools.enter(pool, 'Normal');
  };
const both =
  (...givens: readonly Given[]): Given =>
  async (engine) => {
    const undos: Awaited<ReturnType<Given>>[] = [];
    for (const given of givens) undos.push(await given(engine));
    return () => {
      for (const undo of undos) undo?.();
    };
  };
/** Another job works on it, until it is cancelled. */
const busy =
  (lease: string): Given =>
  async (engine) => {
    const job = { operation: 'Invoke-CsBackupServiceSync', title: 'Another', parameters: {}, leases: [lease] };
    const started = engine.jobs.start(
      job,
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', resolve)),
    );
    return () => engine.jobs.cancel(started.id);
  };

const failOver: readonly Case[] = [
  {
    unless: 'the pool has a backup pool',
    parameters: over,
    deployment: unpaired,
    code: 'pool-not-paired',
    remedy: /poolPairs/,
  },
  {
    unless: 'its users are served at home',
    parameters: over,
    given: state(atlanta, 'FailedOver'),
    code: 'pool-failed-over',
    remedy: new RegExp(`Invoke-CsPoolFailBack -PoolFqdn ${atlanta}`),
  },
  {
    unless: 'they are not on their way home',
    parameters: over,
    given: state(atlanta, 'FailingBack'),
    code: 'pool-failing-over',
    remedy: /Invoke-CsPoolFailBack/,
  },
  {
    unless: 'the backup pool is not failed over to it',
    parameters: over,
    given: state(dallas, 'FailedOver'),
    code: 'pool-failed-over',
    remedy: new RegExp(`Invoke-CsPoolFailBack -PoolFqdn ${dallas}`),
  },
  {
    unless: 'no Edge pool of the site of the backup pool has it as its next hop',
    parameters: over,
    deployment: edge('Dallas'),
    code: 'pool-next-hop',
    message: new RegExp(
      `^This Front-end pool "${atlanta}" is specified in topology as the next hop for the Edge server\\. Failing over this pool may cause External access/Federation/Split-domain/XMPP features to stop working`,
    ),
    remedy: /Next hop in Topology Builder, then publish/,
  },
  {
    unless: 'no Edge pool of another site has it as its next hop',
    parameters: lost,
    deployment: edge('Atlanta'),
    code: 'pool-next-hop',
    remedy: new RegExp(`Set-CsEdgeServer -Identity EdgeServer:edge\\.litwareinc\\.com -Registrar Registrar:${dallas}`),
  },
  {
    unless: 'Central Management has left a pool that is lost',
    parameters: lost,
    code: 'central-management-not-moved',
    remedy: /Invoke-CsManagementServerFailover -WhatIf/,
  },
  {
    unless: 'both pools run the same release, when the pool is lost',
    parameters: lost,
    deployment: twoReleases,
    code: 'release-different',
    remedy: /Upgrade the other pool/,
  },
  { unless: 'the backup pool runs', parameters: over, given: stopped(dallas), code: 'pool-stopped', remedy: /start/ },
  {
    unless: 'the user database of the backup pool has a principal',
    parameters: lost,
    deployment: managementInDallas,
    given: stopped(...sql('dal')),
    code: 'database-no-principal',
    remedy: /./,
  },
  {
    unless: 'the share of the backup pool can be read',
    parameters: over,
    given: stopped('dal-fs-001.litwareinc.com'),
    code: 'server-stopped',
    remedy: /start/,
  },
  {
    unless: 'the pool runs, or is said to be lost',
    parameters: over,
    given: stopped(atlanta),
    code: 'pool-stopped',
    remedy: new RegExp(`Invoke-CsPoolFailOver -PoolFqdn ${atlanta} -DisasterMode`),
  },
  {
    unless: 'its user database has a principal, or the pool is said to be lost',
    parameters: over,
    given: stopped(...sql('atl')),
    code: 'database-no-principal',
    remedy: /-DisasterMode/,
  },
  {
    unless: 'its share can be read, or the pool is said to be lost',
    parameters: over,
    given: stopped('atl-fs-001.litwareinc.com'),
    code: 'server-stopped',
    remedy: /-DisasterMode/,
  },
  {
    unless: 'nothing else works on either pool',
    parameters: over,
    given: busy(`pool/${dallas}/module/ConfServices.DataConf`),
    code: 'lease-held',
    remedy: /jobs cancel/,
  },
];

const failBack: readonly Case[] = [
  { unless: 'the pool is failed over', parameters: over, code: 'pool-not-failed-over', remedy: /nothing to fail back/ },
  {
    unless: 'it is failed over, also without the backup pool',
    parameters: lost,
    deployment: managementInDallas,
    code: 'pool-not-failed-over',
    remedy: /./,
  },
  {
    unless: 'the pool runs',
    parameters: over,
    given: both(state(atlanta, 'FailedOver'), stopped(atlanta)),
    code: 'pool-stopped',
    remedy: /start/,
  },
  {
    unless: 'its user database has a principal',
    parameters: over,
    given: both(state(atlanta, 'FailedOver'), stopped(...sql('atl'))),
    code: 'database-no-principal',
    remedy: /./,
  },
  {
    unless: 'its share can be read',
    parameters: lost,
    given: both(state(atlanta, 'FailedOver'), stopped('atl-fs-001.litwareinc.com')),
    code: 'server-stopped',
    remedy: /start/,
  },
  ...(
    [
      ['the backup pool runs', stopped(dallas), 'pool-stopped'],
      ['the user database of the backup pool has a principal', stopped(...sql('dal')), 'database-no-principal'],
      ['the share of the backup pool can be read', stopped('dal-fs-001.litwareinc.com'), 'server-stopped'],
    ] as const
  ).map(([unless, given, code]) => ({
    unless: `${unless}, or it is said to be lost`,
    parameters: over,
    given: both(state(atlanta, 'FailedOver'), given),
    code,
    remedy: new RegExp(`Invoke-CsPoolFailBack -PoolFqdn ${atlanta} -DisasterMode`),
  })),
  {
    unless: 'Central Management has left a backup pool that is lost',
    parameters: lost,
    deployment: managementInDallas,
    given: state(atlanta, 'FailedOver'),
    code: 'central-management-not-moved',
    remedy: /Invoke-CsManagementServerFailover/,
  },
  {
    unless: 'nothing else works on either pool',
    parameters: over,
    given: both(state(atlanta, 'FailedOver'), busy(`pool/${atlanta}/module/UserServices.PresenceFocus`)),
    code: 'lease-held',
    remedy: /jobs cancel/,
  },
];

const management: readonly Case[] = [
  {
    unless: 'the topology names a pool with the store',
    parameters: {},
    deployment: noManagement,
    code: 'module-not-applicable',
    remedy: /centralManagement: active/,
  },
  {
    unless: 'that pool has a backup pool',
    parameters: {},
    deployment: unpaired,
    code: 'pool-not-paired',
    remedy: /poolPairs/,
  },
  {
    unless: 'the backup pool hosts a standby copy',
    parameters: {},
    deployment: withoutManagement((pool) => pool === dallas),
    code: 'pool-not-paired',
    remedy: /centralManagement: standby/,
  },
  {
    unless: 'the copy has a principal',
    parameters: {},
    given: stopped(...sql('dal')),
    code: 'server-stopped',
    remedy: /./,
  },
  { unless: 'the backup pool runs', parameters: {}, given: stopped(dallas), code: 'pool-stopped', remedy: /start/ },
  {
    unless: 'its share takes the batches',
    parameters: {},
    given: stopped('dal-fs-001.litwareinc.com'),
    code: 'server-stopped',
    remedy: /start/,
  },
  {
    unless: 'the present store answers, or the backup store is named',
    parameters: {},
    given: stopped(...sql('atl')),
    code: 'central-management-lost',
    remedy:
      /-BackupSqlServerFqdn dal-sql-001\.litwareinc\.com .*-BackupMirrorSqlServerFqdn dal-sql-002\.litwareinc\.com .*-Force/,
  },
  {
    unless: 'the pool with the present store runs',
    parameters: {},
    given: stopped(atlanta),
    code: 'pool-stopped',
    remedy: /start/,
  },
  {
    unless: 'the present store is lost, or -Force accepts that it is not contacted',
    parameters: dallasStore,
    code: 'central-management-not-moved',
    remedy: /add -Force/,
  },
  {
    unless: 'the store that is named is the one of the topology',
    parameters: { ...dallasStore, BackupSqlServerFqdn: 'atl-sql-001.litwareinc.com', Force: true },
    code: 'argument-invalid',
    remedy: /-BackupSqlServerFqdn dal-sql-001/,
  },
  {
    unless: 'its mirror is named',
    parameters: { BackupSqlServerFqdn: 'dal-sql-001.litwareinc.com', BackupSqlInstanceName: 'RTC', Force: true },
    code: 'argument-invalid',
    remedy: /-BackupMirrorSqlServerFqdn dal-sql-002/,
  },
  {
    unless: 'the store that is named is the principal of the two',
    parameters: {
      BackupSqlServerFqdn: 'dal-sql-002.litwareinc.com',
      BackupSqlInstanceName: 'RTC',
      BackupMirrorSqlServerFqdn: 'dal-sql-001.litwareinc.com',
      BackupMirrorSqlInstanceName: 'RTC',
      Force: true,
    },
    code: 'argument-invalid',
    remedy: /-BackupSqlServerFqdn dal-sql-001/,
  },
  {
    unless: '-BackupSqlServerFqdn goes with what needs it',
    parameters: { BackupSqlInstanceName: 'RTC' },
    code: 'argument-invalid',
    kind: 'usage',
    remedy: /--help/,
  },
  {
    unless: '-Restore is used without it',
    parameters: { ...dallasStore, Restore: true },
    code: 'argument-invalid',
    kind: 'usage',
    remedy: /--help/,
  },
  {
    unless: 'the store that is to be restored answers',
    parameters: { Restore: true },
    given: stopped(...sql('atl')),
    code: 'server-stopped',
    remedy: /./,
  },
  {
    unless: 'nothing else works on the store',
    parameters: {},
    given: busy(`pool/${dallas}/module/CentralMgmt.CMSMaster`),
    code: 'lease-held',
    remedy: /jobs cancel/,
  },
  {
    unless: 'its report can be written',
    parameters: { Report: '/no/such/folder/report.html' },
    code: 'report-unwritable',
    remedy: /folder that exists/,
  },
];

describe('Preconditions', function () {
  this.timeout(60_000);
  let template: Prepared;
  let directory: TestDirectory;
  let engine: Engine;
  let opened: Deployment = litware;

  before(async () => {
    template = await prepared();
    directory = template.copy();
    engine = await directory.open({ resume });
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
    template[Symbol.dispose]();
  });

  async function open(deployment: Deployment): Promise<void> {
    if (deployment === opened) return;
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ resume, deployment });
    opened = deployment;
  }

  for (const [operation, cases] of [
    ['Invoke-CsPoolFailOver', failOver],
    ['Invoke-CsPoolFailBack', failBack],
    ['Invoke-CsManagementServerFailover', management],
  ] as const) {
    describe(`${operation} is refused, and changes nothing, unless`, () => {
      for (const {
        unless,
        parameters,
        code,
        remedy,
        message,
        kind = 'refused',
        deployment = litware,
        given,
      } of cases) {
        it(unless, async () => {
          await open(deployment);
          const undo = await given?.(engine);
          const before = pictureOf(engine, directory.root);
          try {
            await assert.rejects(
              run(engine, operation, parameters),
              (error: Error & { code?: string; kind?: string; remedy?: string }) => {
                assert.deepEqual([error.code, error.kind], [code, kind], error.message);
                assert.match(error.remedy ?? '', remedy);
                if (message !== undefined) assert.match(error.message, message);
                return true;
              },
            );
            assert.deepEqual(pictureOf(engine, directory.root), before);
          } finally {
            await engine.lab.clearFaults();
            await undo?.();
          }
        });
      }
    });
  }

  it('Invoke-CsManagementServerFailover is refused unless the copy is in Backup mode; -Restore -Force takes it all the same', async () => {
    using own = template.copy();
    await using engine = await own.open({ resume });
    await stopped(...sql('atl'))(engine);
    await run(engine, 'Invoke-CsManagementServerFailover', { ...dallasStore, Force: true });
    engine.lab.commit(dallas, 'xds', [
      {
        table: 'documents',
        key: { name: 'only in Dallas' },
        value: { version: 1, content: 'x', changedAt: '2013-04-01T00:00:00.000Z' },
      },
    ]);
    // Dallas is lost now, and Atlanta returns without having been told that it was replaced.
    await stopped(...sql('dal'))(engine);
    for (const server of sql('atl')) await engine.lab.mendFault(server);
    const before = pictureOf(engine, own.root);
    for (const force of [{}, { Force: true }])
      await assert.rejects(
        run(engine, 'Invoke-CsManagementServerFailover', { ...atlantaStore, ...force }),
        (error: Error & { code?: string; remedy?: string }) => {
          assert.equal(error.code, 'central-management-not-moved');
          assert.match(error.message, new RegExp(`of ${atlanta} is not in Backup mode`));
          assert.match(error.remedy ?? '', /-Restore -Force/);
          return true;
        },
      );
    assert.deepEqual(pictureOf(engine, own.root), before);
    const job = await run(engine, 'Invoke-CsManagementServerFailover', { Restore: true, Force: true });
    assert.equal(job.state, 'completed', job.error?.message);
    assert.equal(engine.centralManagement.standing().active, atlanta);
    await engine.lab.clearFaults();
    engine.centralManagement.settle();
    const returned = engine.centralManagement.standing().stores.find(({ pool }) => pool === dallas);
    assert.deepEqual([returned?.mode, returned?.unreplicated], ['Backup', ['only in Dallas']]);
  });

  it('everything is refused unless the data directory holds the deployment, and a failover unless the backup pool has a copy', async () => {
    using empty = testDirectory('lync-pools-empty-');
    await using own = await empty.open({ resume });
    const options = { signal: new AbortController().signal, onVerbose: () => {} };
    for (const [operation, parameters] of [
      ['Invoke-CsPoolFailOver', over],
      ['Invoke-CsPoolFailBack', over],
      ['Invoke-CsManagementServerFailover', {}],
    ] as const)
      await assert.rejects(startOperation(own, { operation, parameters }, options), { code: 'data-directory-missing' });
    await own.lab.initialize({ signal: options.signal, onProgress: () => {} });
    const before = pictureOf(own, empty.root);
    await assert.rejects(
      run(own, 'Invoke-CsPoolFailOver', over),
      (error: Error & { code?: string; remedy?: string }) => {
        assert.equal(error.code, 'sync-failed');
        assert.match(error.remedy ?? '', new RegExp(`Invoke-CsBackupServiceSync -PoolFqdn ${atlanta}`));
        return true;
      },
    );
    assert.deepEqual(pictureOf(own, empty.root), before);
  });
});

/** Everything that a refusal must leave as it is; what cannot be read now is read when it can. */
function pictureOf(engine: Engine, root: string): unknown {
  const pools = [atlanta, dallas];
  const orNothing = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch {
      return undefined;
    }
  };
  return {
    states: pools.map((pool) => engine.pools.of(pool)),
    management: engine.centralManagement.standing(),
    rows: pools.map((pool) => pools.map((home) => orNothing(() => rowsOf(engine, pool, home)))),
    documents: pools.map((pool) =>
      orNothing(() =>
        engine.databases.find(pool, 'xds').read((database) => database.prepare('select * from documents').all()),
      ),
    ),
    positions: pools.map((pool) => orNothing(() => engine.databases.find(pool, 'rtcxds').position())),
    content: pools.map((pool) => orNothing(() => contentOf(root, pool))),
    runbooks: engine.runbooks.list(9),
    jobs: engine.jobs.list(),
  };
}
