/** Pools by name, and whether their servers run. */
import { accessSync, constants, statSync } from 'node:fs';
import { LyncTopologyError } from '../errors.ts';
import type { ServiceState, ShareStatus } from '../status.ts';
import { serverState } from '../storage/availability.ts';
import type { DataDirectory, ShareLocation } from '../storage/layout.ts';
import { type Deployment, findPool, type Pool } from '../topology/model.ts';

/** Throws `pool-unknown`. */
export function requirePool(deployment: Deployment, fqdn: string): Pool {
  const pool = findPool(deployment, fqdn);
  if (pool !== undefined) return pool;
  const known = deployment.pools.map((candidate) => candidate.fqdn).join(', ');
  throw new LyncTopologyError({
    code: 'pool-unknown',
    kind: 'refused',
    object: fqdn,
    message: `The topology of ${deployment.name} has no pool ${fqdn}.`,
    remedy: known === '' ? 'Add a pool to the topology.' : `Name one of its pools: ${known}.`,
  });
}

/** Looked at now: a Front End is stopped when its server is marked as stopped or its folder is not there. */
export function serviceStateOf(dataDirectory: DataDirectory, pool: Pool): ServiceState {
  const stoppedServers = pool.frontEnds.filter((server) => serverState(dataDirectory, server).state !== 'running');
  if (stoppedServers.length === 0) return { state: 'running', stoppedServers };
  const state = stoppedServers.length === pool.frontEnds.length ? 'stopped' : 'partlyStopped';
  return { state, stoppedServers };
}

/** Looked at now. A mapped share lies elsewhere, so only the mark of a stopped file server concerns it. */
export function shareStatusOf(dataDirectory: DataDirectory, share: ShareLocation): ShareStatus {
  const { unc, folder, mapped } = share;
  return { unc, folder, mapped, state: shareState(dataDirectory, share) };
}

function shareState(dataDirectory: DataDirectory, { server, folder, mapped }: ShareLocation): ShareStatus['state'] {
  const found = serverState(dataDirectory, server).state;
  if (found === 'stopped' || (found === 'missing' && !mapped)) return 'stopped';
  try {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return 'missing';
    accessSync(folder, constants.R_OK | constants.X_OK);
    return stats.isDirectory() ? 'available' : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
