/** Automatic failover when the principal is lost while no engine runs: what was durable before decides (domain C.6). */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Engine } from '../../../src/core/engine/engine.ts';
import type { Deployment } from '../../../src/core/topology/model.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import {
  atlanta,
  dallas,
  initialized,
  type TestDirectory,
  testDirectory,
  usersOf,
  writeUser,
} from '../engine/testEngine.ts';
import { litware } from '../lab/litware.ts';

const first = 'atl-sql-001.litwareinc.com';
const second = 'atl-sql-002.litwareinc.com';
const third = 'atl-sql-009.litwareinc.com';
const dallasFirst = 'dal-sql-001.litwareinc.com';
const witnesses: Readonly<Record<string, string>> = { [atlanta]: third, [dallas]: 'dal-sql-009.litwareinc.com' };

/** The User databases of both pools with a witness each. */
const witnessed: Deployment = {
  ...litware,
  pools: litware.pools.map((pool) => {
    const { User } = pool.databases;
    const server = witnesses[pool.fqdn];
    if (User === undefined || server === undefined) return pool;
    return { ...pool, databases: { ...pool.databases, User: { ...User, witness: { server, instance: 'RTC' } } } };
  }),
};
const options = { deployment: witnessed, background: true, partnerTimeout: 100 };

describe('an engine that starts after the principal was lost', () => {
  let directory: TestDirectory;
  let engine: Engine;
  beforeEach(async () => {
    directory = testDirectory();
    engine = await initialized(directory, { ...options, background: false });
    writeUser(engine, atlanta, 'amy');
    for (const pool of [atlanta, dallas]) {
      for (const database of engine.databases.of(pool, 'User')) await database.maintain();
    }
  });
  afterEach(async () => {
    await engine[Symbol.asyncDispose]();
    directory[Symbol.dispose]();
  });

  const principalsOf = (pool: string) => engine.databases.status(pool, 'User').map(({ principal }) => principal);
  const restart = async (change: Partial<typeof options> = {}): Promise<void> => {
    await engine[Symbol.asyncDispose]();
    engine = await directory.open({ ...options, ...change });
  };
  /** The watch has looked at every session for longer than the time-out: that of Dallas, looked at last, has failed over. */
  const watchHasLooked = async (): Promise<void> => {
    await waitUntil('the watch has looked', () => principalsOf(dallas).every((role) => role === 'mirror') || undefined);
  };

  /** Databases that must not fail over by themselves, as the engine's database has them. */
  const remembered = (): unknown => {
    const connection = new DatabaseSync(join(directory.root, 'engine.db'), { readOnly: true });
    try {
      return connection.prepare('select count(*) as broken from mirror_watch_broken').get()?.['broken'];
    } finally {
      connection.close();
    }
  };

  it('lets the mirror take over, which has every commit and whose witness knows so', async () => {
    await engine.lab.fault('stop', first);
    await restart();
    await waitUntil('it took over', () => principalsOf(atlanta).every((role) => role === 'mirror') || undefined);
    assert.equal(usersOf(engine, atlanta, atlanta).length, 1);
    writeUser(engine, atlanta, 'bob');
    await engine.lab.mendFault(first);
    const states = await waitUntil('the former principal follows', () => {
      const found = engine.databases.status(atlanta, 'User');
      return found.every(({ MirroringStatusOnMirror: status }) => status === 'synchronized') ? found : undefined;
    });
    assert.ok(states.every(({ lost }) => lost === undefined));
  }).timeout(20_000);

  it('never where the principal had gone on without its mirror', async () => {
    await engine.lab.fault('stop', second);
    writeUser(engine, atlanta, 'bob');
    await engine.lab.fault('stop', first);
    await engine.lab.mendFault(second);
    await engine.lab.fault('stop', dallasFirst);
    await restart();
    await watchHasLooked();
    const [rtcxds] = principalsOf(atlanta);
    assert.equal(rtcxds, undefined);
    await engine.lab.mendFault(first);
    assert.equal(usersOf(engine, atlanta, atlanta).length, 2);
  }).timeout(20_000);

  it('never where mirror and witness had lost each other before, until the principal returns', async () => {
    await restart();
    await engine.lab.fault('cut', `${second}+${third}`);
    await engine.lab.fault('stop', first);
    await waitUntil('that is remembered', () => remembered() === 3 || undefined);
    await restart({ background: false });
    await engine.lab.mendFault(`${second}+${third}`);
    await engine.lab.fault('stop', dallasFirst);
    await restart();
    await watchHasLooked();
    assert.deepEqual(new Set(principalsOf(atlanta)), new Set([undefined]));
    await engine.lab.mendFault(first);
    assert.deepEqual(new Set(principalsOf(atlanta)), new Set(['primary']));
  }).timeout(20_000);
});
