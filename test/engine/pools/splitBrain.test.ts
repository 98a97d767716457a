/**
 * Never two active Central Management stores, whatever is lost, cut, killed and moved in whatever order. Two judges: the
 * clients, of whose changes at most one store takes any; and the files of both stores alone, while nobody runs them.
 */
import assert from 'node:assert/strict';
import type { Engine } from '../../../src/core/engine/engine.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { atlanta, dallas, syncRun, type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { copyDirectory, type Prepared, prepared, resume, run } from './poolRig.ts';
import { activeStores } from './storesAlone.ts';

const failover = 'Invoke-CsManagementServerFailover';
const rounds = 24;

const instancesOf = (pool: string): readonly [string, string] => {
  const prefix = pool.slice(0, 3);
  return [`${prefix}-sql-001.litwareinc.com`, `${prefix}-sql-002.litwareinc.com`];
};

describe('Split brain of Central Management', function () {
  this.timeout(120_000);
  let template: Prepared;

  before(async () => {
    template = await prepared(async () => {});
  });
  after(() => template[Symbol.dispose]());

  for (const seed of [1, 2, 3]) {
    it(`does not come about, and no acknowledged change is lost unnamed (seed ${seed})`, async () => {
      const next = randomNumbers(seed);
      let directory = template.copy();
      let engine = await directory.open({ resume });
      const acknowledged: string[] = [];
      const named = new Set<string>();
      const story: string[] = [];
      try {
        for (let round = 0; round < rounds; round += 1) {
          const pool = next(2) === 0 ? atlanta : dallas;
          const chosen = next(events.length + 1);
          const event = events[chosen];
          story.push(`${round}: ${event?.name ?? 'killed'} ${pool}`);
          if (event === undefined) [directory, engine] = await killed(directory, engine);
          else for (const name of lostIn(await tolerated(() => event.run(engine, pool)))) named.add(name);
          const took = [atlanta, dallas].filter((each) => takes(engine, each, `${each} ${round}`));
          acknowledged.push(...took.map((each) => `${each} ${round}`));
          assert.ok(took.length <= 1, `both took a change. ${story.join('; ')}`);
          const active = activeStores(directory.root);
          assert.ok(active.length <= 1, `both stores say that they are active. ${story.join('; ')}`);
          assert.ok(
            took.every((each) => active.includes(each)),
            `one that was replaced took a change. ${story.join('; ')}`,
          );
          for (const name of lossesIn(engine)) named.add(name);
        }
        await engine.lab.clearFaults();
        const ended = await run(engine, failover, { Restore: true });
        assert.equal(ended.state, 'completed', `${ended.error?.message} ${story.join('; ')}`);
        const { active = '' } = engine.centralManagement.standing();
        for (const name of lossesIn(engine)) named.add(name);
        assert.deepEqual(activeStores(directory.root), [active]);
        await engine.backupService.synchronize(active, ['CentralMgmt.CMSMaster'], syncRun());
        const [held, copied] = [atlanta, dallas].map((pool) => documentsOf(engine, pool));
        assert.deepEqual(held, copied);
        assert.ok(acknowledged.length > 0);
        const lost = acknowledged.filter((name) => held?.includes(name) !== true && !named.has(name));
        assert.deepEqual(lost, [], story.join('; '));
      } finally {
        await engine[Symbol.asyncDispose]();
        directory[Symbol.dispose]();
      }
    });
  }
});

interface ManagementEvent {
  readonly name: string;
  /** Returns the job, where it is one. */
  readonly run: (engine: Engine, pool: string) => Promise<unknown>;
}

const events: readonly ManagementEvent[] = [
  {
    name: 'lost',
    run: async (engine, pool) => {
      for (const server of instancesOf(pool)) await engine.lab.fault('stop', server);
    },
  },
  {
    name: 'returned',
    run: async (engine, pool) => {
      for (const server of instancesOf(pool)) await engine.lab.mendFault(server);
    },
  },
  { name: 'cut from its mirror', run: (engine, pool) => engine.lab.fault('cut', instancesOf(pool).join('+')) },
  { name: 'everything mended', run: (engine) => engine.lab.clearFaults() },
  { name: 'moved', run: (engine) => run(engine, failover) },
  { name: 'moved without', run: (engine) => run(engine, failover, { ...backupStore(engine), Force: true }) },
  { name: 'restored', run: (engine) => run(engine, failover, { Restore: true }) },
  { name: 'restored by force', run: (engine) => run(engine, failover, { Restore: true, Force: true }) },
  { name: 'move begun towards', run: async (engine, pool) => engine.centralManagement.beginMove(pool) },
  {
    name: 'connection point moved to',
    run: async (engine, pool) => engine.centralManagement.moveConnectionPoint(pool),
  },
  {
    name: 'replicated from',
    run: (engine, pool) => engine.backupService.synchronize(pool, ['CentralMgmt.CMSMaster'], syncRun()),
  },
];

/** The parameters that name the store of the pool that is not active. */
function backupStore(engine: Engine): Record<string, string> {
  const { active } = engine.centralManagement.standing();
  const [primary, mirror] = instancesOf(active === atlanta ? dallas : atlanta);
  return {
    BackupSqlServerFqdn: primary,
    BackupSqlInstanceName: 'RTC',
    BackupMirrorSqlServerFqdn: mirror,
    BackupMirrorSqlInstanceName: 'RTC',
  };
}

/** Names of changes that a job said were lost. */
function lostIn(job: unknown): readonly string[] {
  const { Lost: lost } = Object(Object(job).result);
  return Array.isArray(lost) ? lost : [];
}

/** What is refused or fails in these circumstances has changed nothing that counts: the judges decide that. */
async function tolerated(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LyncTopologyError) return undefined;
    throw error;
  }
}

/** The next engine finds what a killed one leaves behind: the files as they are while it still runs. */
async function killed(directory: TestDirectory, engine: Engine): Promise<[TestDirectory, Engine]> {
  const left = testDirectory('lync-pools-killed-');
  copyDirectory(directory.root, left.root);
  await engine[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
  return [left, await left.open({ resume })];
}

function takes(engine: Engine, pool: string, name: string): boolean {
  const value = { version: 1, content: name, changedAt: '2013-04-01T00:00:00.000Z' };
  try {
    engine.lab.commit(pool, 'xds', [{ table: 'documents', key: { name }, value }]);
    return true;
  } catch (error) {
    if (error instanceof LyncTopologyError) return false;
    throw error;
  }
}

function lossesIn(engine: Engine): readonly string[] {
  return engine.centralManagement.standing().stores.flatMap(({ unreplicated = [] }) => unreplicated);
}

function documentsOf(engine: Engine, pool: string): readonly string[] {
  return engine.databases
    .find(pool, 'xds')
    .read((database) => database.prepare('select name from documents order by name').all())
    .map(({ name }) => String(name));
}

/** mulberry32: whole numbers below the limit. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
