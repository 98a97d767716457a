/** "Failing over a mirrored back-end database", step by step as the documentation has it, with and without a witness (domain C.4). */
import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { executeOperation } from '../../../src/core/operations/run.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { type DatabaseName, databasesByType } from '../../../src/core/topology/vocabulary.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import {
  atlanta,
  initialized,
  quietRun,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUser,
} from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';
import { rowsOf } from './pair.ts';

const primary = 'atl-sql-001.litwareinc.com';
const mirror = 'atl-sql-002.litwareinc.com';
const witness = 'atl-sql-009.litwareinc.com';
const types = ['User', 'CentralMgmt'] as const;
type Type = (typeof types)[number];
const run = { ...quietRun, onVerbose: () => {} };

const withWitness: Deployment = {
  ...litware,
  pools: litware.pools.map((pool) => {
    const { User, CentralMgmt } = pool.databases;
    if (pool.fqdn !== atlanta || User === undefined || CentralMgmt === undefined) return pool;
    const at = { server: witness, instance: 'RTC' };
    return { ...pool, databases: { User: { ...User, witness: at }, CentralMgmt: { ...CentralMgmt, witness: at } } };
  }),
};

describe('failing over a mirrored back-end database', () => {
  let directory: TestDirectory;
  let engine: Engine;
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const begin = async (options: Parameters<typeof initialized>[1] = {}): Promise<void> => {
    directory = testDirectory('lync-mirror-procedure-');
    engine = await initialized(directory, options);
    writeUser(engine, atlanta, 'amy');
    await settle();
  };
  async function settle(): Promise<void> {
    for (const database of engine.databases.of(atlanta)) await database.maintain();
  }
  const execute = (operation: string, parameters: Readonly<Record<string, unknown>>) =>
    executeOperation(engine, { operation, parameters }, run);

  /** Get-CsDatabaseMirrorState -PoolFqdn … -DatabaseType …: the one answer that all databases of the type give. */
  async function mirrorState(type: Type): Promise<string> {
    const found = await execute('Get-CsDatabaseMirrorState', { PoolFqdn: atlanta, DatabaseType: type });
    assert.ok(Array.isArray(found));
    assert.deepEqual(
      found.map(({ DatabaseName }) => DatabaseName),
      databasesByType[type],
    );
    const states = found.map((state) =>
      [state.StateOnPrimary, state.StateOnMirror, state.MirroringStatusOnPrimary, state.MirroringStatusOnMirror].join(),
    );
    assert.equal(new Set(states).size, 1, states.join('; '));
    return states[0] ?? '';
  }
  const failOver = (type: Type, to: 'primary' | 'mirror', more: Readonly<Record<string, unknown>> = {}) =>
    execute('Invoke-CsDatabaseFailover', { PoolFqdn: atlanta, DatabaseType: type, NewPrincipal: to, ...more });

  /** The files of both servers hold the same rows in every database. */
  function sameRows(): void {
    const file = (server: string, name: DatabaseName) => `${directory.root}/servers/${server}/RTC/${name}.db`;
    for (const name of types.flatMap((type) => databasesByType[type])) {
      assert.equal(rowsOf(file(primary, name)), rowsOf(file(mirror, name)), name);
    }
  }

  it('without a witness, both servers running: find the principal, fail over User, then CentralMgmt, and back', async () => {
    await begin();
    for (const type of types) assert.equal(await mirrorState(type), 'Principal,Mirror,synchronized,synchronized');
    for (const type of types) await failOver(type, 'mirror');
    for (const type of types) assert.equal(await mirrorState(type), 'Mirror,Principal,synchronized,synchronized');
    writeUser(engine, atlanta, 'bob');
    for (const type of types) await failOver(type, 'primary');
    for (const type of types) assert.equal(await mirrorState(type), 'Principal,Mirror,synchronized,synchronized');
    assert.equal(usersOf(engine, atlanta, atlanta).length, 2);
    await settle();
    sameRows();
  });

  it('without a witness, the primary lost: find that nobody serves, force User, then CentralMgmt, resume, fail back', async () => {
    await begin();
    await engine.lab.fault('stop', primary);
    const lost = 'DatabaseInaccessibleOrMirroringNotEnabled,Mirror,,disconnected';
    for (const type of types) assert.equal(await mirrorState(type), lost);
    assert.throws(() => writeUser(engine, atlanta, 'bob'), { code: 'server-stopped' });
    await assert.rejects(failOver('User', 'mirror'), { kind: 'refused' });
    for (const type of types) await failOver(type, 'mirror', { Force: true });
    writeUser(engine, atlanta, 'bob');
    await engine.lab.mendFault(primary);
    for (const type of types) assert.equal(await mirrorState(type), 'Mirror,Principal,suspended,suspended');
    for (const type of types) {
      await assert.rejects(failOver(type, 'primary'), { code: 'database-not-synchronized' });
      const share = '\\\\atl-fs-001.litwareinc.com\\LyncShare';
      await execute('Install-CsMirrorDatabase', { DatabaseType: type, SqlServerFqdn: primary, FileShare: share });
      await failOver(type, 'primary');
      assert.equal(await mirrorState(type), 'Principal,Mirror,synchronized,synchronized');
    }
    assert.equal(usersOf(engine, atlanta, atlanta).length, 2);
    await settle();
    sameRows();
  });

  it('without a witness, failed over and the mirror lost: force User, then CentralMgmt, to the primary', async () => {
    await begin();
    for (const type of types) await failOver(type, 'mirror');
    await settle();
    await engine.lab.fault('stop', mirror);
    const lost = 'Mirror,DatabaseInaccessibleOrMirroringNotEnabled,disconnected,';
    for (const type of types) assert.equal(await mirrorState(type), lost);
    for (const type of types) await failOver(type, 'primary', { Force: true });
    writeUser(engine, atlanta, 'bob');
    assert.equal(usersOf(engine, atlanta, atlanta).length, 2);
  });

  it('with a witness, the primary lost: the mirrors serve by themselves; the primary returns as the mirror; fail back', async () => {
    await begin({ deployment: withWitness, background: true, partnerTimeout: 100 });
    await engine.lab.fault('stop', primary);
    const taken = 'DatabaseInaccessibleOrMirroringNotEnabled,Principal,,disconnected';
    await waitUntil(
      'the mirrors took over',
      () => engine.databases.status(atlanta).every(({ principal }) => principal === 'mirror') || undefined,
    );
    for (const type of types) assert.equal(await mirrorState(type), taken);
    writeUser(engine, atlanta, 'bob');
    await engine.lab.mendFault(primary);
    await settle();
    for (const type of types) assert.equal(await mirrorState(type), 'Mirror,Principal,synchronized,synchronized');
    for (const type of types) await failOver(type, 'primary');
    for (const type of types) assert.equal(await mirrorState(type), 'Principal,Mirror,synchronized,synchronized');
    assert.equal(usersOf(engine, atlanta, atlanta).length, 2);
    await settle();
    sameRows();
  }).timeout(20_000);

  it('with a witness, both servers running: by hand, User, then CentralMgmt, and back', async () => {
    await begin({ deployment: withWitness });
    for (const to of ['mirror', 'primary'] as const) {
      for (const type of types) await failOver(type, to);
      writeUser(engine, atlanta, to);
      await settle();
    }
    for (const type of types) assert.equal(await mirrorState(type), 'Principal,Mirror,synchronized,synchronized');
    assert.equal(usersOf(engine, atlanta, atlanta).length, 3);
    sameRows();
  });
});
