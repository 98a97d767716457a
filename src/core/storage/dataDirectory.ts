/** Opens a data directory: checks it once and answers where things lie (see `layout.ts`). */
import { accessSync, constants, mkdirSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { LyncTopologyError } from '../errors.ts';
import type { SqlInstance, UncPath } from '../topology/model.ts';
import { uncPathName } from '../topology/model.ts';
import type { DataDirectory, ShareLocation } from './layout.ts';
import { folderName } from './names.ts';

export interface DataDirectoryOptions {
  /** Shares that lie in a directory of their own: UNC path in any case, with `\` between the names, to folder. */
  readonly mappings?: ReadonlyMap<string, string>;
  /**
   * `refuse` (default): a mapped folder that does not exist is an error. `report`: it is a share whose state is missing,
   * which is what an engine says that starts after the folder has vanished.
   */
  readonly missingMappings?: 'refuse' | 'report';
}

/** The folder of the default instance. */
const defaultInstanceFolder = 'MSSQLSERVER';

/**
 * Opens an existing data directory. Throws `data-directory-missing`, `data-directory-unusable` (not a directory, not
 * writable), `share-missing` and `share-unreadable` (a mapped folder).
 */
export function openDataDirectory(root: string, options: DataDirectoryOptions = {}): DataDirectory {
  const absolute = resolve(root);
  checkRoot(absolute);
  const mappings = new Map<string, string>();
  for (const [unc, folder] of options.mappings ?? []) {
    checkMapping(unc, folder, options.missingMappings ?? 'refuse');
    mappings.set(unc.toLowerCase(), folder);
  }
  return layoutOf(absolute, mappings);
}

/** Makes the data directory when it does not exist. Throws `data-directory-unusable`, `disk-full`, `access-denied`. */
export function createDataDirectory(root: string): void {
  const absolute = resolve(root);
  try {
    mkdirSync(absolute, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unusable(absolute, `cannot be created: ${reasonOf(cause)}`, cause);
  }
}

function layoutOf(root: string, mappings: ReadonlyMap<string, string>): DataDirectory {
  // Names of servers do not depend on case; their folders are in lower case so that two spellings are one server.
  const serverFolder = (server: string): string =>
    join(root, 'servers', folderName(server.toLowerCase(), 'name of the server'));
  const hostFolder = (host: string): string =>
    join(root, 'hosts', folderName(host.toLowerCase(), 'name of the Hyper-V host'));
  const machineFolder = (host: string, machine: string): string =>
    join(hostFolder(host), folderName(machine, 'name of the virtual machine'));
  const instanceFolder = (instance: SqlInstance): string =>
    join(
      serverFolder(instance.server),
      instance.instance === '' ? defaultInstanceFolder : folderName(instance.instance, 'name of the SQL instance'),
    );
  return {
    root,
    engineDatabase: join(root, 'engine.db'),
    serverFolder,
    instanceFolder,
    databaseFile: (instance, database) => join(instanceFolder(instance), `${folderName(database, 'database')}.db`),
    share: (path) => shareLocation(path, mappings, serverFolder),
    hostFolder,
    machineFolder,
    virtualDisk: (host, machine, disk) => join(machineFolder(host, machine), folderName(disk, 'name of the disk')),
  };
}

/** The location of a share, or of a folder below a share of which only the share itself is mapped. */
function shareLocation(
  path: UncPath,
  mappings: ReadonlyMap<string, string>,
  serverFolder: (server: string) => string,
): ShareLocation {
  const below = path.folder === '' ? [] : path.folder.split('/').map((name) => folderName(name, 'folder of the share'));
  const unc = uncPathName(path);
  const common = { unc, server: path.server };
  const mapped = mappings.get(unc.toLowerCase());
  if (mapped !== undefined) return { ...common, folder: mapped, mapped: true };
  const share = mappings.get(uncPathName({ ...path, folder: '' }).toLowerCase());
  if (share !== undefined) return { ...common, folder: join(share, ...below), mapped: true };
  return {
    ...common,
    folder: join(serverFolder(path.server), folderName(path.share, 'name of the share'), ...below),
    mapped: false,
  };
}

function checkRoot(root: string): void {
  const stats = statsOf(root);
  if (stats === undefined) {
    throw new LyncTopologyError({
      code: 'data-directory-missing',
      kind: 'failed',
      object: root,
      message: `The data directory ${root} does not exist.`,
      remedy: 'Create it with `lync-topology init`.',
    });
  }
  if (!stats.isDirectory()) throw unusable(root, 'is not a directory');
  try {
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw unusable(root, `cannot be read and written: ${reasonOf(cause)}`, cause);
  }
}

function checkMapping(unc: string, folder: string, missing: 'refuse' | 'report'): void {
  if (!isAbsolute(folder)) {
    throw mappingError('share-missing', unc, folder, 'is not an absolute path');
  }
  const stats = statsOf(folder);
  if (stats === undefined) {
    if (missing === 'report') return;
    throw mappingError('share-missing', unc, folder, 'does not exist');
  }
  if (!stats.isDirectory()) throw mappingError('share-unreadable', unc, folder, 'is not a directory');
}

function mappingError(
  code: 'share-missing' | 'share-unreadable',
  unc: string,
  folder: string,
  what: string,
): LyncTopologyError {
  return new LyncTopologyError({
    code,
    kind: 'failed',
    object: unc,
    message: `The share ${unc} is mapped to ${folder}, which ${what}.`,
    remedy: 'Map the share to an existing directory, or remove the mapping.',
  });
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw unusable(path, `cannot be looked at: ${reasonOf(cause)}`, cause);
  }
}

function unusable(root: string, what: string, cause?: unknown): LyncTopologyError {
  return new LyncTopologyError(
    {
      code: 'data-directory-unusable',
      kind: 'failed',
      object: root,
      message: `${root} ${what}.`,
      remedy: 'Name a directory that you may read and write, or correct its permissions.',
    },
    { cause },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
