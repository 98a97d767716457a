/** Losing data for a drill: it is really deleted. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { isServiceFolder } from '../../backupService/content/paths.ts';
import { LyncTopologyError } from '../../errors.ts';
import { assertServerRunning } from '../../storage/availability.ts';
import type { DataDirectory, ShareLocation } from '../../storage/layout.ts';
import { assertInside } from '../../storage/names.ts';
import { type Deployment, sqlInstanceName, uncPathName } from '../../topology/model.ts';
import { contentFolder, metadataFolder } from '../names.ts';
import { assertShareAvailable, shareError } from '../shareErrors.ts';
import type { FaultDefinition } from './kind.ts';
import { refuseMapped } from './shares.ts';
import {
  type DatabasePlace,
  databasePlaceName,
  databasePlacesOf,
  type FaultTarget,
  faultTarget,
  sharesOf,
} from './targets.ts';

/** Nothing mends a loss but a restore: it is listed for as long as what was deleted is not there again. */
export const lose: FaultDefinition = {
  kind: 'lose',
  step: (target) => ({ title: `Delete the content of ${target}`, detail: 'As a loss of the disk would.' }),
  losses: (target) => [`The content of ${target} is deleted.`],
  inflict: async ({ dataDirectory, deployment, record }, name) => {
    const target = faultTarget(deployment, name);
    const lost = await loseData(dataDirectory, deployment, target);
    record.forgetFaults('lose', target.name);
    const paths = spread(lost).map((path) => relative(dataDirectory.root, path));
    record.addFault('lose', target.name, JSON.stringify(paths));
  },
  present: ({ record, dataDirectory }) =>
    record.faults('lose').flatMap(({ detail, ...fault }) => {
      // Noted by a former version, which did not say what was lost.
      if (detail === undefined) return [fault];
      const paths = pathsIn(detail);
      const missing = paths.filter((path) => !existsSync(join(dataDirectory.root, path))).length;
      return missing === 0 ? [] : [{ ...fault, detail: missingWords(missing, paths.length) }];
    }),
  mend: () => false,
  mendAll: ({ record }) => record.forgetFaults('lose'),
};

/** Looked at with every status: not more than these, evenly over all that was lost. */
const lookedAt = 200;

function spread(paths: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.ceil(paths.length / lookedAt));
  return paths.filter((_, index) => index % step === 0);
}

function pathsIn(detail: string): readonly string[] {
  const paths: unknown = JSON.parse(detail);
  return Array.isArray(paths) ? paths.map(String) : [];
}

function missingWords(missing: number, all: number): string {
  const part = missing === all ? 'what was lost is missing' : `${missing} of ${all} files looked at are missing`;
  return `${part}; only a restore brings it back`;
}

/**
 * Deletes what the target holds, and returns the paths that were there: a pool's conference content, a share or a folder below it, everything of a file server,
 * the files of databases. Checked before anything is deleted. Throws `argument-invalid` for a target that holds nothing
 * and for a mapped directory, `share-missing`, `server-stopped`, `share-unwritable`.
 */
export async function loseData(
  dataDirectory: DataDirectory,
  deployment: Deployment,
  target: FaultTarget,
): Promise<readonly string[]> {
  const losses = lossesOf(dataDirectory, deployment, target);
  for (const { share } of losses.folders) {
    refuseMapped(share, target.name);
    assertShareAvailable(dataDirectory, share);
  }
  for (const place of losses.databases) assertServerRunning(dataDirectory, place.instance.server);
  const files = await Promise.all(losses.folders.map(filesOf));
  const databases = losses.databases.map(({ instance, database }) => dataDirectory.databaseFile(instance, database));
  for (const folder of losses.folders) await removeFolder(dataDirectory, folder);
  for (const place of losses.databases) await removeDatabase(dataDirectory, place);
  return [...files.flat(), ...databases];
}

/** What is about to go: the share itself, or the files in it. */
async function filesOf({ folder, contentOnly }: LostFolder): Promise<readonly string[]> {
  if (statSync(folder).isFile()) return [folder];
  const names = (await namesIn(folder)).filter((name) => !contentOnly || !isServiceFolder(name));
  const below = await Promise.all(
    names.map(async (name) => {
      const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  return contentOnly ? below.flat() : [folder, ...below.flat()];
}

interface Losses {
  readonly folders: readonly LostFolder[];
  readonly databases: readonly DatabasePlace[];
}

interface LostFolder {
  readonly share: ShareLocation;
  readonly folder: string;
  /** Only what `ConfServices.DataConf` carries: the stores of the servers on the share stay, and so does the share. */
  readonly contentOnly: boolean;
}

function lossesOf(dataDirectory: DataDirectory, deployment: Deployment, target: FaultTarget): Losses {
  switch (target.kind) {
    case 'pool': {
      const { fileShare } = target.pool;
      if (fileShare === undefined) throw holdsNothing(target.name, 'has no file share in the topology');
      const share = dataDirectory.share(fileShare);
      return { folders: [{ share, folder: share.folder, contentOnly: true }], databases: [] };
    }
    case 'share': {
      const { folder } = dataDirectory.share(target.path);
      if (isShare(deployment, target)) {
        const share = dataDirectory.share(target.path);
        return { folders: [{ share, folder, contentOnly: false }], databases: [] };
      }
      if (!existsSync(folder)) throw holdsNothing(target.name, 'is not there');
      const share = dataDirectory.share({ ...target.path, folder: '' });
      return { folders: [{ share, folder, contentOnly: false }], databases: [] };
    }
    case 'server':
      return everythingOf(dataDirectory, deployment, target.name);
    case 'instance': {
      const name = sqlInstanceName(target.instance).toLowerCase();
      const onInstance = databasePlacesOf(deployment).filter(
        (place) => sqlInstanceName(place.instance).toLowerCase() === name,
      );
      return { folders: [], databases: atLeastOne(onInstance, target.name) };
    }
    case 'database':
      return { folders: [], databases: [target] };
  }
}

/** A share of the topology, and not a folder or file below one. */
function isShare(deployment: Deployment, { name }: FaultTarget): boolean {
  return sharesOf(deployment).some((path) => uncPathName(path).toLowerCase() === name.toLowerCase());
}

function everythingOf(dataDirectory: DataDirectory, deployment: Deployment, server: string): Losses {
  const onServer = (name: string): boolean => name.toLowerCase() === server.toLowerCase();
  const shares = sharesOf(deployment).filter((path) => onServer(path.server));
  const folders = shares.map((path) => {
    const share = dataDirectory.share(path);
    return { share, folder: share.folder, contentOnly: false };
  });
  const databases = databasePlacesOf(deployment).filter((place) => onServer(place.instance.server));
  if (folders.length === 0) return { folders, databases: atLeastOne(databases, server) };
  return { folders, databases };
}

function atLeastOne(places: readonly DatabasePlace[], name: string): readonly DatabasePlace[] {
  if (places.length === 0) throw holdsNothing(name, 'holds no share and no database of the topology');
  return places;
}

function holdsNothing(name: string, reason: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: name,
    message: `There is nothing to lose: ${name} ${reason}.`,
    remedy:
      'Name a pool, a share, a folder or file below one, a file server, server\\INSTANCE or server\\INSTANCE\\database.',
  });
}

async function removeFolder(dataDirectory: DataDirectory, lost: LostFolder): Promise<void> {
  const bin = join(dirname(lost.share.folder), '.lost');
  try {
    assertInside(dataDirectory.root, lost.folder);
    await removeTree(bin);
    await mkdir(bin);
    if (lost.contentOnly) await takeContent(lost.folder, bin);
    else await rename(lost.folder, join(bin, basename(lost.folder)));
    await removeTree(bin);
  } catch (error) {
    throw shareError(error, lost.share, lost.folder);
  }
}

/**
 * Everything goes at one moment, whatever clients write meanwhile. The folders that the servers keep content in are there
 * afterwards, empty, as on a new disk.
 */
async function takeContent(share: string, bin: string): Promise<void> {
  const names = await namesIn(share);
  for (const name of names) if (!isServiceFolder(name)) await rename(join(share, name), join(bin, name));
  for (const folder of [contentFolder, metadataFolder]) {
    await mkdir(join(share, ...folder.split('/')), { recursive: true });
  }
}

function removeTree(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 3 });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
}

/** The file and what SQLite keeps beside it. */
async function removeDatabase(dataDirectory: DataDirectory, place: DatabasePlace): Promise<void> {
  const file = dataDirectory.databaseFile(place.instance, place.database);
  assertInside(dataDirectory.root, file);
  const own = (await namesIn(dirname(file))).filter((name) => name.startsWith(basename(file)));
  try {
    for (const name of own) await rm(join(dirname(file), name), { force: true });
  } catch (cause) {
    throw new LyncTopologyError(
      {
        code: 'database-unavailable',
        kind: 'failed',
        object: databasePlaceName(place),
        message: `The files of ${databasePlaceName(place)} could not be deleted (${String(cause)}).`,
        remedy: 'See that no other program holds them and that you may delete them, then try again.',
      },
      { cause },
    );
  }
}
