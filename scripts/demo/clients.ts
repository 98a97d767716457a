/** Clients in a process of their own, as clients are, and what must be stored because it was acknowledged to them. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AcknowledgedRow, LoadReport } from '../../src/core/lab/load/runLoad.ts';
import type { DatabaseName } from '../../src/core/topology/vocabulary.ts';
import { projectFolder } from '../bootstrap/project.mjs';
import type { FromClients } from './clientProcess.ts';

export interface Clients {
  /** Waits for something while they work; if they fail meanwhile, that is the error. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Each finishes the transaction under way, and the process ends. */
  stop(): Promise<Outcome>;
  /** Ends them at once. */
  kill(): void;
}

export interface Outcome {
  /** The last acknowledged state of every row that was changed. */
  readonly acknowledged: readonly AcknowledgedRow[];
  readonly report: LoadReport;
}

/** Starts clients of a pool, attached to the engine of the data directory, and resolves when they commit. */
export async function startClients(topologyFile: string, dataDirectory: string, pool: string): Promise<Clients> {
  const program = join(projectFolder, 'scripts', 'demo', 'clientProcess.ts');
  const child = fork(program, [topologyFile, dataDirectory, pool], { execArgv: [] });
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<Outcome>();
  const fail = (reason: string): void => {
    const error = new Error(`The clients ended: ${reason}.`);
    started.reject(error);
    ended.reject(error);
  };
  child.on('message', (message: FromClients) => {
    if (message.kind === 'started') started.resolve();
    else if (message.kind === 'ended') ended.resolve(message);
    else fail(message.reason);
  });
  child.once('error', (error) => fail(error.message));
  // Comes after every message, which the end of the process need not.
  child.once('disconnect', () => fail('their process has gone'));
  // It is awaited at the end; a failure before that reaches whoever waits in `during`.
  ended.promise.catch(() => {});
  await started.promise;
  return {
    during: (work) => Promise.race([work, ended.promise.then(() => work)]),
    stop: () => {
      child.send('stop');
      return ended.promise;
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

export interface StoredComparison {
  readonly compared: number;
  readonly missing: number;
  readonly different: number;
}

/** Reads the database files themselves, not the engine, and compares every acknowledged row. */
export function compareStored(
  acknowledged: readonly AcknowledgedRow[],
  fileOf: (database: DatabaseName) => string,
): StoredComparison {
  const open = new Map<DatabaseName, DatabaseSync>();
  const count = { compared: 0, missing: 0, different: 0 };
  try {
    for (const row of acknowledged) {
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
