/**
 * A database that is kept without recovery: the far end of log shipping. Its file is a mirror's file without a session, so
 * nobody can open it as a client; log entries are restored into it in order, each verified against the one before, until it
 * is recovered, which makes it the principal of a new epoch.
 */
import { existsSync } from 'node:fs';
import { openDatabase } from '../storage/sqlite.ts';
import { applyEntry } from './catchUp.ts';
import type { LogEntry, LogPosition } from './contract.ts';
import { demote, type FileState, promote, requireState, setRedone } from './fileState.ts';
import { copyFile, removeDatabase, replaceDatabase } from './fullCopy.ts';
import { append, follows, trimBefore } from './log.ts';

export interface DatabaseFile {
  readonly file: string;
  /** Of the file, for errors. */
  readonly label: string;
}

export interface StandbyState {
  /** False once it has been recovered, or when the file was never a standby. */
  readonly recovering: boolean;
  readonly epoch: number;
  readonly history: string;
  readonly position: LogPosition;
}

/** Log entries that a standby keeps behind its position. */
const keptEntries = 1_000;

/** Throws `database-unavailable`, `database-corrupt` and what else keeps the file from being read. */
export function standbyState({ file, label }: DatabaseFile): StandbyState {
  using database = openDatabase(file, { label });
  return described(requireState(database));
}

/** Makes the file from the principal's, without recovery (a full backup restored WITH NORECOVERY). The old file is replaced. */
export async function makeStandby(root: string, from: DatabaseFile, to: DatabaseFile): Promise<StandbyState> {
  await copyFile({ root, from, to, stillWanted: () => true, release: () => {} });
  using database = openDatabase(to.file, { label: to.label });
  database.run(() => database.statement('delete from mirroring_readers').run());
  return described(requireState(database));
}

/**
 * Appends and redoes entries that continue the file's log, in one transaction (RESTORE LOG … WITH NORECOVERY). Entries that
 * it holds already are passed over. Nothing is restored when the file has been recovered (`not-recovering`) or an entry does
 * not continue its log (`gap`). Throws `content-different` when an entry does not fit the rows.
 */
export function restoreEntries(
  { file, label }: DatabaseFile,
  entries: readonly LogEntry[],
): { readonly restored: number; readonly position: LogPosition } | 'not-recovering' | 'gap' {
  using database = openDatabase(file, { label });
  const before = requireState(database);
  if (before.role !== 'mirror') return 'not-recovering';
  const fresh = entries.filter(({ position }) => position.sequence > before.position.sequence);
  let previous = before.position;
  for (const entry of fresh) {
    if (!follows(previous, entry)) return 'gap';
    previous = entry.position;
  }
  if (fresh.length > 0) {
    database.transaction((connection) => {
      for (const entry of fresh) {
        append(database, entry);
        applyEntry(database, connection, entry);
      }
      setRedone(database, previous.sequence);
    });
    trimBefore(database, previous.sequence - keptEntries, fresh.length * 2);
  }
  return { restored: fresh.length, position: previous };
}

/** RESTORE DATABASE … WITH RECOVERY: from now on clients can use it. Nothing happens when it has been recovered. */
export function recoverStandby({ file, label }: DatabaseFile, epoch: number): StandbyState {
  using database = openDatabase(file, { label });
  if (requireState(database).role === 'mirror') promote(database, epoch);
  return described(requireState(database));
}

/** Makes a principal the standby of a principal of a higher epoch, at the position where it stands. */
export function beginRecovering({ file, label }: DatabaseFile, epoch: number): StandbyState {
  using database = openDatabase(file, { label });
  demote(database, epoch);
  database.run(() => database.statement('delete from mirroring_readers').run());
  return described(requireState(database));
}

/** Restores a full backup over a database, recovered, as the principal of `epoch`. The folder of the file must exist. */
export async function restoreFull(root: string, backup: DatabaseFile, to: DatabaseFile, epoch: number): Promise<void> {
  const next = { file: `${to.file}.restored`, label: to.label };
  await copyFile({ root, from: backup, to: next, stillWanted: () => true, release: () => {} });
  recoverStandby(next, epoch);
  replaceDatabase(next.file, to.file);
}

/** Removes a database that a mirroring session left, so that the next session makes it anew. */
export function dropFile(file: string): boolean {
  const there = existsSync(file);
  removeDatabase(file);
  return there;
}

function described(state: FileState): StandbyState {
  return { recovering: state.role === 'mirror', epoch: state.epoch, history: state.history, position: state.position };
}
