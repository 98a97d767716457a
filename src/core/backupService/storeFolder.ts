/** Where the `BackupStore` of a pool lies (domain A.8): in its share, in a folder that is no content. */
import { join } from 'node:path';
import { backupStoreOf } from '../lab/names.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment, UncPath } from '../topology/model.ts';

export interface StoreFolder {
  /** The root of the share that it lies in, or the place of a mapped share in the data directory. */
  readonly root: string;
  /** `<root>/<site>-BackupService-<number>/BackupStore` */
  readonly folder: string;
  readonly mapped: boolean;
}

/** What is ours never goes into a directory that belongs to somebody else: of a mapped share it lies where that would be. */
export function storeFolderOf(
  dataDirectory: DataDirectory,
  deployment: Deployment,
  pool: string,
  path: UncPath,
): StoreFolder {
  const { mapped, folder } = dataDirectory.share(path);
  const root = mapped ? join(dataDirectory.serverFolder(path.server), path.share, path.folder) : folder;
  return { root, folder: join(root, ...backupStoreOf(deployment, pool).split('/')), mapped };
}
