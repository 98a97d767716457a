/** What clients do with conference content: they upload a file, change it, delete it. Acknowledged when it is on disk. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { flushDirectory, nodeFileSystem } from '../backupService/content/fileSystem.ts';
import { LyncTopologyError } from '../errors.ts';
import type { PoolFailovers } from '../pools/poolFailovers.ts';
import type { DataDirectory, ShareLocation } from '../storage/layout.ts';
import { assertInside } from '../storage/names.ts';
import { type Deployment, findPool } from '../topology/model.ts';
import { contentFolder } from './names.ts';
import { assertShareAvailable, shareError } from './shareErrors.ts';

export interface ContentChange {
  /** The pool whose client it is. */
  readonly home: string;
  /** Below the folder of the content, with `/`. */
  readonly path: string;
  /** `null` deletes it. */
  readonly bytes: Uint8Array | null;
}

interface ContentPlaces {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly pools: Pick<PoolFailovers, 'requireServes' | 'serves'>;
}

/**
 * Changes a file on the share of the pool that is asked. Throws `pool-failed-over`, `pool-failing-over` and `commit-rejected`
 * (clients ask the other pool), `server-stopped`, `share-missing`, `share-unwritable`, `disk-full`, `argument-invalid`.
 */
export function changeContent(places: ContentPlaces, pool: string, change: ContentChange): { readonly time: string } {
  const share = contentShare(places, pool);
  if (share.mapped) throw somebodysOwn(share);
  requireServed(places, pool, change.home);
  assertShareAvailable(places.dataDirectory, share);
  const path = join(share.folder, ...contentFolder.split('/'), ...change.path.split('/'));
  assertInside(share.folder, path);
  try {
    if (change.bytes !== null) writeDurably(path, change.bytes);
    else if (existsSync(path)) rmSync(path);
    if (existsSync(dirname(path))) flushDirectory(nodeFileSystem, dirname(path));
  } catch (error) {
    throw shareError(error, share, path);
  }
  return { time: new Date().toISOString() };
}

/** The sha-256 of a file of a pool's content as it is now, or `undefined` where there is none. Throws as `changeContent`. */
export function contentDigest(
  places: Pick<ContentPlaces, 'deployment' | 'dataDirectory'>,
  pool: string,
  path: string,
): string | undefined {
  const share = contentShare(places, pool);
  assertShareAvailable(places.dataDirectory, share);
  const file = join(share.folder, ...contentFolder.split('/'), ...path.split('/'));
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw shareError(error, share, file);
  }
}

function requireServed({ pools }: ContentPlaces, pool: string, home: string): void {
  if (pool.toLowerCase() === home.toLowerCase()) {
    pools.requireServes(pool, 'rtcxds');
    return;
  }
  if (pools.serves(pool, home)) return;
  throw new LyncTopologyError({
    code: 'commit-rejected',
    kind: 'refused',
    object: pool,
    message: `${pool} does not serve the users of ${home} now.`,
    remedy: `Send it to ${home}.`,
  });
}

function contentShare(
  { deployment, dataDirectory }: Pick<ContentPlaces, 'deployment' | 'dataDirectory'>,
  fqdn: string,
) {
  const path = findPool(deployment, fqdn)?.fileShare;
  if (path !== undefined) return dataDirectory.share(path);
  throw new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: fqdn,
    message: `${fqdn} has no file share in the topology, so there is no conference content to change.`,
    remedy: 'Name a pool with a file share.',
  });
}

/** Absent on Windows. */
const noFollow = constants.O_NOFOLLOW ?? 0;

function writeDurably(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noFollow, 0o644);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function somebodysOwn(share: ShareLocation): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: share.unc,
    message: `The share ${share.unc} is mapped to ${share.folder}: that directory is somebody's own, and no clients of a drill write there.`,
    remedy: 'Leave the content load out, or run without the mapping.',
  });
}
