/**
 * What a pool still keeps of pools that back it up no more (domain B.2, A.5 `Remove-CsUserStoreBackupData`): rows of the user
 * database whose home is neither the pool nor its partner, and files that the manifest of a dissolved pair calls copies.
 */
import { lstatSync, rmdirSync, unlinkSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { Progress } from '../status.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { type Deployment, findPool } from '../topology/model.ts';
import { microseconds, nodeFileSystem } from './content/fileSystem.ts';
import { pairOf } from './content/manifest.ts';
import { placeOf, requireRealParents } from './content/paths.ts';
import { rowTables } from './rowTables.ts';

export interface StaleCopies {
  /** By owner, for the pool with that partner; empty when there are none. Throws what keeps its database from being read. */
  of(pool: string, partner: string | undefined): readonly StaleCopy[];
  /** Removes them, some at a time. A file that was changed since it was copied is kept. Throws `cancelled`. */
  remove(pool: string, partner: string | undefined, run: RemovalRun): Promise<readonly RemovedCopy[]>;
}

export interface StaleCopy {
  /** FQDN, as the rows have it. */
  readonly owner: string;
  readonly rows: number;
  /** Files and folders. */
  readonly files: number;
}

export interface RemovedCopy extends StaleCopy {
  /** Relative paths of files that somebody changed here since. */
  readonly kept: readonly string[];
}

export interface RemovalRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface StaleCopiesOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly userDatabase: (pool: string) => MirroredDatabase;
  /** Of the engine, with the manifests. */
  readonly connection: DatabaseSync;
}

const rowsAtATime = 500;
const filesAtATime = 100;

export function openStaleCopies(options: StaleCopiesOptions): StaleCopies {
  const { deployment, connection } = options;

  function rowOwners(pool: string, partner: string | undefined): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    if (findPool(deployment, pool)?.databases.User === undefined) return found;
    const kept = [pool, partner ?? pool].map((name) => name.toLowerCase());
    options.userDatabase(pool).read((database) => {
      for (const { name } of rowTables(database)) {
        const rows = database.prepare(`select homePool, count(*) as count from "${name}" group by homePool`).all();
        for (const { homePool, count } of rows) {
          const owner = String(homePool);
          if (!kept.includes(owner.toLowerCase())) found.set(owner, (found.get(owner) ?? 0) + Number(count));
        }
      }
    });
    return found;
  }

  /** Copies of the owner on the pool's share, as the manifest of their former pair has them. */
  function filesOf(pool: string, owner: string): readonly CopiedFile[] {
    return connection
      .prepare(
        `select f.* from content_file f join content_pair p on p.id = f.pair
         where p.name = ? and lower(f.owner) = ? and f.state <> 'pending' order by f.path desc`,
      )
      .all(pairOf(pool, owner), owner.toLowerCase())
      .map((row) => ({
        path: String(row['path']),
        folder: row['kind'] === 'directory',
        size: Number(row['size']),
        mtimeUs: Number(row['copy_mtime_us']),
      }));
  }

  /** Pools whose content was carried to the pool by a pair that is no more. */
  function fileOwners(pool: string, partner: string | undefined): readonly string[] {
    const own = pool.toLowerCase();
    return connection
      .prepare('select distinct f.owner, p.name from content_file f join content_pair p on p.id = f.pair')
      .all()
      .filter(({ name }) => String(name).split(' ').includes(own))
      .map(({ owner }) => String(owner))
      .filter((owner) => owner.toLowerCase() !== own && owner.toLowerCase() !== partner?.toLowerCase());
  }

  function of(pool: string, partner: string | undefined): readonly StaleCopy[] {
    const rows = rowOwners(pool, partner);
    const owners = new Set([...rows.keys(), ...fileOwners(pool, partner)]);
    return [...owners]
      .map((owner) => ({ owner, rows: rows.get(owner) ?? 0, files: filesOf(pool, owner).length }))
      .filter((copy) => copy.rows + copy.files > 0);
  }

  async function removeRows(pool: string, owner: string, signal: AbortSignal): Promise<number> {
    let removed = 0;
    if (findPool(deployment, pool)?.databases.User === undefined) return removed;
    const database = options.userDatabase(pool);
    for (const { name, key } of database.read(rowTables)) {
      const columns = key.map((column) => `"${column}"`).join(', ');
      for (let count = rowsAtATime; count === rowsAtATime; removed += count) {
        throwIfCancelled(signal, `The removal of backup data from ${pool}`);
        // Written as an import is: nothing of it is exported again.
        count = database.commit(`import:${owner}`, (connected) => {
          const { changes } = connected
            .prepare(
              `delete from "${name}" where (${columns}) in (select ${columns} from "${name}" where homePool = ? limit ${rowsAtATime})`,
            )
            .run(owner);
          return Number(changes);
        }).value;
        await setImmediate();
      }
    }
    database.commit(`import:${owner}`, (connected) => {
      connected.prepare('delete from backup_state where name = ?').run(`import:${owner.toLowerCase()}`);
    });
    return removed;
  }

  async function removeFiles(
    pool: string,
    owner: string,
    signal: AbortSignal,
  ): Promise<Omit<RemovedCopy, 'owner' | 'rows'>> {
    const share = findPool(deployment, pool)?.fileShare;
    if (share === undefined) return { files: 0, kept: [] };
    const root = options.dataDirectory.share(share).folder;
    const kept: string[] = [];
    const waiting = [...filesOf(pool, owner)];
    let files = 0;
    while (waiting.length > 0) {
      throwIfCancelled(signal, `The removal of backup data from ${pool}`);
      const part = waiting.splice(0, filesAtATime);
      for (const file of part) {
        if (removeFile(root, file)) files += 1;
        else kept.push(file.path);
      }
      forget(connection, pairOf(pool, owner), part);
      await setImmediate();
    }
    return { files, kept };
  }

  return {
    of,
    remove: async (pool, partner, { signal, onProgress }) => {
      const removed: RemovedCopy[] = [];
      const copies = of(pool, partner);
      for (const [index, { owner }] of copies.entries()) {
        onProgress({ phase: `removing what belongs to ${owner}`, done: index, total: copies.length, unit: 'steps' });
        const rows = await removeRows(pool, owner, signal);
        removed.push({ owner, rows, ...(await removeFiles(pool, owner, signal)) });
      }
      return removed;
    },
  };
}

interface CopiedFile {
  readonly path: string;
  readonly folder: boolean;
  readonly size: number;
  readonly mtimeUs: number;
}

/** False when what is there is not the copy any more. A folder goes when it is empty. */
function removeFile(root: string, { path, folder, size, mtimeUs }: CopiedFile): boolean {
  const place = placeOf(root, path);
  const stats = lstatSync(place, { throwIfNoEntry: false });
  if (stats === undefined) return true;
  requireRealParents(nodeFileSystem, root, path, new Set());
  if (folder) return !stats.isDirectory() || removeEmpty(place);
  if (!stats.isFile() || stats.size !== size || microseconds(stats) !== mtimeUs) return false;
  unlinkSync(place);
  return true;
}

function removeEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
  } catch {
    // Something of the pool's own lies in it, so it is the pool's own now.
  }
  return true;
}

function forget(connection: DatabaseSync, pair: string, files: readonly CopiedFile[]): void {
  const remove = connection.prepare(
    'delete from content_file where path = ? and pair = (select id from content_pair where name = ?)',
  );
  connection.exec('begin immediate');
  try {
    for (const { path } of files) remove.run(path, pair);
    connection.prepare('update content_pair set version = version + 1 where name = ?').run(pair);
    connection.exec('commit');
  } catch (error) {
    connection.exec('rollback');
    throw error;
  }
}
