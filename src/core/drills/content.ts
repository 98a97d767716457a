/** The conference content that a pool held before a fault, and what of it is not there any more. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isServiceFolder } from '../backupService/content/paths.ts';
import type { StatusServices } from '../engine/services.ts';
import { throwIfCancelled } from '../errors.ts';
import { faultTarget } from '../lab/faults/targets.ts';
import { contentFolder } from '../lab/names.ts';
import { type Deployment, uncPathName } from '../topology/model.ts';
import { clientName } from './clients.ts';

/** Content of one pool: the digest of each file by its path below the share, with `/`. */
export interface ContentSnapshot {
  readonly pool: string;
  readonly folder: string;
  readonly files: ReadonlyMap<string, string>;
}

export interface LostFile {
  readonly pool: string;
  readonly path: string;
  /** `missing`, `different`, `not deleted`, or why it could not be read. */
  readonly reason: string;
  /** When a client was told that it is so; absent for what was there before a fault. */
  readonly time?: string;
}

/** Pools whose share a fault at that target touches. */
export function poolsTouched(deployment: Deployment, target: string): readonly string[] {
  const found = faultTarget(deployment, target);
  const touched = deployment.pools.filter((pool) => {
    if (pool.fileShare === undefined) return false;
    const share = uncPathName(pool.fileShare).toLowerCase();
    if (found.kind === 'pool') return found.pool.fqdn === pool.fqdn;
    if (found.kind === 'server') return found.name.toLowerCase() === pool.fileShare.server.toLowerCase();
    const name = found.name.toLowerCase();
    return found.kind === 'share' && (name === share || name.startsWith(`${share}\\`));
  });
  return touched.map(({ fqdn }) => fqdn);
}

/** `undefined` when the pool's share cannot be read now. */
export async function snapshotContent(
  status: StatusServices,
  fqdn: string,
  signal: AbortSignal,
): Promise<ContentSnapshot | undefined> {
  const { pools } = await status.snapshot(signal);
  const share = pools.find((pool) => pool.fqdn === fqdn)?.share;
  if (share?.state !== 'available') return undefined;
  return { pool: fqdn, folder: share.folder, files: await digestsOf(share.folder, signal) };
}

/** What the pool held and holds no longer; everything while its share cannot be read. */
export async function lostContent(snapshot: ContentSnapshot, signal: AbortSignal): Promise<readonly LostFile[]> {
  const now = await digestsOf(snapshot.folder, signal).catch((error: unknown) => {
    throwIfCancelled(signal, 'The drill');
    if (error instanceof Error && 'code' in error) return new Map<string, string>();
    throw error;
  });
  return [...snapshot.files].flatMap(([path, digest]) => {
    const found = now.get(path);
    if (found === digest) return [];
    return { pool: snapshot.pool, path, reason: found === undefined ? 'missing' : 'different' };
  });
}

/** Files of the drill's own clients change all the time, and are compared with what the clients were told. */
const ofClients = `${contentFolder}/${clientName}`;

/** Without the stores of the servers on the share, which no user wrote. */
async function digestsOf(folder: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for (const name of await readdir(folder)) {
    if (isServiceFolder(name)) continue;
    const entries = await readdir(join(folder, name), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((candidate) => candidate.isFile())) {
      throwIfCancelled(signal, 'The drill');
      const path = join(entry.parentPath, entry.name);
      const below = relative(folder, path).split(sep).join('/');
      if (!below.startsWith(ofClients)) digests.set(below, await digestOf(path));
    }
  }
  return digests;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
