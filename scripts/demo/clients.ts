/** Clients that keep committing, and what must be stored afterwards because it was acknowledged. */
import { DatabaseSync } from 'node:sqlite';
import { administratorChanges } from '../../src/core/lab/load/administratorChanges.ts';
import { type ClientChange, clientChanges } from '../../src/core/lab/load/clientChanges.ts';
import { type AcknowledgedRow, type Commit, type LoadReport, runLoad } from '../../src/core/lab/load/runLoad.ts';
import { createRandom } from '../../src/core/lab/random.ts';
import { type Person, peopleOf } from '../../src/core/lab/seed/people.ts';
import type { DatabaseName } from '../../src/core/topology/vocabulary.ts';

export interface Clients {
  /** The last acknowledged state of every row that was changed. */
  readonly acknowledged: Acknowledged;
  /** Waits for something while they work; an error of theirs ends the wait. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Each finishes the transaction under way. */
  stop(): void;
  readonly ended: Promise<LoadReport>;
}

/** By the name of the row. */
export type Acknowledged = ReadonlyMap<string, AcknowledgedRow>;

const clientsOfPool = 4;
/** Transactions a second of each client. */
const rate = 120;

/** Starts clients of a pool's users, each with people of its own, and an administrator. */
export function startClients(pool: string, commit: Commit): Clients {
  const acknowledged = new Map<string, AcknowledgedRow>();
  const stopping = new AbortController();
  const sources = [...clientSources(pool), administratorChanges({ name: 'demo', seed: 'demo' })];
  const onAcknowledged = (row: AcknowledgedRow): void => void acknowledged.set(nameOf(row), row);
  const loads = sources.map((changes) =>
    runLoad({ pool, changes, commit, rate, signal: stopping.signal, onAcknowledged }),
  );
  const ended = Promise.all(loads).then(sum);
  // It is awaited at the end; a failure before that reaches whoever waits in `during`.
  ended.catch(() => {});
  return {
    acknowledged,
    during: (work) => Promise.race([work, ended.then(() => work)]),
    stop: () => stopping.abort(),
    ended,
  };
}

export interface StoredComparison {
  readonly compared: number;
  readonly missing: number;
  readonly different: number;
}

/** Reads the database files themselves, not the engine, and compares every acknowledged row. */
export function compareStored(
  acknowledged: Acknowledged,
  fileOf: (database: DatabaseName) => string,
): StoredComparison {
  const open = new Map<DatabaseName, DatabaseSync>();
  const count = { compared: 0, missing: 0, different: 0 };
  try {
    for (const row of acknowledged.values()) {
      const database = open.get(row.database) ?? new DatabaseSync(fileOf(row.database), { readOnly: true });
      open.set(row.database, database);
      const stored = storedRow(database, row);
      count.compared += 1;
      if (row.value === null) count.different += stored === undefined ? 0 : 1;
      else if (stored === undefined) count.missing += 1;
      else if (Object.entries(row.value).some(([name, value]) => stored[name] !== value)) count.different += 1;
    }
  } finally {
    for (const database of open.values()) database.close();
  }
  return count;
}

function storedRow(database: DatabaseSync, row: AcknowledgedRow): Readonly<Record<string, unknown>> | undefined {
  const condition = Object.keys(row.key).map((name) => `"${name}" = ?`);
  return database
    .prepare(`select * from "${row.table}" where ${condition.join(' and ')}`)
    .get(...Object.values(row.key));
}

function clientSources(pool: string): readonly Iterable<ClientChange>[] {
  const people = peopleOf([pool], clientsOfPool * 25, createRandom('demo'));
  return Array.from({ length: clientsOfPool }, (_, index) => {
    const [first, ...others] = people.filter((_person: Person, number) => number % clientsOfPool === index);
    return first === undefined ? [] : clientChanges({ people: [first, ...others], seed: `client ${index}` });
  });
}

function nameOf(row: AcknowledgedRow): string {
  return JSON.stringify([row.database, row.table, Object.entries(row.key).sort()]);
}

function sum(reports: readonly LoadReport[]): LoadReport {
  const total = (amount: (report: LoadReport) => number): number =>
    reports.reduce((result, report) => result + amount(report), 0);
  return {
    commits: total((report) => report.commits),
    acknowledged: total((report) => report.acknowledged),
    refusals: total((report) => report.refusals),
    longestRefusal: Math.max(0, ...reports.map((report) => report.longestRefusal)),
    elapsed: Math.max(0, ...reports.map((report) => report.elapsed)),
  };
}
