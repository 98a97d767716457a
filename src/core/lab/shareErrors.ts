/** What can go wrong with a share, as errors that name it. */
import { accessSync, constants, statSync } from 'node:fs';
import { LyncTopologyError } from '../errors.ts';
import { assertServerRunning } from '../storage/availability.ts';
import type { DataDirectory, ShareLocation } from '../storage/layout.ts';

/** Throws `server-stopped` when the share's server does not run, `share-missing` when the share is not there. */
export function assertShareAvailable(dataDirectory: DataDirectory, share: ShareLocation): void {
  if (!share.mapped) assertServerRunning(dataDirectory, share.server);
  if (isFolder(share.folder)) return;
  throw new LyncTopologyError({
    code: 'share-missing',
    kind: 'failed',
    object: share.unc,
    message: `The share ${share.unc} does not exist: ${share.folder} is not there.`,
    remedy: share.mapped
      ? 'Bring the directory back, or map the share to another one.'
      : 'Create it anew, empty, with `lync-topology init`.',
  });
}

/** As `assertShareAvailable`, and throws `share-unwritable` where nothing can be written into the folder of the share. */
export function assertShareWritable(dataDirectory: DataDirectory, share: ShareLocation): void {
  assertShareAvailable(dataDirectory, share);
  try {
    accessSync(share.folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw shareError(error, share, share.folder);
  }
}

/** The product's error for what the file system said about a path on a share; errors of the product stay as they are. */
export function shareError(error: unknown, share: ShareLocation, path: string): unknown {
  if (error instanceof LyncTopologyError || !(error instanceof Error) || !('code' in error)) return error;
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return new LyncTopologyError(
    {
      code: full ? 'disk-full' : 'share-unwritable',
      kind: 'failed',
      object: share.unc,
      message: full
        ? `The disk of the share ${share.unc} is full: ${path} could not be written.`
        : `${path} on the share ${share.unc} could not be changed (${String(error.code)}).`,
      remedy: full
        ? 'Free space on that disk and run it again; what has been written stays.'
        : 'Correct the permissions of the folder and run it again; what has been written stays.',
    },
    { cause: error },
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
