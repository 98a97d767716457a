/**
 * Brings a verified package back onto its pool. What the pool holds already must be the package's own, so that a restore
 * never overwrites anything, and one that was interrupted can be run again.
 */
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { LyncTopologyError, throwIfCancelled } from '../../errors.ts';
import type { MirroredDatabase } from '../../mirroring/contract.ts';
import type { Database } from '../../storage/sqlite.ts';
import { flushDirectory, nodeFileSystem, setDirectoryMetadata, setFileMetadata } from '../content/fileSystem.ts';
import { besideTemporary, placeOf, requireRealParents } from '../content/paths.ts';
import { copyHashed, hashOf } from './copyHashed.ts';
import { contentFolderName, damaged, type PackagedFile, type PackagedTable, type PackageManifest } from './manifest.ts';
import { selectionsOf } from './selection.ts';
import { eachRow, type PackagedRow, putRows, readTable, selectRows, type TableSelection } from './tables.ts';
import type { VerifyRun } from './verify.ts';

export interface RestoreTarget {
  readonly folder: string;
  readonly manifest: PackageManifest;
  readonly shareFolder: string;
  /** What the share of the pool holds of its own now, relative paths of files. */
  readonly present: readonly string[];
  readonly database: (name: PackagedTable['database']) => MirroredDatabase;
  readonly snapshotOf: (database: MirroredDatabase) => Database;
}

/** Throws `pool-not-empty`, naming the first thing that is not the package's. */
export async function requireEmpty(target: RestoreTarget, run: VerifyRun): Promise<void> {
  for (const { table, selection, database, file } of tablesOf(target)) {
    using snapshot = target.snapshotOf(database);
    await using packaged = eachRow(readTable(file));
    for await (const row of eachRow(selectRows(snapshot, selection))) {
      throwIfCancelled(run.signal, `The restore of ${target.manifest.pool}`);
      if (!(await reaches(packaged, row))) throw notEmpty(target.manifest.pool, `${table.table} ${String(row[0])}`);
    }
  }
  const files = new Map(target.manifest.files.map((file) => [file.path, file]));
  for (const path of target.present) {
    const file = files.get(path);
    const same =
      file !== undefined && (await hashOf(placeOf(target.shareFolder, path), run.signal)).sha256 === file.sha256;
    if (!same) throw notEmpty(target.manifest.pool, path);
  }
}

/** Files first, each whole before it gets its name, then the rows. */
export async function restorePackage(target: RestoreTarget, run: VerifyRun): Promise<void> {
  const { manifest, shareFolder } = target;
  for (const { path } of manifest.folders) {
    requireRealParents(nodeFileSystem, shareFolder, path, new Set());
    mkdirSync(placeOf(shareFolder, path), { recursive: true });
  }
  for (const [index, file] of manifest.files.entries()) {
    throwIfCancelled(run.signal, `The restore of ${manifest.pool}`);
    await restoreFile(target, file, run);
    run.onProgress({ phase: 'copying', done: index + 1, total: manifest.files.length, unit: 'files' });
  }
  for (const { path, mtimeUs, mode } of [...manifest.folders].reverse()) {
    setDirectoryMetadata(nodeFileSystem, placeOf(shareFolder, path), mtimeUs, mode);
  }
  for (const { selection, database, file } of tablesOf(target)) {
    for await (const part of readTable(file)) {
      throwIfCancelled(run.signal, `The restore of ${manifest.pool}`);
      // Written as clients write, so that the Backup Service carries it to the partner.
      database.commit('client', (connection) => putRows(connection, selection, part));
    }
  }
}

/** Compares pool and package after a restore. Throws `content-different`, naming the first difference. */
export async function requireEqual(target: RestoreTarget, run: VerifyRun): Promise<void> {
  const { manifest, shareFolder } = target;
  for (const { table, selection, database, file } of tablesOf(target)) {
    using snapshot = target.snapshotOf(database);
    await using held = eachRow(selectRows(snapshot, selection));
    await using packaged = eachRow(readTable(file));
    const same = await sameRows(held, packaged, run);
    if (!same) throw different(manifest.pool, `${table.table} of ${table.database}`);
  }
  for (const { path, sha256 } of manifest.files) {
    const there = lstatSync(placeOf(shareFolder, path), { throwIfNoEntry: false })?.isFile() === true;
    const same = there && (await hashOf(placeOf(shareFolder, path), run.signal)).sha256 === sha256;
    if (!same) throw different(manifest.pool, path);
  }
}

async function restoreFile({ folder, shareFolder }: RestoreTarget, file: PackagedFile, run: VerifyRun): Promise<void> {
  requireRealParents(nodeFileSystem, shareFolder, file.path, new Set());
  const place = placeOf(shareFolder, file.path);
  const source = join(folder, contentFolderName, file.path);
  mkdirSync(dirname(place), { recursive: true });
  const temporary = placeOf(shareFolder, besideTemporary(file.path, 0));
  try {
    const { sha256 } = await copyHashed(source, temporary, run.signal);
    if (sha256 !== file.sha256) throw damaged(folder, file.path, 'changed after it was verified');
    setTimeAndMode(temporary, file);
    renameSync(temporary, place);
  } finally {
    rmSync(temporary, { force: true });
  }
  flushDirectory(nodeFileSystem, dirname(place));
}

/** The same time as before, so that the Backup Service knows the file again. */
function setTimeAndMode(place: string, { mtimeUs, mode }: PackagedFile): void {
  const descriptor = openSync(place, 'r+');
  try {
    setFileMetadata(nodeFileSystem, descriptor, mtimeUs, mode);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

interface RestoredTable {
  readonly table: PackagedTable;
  readonly selection: TableSelection;
  readonly database: MirroredDatabase;
  /** Of its rows in the package. */
  readonly file: string;
}

/** Both come in key order, so what the pool holds must come along the package's way; goes on from where it was. */
async function reaches(packaged: AsyncGenerator<PackagedRow>, row: PackagedRow): Promise<boolean> {
  const wanted = JSON.stringify(row);
  for (;;) {
    const { done, value } = await packaged.next();
    if (done === true) return false;
    if (JSON.stringify(value) === wanted) return true;
  }
}

async function sameRows(
  held: AsyncGenerator<PackagedRow>,
  packaged: AsyncGenerator<PackagedRow>,
  { signal }: VerifyRun,
): Promise<boolean> {
  for (;;) {
    throwIfCancelled(signal, 'The comparison with the package');
    const [one, other] = [await held.next(), await packaged.next()];
    if (one.done === true || other.done === true) return one.done === other.done;
    if (JSON.stringify(one.value) !== JSON.stringify(other.value)) return false;
  }
}

function* tablesOf({ manifest, folder, database: find }: RestoreTarget): Generator<RestoredTable> {
  for (const table of manifest.tables) {
    const database = find(table.database);
    const selection = database.read((connection) => selectionFor(connection, database, manifest.pool, table));
    if (selection === undefined) throw damaged(folder, table.file, `has columns that ${table.table} does not have`);
    yield { table, selection, database, file: join(folder, table.file) };
  }
}

/** The table under the columns of the package; `undefined` when it has other columns here. */
function selectionFor(
  connection: DatabaseSync,
  database: MirroredDatabase,
  pool: string,
  { table, columns }: PackagedTable,
): TableSelection | undefined {
  const found = selectionsOf(connection, database.name, pool).find(({ name }) => name === table);
  return found !== undefined && found.columns.join() === columns.join() ? found : undefined;
}

function notEmpty(pool: string, what: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'pool-not-empty',
    kind: 'refused',
    object: pool,
    message: `The pool ${pool} is not empty: it holds ${what}, which is not in the package.`,
    remedy: 'A package is restored onto a pool that was made anew. Nothing was changed.',
  });
}

function different(pool: string, what: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'content-different',
    kind: 'failed',
    object: pool,
    message: `After the restore ${what} of ${pool} is not what the package holds.`,
    remedy: 'Somebody wrote to it meanwhile, or the disk is damaged. Compare it, then run the restore again.',
  });
}
