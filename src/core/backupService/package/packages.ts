/** The backup packages of a deployment (`Backup-CsPool`, domain A.5): where they lie, making and restoring them. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BackUpRequest, LentContent, PackageServices } from '../../engine/services.ts';
import { LyncTopologyError } from '../../errors.ts';
import { backupStoreOf } from '../../lab/names.ts';
import type { MirroredDatabase } from '../../mirroring/contract.ts';
import { assertServerRunning } from '../../storage/availability.ts';
import type { DataDirectory } from '../../storage/layout.ts';
import { assertInside, folderName } from '../../storage/names.ts';
import type { Database } from '../../storage/sqlite.ts';
import { type Deployment, findPool, type Pool, partnerOf, uncPathName } from '../../topology/model.ts';
import type { DatabaseName } from '../../topology/vocabulary.ts';
import type { ContentReplication, ContentShare, ContentStream, OwnContent } from '../content/index.ts';
import { requireEmpty, requireEqual, restorePackage } from './restore.ts';
import { databaseOf } from './selection.ts';
import { openSnapshot } from './tables.ts';
import { type VerifyRun, verifyPackage } from './verify.ts';
import { type PackagePlace, temporaryName, writePackage } from './write.ts';

export interface PackagesOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly database: (pool: string, name: DatabaseName) => MirroredDatabase;
  readonly content: ContentReplication;
}

export function openPackages(options: PackagesOptions): PackageServices {
  const { deployment, content } = options;

  async function backUp(request: BackUpRequest, run: VerifyRun) {
    const pool = requireFound(deployment, request.pool);
    const names = request.modules.flatMap((module) => databaseOf(module) ?? []);
    const { servedBy } = request;
    const holder = servedBy === undefined ? pool : requireFound(deployment, servedBy.pool);
    const share = streamOf(options, holder);
    const held = await ownFiles(share, request.modules, run);
    const own = servedBy === undefined ? held : lentPart(held, servedBy.content);
    const place = placeFor(options, pool, holder, request.localStore);
    const manifest = await writePackage(
      {
        pool: pool.fqdn,
        kind: request.kind,
        modules: request.modules,
        databases: names.map((name) => options.database(holder.fqdn, name)),
        snapshotOf: (database) => snapshotOf(options, database),
        shareFolder: share.source.directory,
        ...own,
      },
      place,
      run,
    );
    return { folder: place.folder, manifest };
  }

  /** The pool's own files of the modules that carry files. */
  async function ownFiles(
    share: ContentStream,
    modules: readonly string[],
    { signal }: VerifyRun,
  ): Promise<OwnContent> {
    const scoped = (each: ContentShare): ContentShare => ({ ...each, scope: 'responseGroups' });
    const streams = [
      ...(modules.includes('ConfServices.DataConf') ? [share] : []),
      ...(modules.includes('ApplicationServer.RGSFileStore')
        ? [{ source: scoped(share.source), target: scoped(share.target) }]
        : []),
    ];
    const found = await Promise.all(streams.map((stream) => content.ownContent(stream, { signal })));
    return { files: found.flatMap(({ files }) => files), folders: found.flatMap(({ folders }) => folders) };
  }

  /** Everything that is decided before anything is changed. */
  async function admit(pool: string, name: string, run: VerifyRun) {
    const found = requireFound(deployment, pool);
    const folder = findPackage(options, name);
    const manifest = await verifyPackage(folder, run);
    if (manifest.pool.toLowerCase() !== found.fqdn.toLowerCase()) throw foreignPackage(folder, manifest.pool, pool);
    const share = streamOf(options, found);
    const own = await ownFiles(share, manifest.modules, run);
    const target = {
      folder,
      manifest,
      shareFolder: share.source.directory,
      present: own.files,
      database: (database: string) => databaseNamed(options, found.fqdn, database),
      snapshotOf: (database: MirroredDatabase) => snapshotOf(options, database),
    };
    await requireEmpty(target, run);
    return target;
  }

  return {
    backUp,
    check: async (pool, name, run) => (await admit(pool, name, run)).manifest,
    restore: async (pool, name, run) => {
      const target = await admit(pool, name, run);
      await restorePackage(target, run);
      await requireEqual(target, run);
      return target.manifest;
    },
  };
}

function lentPart({ files, folders }: OwnContent, lent: LentContent): OwnContent {
  const named = new Set(lent.paths);
  const isLent = (path: string): boolean =>
    named.has(path) || lent.folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  return { files: files.filter(isLent), folders: folders.filter(({ path }) => isLent(path)) };
}

/** In the `BackupStore` of the pool that holds the data, or in the data directory itself when the local store is meant. */
function placeFor(options: PackagesOptions, pool: Pool, holder: Pool, localStore: boolean): PackagePlace {
  const store = localStore ? join(options.dataDirectory.root, 'packages') : storeOf(options, holder, true);
  const time = new Date().toISOString().replaceAll(/[-:]/g, '').replace('.', '');
  return {
    temporaryFolder: join(store, 'Temp', temporaryName(pool.fqdn)),
    folder: join(store, ...(localStore ? [] : ['Packages']), `${pool.fqdn}_${time}`),
  };
}

/** The BackupStore of a pool; of a mapped share it lies where the share would be, as the batches do. */
function storeOf({ deployment, dataDirectory }: PackagesOptions, pool: Pool, needed: boolean): string {
  const path = pool.fileShare;
  if (path === undefined) throw noShare(pool.fqdn);
  const share = dataDirectory.share(path);
  const root = share.mapped ? join(dataDirectory.serverFolder(path.server), path.share, path.folder) : share.folder;
  if (needed) {
    assertServerRunning(dataDirectory, path.server);
    assertInside(dataDirectory.root, root);
    if (!share.mapped && !existsSync(root)) throw shareMissing(share.unc, root);
  }
  return join(root, ...backupStoreOf(deployment, pool.fqdn).split('/'));
}

/** Looked for in the data directory and in the BackupStore of every pool. Throws `package-unknown`. */
function findPackage(options: PackagesOptions, name: string): string {
  const safe = folderName(name, 'name of the package');
  const stores = options.deployment.pools
    .filter(({ fileShare }) => fileShare !== undefined)
    .map((pool) => join(storeOf(options, pool, false), 'Packages'));
  const places = [join(options.dataDirectory.root, 'packages'), ...stores].map((store) => join(store, safe));
  const found = places.find((place) => existsSync(place));
  if (found === undefined) throw unknownPackage(name, places);
  assertInside(options.dataDirectory.root, found);
  return found;
}

function streamOf({ deployment, dataDirectory }: PackagesOptions, pool: Pool): ContentStream {
  const shareOf = ({ fqdn, fileShare }: Pool) => {
    if (fileShare === undefined) throw noShare(fqdn);
    return { pool: fqdn, name: uncPathName(fileShare), directory: dataDirectory.share(fileShare).folder };
  };
  return { source: shareOf(pool), target: shareOf(partnerOf(deployment, pool.fqdn) ?? pool) };
}

/** Of the file of the principal. Throws as a read of the database does. */
function snapshotOf({ deployment, dataDirectory }: PackagesOptions, database: MirroredDatabase): Database {
  // Settles which place serves, and throws when none does.
  database.position();
  const placement = findPool(deployment, database.pool)?.databases[database.type];
  const instance = database.status().principal === 'mirror' ? placement?.mirror : placement?.primary;
  if (instance === undefined) throw new Error(`${database.name} of ${database.pool} is in no place of the topology`);
  return openSnapshot(dataDirectory.databaseFile(instance, database.name), `${database.name} of ${database.pool}`);
}

function databaseNamed(options: PackagesOptions, pool: string, name: string): MirroredDatabase {
  switch (name) {
    case 'rtcxds':
    case 'xds':
    case 'rgsconfig':
      return options.database(pool, name);
    default:
      throw new LyncTopologyError({
        code: 'database-unknown',
        kind: 'refused',
        object: name,
        message: `The package holds rows of ${name}, and no package restores that database.`,
        remedy: 'Take a package that this version made.',
      });
  }
}

function requireFound(deployment: Deployment, fqdn: string): Pool {
  const pool = findPool(deployment, fqdn);
  if (pool !== undefined) return pool;
  throw new LyncTopologyError({
    code: 'pool-unknown',
    kind: 'refused',
    object: fqdn,
    message: `The topology of ${deployment.name} has no pool ${fqdn}.`,
    remedy: 'Name one of its pools.',
  });
}

function noShare(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'share-unknown',
    kind: 'refused',
    object: pool,
    message: `The pool ${pool} has no file share in the topology, so it has no BackupStore.`,
    remedy: 'Add fileShare to the pool in the topology.',
  });
}

function shareMissing(unc: string, folder: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'share-missing',
    kind: 'failed',
    object: unc,
    message: `The file share ${unc} is not there: ${folder} does not exist.`,
    remedy: 'Bring the share back, or make the package with -LocalStore.',
  });
}

function unknownPackage(name: string, places: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'package-unknown',
    kind: 'refused',
    object: name,
    message: `There is no backup package ${name}.`,
    remedy: `Give the name of its folder; it was looked for in ${places.join(', ')}.`,
  });
}

function foreignPackage(folder: string, owner: string, pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'package-unknown',
    kind: 'refused',
    object: folder,
    message: `The backup package ${folder} holds the data of ${owner}, not of ${pool}.`,
    remedy: `Restore it onto ${owner}, or name a package of ${pool}. Nothing was changed.`,
  });
}
