/** What `UserServices.PresenceFocus` has to export next: commits of the log, or a full copy where the log cannot serve. */
import type { LogEntry, LogPosition, MirroredDatabase } from '../mirroring/contract.ts';
import type { ImportState } from './importState.ts';
import { type BatchFill, batchLimits, fitsInBatch, isExported } from './logBacklog.ts';
import { type RowRange, readRange, rowTables } from './rowTables.ts';

/**
 * - `log`: the partner's position lies on this log: carry what follows.
 * - `copy`: a full copy is under way: go on with it.
 * - `newCopy`: the partner has no position, or one that this log does not know or no longer reaches.
 */
export type ExportMode = 'log' | 'copy' | 'newCopy';

export interface PresenceBatch {
  readonly kind: 'log' | 'copy';
  /** The importer's state after this batch. */
  readonly next: Omit<ImportState, 'importedAt'>;
  readonly rows: number;
  readonly payload: Uint8Array;
}

/** Commits without a row of a client that may pile up before the partner's position is moved over them. */
const skippedCommits = 1_000;
/** Commits read from the log at once. */
const page = 256;

export function exportMode(source: MirroredDatabase, state: ImportState | undefined): ExportMode {
  if (state === undefined || !continues(source, state.position)) return 'newCopy';
  return state.copying === undefined ? 'log' : 'copy';
}

/** Whether a position lies on the database's log and everything after it is still there. Equal checksums mean equal history. */
function continues(source: MirroredDatabase, position: LogPosition): boolean {
  const head = source.position();
  if (position.sequence > head.sequence) return false;
  if (position.sequence === head.sequence) return position.checksum === head.checksum;
  if (position.sequence === 0) return source.logSizesAfter(0, 1) !== undefined;
  const entry = source.logAfter(position.sequence - 1, 1)?.[0];
  return entry?.position.sequence === position.sequence && entry.position.checksum === position.checksum;
}

/** Reads the log on from a position, batch by batch. */
export function createLogReader(source: MirroredDatabase, state: ImportState): () => PresenceBatch | undefined {
  let at: LogPosition = state.position;
  let read = state.position.sequence;
  const waiting: LogEntry[] = [];

  function peek(): LogEntry | undefined {
    if (waiting.length === 0) {
      waiting.push(...(source.logAfter(read, page) ?? []));
      read = waiting.at(-1)?.position.sequence ?? read;
    }
    return waiting[0];
  }

  return () => {
    const fill: BatchFill = { rows: 0, bytes: 0 };
    const changesets: Uint8Array[] = [];
    let skipped = 0;
    for (let entry = peek(); entry !== undefined; entry = peek()) {
      if (isExported(entry)) {
        const size = { rows: entry.rows, bytes: entry.changeset.byteLength };
        if (!fitsInBatch(fill, size)) break;
        fill.rows += size.rows;
        fill.bytes += size.bytes;
        changesets.push(entry.changeset);
      } else {
        skipped += 1;
      }
      at = entry.position;
      waiting.shift();
    }
    // A position is not moved for its own sake: the commit that moves it would itself be one for the other direction.
    if (changesets.length === 0 && skipped < skippedCommits) return undefined;
    // Changesets stand one after the other in SQLite's format: applied at once they are sixteen times as fast as one by one.
    const payload = Buffer.concat(changesets);
    return { kind: 'log', next: { position: at, completed: state.completed }, rows: fill.rows, payload };
  };
}

/**
 * The next part of a full copy. It is read while clients go on writing: what they change meanwhile is in the log after the
 * position where the copy began, and is replayed over it.
 */
export function nextOfCopy(source: MirroredDatabase, homePool: string, state: ImportState): PresenceBatch | undefined {
  const { copying } = state;
  if (copying === undefined) return undefined;
  return source.read((database) => {
    const all = rowTables(database);
    const first = all.findIndex(({ name }) => name === copying.table);
    const tables = first < 0 ? [] : all.slice(first);
    const ranges: RowRange[] = [];
    let rows = 0;
    for (const [index, table] of tables.entries()) {
      const after = index === 0 ? copying.after : undefined;
      const range = readRange(database, table, homePool, after, batchLimits.rows - rows);
      ranges.push(range);
      rows += range.rows.length;
      if (range.upTo !== undefined)
        return copyBatch(state, ranges, rows, { table: table.name, after: [...range.upTo] });
      const following = tables[index + 1];
      if (rows === batchLimits.rows && following !== undefined) {
        return copyBatch(state, ranges, rows, { table: following.name });
      }
    }
    return copyBatch(state, ranges, rows, undefined);
  });
}

/** The state from which an importer takes a full copy that begins now. */
export function beginCopy(source: MirroredDatabase, former: ImportState | undefined): ImportState {
  const position = source.position();
  const table = source.read((database) => rowTables(database)[0]?.name) ?? '';
  return { position, completed: former?.completed ?? false, copying: { table }, importedAt: '' };
}

function copyBatch(
  state: ImportState,
  ranges: readonly RowRange[],
  rows: number,
  copying: ImportState['copying'],
): PresenceBatch {
  const next =
    copying === undefined
      ? { position: state.position, completed: true }
      : { position: state.position, completed: state.completed, copying };
  return { kind: 'copy', next, rows, payload: Buffer.from(JSON.stringify(ranges)) };
}
