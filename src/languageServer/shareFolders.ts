/** From a share to the folder of this machine that it is mapped to. */
import { isAbsolute, join } from 'node:path';
import { uncPathName } from '../core/topology/model.ts';
import { parseUncPath } from '../core/topology/values.ts';

/**
 * The folder of a share, or of a folder in a share of which only the share is mapped. Undefined where nothing is mapped, and
 * where the mapping leads to another machine: a server that is away is not waited for.
 */
export function folderOfShare(share: string, mappings: Readonly<Record<string, string>>): string | undefined {
  const path = parseUncPath(share);
  if (path === undefined) return undefined;
  const whole = mappedTo(uncPathName(path), mappings);
  const root = whole ?? mappedTo(uncPathName({ ...path, folder: '' }), mappings);
  if (root === undefined || !isAbsolute(root) || /^[\\/]{2}/.test(root)) return undefined;
  return whole ?? join(root, ...path.folder.split('/'));
}

/** Names of servers and shares are compared without regard to case. */
function mappedTo(unc: string, mappings: Readonly<Record<string, string>>): string | undefined {
  const lower = unc.toLowerCase();
  return Object.entries(mappings).find(([mapped]) => mapped.toLowerCase() === lower)?.[1];
}
