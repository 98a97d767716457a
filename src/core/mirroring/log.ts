/**
 * The log of a mirrored database: one row per commit, numbered without gaps, each with a checksum over itself and the
 * checksum before. The oldest row kept is the anchor: its checksum vouches for everything that was trimmed before it.
 */
import { createHash } from 'node:crypto';
import { LyncTopologyError } from '../errors.ts';
import type { Database } from '../storage/sqlite.ts';
import { countRows } from './changeset.ts';
import type { LogEntry, LogEntrySize, LogPosition } from './contract.ts';

/** The entry that follows `previous`. */
export function nextEntry(previous: LogPosition, epoch: number, origin: string, changeset: Uint8Array): LogEntry {
  const sequence = previous.sequence + 1;
  const content = { origin, rows: countRows(changeset), changeset, time: new Date().toISOString() };
  const checksum = checksumOf(previous.checksum, { epoch, sequence, ...content });
  return { position: { epoch, sequence, checksum }, ...content };
}

/** Adds an entry; part of the caller's transaction. */
export function append(database: Database, entry: LogEntry): void {
  const { position, origin, rows, changeset, time } = entry;
  database
    .statement('insert into mirroring_log values (?, ?, ?, ?, ?, ?, ?)')
    .run(position.sequence, position.epoch, position.checksum, origin, rows, changeset, time);
}

const hardenStatement = `insert into mirroring_log
  select ?, ?, ?, ?, ?, ?, ? from mirroring_state
  where role = 'mirror' and vow = '' and epoch = ? and (select max(sequence) from mirroring_log) = ?
  and (select checksum from mirroring_log where sequence = ?) = ?`;

/**
 * Adds an entry to a mirror's log, durably, if the file is the mirror of that epoch and stands at `previous`. One statement is
 * one transaction, and half of what clients wait for. False when the file stands elsewhere.
 */
export function harden(mirror: Database, previous: LogPosition, epoch: number, entry: LogEntry): boolean {
  const { position, origin, rows, changeset, time } = entry;
  const { changes } = mirror
    .statement(hardenStatement)
    .run(
      position.sequence,
      position.epoch,
      position.checksum,
      origin,
      rows,
      changeset,
      time,
      epoch,
      previous.sequence,
      previous.sequence,
      previous.checksum,
    );
  return changes === 1;
}

/** The position after the commit of that number, or `undefined` when the log does not hold it (any more). */
export function positionAt(database: Database, sequence: number): LogPosition | undefined {
  const row = database.run(() =>
    database.statement('select epoch, sequence, checksum from mirroring_log where sequence = ?').get(sequence),
  );
  if (row === undefined) return undefined;
  return { epoch: Number(row['epoch']), sequence: Number(row['sequence']), checksum: String(row['checksum']) };
}

/** The number of the anchor. */
export function oldestSequence(database: Database): number {
  const row = database.run(() => database.statement('select min(sequence) as oldest from mirroring_log').get());
  return Number(row?.['oldest']);
}

/**
 * Entries after a sequence that the log still holds, oldest first, up to `limit` entries and about `maximumBytes` (at least
 * one entry). Every entry is verified against the one before. Throws `database-corrupt` when one does not fit: a damaged
 * entry is neither applied nor passed on.
 */
export function entriesAfter(
  database: Database,
  sequence: number,
  limit: number,
  maximumBytes = Number.POSITIVE_INFINITY,
): readonly LogEntry[] {
  const from = positionAt(database, sequence);
  if (from === undefined) return [];
  const found: LogEntry[] = [];
  let previous = from;
  let bytes = 0;
  for (const row of rowsAfter(database, sequence, limit)) {
    const entry = entryOf(row);
    verify(database, previous, entry);
    bytes += entry.changeset.length;
    if (found.length > 0 && bytes > maximumBytes) break;
    found.push(entry);
    previous = entry.position;
  }
  return found;
}

/** What the entries after a sequence weigh, oldest first; their changesets are not read. */
export function sizesAfter(database: Database, sequence: number, limit: number): readonly LogEntrySize[] {
  const rows = database.run(() =>
    database
      .statement(
        `select sequence, origin, rows, length(changeset) as bytes from mirroring_log where sequence > ?
         order by sequence limit ?`,
      )
      .all(sequence, limit),
  );
  return rows.map((row) => ({
    sequence: Number(row['sequence']),
    origin: String(row['origin']),
    rows: Number(row['rows']),
    bytes: Number(row['bytes']),
  }));
}

/** Throws `database-corrupt` unless the last entry fits the one before it: a cheap look when a file is opened. */
export function verifyEnd(database: Database, end: LogPosition): void {
  if (positionAt(database, end.sequence - 1) !== undefined) entriesAfter(database, end.sequence - 1, 1);
}

/** Takes back entries that nobody was promised. */
export function cutAfter(database: Database, sequence: number): void {
  database.run(() => database.statement('delete from mirroring_log where sequence > ?').run(sequence));
}

/** Deletes up to `limit` entries before a sequence, which becomes the anchor. Returns how many were deleted. */
export function trimBefore(database: Database, sequence: number, limit: number): number {
  const until = Math.min(sequence, oldestSequence(database) + limit);
  const result = database.run(() => database.statement('delete from mirroring_log where sequence < ?').run(until));
  return Number(result.changes);
}

type Row = Readonly<Record<string, unknown>>;

function rowsAfter(database: Database, sequence: number, limit: number): readonly Row[] {
  return database.run(() =>
    database.statement('select * from mirroring_log where sequence > ? order by sequence limit ?').all(sequence, limit),
  );
}

function entryOf(row: Row): LogEntry {
  const changeset = row['changeset'];
  return {
    position: { epoch: Number(row['epoch']), sequence: Number(row['sequence']), checksum: String(row['checksum']) },
    origin: String(row['origin']),
    rows: Number(row['rows']),
    changeset: changeset instanceof Uint8Array ? changeset : new Uint8Array(),
    time: String(row['time']),
  };
}

/** Whether an entry is the one that comes after a position, unchanged since it was written. */
export function follows(previous: LogPosition, entry: LogEntry): boolean {
  const { position } = entry;
  const expected = checksumOf(previous.checksum, { ...entry, epoch: position.epoch, sequence: position.sequence });
  return position.sequence === previous.sequence + 1 && position.checksum === expected;
}

function verify(database: Database, previous: LogPosition, entry: LogEntry): void {
  if (follows(previous, entry)) return;
  throw new LyncTopologyError({
    code: 'database-corrupt',
    kind: 'failed',
    object: database.label,
    message: `The log of ${database.label} is damaged after entry ${previous.sequence}.`,
    remedy:
      'Keep a copy of the file, then move it away: it is made anew from the partner, if the partner is the principal.',
  });
}

interface Unsigned {
  readonly epoch: number;
  readonly sequence: number;
  readonly origin: string;
  readonly rows: number;
  readonly changeset: Uint8Array;
  readonly time: string;
}

function checksumOf(previous: string, entry: Unsigned): string {
  const { epoch, sequence, origin, rows, time, changeset } = entry;
  return createHash('sha256')
    .update(`${previous} ${epoch} ${sequence} ${rows} ${time} ${origin}\n`)
    .update(changeset)
    .digest('hex')
    .slice(0, 32);
}
