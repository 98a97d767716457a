/** Losing data for a drill: it is really deleted. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isServiceFolder } from '../../backupService/content/paths.ts';
import { LyncTopologyError } from '../../errors.ts';
import { assertServerRunning } from '../../storage/availability.ts';
import type { DataDirectory, ShareLocation } from '../../storage/layout.ts';
import { assertInside } from '../../storage/names.ts';
import { type Deployment, sqlInstanceName } from '../../topology/model.ts';
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

/** Nothing mends a loss but a restore: what is kept is only that it was made. */
export const lose: FaultDefinition = {
  kind: 'lose',
  step: (target) => ({ title: `Delete the content of ${target}`, detail: 'As a loss of the disk would.' }),
  losses: (target) => [`The content of ${target} is deleted.`],
  inflict: async ({ dataDirectory, deployment, record }, name) => {
    const target = faultTarget(deployment, name);
    await loseData(dataDirectory, deployment, target);
    record.addFault('lose', target.name);
  },
  present: ({ record }) => record.faults('lose'),
  mend: () => false,
  mendAll: ({ record }) => record.forgetFaults('lose'),
};

/**
 * Deletes what the target holds: a pool's conference content, a share or a folder below it, everything of a file server,
 * the files of databases. Checked before anything is deleted. Throws `argument-invalid` for a target that holds nothing
 * and for a mapped directory, `share-missing`, `server-stopped`, `share-unwritable`.
 */
export async function loseData(
  dataDirectory: DataDirectory,
  deployment: Deployment,
  target: FaultTarget,
): Promise<void> {
  const losses = lossesOf(dataDirectory, deployment, target);
  for (const { share } of losses.folders) {
    refuseMapped(share, target.name);
    assertShareAvailable(dataDirectory, share);
  }
  for (const place of losses.databases) assertServerRunning(dataDirectory, place.instance.server);
  for (const folder of losses.folders) await removeFolder(dataDirectory, folder);
  for (const place of losses.databases) await removeDatabase(dataDirectory, place);
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
      const share = dataDirectory.share(target.path);
      return { folders: [{ share, folder: share.folder, contentOnly: false }], databases: [] };
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
    remedy: 'Name a pool, a share, a file server, server\\INSTANCE or server\\INSTANCE\\database.',
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
