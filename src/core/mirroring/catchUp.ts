/**
 * Brings a mirror to the principal's position in small steps, and the rows of the mirror to its log (redo).
 *
 * Each step is one transaction on one file. Positions are read from both files in every step, so it does not matter what was
 * committed, lost or cut between two steps.
 */
import { LyncTopologyError } from '../errors.ts';
import type { Database } from '../storage/sqlite.ts';
import type { LogEntry } from './contract.ts';
import { type FileState, requireState, samePosition, setRedone } from './fileState.ts';
import { append, cutAfter, entriesAfter, oldestSequence, positionAt } from './log.ts';

/** How much one step carries: a few milliseconds of work. */
const stepEntries = 100;
const stepBytes = 150_000;

/**
 * `again`: there may be more to do. `done`: the mirror's log and rows are the principal's. `copy`: the log does not reach
 * back far enough, or the histories differ: a full copy is needed.
 */
export type StepOutcome = 'again' | 'done' | 'copy';

/** One step. Throws what keeps a file from being read or written; `database-corrupt` when a log does not fit its checksums. */
export function catchUpStep(principal: Database, mirror: Database): StepOutcome {
  const [from, to] = [requireState(principal), requireState(mirror)];
  if (from.history !== to.history) return 'copy';
  if (samePosition(from.position, to.position)) return redoStep(mirror, to, from.position.sequence);
  const common = commonSequence(principal, from, mirror, to);
  if (common === undefined || common < to.redone) return 'copy';
  if (common < to.position.sequence) {
    mirror.transaction(() => cutAfter(mirror, common));
    return 'again';
  }
  return sendStep(principal, mirror, common);
}

/**
 * Takes commits over that only the mirror's log holds, when they continue the principal's history. They are hardened, so
 * they may have been acknowledged if the principal's file came back from an older copy. Entries of an earlier epoch than the
 * principal's, beyond where it was promoted, were lost with a forced failover and stay so.
 */
export function rollForward(principal: Database, mirror: Database): void {
  for (;;) {
    const [own, other] = [requireState(principal), requireState(mirror)];
    if (own.history !== other.history || other.position.sequence <= own.position.sequence) return;
    const entries = entriesAfter(mirror, own.position.sequence, stepEntries, stepBytes);
    const continues = positionAt(mirror, own.position.sequence)?.checksum === own.position.checksum;
    if (!continues || entries.length === 0 || entries.some(({ position }) => position.epoch !== own.epoch)) return;
    principal.transaction((connection) => {
      for (const entry of entries) {
        applyEntry(principal, connection, entry);
        append(principal, entry);
      }
    });
  }
}

/**
 * Redoes the mirror's log up to `sequence`, at once: for the moment of a failover, when little is left to redo. Throws
 * `content-different` when an entry does not fit the rows.
 */
export function redoAll(mirror: Database, sequence: number): void {
  for (;;) {
    const state = requireState(mirror);
    const outcome = redoStep(mirror, state, sequence);
    if (outcome === 'done') return;
    if (outcome === 'copy') throw doesNotFit(mirror, state.redone);
  }
}

/**
 * Entries up to `sequence`, which the principal has committed, are applied with the new position in one transaction. Rows
 * that are not as the entries expect them were changed by something else: then only a copy of the principal helps.
 */
function redoStep(mirror: Database, state: FileState, sequence: number): StepOutcome {
  if (state.redone >= sequence) return 'done';
  const entries = entriesAfter(mirror, state.redone, Math.min(stepEntries, sequence - state.redone), stepBytes);
  const last = entries.at(-1);
  if (last === undefined) return 'copy';
  try {
    mirror.transaction((connection) => {
      for (const entry of entries) applyEntry(mirror, connection, entry);
      setRedone(mirror, last.position.sequence);
    });
  } catch (error) {
    if (error instanceof LyncTopologyError && error.code === 'content-different') return 'copy';
    throw error;
  }
  return last.position.sequence < sequence ? 'again' : 'done';
}

function sendStep(principal: Database, mirror: Database, after: number): StepOutcome {
  const entries = entriesAfter(principal, after, stepEntries, stepBytes);
  if (entries.length === 0) return 'copy';
  mirror.transaction(() => {
    for (const entry of entries) append(mirror, entry);
  });
  return 'again';
}

/** The last commit that both logs hold alike, or `undefined` when what they still hold has none. */
export function commonSequence(
  principal: Database,
  from: FileState,
  mirror: Database,
  to: FileState,
): number | undefined {
  const oldest = Math.max(oldestSequence(principal), oldestSequence(mirror));
  const alike = (sequence: number): boolean =>
    positionAt(principal, sequence)?.checksum === positionAt(mirror, sequence)?.checksum;
  let high = Math.min(from.position.sequence, to.position.sequence);
  if (high < oldest || !alike(oldest)) return undefined;
  if (alike(high)) return high;
  // The checksums are chained: alike up to some entry, different from there on.
  let low = oldest;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (alike(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Throws `content-different` when the rows are not as the entry expects them; then nothing is applied. */
export function applyEntry(database: Database, connection: Database['connection'], entry: LogEntry): void {
  // Without a handler the first row that is not as it was on the principal makes SQLite apply nothing.
  if (!connection.applyChangeset(entry.changeset)) throw doesNotFit(database, entry.position.sequence - 1);
}

function doesNotFit(database: Database, after: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'content-different',
    kind: 'failed',
    object: database.label,
    message: `The rows of ${database.label} are not what its log says: what follows entry ${after} does not fit them.`,
    remedy:
      'Keep a copy of the file, then move it away: it is made anew from the partner, if the partner is the principal.',
  });
}
