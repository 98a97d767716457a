/** Faults of shares: which shares a name means, and what keeps a fault from being made on one. */
import { LyncTopologyError } from '../../errors.ts';
import type { ShareLocation } from '../../storage/layout.ts';
import { assertInside } from '../../storage/names.ts';
import { uncPathName } from '../../topology/model.ts';
import { assertShareAvailable } from '../shareErrors.ts';
import type { FaultScene } from './kind.ts';
import { type FaultTarget, faultTarget, findFaultTarget, sharesOf } from './targets.ts';

/**
 * The whole shares that a pool, a file server or a share stands for, each there and running. Throws `fault-unknown`,
 * `argument-invalid` (no share, or a mapped one), `server-stopped`, `share-missing`.
 */
export function sharesToBreak(scene: FaultScene, name: string, deed: string): readonly ShareLocation[] {
  const target = faultTarget(scene.deployment, name);
  const shares = sharesOfTarget(scene, target);
  if (shares.length === 0) throw noShare(target.name, deed);
  for (const share of shares) {
    refuseMapped(share, target.name);
    assertShareAvailable(scene.dataDirectory, share);
    assertInside(scene.dataDirectory.root, share.folder);
  }
  return shares;
}

/** The same for mending: `undefined` for a name that means no share. */
export function sharesToMend(scene: FaultScene, name: string): readonly ShareLocation[] | undefined {
  const target = findFaultTarget(scene.deployment, name);
  const shares = target === undefined ? [] : sharesOfTarget(scene, target).filter(({ mapped }) => !mapped);
  return shares.length === 0 ? undefined : shares;
}

/** Every share of the topology that lies in the data directory. */
export function ownShares({ deployment, dataDirectory }: FaultScene): readonly ShareLocation[] {
  return sharesOf(deployment)
    .map((path) => dataDirectory.share(path))
    .filter(({ mapped }) => !mapped);
}

/** Throws `argument-invalid`: a mapped directory is not part of the lab. */
export function refuseMapped(share: ShareLocation, name: string): void {
  if (!share.mapped) return;
  throw new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: name,
    message: `The share ${share.unc} is mapped to ${share.folder}: that directory is not part of the lab, and nothing in it is broken.`,
    remedy: 'Break a share that lies in the data directory, or run without the mapping.',
  });
}

function sharesOfTarget({ deployment, dataDirectory }: FaultScene, target: FaultTarget): readonly ShareLocation[] {
  const shares = sharesOf(deployment);
  switch (target.kind) {
    case 'pool':
      return target.pool.fileShare === undefined ? [] : [dataDirectory.share(target.pool.fileShare)];
    case 'server':
      return shares
        .filter((path) => path.server.toLowerCase() === target.name.toLowerCase())
        .map((path) => dataDirectory.share(path));
    case 'share': {
      const name = target.name.toLowerCase();
      return shares.filter((path) => uncPathName(path).toLowerCase() === name).map((path) => dataDirectory.share(path));
    }
    default:
      return [];
  }
}

function noShare(name: string, deed: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: name,
    message: `${name} cannot be ${deed}: it is no share and has none in the topology.`,
    remedy: 'Name a pool, a file server or a share (\\\\server\\share).',
  });
}
