/** From a share to the folder of this machine that it is mapped to. */
import { join } from 'node:path';
import { uncPathName } from '../core/topology/model.ts';
import { parseUncPath } from '../core/topology/values.ts';
import { absolutePath } from './settingPaths.ts';

/** Shares that lie in folders of this machine, as the settings say it. */
export interface ShareMappings {
  /** Folder by UNC path. */
  readonly folders: Readonly<Record<string, string>>;
  /** The folder of the topology file, beside which relative ones lie. */
  readonly beside: string;
}

/**
 * The folder of a share, or of a folder in a share of which only the share is mapped. Undefined where nothing is mapped, and
 * where the mapping leads to another machine: a server that is away is not waited for.
 */
export function folderOfShare(share: string, mappings: ShareMappings): string | undefined {
  const path = parseUncPath(share);
  if (path === undefined) return undefined;
  const whole = mappedTo(uncPathName(path), mappings);
  if (whole !== undefined) return whole;
  const root = mappedTo(uncPathName({ ...path, folder: '' }), mappings);
  return root === undefined ? undefined : join(root, ...path.folder.split('/'));
}

/** Names of servers and shares are compared without regard to case. */
function mappedTo(unc: string, { folders, beside }: ShareMappings): string | undefined {
  const lower = unc.toLowerCase();
  const folder = Object.entries(folders).find(([mapped]) => mapped.toLowerCase() === lower)?.[1];
  return folder === undefined || /^[\\/]{2}/.test(folder) ? undefined : absolutePath(folder, beside);
}
