/** Sends clients' changes at a rate, over whatever commits them, and counts what happened to them. */

import type { RowChange } from '../../engine/services.ts';
import type { ErrorCode, LyncTopologyError } from '../../errors.ts';
import type { DatabaseName } from '../../topology/vocabulary.ts';
import type { ClientChange } from './clientChanges.ts';
import { pauseUntil, sendPatiently } from './sendPatiently.ts';

/** One transaction, acknowledged when the promise resolves. */
export type Commit = (
  pool: string,
  database: DatabaseName,
  changes: readonly RowChange[],
) => Promise<{ readonly time: string }> | { readonly time: string };

export interface LoadOptions {
  readonly pool: string;
  /** Where its clients go while the pool is failed over. */
  readonly backupPool?: string | undefined;
  readonly changes: Iterable<ClientChange>;
  readonly commit: Commit;
  /** Transactions a second, above 0; as many as are acknowledged one after the other when absent. */
  readonly rate?: number;
  /** A client that fell behind its rate does not hurry: it leaves at least half of its interval to others. */
  readonly unhurried?: boolean;
  /** Milliseconds; until the signal is raised when absent. */
  readonly duration?: number;
  /** Raising it ends the load after the transaction under way; the report covers what was done. */
  readonly signal: AbortSignal;
  /** Called for every row after its acknowledgement. */
  readonly onAcknowledged?: (row: AcknowledgedRow) => void;
  readonly onProgress?: (report: LoadReport) => void;
  /** See `Sender`. */
  readonly onRefused?: (error: LyncTopologyError, refusedFor: number) => void;
  /** Milliseconds for which a refused transaction is tried again, default 60,000. */
  readonly patience?: number;
  /** Refusals that end by themselves, beside those of every client. */
  readonly alsoPassing?: ReadonlySet<ErrorCode>;
}

export interface AcknowledgedRow extends RowChange {
  readonly database: DatabaseName;
  /** ISO 8601, UTC. */
  readonly time: string;
}

export interface LoadReport {
  /** Transactions. */
  readonly commits: number;
  /** Rows that were acknowledged. */
  readonly acknowledged: number;
  /** Attempts that were refused and made again. */
  readonly refusals: number;
  /** Milliseconds from the first refusal of a transaction to its acknowledgement, the longest. */
  readonly longestRefusal: number;
  /** Milliseconds from the first attempt at a transaction to its acknowledgement, refused or not, the longest. */
  readonly longestWait: number;
  /** Milliseconds. */
  readonly elapsed: number;
}

/**
 * Runs until the duration is over or the signal is raised. A transaction that is refused while roles change, or while the
 * engine is taken over, is sent again until it is acknowledged: it writes whole rows, so doing it twice is doing it once.
 * Any other error, and a refusal that outlasts the patience, ends the load with that error.
 */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const start = performance.now();
  const end = start + (options.duration ?? Number.POSITIVE_INFINITY);
  const served = { pool: options.pool };
  const count = { commits: 0, acknowledged: 0, refusals: 0, longestRefusal: 0, longestWait: 0 };
  const report = (): LoadReport => ({ ...count, elapsed: performance.now() - start });
  const interval = options.rate === undefined ? 0 : 1_000 / options.rate;
  let due = start;
  for (const change of options.changes) {
    await pauseUntil(Math.min(due, end), options.signal);
    if (options.signal.aborted || due >= end || performance.now() >= end) break;
    const outcome = await sendPatiently(options, served, (pool) =>
      options.commit(pool, change.database, change.changes),
    );
    count.refusals += outcome.refusals;
    count.longestRefusal = Math.max(count.longestRefusal, outcome.refusedFor);
    if (outcome.time === undefined) break;
    count.longestWait = Math.max(count.longestWait, outcome.waited);
    count.commits += 1;
    count.acknowledged += change.changes.length;
    for (const row of change.changes)
      options.onAcknowledged?.({ ...row, database: change.database, time: outcome.time });
    options.onProgress?.(report());
    due += interval;
    if (options.unhurried === true) due = Math.max(due, performance.now() + interval / 2);
  }
  return report();
}
