import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { type BatchStore, openBatchStore } from '../../../src/core/backupService/batchStore.ts';
import { readImportState } from '../../../src/core/backupService/importState.ts';
import { openPresenceFocus } from '../../../src/core/backupService/presenceFocus.ts';
import type { BackupStream } from '../../../src/core/backupService/stream.ts';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import { createDatabaseFiles } from '../../../src/core/mirroring/createDatabaseFiles.ts';
import { type MirroredDatabaseOptions, openMirroredDatabase } from '../../../src/core/mirroring/mirroredDatabase.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { databaseSchema } from '../../../src/core/storage/schemas.ts';
import { atlanta, dallas } from '../lab/litware.ts';

/**
 * Random histories: clients of both pools change rows while cycles run, are cut off at every kind of step, engines start
 * anew, databases fail over and positions are forgotten. When all is quiet and every cycle has run, each pool's copy of its
 * partner's rows is what the partner holds.
 */

/** Where a cycle is cut off, as a kill would: nothing after that step happens. */
const crashPoints = ['write', 'read', 'commit', 'committed', 'remove'] as const;
type CrashPoint = (typeof crashPoints)[number];

type Step =
  | { readonly do: 'write'; readonly pool: 0 | 1; readonly rows: readonly number[]; readonly size: number }
  | { readonly do: 'delete'; readonly pool: 0 | 1; readonly rows: readonly number[] }
  | { readonly do: 'cycle'; readonly from: 0 | 1; readonly crash: CrashPoint | undefined; readonly after: number }
  | { readonly do: 'restart' | 'forget' | 'failOver'; readonly pool: 0 | 1 };

const pool = fc.constantFrom<0 | 1>(0, 1);
const rows = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('write' as const), pool, rows, size: fc.nat(120_000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), pool, rows }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('cycle' as const),
      from: pool,
      crash: fc.constantFrom(undefined, ...crashPoints),
      after: fc.nat(3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'forget' as const, 'failOver' as const), pool }),
  },
);

describe('UserServices.PresenceFocus under random histories', () => {
  it('ends with each copy equal to what the partner holds', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.boolean(), async (steps, large) => {
        const pair = await openPair();
        try {
          // More rows than one batch of a full copy takes, so that copies are cut off in between.
          if (large) change(pair, 0, (database) => writeMany(database, 1_500));
          for (const next of steps) await perform(pair, next);
          await drain(pair);
          for (const home of [0, 1] as const) {
            const own = contents(pair.databases[home], home);
            assert.deepEqual(own, contentsOf(pair.models[home], home), 'a pool does not hold what its clients wrote');
            assert.deepEqual(contents(pair.databases[1 - home], home), own, 'a copy is not what the partner holds');
          }
        } finally {
          pair.close();
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  for (const point of crashPoints) {
    it(`moves rows and position together when it ends at "${point}"`, async function () {
      this.timeout(60_000);
      const pair = await openPair();
      try {
        pair.databases[0].retainLog('test', 0);
        await drain(pair);
        for (let after = 0; after < 4; after += 1) {
          for (let row = 0; row < 9; row += 1) {
            change(pair, 0, (database) => writeRow(database, 0, row, String(after).repeat(100_000)));
          }
          pair.crash.point = point;
          pair.crash.after = after;
          await cycle(pair, 0);
          assertCopyIsWhatItsPositionSays(pair);
        }
      } finally {
        pair.close();
      }
    });
  }
});

const pools = [atlanta, dallas] as const;
const names = [atlanta.fqdn, dallas.fqdn] as const;

interface Crash {
  point: CrashPoint | undefined;
  after: number;
}

interface Pair {
  readonly databases: [MirroredDatabase, MirroredDatabase];
  /** What the clients of each pool wrote, and nothing else. */
  readonly models: readonly [DatabaseSync, DatabaseSync];
  streams: readonly [BackupStream, BackupStream];
  readonly crash: Crash;
  restart(): Promise<void>;
  close(): void;
}

async function openPair(): Promise<Pair> {
  const root = mkdtempSync(join(tmpdir(), 'lync-histories-'));
  const dataDirectory = openDataDirectory(root);
  const crash: Crash = { point: undefined, after: 0 };
  const optionsOf = (index: 0 | 1): MirroredDatabaseOptions => {
    const { fqdn, databases } = pools[index];
    if (databases.User === undefined) throw new Error('no user database');
    return { dataDirectory, pool: fqdn, type: 'User', name: 'rtcxds', ...databases.User };
  };
  for (const index of [0, 1] as const) {
    for (const { server } of [optionsOf(index).primary, optionsOf(index).mirror ?? optionsOf(index).primary]) {
      mkdirSync(dataDirectory.serverFolder(server), { recursive: true });
    }
    await createDatabaseFiles(optionsOf(index));
  }
  const open = (index: 0 | 1): MirroredDatabase => openMirroredDatabase(optionsOf(index));
  const openStream = (from: 0 | 1, to: 0 | 1): BackupStream =>
    openPresenceFocus({
      module: 'UserServices.PresenceFocus',
      database: 'rtcxds',
      source: names[from],
      target: names[to],
      sourceDatabase: () => pair.databases[from],
      targetDatabase: () => crashingDatabase(pair.databases[to], crash),
      batches: crashingStore(
        openBatchStore({
          share: names[to],
          requiredFolder: undefined,
          folder: join(root, names[to]),
          module: 'UserServices',
          prefix: names[from],
          assertReachable: () => {},
        }),
        crash,
      ),
      maximumBatches: () => 3,
      lossLimits: { part: 0.1, files: 20 },
    });
  const openStreams = (): [BackupStream, BackupStream] => [openStream(0, 1), openStream(1, 0)];
  const pair: Pair = {
    databases: [open(0), open(1)],
    models: [emptyModel(), emptyModel()],
    streams: openStreams(),
    crash,
    restart: async () => {
      for (const index of [0, 1] as const) {
        pair.databases[index][Symbol.dispose]();
        pair.databases[index] = open(index);
      }
      pair.streams = openStreams();
      for (const stream of pair.streams) await stream.recover();
    },
    close: () => {
      for (const database of pair.databases) database[Symbol.dispose]();
      for (const model of pair.models) model.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return pair;
}

class Crashed extends Error {}

function reach({ point, after }: Crash, crash: Crash, here: CrashPoint): void {
  if (point !== here) return;
  if (after > 0) crash.after -= 1;
  else throw new Crashed(here);
}

function crashingStore(store: BatchStore, crash: Crash): BatchStore {
  return {
    ...store,
    write: (...batch) => {
      reach(crash, crash, 'write');
      store.write(...batch);
    },
    read: (name) => {
      reach(crash, crash, 'read');
      return store.read(name);
    },
    remove: (name) => {
      // After a crash nothing is tidied up.
      if (crash.point !== undefined && crash.after === 0) throw new Crashed('remove');
      store.remove(name);
    },
  };
}

function crashingDatabase(database: MirroredDatabase, crash: Crash): MirroredDatabase {
  return {
    ...database,
    commit: <T>(origin: string, change: (connection: DatabaseSync) => T) => {
      reach(crash, crash, 'commit');
      const committed = database.commit(origin, change);
      reach(crash, crash, 'committed');
      return committed;
    },
  };
}

async function perform(pair: Pair, next: Step): Promise<void> {
  switch (next.do) {
    case 'write':
      return change(pair, next.pool, (database) => {
        for (const row of next.rows) writeRow(database, next.pool, row, 'x'.repeat(next.size));
      });
    case 'delete':
      return change(pair, next.pool, (database) => {
        for (const row of next.rows) {
          database.prepare('delete from users where sipAddress = ?').run(`${names[next.pool]}/${row}`);
        }
      });
    case 'cycle':
      pair.crash.point = next.crash;
      pair.crash.after = next.after;
      await cycle(pair, next.from);
      return;
    case 'restart':
      return pair.restart();
    case 'forget':
      pair.databases[next.pool].commit('client', (database) => void database.exec('delete from backup_state'));
      return;
    case 'failOver':
      return failOver(pair.databases[next.pool]);
  }
}

/** A crash ends the engine: the next one begins with recovery. */
async function cycle(pair: Pair, from: 0 | 1): Promise<number> {
  const run = { signal: new AbortController().signal, onProgress: () => {}, restore: false, acceptLoss: true };
  try {
    return (await pair.streams[from].runCycle(run)).remaining.items;
  } catch (error) {
    if (pair.crash.point === undefined) throw error;
    await pair.restart();
    return -1;
  } finally {
    pair.crash.point = undefined;
  }
}

async function drain(pair: Pair): Promise<void> {
  pair.crash.point = undefined;
  for (const from of [0, 1] as const) {
    for (let rounds = 0; (await cycle(pair, from)) !== 0; rounds += 1)
      assert.ok(rounds < 100, 'the backlog never ends');
    const { backlog, initialized } = await pair.streams[from].measure();
    assert.deepEqual([backlog?.items, initialized], [0, true]);
  }
}

/** The log up to the position, applied to nothing, gives exactly the partner's copy. */
function assertCopyIsWhatItsPositionSays(pair: Pair): void {
  const state = pair.databases[1].read((database) => readImportState(database, names[0]));
  assert.equal(state?.copying, undefined);
  using replay = emptyModel();
  for (const entry of pair.databases[0].logAfter(0, state?.position.sequence ?? 0) ?? []) {
    if (entry.origin === 'client') assert.ok(replay.applyChangeset(entry.changeset));
  }
  assert.deepEqual(contents(pair.databases[1], 0), contentsOf(replay, 0));
}

async function failOver(database: MirroredDatabase): Promise<void> {
  await database.maintain();
  await database.failOver(database.status().principal === 'primary' ? 'mirror' : 'primary', {});
}

function change(pair: Pair, pool: 0 | 1, work: (connection: DatabaseSync) => void): void {
  pair.databases[pool].commit('client', work);
  work(pair.models[pool]);
}

function emptyModel(): DatabaseSync {
  const model = new DatabaseSync(':memory:');
  for (const sql of databaseSchema('rtcxds').migrations) model.exec(sql);
  return model;
}

function writeRow(database: DatabaseSync, home: 0 | 1, row: number, text: string): void {
  database
    .prepare(
      `insert into users (sipAddress, homePool, displayName, enabled, changedAt) values (?, ?, ?, 1, '')
       on conflict (sipAddress) do update set displayName = excluded.displayName, enabled = enabled + 1`,
    )
    .run(`${names[home]}/${row}`, names[home], text);
  database
    .prepare(`insert or replace into contacts values (?, ?, ?, ?, '')`)
    .run(`${names[home]}/${row}`, `contact ${text.length % 3}`, names[home], `group ${text.length}`);
}

function writeMany(database: DatabaseSync, count: number): void {
  const insert = database.prepare("insert into presence values (?, ?, '', '', '', '')");
  for (let row = 0; row < count; row += 1) insert.run(`sip:${row}`, names[0]);
}

function contents(database: MirroredDatabase | undefined, home: 0 | 1): unknown {
  return database?.read((connection) => contentsOf(connection, home));
}

function contentsOf(database: DatabaseSync, home: 0 | 1): unknown {
  return ['users', 'contacts', 'presence'].map((table) =>
    database.prepare(`select * from ${table} where homePool = ? order by 1, 2`).all(names[home]),
  );
}
