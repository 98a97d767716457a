/** Sends clients' changes at a rate, over whatever commits them, and counts what happened to them. */
import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import type { RowChange } from '../../engine/services.ts';
import { type ErrorCode, LyncTopologyError } from '../../errors.ts';
import type { DatabaseName } from '../../topology/vocabulary.ts';
import type { ClientChange } from './clientChanges.ts';

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
  /** Milliseconds; until the signal is raised when absent. */
  readonly duration?: number;
  /** Raising it ends the load after the transaction under way; the report covers what was done. */
  readonly signal: AbortSignal;
  /** Called for every row after its acknowledgement. */
  readonly onAcknowledged?: (row: AcknowledgedRow) => void;
  readonly onProgress?: (report: LoadReport) => void;
  /** Milliseconds for which a refused transaction is tried again, default 60,000. */
  readonly patience?: number;
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
  for (const change of options.changes) {
    const due = options.rate === undefined ? 0 : start + (count.commits * 1_000) / options.rate;
    await waitUntil(Math.min(due, end), options.signal);
    if (options.signal.aborted || due >= end || performance.now() >= end) break;
    const outcome = await commitPatiently(options, served, change);
    count.refusals += outcome.refusals;
    count.longestRefusal = Math.max(count.longestRefusal, outcome.refusedFor);
    if (outcome.time === undefined) break;
    count.longestWait = Math.max(count.longestWait, outcome.waited);
    count.commits += 1;
    count.acknowledged += change.changes.length;
    for (const row of change.changes)
      options.onAcknowledged?.({ ...row, database: change.database, time: outcome.time });
    options.onProgress?.(report());
  }
  return report();
}

/** Codes of refusals that end by themselves. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'central-management-moving',
  'database-failing-over',
  'pool-failing-over',
  'database-no-principal',
  'database-unavailable',
  'commit-unknown',
  'engine-unreachable',
  'engine-stopped',
]);
const retryAfter = 10;
const defaultPatience = 60_000;

interface PatientOutcome {
  /** Absent when the signal ended the attempts. */
  readonly time?: string;
  readonly refusals: number;
  readonly refusedFor: number;
  readonly waited: number;
}

async function commitPatiently(
  options: LoadOptions,
  served: { pool: string },
  change: ClientChange,
): Promise<PatientOutcome> {
  const start = performance.now();
  let rejected: unknown;
  for (let refusals = 0; ; refusals += 1) {
    try {
      const { time } = await options.commit(served.pool, change.database, change.changes);
      const waited = performance.now() - start;
      return { time, refusals, refusedFor: refusals === 0 ? 0 : waited, waited };
    } catch (error) {
      const refusedFor = performance.now() - start;
      const redirected = redirection(options, served.pool, error);
      if (redirected !== undefined) {
        // Sent home by the backup pool, and back again: then the change itself is what it refuses.
        if (rejected !== undefined) throw rejected;
        if (redirected === options.pool) rejected = error;
        served.pool = redirected;
        continue;
      }
      if (!passes(error) || refusedFor > (options.patience ?? defaultPatience)) throw error;
      await wait(retryAfter, options.signal);
      if (options.signal.aborted) return { refusals: refusals + 1, refusedFor, waited: refusedFor };
    }
  }
}

/** A pool that is failed over sends its clients to its backup pool, and that sends them home after the failback. */
function redirection({ pool, backupPool }: LoadOptions, asked: string, error: unknown): string | undefined {
  if (!(error instanceof LyncTopologyError) || backupPool === undefined) return undefined;
  if (asked === pool) return error.code === 'pool-failed-over' ? backupPool : undefined;
  return error.code === 'commit-rejected' ? pool : undefined;
}

function passes(error: unknown): boolean {
  return error instanceof LyncTopologyError && passing.has(error.code);
}

/** Timers may fire a little early; a moment that is past only lets others have their turn. */
async function waitUntil(moment: number, signal: AbortSignal): Promise<void> {
  do await wait(moment - performance.now(), signal);
  while (performance.now() < moment && !signal.aborted);
}

async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  const pause = milliseconds > 0 ? delay(milliseconds, undefined, { signal }) : immediate(undefined, { signal });
  await pause.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
