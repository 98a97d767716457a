/**
 * Writes a backup package: beside its place first, every file durable and read back, and then under its name by one rename.
 * What is there under a package's name is a whole package.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { throwIfCancelled } from '../../errors.ts';
import type { MirroredDatabase } from '../../mirroring/contract.ts';
import type { Database } from '../../storage/sqlite.ts';
import type { BackupModule } from '../../topology/vocabulary.ts';
import { flushDirectory, flushFile, microseconds, nodeFileSystem, permissions } from '../content/fileSystem.ts';
import { placeOf } from '../content/paths.ts';
import { copyHashed } from './copyHashed.ts';
import {
  contentFolderName,
  manifestFiles,
  type PackagedFile,
  type PackagedTable,
  type PackageManifest,
} from './manifest.ts';
import { selectionsOf } from './selection.ts';
import { writeTable } from './tables.ts';
import { type VerifyRun, verifyPackage } from './verify.ts';

export interface PackageSources {
  readonly pool: string;
  readonly kind: PackageManifest['kind'];
  readonly modules: readonly BackupModule[];
  readonly databases: readonly MirroredDatabase[];
  readonly snapshotOf: (database: MirroredDatabase) => Database;
  /** Root of the pool's share, and what of it belongs to the pool; files and folders, parents first. */
  readonly shareFolder: string;
  readonly files: readonly string[];
  readonly folders: readonly { readonly path: string; readonly mtimeUs: number; readonly mode: number }[];
}

export interface PackagePlace {
  /** Where it is put together: on the same file system as `folder`. */
  readonly temporaryFolder: string;
  readonly folder: string;
}

/** Throws `file-changed-while-read`, `package-damaged` when what was written cannot be read back, and the system's errors. */
export async function writePackage(
  sources: PackageSources,
  place: PackagePlace,
  run: VerifyRun,
): Promise<PackageManifest> {
  const { temporaryFolder: temporary, folder } = place;
  removeFormer(temporary, sources.pool);
  mkdirSync(join(temporary, 'rows'), { recursive: true, mode: 0o700 });
  try {
    const manifest: PackageManifest = {
      format: 1,
      pool: sources.pool,
      createdAt: new Date().toISOString(),
      kind: sources.kind,
      modules: [...sources.modules],
      tables: [...(await writeTables(sources, temporary, run))],
      files: [...(await copyFiles(sources, temporary, run))],
      folders: [...sources.folders],
    };
    for (const [name, text] of manifestFiles(manifest)) {
      writeFileSync(join(temporary, name), text, { mode: 0o600 });
      flushFile(nodeFileSystem, join(temporary, name));
    }
    await verifyPackage(temporary, run);
    mkdirSync(dirname(folder), { recursive: true });
    renameSync(temporary, folder);
    flushDirectory(nodeFileSystem, dirname(folder));
    return manifest;
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** The name under which packages of a pool are put together: what an interrupted one left is recognised by it. */
export function temporaryName(pool: string): string {
  return `package-of-${pool.toLowerCase()}`;
}

function removeFormer(temporary: string, pool: string): void {
  mkdirSync(dirname(temporary), { recursive: true });
  for (const name of readdirSync(dirname(temporary))) {
    if (name === temporaryName(pool)) rmSync(join(dirname(temporary), name), { recursive: true, force: true });
  }
}

async function writeTables(
  { databases, pool, snapshotOf }: PackageSources,
  temporary: string,
  { signal, onProgress }: VerifyRun,
): Promise<readonly PackagedTable[]> {
  const written: PackagedTable[] = [];
  for (const database of databases) {
    using snapshot = snapshotOf(database);
    const selections = snapshot.run((connection) => selectionsOf(connection, database.name, pool));
    for (const selection of selections) {
      onProgress({ phase: 'writing', done: written.reduce((sum, { rows }) => sum + rows, 0), unit: 'rows' });
      const file = `rows/${database.name}.${selection.name}.jsonl`;
      written.push(await writeTable(snapshot, database.name, selection, join(temporary, file), file, signal));
    }
  }
  return written;
}

async function copyFiles(
  { shareFolder, files }: PackageSources,
  temporary: string,
  run: VerifyRun,
): Promise<readonly PackagedFile[]> {
  const copied: PackagedFile[] = [];
  for (const path of files) {
    throwIfCancelled(run.signal, 'The backup');
    const target = placeOf(join(temporary, contentFolderName), path);
    const { bytes, sha256, stats } = await copyHashed(placeOf(shareFolder, path), target, run.signal);
    copied.push({ path, bytes, sha256, mtimeUs: microseconds(stats), mode: permissions(stats.mode) });
    run.onProgress({ phase: 'copying', done: copied.length, total: files.length, unit: 'files' });
  }
  return copied;
}
