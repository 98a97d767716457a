/** What of a database's log the partner has not imported yet, in rows, bytes and batches. */
import type { LogEntrySize, MirroredDatabase } from '../mirroring/contract.ts';

/**
 * A batch takes commits whole until one of these is reached; a larger commit is a batch of its own. The sizes are the
 * engine's choice: the documentation caps the number of batches in a cycle and says nothing of their size (domain A.7).
 */
export const batchLimits = { rows: 1_000, bytes: 256 * 1024 } as const;

/** Commits looked at in one query. */
const page = 2_048;

export interface LogBacklog {
  /** Number of the last commit looked at. */
  readonly upTo: number;
  /** Written by clients: what an export carries. */
  readonly rows: number;
  readonly bytes: number;
  readonly batches: number;
}

export interface BatchFill {
  rows: number;
  bytes: number;
}

/** Whether a commit still goes into a batch that already holds something. */
export function fitsInBatch(fill: BatchFill, entry: { readonly rows: number; readonly bytes: number }): boolean {
  if (fill.rows === 0) return true;
  return fill.rows + entry.rows <= batchLimits.rows && fill.bytes + entry.bytes <= batchLimits.bytes;
}

/** An export carries what clients wrote, never what an import wrote: nothing goes back where it came from. */
export function isExported(entry: { readonly origin: string }): boolean {
  return entry.origin === 'client';
}

export interface BacklogCounter {
  /** Counts the commits after `after`. `undefined` when the log no longer reaches back so far. */
  count(after: number): LogBacklog | undefined;
}

/** Counts on from where it was when the log has only grown since: measuring costs what changed, not what waits. */
export function createBacklogCounter(database: () => MirroredDatabase): BacklogCounter {
  let known: {
    after: number;
    epoch: number;
    upTo: number;
    rows: number;
    bytes: number;
    batches: number;
    fill: BatchFill;
  };
  known = start(-1, -1);

  function start(after: number, epoch: number): typeof known {
    return { after, epoch, upTo: after, rows: 0, bytes: 0, batches: 0, fill: { rows: 0, bytes: 0 } };
  }

  function add(entry: LogEntrySize): void {
    known.upTo = entry.sequence;
    if (!isExported(entry)) return;
    known.rows += entry.rows;
    known.bytes += entry.bytes;
    if (known.batches === 0 || !fitsInBatch(known.fill, entry)) {
      known.batches += 1;
      known.fill = { rows: 0, bytes: 0 };
    }
    known.fill.rows += entry.rows;
    known.fill.bytes += entry.bytes;
  }

  return {
    count: (after) => {
      const { epoch, sequence } = database().position();
      if (known.after !== after || known.epoch !== epoch || known.upTo > sequence) known = start(after, epoch);
      for (;;) {
        const entries = database().logSizesAfter(known.upTo, page);
        if (entries === undefined) return undefined;
        for (const entry of entries) add(entry);
        if (entries.length < page) break;
      }
      return { upTo: known.upTo, rows: known.rows, bytes: known.bytes, batches: known.batches };
    },
  };
}

/** Rows of clients after one commit and up to another; infinitely many when the log no longer reaches back so far. */
export function rowsUpTo(database: MirroredDatabase, after: number, upTo: number): number {
  let rows = 0;
  let at = after;
  while (at < upTo) {
    const entries = database.logSizesAfter(at, page);
    if (entries === undefined) return Number.POSITIVE_INFINITY;
    for (const entry of entries) if (entry.sequence <= upTo && isExported(entry)) rows += entry.rows;
    if (entries.length < page) break;
    at = entries.at(-1)?.sequence ?? upTo;
  }
  return rows;
}
