/**
 * Content that a pool's users changed and that never reached the partner, kept before the partner's takes its place.
 *
 * When a pool is left, some of its files may be newer than the copies that its users go on with. As soon as it can be
 * reached again the Backup Service brings it the partner's content, so those files are copied aside before the first cycle
 * that could replace them: into `BackupStore/Unreplicated` of that pool's own share, which no Backup Service carries. The
 * same holds for a backup pool that was left behind by a failback without it.
 */
import { lstatSync, renameSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { microseconds, nodeFileSystem, systemCode } from '../backupService/content/fileSystem.ts';
import { pairOf } from '../backupService/content/manifest.ts';
import { placeOf, requireRealParents } from '../backupService/content/paths.ts';
import { copyHashed, hashOf } from '../backupService/package/copyHashed.ts';
import { storeFolderOf } from '../backupService/storeFolder.ts';
import { requirePool } from '../engine/pools.ts';
import { LyncTopologyError } from '../errors.ts';
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { assertInside } from '../storage/names.ts';
import { type Deployment, partnerOf, type UncPath, uncPathName } from '../topology/model.ts';
import type { Register } from './register.ts';

const keptSchema = z.object({
  /** Its share has to be looked at before the partner's content may go there. */
  expected: z.boolean(),
  /** Name of the folder below `Unreplicated`. */
  folder: z.string(),
  files: z.array(z.object({ path: z.string(), keptAs: z.string() })),
});
type Kept = z.infer<typeof keptSchema>;

export interface KeptFile {
  /** Below the root of the share. */
  readonly path: string;
  /** Where it lies now: the path of the copy. */
  readonly keptAs: string;
}

export interface KeptContent {
  /** From now on the pool's share is looked at before its partner's content goes there. Safe to repeat. */
  expect(pool: string): void;
  isExpected(pool: string): boolean;
  /** Files on the pool's share that would be kept now. Changes nothing. Throws what keeps the share from being read. */
  changed(pool: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Copies them aside, durably, and remembers them; looks only once for each time that it was expected. Throws what keeps
   * the share from being read or written; then nothing is remembered.
   */
  keep(pool: string, signal: AbortSignal): Promise<readonly KeptFile[]>;
  /** What was kept the last time. */
  of(pool: string): readonly KeptFile[];
}

export interface KeptContentOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly engineDatabase: EngineDatabase;
  readonly register: Register;
}

export function openKeptContent(options: KeptContentOptions): KeptContent {
  const { deployment, dataDirectory, register } = options;
  const nameOf = (pool: string): string => `content:${pool.toLowerCase()}`;

  /** A cycle and a failback may ask at the same time. */
  const turns = new Map<string, Promise<unknown>>();

  function read(pool: string): Kept | undefined {
    const found = register.read(nameOf(pool));
    return found === undefined ? undefined : keptSchema.parse(found);
  }

  function shareOf(pool: string): UncPath | undefined {
    return requirePool(deployment, pool).fileShare;
  }

  /** What the manifest says of the copies of the partner's files on the pool's share. */
  function copies(connection: DatabaseSync, pool: string, partner: string): readonly Copy[] {
    return connection
      .prepare(
        `select path, size, copy_mtime_us, sha256 from content_file join content_pair on id = pair
         where name = ? and owner = ? and kind = 'file' and state = 'imported' order by path`,
      )
      .all(pairOf(pool, partner), partner)
      .map((row) => ({
        path: String(row['path']),
        size: Number(row['size']),
        mtimeUs: Number(row['copy_mtime_us']),
        sha256: String(row['sha256']),
      }));
  }

  async function changed(pool: string, signal: AbortSignal): Promise<readonly string[]> {
    const share = shareOf(pool);
    const partner = partnerOf(deployment, pool)?.fqdn;
    if (share === undefined || partner === undefined) return [];
    const root = dataDirectory.share(share).folder;
    const known = options.engineDatabase.run((connection) => copies(connection, pool, partner));
    const found: string[] = [];
    for (const copy of known) if (await isChanged(root, copy, signal)) found.push(copy.path);
    return found;
  }

  async function keep(pool: string, signal: AbortSignal): Promise<readonly KeptFile[]> {
    const before = read(pool);
    if (before?.expected !== true) return [];
    const files: KeptFile[] = [];
    const share = shareOf(pool);
    if (share === undefined) return files;
    const { root, folder } = storeFolderOf(dataDirectory, deployment, pool, share);
    for (const path of await changed(pool, signal)) {
      const keptAs = join(folder, 'Unreplicated', before.folder, ...path.split('/'));
      assertInside(root, keptAs);
      await copyAside(placeOf(dataDirectory.share(share).folder, path), keptAs, signal);
      files.push({ path, keptAs });
    }
    const [first] = files;
    if (first !== undefined) await nodeFileSystem.flushFileSystem(dirname(first.keptAs));
    register.write(nameOf(pool), { ...before, expected: false, files });
    return files;
  }

  return {
    expect: (pool) => {
      const folder = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
      register.write(nameOf(pool), { expected: true, folder, files: [] });
    },
    isExpected: (pool) => read(pool)?.expected === true,
    changed: (pool, signal) => translated(pool, shareOf(pool), () => changed(pool, signal)),
    keep: (pool, signal) => {
      const turn = (turns.get(pool) ?? Promise.resolve()).then(() =>
        translated(pool, shareOf(pool), () => keep(pool, signal)),
      );
      turns.set(
        pool,
        turn.catch(() => undefined),
      );
      return turn;
    },
    of: (pool) => read(pool)?.files ?? [],
  };
}

interface Copy {
  readonly path: string;
  readonly size: number;
  readonly mtimeUs: number;
  readonly sha256: string;
}

/** A copy that was carried has the size and time that the manifest knows; otherwise its bytes decide. */
async function isChanged(root: string, copy: Copy, signal: AbortSignal): Promise<boolean> {
  const place = placeOf(root, copy.path);
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return false;
  if (stats.size === copy.size && microseconds(stats) === copy.mtimeUs) return false;
  requireRealParents(nodeFileSystem, root, copy.path, new Set());
  return stats.size !== copy.size || (await hashOf(place, signal)).sha256 !== copy.sha256;
}

/** Appears under its name when it is whole, with the time of the original. */
async function copyAside(file: string, keptAs: string, signal: AbortSignal): Promise<void> {
  const temporary = `${keptAs}.partial`;
  const { stats } = await copyHashed(file, temporary, signal);
  utimesSync(temporary, stats.atime, stats.mtime);
  renameSync(temporary, keptAs);
}

async function translated<T>(pool: string, share: UncPath | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT';
    throw new LyncTopologyError(
      {
        code: isFull ? 'disk-full' : 'share-unwritable',
        kind: 'failed',
        object: share === undefined ? pool : uncPathName(share),
        message: `What users of ${pool} changed on its share and nobody has a copy of could not be copied aside (${code}), so nothing is put in its place.`,
        remedy: isFull ? 'Make room on its disk.' : 'Let the Backup Service read and write the share.',
      },
      { cause },
    );
  }
}
