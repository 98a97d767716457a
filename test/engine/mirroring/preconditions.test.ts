/** What must hold before anything of a mirrored database is changed (domain C.3–C.6), each not holding once. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { executeOperation, planOperation } from '../../../src/core/operations/run.ts';
import { readTopology } from '../../../src/core/topology/document.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { readDeployment } from '../../../src/engineHost/topologyFile.ts';
import {
  atlanta,
  dallas,
  initialized,
  quietRun,
  type TestDirectory,
  testDirectory,
  writeUser,
} from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';

const primary = 'atl-sql-001.litwareinc.com';
const mirror = 'atl-sql-002.litwareinc.com';
const witness = 'atl-sql-009.litwareinc.com';
const share = { server: 'atl-fs-001.litwareinc.com', unc: '\\\\atl-fs-001.litwareinc.com\\LyncShare' };

/** Atlanta: User with a witness, CentralMgmt without one. Dallas: no mirrors. */
const deployment: Deployment = {
  ...litware,
  pools: litware.pools.map((pool) => {
    const { User, CentralMgmt } = pool.databases;
    if (User === undefined || CentralMgmt === undefined) return pool;
    if (pool.fqdn === atlanta) {
      const withWitness = { ...User, witness: { server: witness, instance: 'RTC' } };
      return { ...pool, databases: { User: withWitness, CentralMgmt } };
    }
    return { ...pool, databases: { User: { primary: User.primary }, CentralMgmt: { primary: CentralMgmt.primary } } };
  }),
};

const run = { ...quietRun, onVerbose: () => {} };

type Parameters = Readonly<Record<string, unknown>>;
type Case = readonly [
  what: string,
  refusal: { readonly code: string; readonly kind?: string; readonly message?: RegExp; readonly remedy?: RegExp },
  arrange: (() => Promise<unknown> | unknown) | undefined,
  parameters: Parameters,
];

const toMirror = { PoolFqdn: atlanta, DatabaseType: 'User', NewPrincipal: 'mirror' };
const uninstall = { DatabaseType: 'User', SqlServerFqdn: primary, SqlInstanceName: 'RTC' };
const install = { ...uninstall, FileShare: share.unc };
const safety = { PoolFqdn: atlanta, DatabaseType: 'User', Safety: 'off' };

/** One engine for all of them: what is refused changes nothing, and faults are mended. */
describe('nothing of a mirrored database is changed', () => {
  let directory: TestDirectory;
  let engine: Engine;
  let repair: (() => Promise<unknown> | unknown) | undefined;

  before(async () => {
    directory = testDirectory('lync-mirror-preconditions-');
    engine = await initialized(directory, { deployment });
    writeUser(engine, atlanta, 'amy');
    await settle();
  });
  afterEach(async () => {
    await engine.lab.clearFaults();
    await repair?.();
    repair = undefined;
    await settle();
  });
  after(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const stop = (server: string) => engine.lab.fault('stop', server);
  const cut = (left: string, right: string) => engine.lab.fault('cut', `${left}+${right}`);
  const userDatabases = () => engine.databases.of(atlanta, 'User');
  const rtcxds = () => engine.databases.find(atlanta, 'rtcxds');
  async function settle(): Promise<void> {
    for (const database of engine.databases.of(atlanta)) await database.maintain();
  }
  /** Everything that every file of every server holds, the records of the mirroring sessions too. */
  function world(): Readonly<Record<string, string>> {
    const root = join(directory.root, 'servers');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.db'));
    return Object.fromEntries(files.sort().map((file) => [file, contentOf(join(root, file))]));
  }

  function refuses(operation: string, cases: readonly Case[]): void {
    for (const [what, refusal, arrange, parameters] of cases) {
      it(`${operation}: ${what}`, async () => {
        await arrange?.();
        engine.databases.status(atlanta);
        const before = world();
        await assert.rejects(executeOperation(engine, { operation, parameters }, run), refusal);
        assert.deepEqual(world(), before);
        if (refusal.kind === 'usage') return;
        const plan = await planOperation(engine, { operation, parameters }, run.signal).catch(() => undefined);
        assert.notEqual(plan?.ready, true);
      });
    }
  }

  refuses('Invoke-CsDatabaseFailover', [
    [
      'the pool has no such databases',
      { code: 'database-type-absent', message: /is not present on pool/ },
      undefined,
      { ...toMirror, DatabaseType: 'Archiving' },
    ],
    ['no mirror is defined', { code: 'database-not-mirrored' }, undefined, { ...toMirror, PoolFqdn: dallas }],
    [
      'the databases are where they are to move to',
      { code: 'database-already-principal' },
      undefined,
      { ...toMirror, NewPrincipal: 'primary' },
    ],
    [
      'the excluded database is none of the type',
      { code: 'database-unknown' },
      undefined,
      { ...toMirror, ExcludeDatabaseList: 'xds' },
    ],
    ['the mirror is not reached', { code: 'database-not-synchronized' }, () => stop(mirror), toMirror],
    [
      'the partners do not reach each other',
      { code: 'database-not-synchronized' },
      () => cut(primary, mirror),
      toMirror,
    ],
    [
      'one database of the type is not synchronised',
      { code: 'database-not-synchronized', message: /rtcshared/ },
      async () => {
        await engine.lab.fault('lose', `${mirror}\\RTC\\rtcshared`);
      },
      toMirror,
    ],
    [
      'the principal is not reached',
      { code: 'database-no-principal', remedy: /Start it|-Force|start/ },
      () => stop(primary),
      toMirror,
    ],
    [
      'safety is off',
      { code: 'database-not-synchronized', message: /safety is OFF/ },
      async () => {
        for (const database of userDatabases()) await database.setSafety('off');
        repair = async () => {
          for (const database of userDatabases()) await database.setSafety('full');
        };
      },
      toMirror,
    ],
    ['mirroring was removed', { code: 'database-not-mirrored', message: /was removed/ }, removed, toMirror],
    [
      'a page cannot be written where the report is to be',
      { code: 'report-unwritable' },
      undefined,
      { ...toMirror, Report: join('/no-such-folder', 'page.html') },
    ],
    [
      'it is forced, and the witness reaches the principal',
      { code: 'database-no-quorum' },
      async () => {
        await cut(primary, mirror);
      },
      { ...toMirror, Force: true },
    ],
    [
      'it is forced, and the mirror does not reach the witness',
      { code: 'database-no-quorum' },
      async () => {
        await cut(mirror, witness);
        await stop(primary);
      },
      { ...toMirror, Force: true },
    ],
    [
      'it is forced, and mirror and witness are lost',
      { code: 'database-no-principal' },
      async () => {
        for (const server of [primary, mirror, witness]) await stop(server);
      },
      { ...toMirror, Force: true },
    ],
    [
      'it is forced without a witness, and the principal serves clients',
      { code: 'database-no-quorum' },
      () => cut(primary, mirror),
      { ...toMirror, DatabaseType: 'CentralMgmt', Force: true },
    ],
  ]);

  refuses('Uninstall-CsMirrorDatabase', [
    [
      'nothing is mirrored from that server',
      { code: 'database-not-mirrored' },
      undefined,
      { ...uninstall, SqlServerFqdn: mirror },
    ],
    [
      'the databases are failed over',
      { code: 'database-failed-over', remedy: /NewPrincipal primary/ },
      async () => {
        for (const database of userDatabases()) await database.failOver('mirror', {});
        repair = async () => {
          for (const database of userDatabases()) await database.failOver('primary', {});
        };
      },
      uninstall,
    ],
    ['the principal is not reached', { code: 'server-stopped' }, () => stop(primary), uninstall],
    [
      'the principal has no quorum',
      { code: 'database-no-quorum' },
      async () => {
        await stop(mirror);
        await stop(witness);
      },
      uninstall,
    ],
    [
      'the mirror is not reached whose files are to be deleted',
      { code: 'server-stopped' },
      () => stop(mirror),
      { ...uninstall, DropExistingDatabasesOnMirror: true },
    ],
    ['mirroring was removed before', { code: 'database-not-mirrored' }, removed, uninstall],
  ]);

  refuses('Install-CsMirrorDatabase', [
    [
      'nothing is to be mirrored from that server',
      { code: 'database-not-mirrored' },
      undefined,
      { ...install, SqlServerFqdn: mirror },
    ],
    [
      'the share is not there',
      { code: 'share-missing' },
      undefined,
      { ...install, FileShare: `\\\\${share.server}\\Other` },
    ],
    ['the server of the share is stopped', { code: 'server-stopped' }, () => stop(share.server), install],
    [
      'folders for the files are named',
      { code: 'argument-invalid', kind: 'usage' },
      undefined,
      { ...install, DatabasePathMap: 'D:\\Data' },
    ],
    ['the principal is not reached', { code: 'server-stopped' }, () => stop(primary), install],
    ['the mirror is not reached', { code: 'server-stopped' }, () => stop(mirror), install],
    ['the partners do not reach each other', { code: 'link-cut' }, () => cut(primary, mirror), install],
    [
      'files were left on the mirror',
      { code: 'database-exists', remedy: /DropExistingDatabasesOnMirror/ },
      removed,
      install,
    ],
    [
      'the witness cannot be told',
      { code: 'server-stopped' },
      async () => {
        await removed();
        await stop(witness);
      },
      { ...install, DropExistingDatabasesOnMirror: true },
    ],
    [
      'the mirror to be dropped is the principal',
      { code: 'database-failed-over' },
      async () => {
        for (const database of userDatabases()) await database.failOver('mirror', {});
        repair = async () => {
          for (const database of userDatabases()) await database.failOver('primary', {});
        };
      },
      { ...install, DropExistingDatabasesOnMirror: true },
    ],
  ]);

  refuses('set-mirror-safety', [
    ['no mirror is defined', { code: 'database-not-mirrored' }, undefined, { ...safety, PoolFqdn: dallas }],
    ['the principal is not reached', { code: 'server-stopped' }, () => stop(primary), safety],
    ['the witness cannot be told', { code: 'database-no-quorum' }, () => stop(witness), safety],
  ]);

  it('Invoke-CsDatabaseFailover: another job has one of the databases', async () => {
    const lease = `pool/${atlanta}/database/rtcab`;
    const { promise, resolve } = Promise.withResolvers<void>();
    const held = engine.jobs.start(
      { operation: 'fault', title: 'Another', parameters: {}, leases: [lease] },
      () => promise,
    );
    const before = world();
    const failover = { operation: 'Invoke-CsDatabaseFailover', parameters: toMirror };
    await assert.rejects(executeOperation(engine, failover, run), { code: 'lease-held', kind: 'refused' });
    assert.deepEqual(world(), before);
    resolve();
    await held.ended;
    assert.equal(rtcxds().status().principal, 'primary');
  });

  async function removed(): Promise<void> {
    for (const database of userDatabases()) await database.endMirroring(false);
    repair = async () => {
      for (const database of userDatabases()) await database.setUp({ dropExisting: true });
    };
  }
});

describe('a topology whose mirrors SQL Server would not take is not run', () => {
  const sample = readFileSync(new URL('../../../samples/litware/litware.topology.yaml', import.meta.url), 'utf8');
  const first = (find: string, put: string) => (text: string) => text.replace(find, put);
  const servers = (one: string, other: string) => (text: string) =>
    `${text}\nsqlServers:\n  ${primary}: { ${one} }\n  ${mirror}: { ${other} }\n`;
  const atMirror = `        mirror: ${mirror}\\RTC\n`;
  const wrong: readonly (readonly [what: string, code: string, change: (text: string) => string])[] = [
    [
      'the mirror in the instance of its primary',
      'mirror-same-instance',
      first(atMirror, atMirror.replace('-002', '-001')),
    ],
    [
      'a witness on the server of a partner',
      'witness-on-partner-server',
      first(atMirror, `${atMirror}        witness: ${mirror}\\WITNESS\n`),
    ],
    ['a witness without a mirror', 'witness-without-mirror', first(atMirror, `        witness: ${witness}\\RTC\n`)],
    ['partners of different versions', 'mirror-version-mismatch', servers('version: "2012"', 'version: "2008 R2"')],
    ['partners of different editions', 'mirror-edition-mismatch', servers('edition: Enterprise', 'edition: Standard')],
    [
      'partners of different domains',
      'mirror-domain-mismatch',
      servers('domain: litwareinc.com', 'domain: fabrikam.com'),
    ],
    ['a mirror in release 2019', 'mirror-release', (text) => text.replaceAll('release: "2013"', 'release: "2019"')],
  ];
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-mirror-topology-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, code, change] of wrong) {
    it(what, () => {
      const text = change(sample);
      const codes = readTopology(text).diagnostics.map((diagnostic): string => diagnostic.code);
      assert.ok(codes.includes(code), codes.join(', '));
      const file = join(folder, 'wrong.topology.yaml');
      writeFileSync(file, text);
      assert.throws(() => readDeployment(file), { code: 'topology-invalid', kind: 'refused' });
    });
  }
});

function contentOf(file: string): string {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = connection.prepare("select name from sqlite_schema where type = 'table' order by name").all();
    return tables
      .map(({ name }) => `${name} ${JSON.stringify(connection.prepare(`select * from "${name}" order by 1`).all())}`)
      .join('\n');
  } finally {
    connection.close();
  }
}
