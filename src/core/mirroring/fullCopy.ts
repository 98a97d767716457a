/**
 * Makes a mirror's file anew from the principal's.
 *
 * The copy is made beside the old file from one snapshot of the principal, while commits go on, checked, made a mirror,
 * written through to the disk, and only then takes the old file's place. The old file is removed before its write-ahead log:
 * a log must never meet another file than its own. A kill leaves either the old file, no file (a copy is made again), or the
 * new one; what was half written is removed by the next copy.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { copyFile as copyBytes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { backup } from 'node:sqlite';
import { LyncTopologyError } from '../errors.ts';
import { assertInside } from '../storage/names.ts';
import { type Database, openDatabase } from '../storage/sqlite.ts';
import { translateSqliteError } from '../storage/sqliteErrors.ts';
import { demote, requireState } from './fileState.ts';

export interface CopyRequest {
  /** Root of the data directory: nothing is written outside it. */
  readonly root: string;
  readonly from: { readonly file: string; readonly label: string };
  readonly to: { readonly file: string; readonly label: string };
  /** The backup is written into this folder and the copy made from there, as over a file share; removed afterwards. */
  readonly through?: string | undefined;
  /** Asked after the copy and before it takes the old file's place: false when the roles have changed meanwhile. */
  readonly stillWanted: () => boolean;
  /** Closes the old file. */
  readonly release: () => void;
}

const pagesPerStep = 500;
const copySuffix = '.copy';
/** Of a file that is being created; see `createDatabaseFiles`. */
export const creationSuffix = '.new';

/** Throws the translated error of the file that failed; the old file is then unchanged. */
export async function copyFile(request: CopyRequest): Promise<void> {
  const { from, to } = request;
  const temporary = `${to.file}${copySuffix}`;
  assertInside(request.root, to.file);
  mkdirSync(dirname(to.file), { recursive: true });
  removeDatabase(temporary);
  try {
    if (request.through === undefined) await takeSnapshot(from, to, temporary);
    else await takeOverShare(from, to, temporary, request.through);
    makeMirror(temporary, from.label, to.label);
    if (!request.stillWanted()) return;
    request.release();
    replaceDatabase(temporary, to.file);
  } finally {
    removeDatabase(temporary);
  }
}

/** Removes what a process left half written beside a database file when it was killed. */
export function removeLeftovers(file: string): void {
  for (const suffix of [copySuffix, creationSuffix]) removeDatabase(`${file}${suffix}`);
}

/** Removes a database file with everything SQLite keeps beside it, the file itself first. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
}

/** Puts a closed database file in the place of another, so that a power loss leaves one of them, or none. */
export function replaceDatabase(temporary: string, file: string): void {
  syncPath(temporary);
  rmSync(file, { force: true });
  syncPath(dirname(file));
  removeDatabase(file);
  syncPath(dirname(file));
  renameSync(temporary, file);
  syncPath(dirname(file));
}

async function takeSnapshot(from: CopyRequest['from'], to: CopyRequest['to'], temporary: string): Promise<void> {
  using source = openDatabase(from.file, { label: from.label, readOnly: true });
  // An open read transaction holds the snapshot: the copy need not begin again whenever somebody commits.
  source.run((connection) => connection.exec('begin'));
  requireState(source);
  try {
    await backup(source.connection, temporary, { rate: pagesPerStep });
  } catch (error) {
    throw translateSqliteError(error, to.label, to.file);
  }
}

async function takeOverShare(
  from: CopyRequest['from'],
  to: CopyRequest['to'],
  temporary: string,
  folder: string,
): Promise<void> {
  const file = join(folder, `${basename(to.file)}.${randomUUID()}.bak`);
  try {
    await takeSnapshot(from, { file, label: `the backup of ${from.label} in ${folder}` }, file);
    await copyBytes(file, temporary);
  } catch (error) {
    throw translateSqliteError(error, to.label, to.file);
  } finally {
    removeDatabase(file);
  }
}

/** Pages are copied as they are, damaged ones too: the copy is checked before anybody relies on it. */
function makeMirror(temporary: string, from: string, label: string): void {
  using copy = openDatabase(temporary, { label });
  const state = requireState(copy);
  if (!isSound(copy)) {
    throw new LyncTopologyError({
      code: 'database-corrupt',
      kind: 'failed',
      object: from,
      message: `The file of ${from} is damaged, so no mirror is made from it.`,
      remedy: 'Keep a copy of the file and restore the database from a backup.',
    });
  }
  demote(copy, state.epoch);
  copy.run((connection) => connection.exec('pragma wal_checkpoint(truncate)'));
}

function isSound(database: Database): boolean {
  const row = database.run((connection) => connection.prepare('pragma quick_check(1)').get());
  return row?.['quick_check'] === 'ok';
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Windows has no way to flush a folder; its renames are in the journal of the file system.
    if (process.platform !== 'win32') throw error;
  } finally {
    closeSync(descriptor);
  }
}
