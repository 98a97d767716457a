/** The things operations act on, found by name, and the preconditions that several operations share. */
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import { backupSide, placementsOf } from '../persistentChat/places.ts';
import type { JobStatus, PoolStatus } from '../status.ts';
import { type Deployment, findChatPool, findPool, type Pool, partnerOf } from '../topology/model.ts';
import { formatList } from './amounts.ts';
import type { Precondition } from './definition.ts';
import { didYouMean } from './nearest.ts';
import { precondition } from './plans.ts';

/** Throws `pool-unknown`, with the name that was probably meant. */
export function requirePool(deployment: Deployment, fqdn: string): Pool {
  const pool = findPool(deployment, fqdn);
  if (pool !== undefined) return pool;
  const known = deployment.pools.map((candidate) => candidate.fqdn);
  throw new LyncTopologyError({
    code: 'pool-unknown',
    kind: 'refused',
    object: fqdn,
    message: `The topology of ${deployment.name} has no pool ${fqdn}.`,
    remedy: didYouMean(fqdn, known, known.length === 0 ? 'Add a pool to it.' : `Its pools are ${formatList(known)}.`),
  });
}

/** What has databases: a pool, or a Persistent Chat pool with the places that serve it now. Throws `pool-unknown`. */
export function requireDatabaseOwner(
  services: EngineServices,
  fqdn: string,
): { readonly fqdn: string; readonly databases: Pool['databases'] } {
  const chat = findChatPool(services.deployment, fqdn);
  if (chat === undefined) return requirePool(services.deployment, fqdn);
  const isFailedOver = services.persistentChat.state(chat.fqdn) === 'FailedOver';
  const databases = placementsOf(chat).flatMap(([type, placement]) => {
    const side = isFailedOver ? backupSide(placement, true) : placement;
    return side === undefined ? [] : [[type, side] as const];
  });
  return { fqdn: chat.fqdn, databases: Object.fromEntries(databases) };
}

/** The backup pool. Throws `pool-unknown`, `pool-not-paired`. */
export function requirePartner(deployment: Deployment, fqdn: string): Pool {
  const pool = requirePool(deployment, fqdn);
  const partner = partnerOf(deployment, pool.fqdn);
  if (partner !== undefined) return partner;
  throw new LyncTopologyError({
    code: 'pool-not-paired',
    kind: 'refused',
    object: pool.fqdn,
    message: `The pool ${pool.fqdn} has no backup pool, so it has no Backup Service.`,
    remedy: 'Pair it under poolPairs in the topology file, or name a pool that is paired.',
  });
}

export function initializedPrecondition(services: EngineServices): Precondition {
  return precondition(
    'The data directory holds the databases and shares of the deployment',
    services.lab.initialized,
    services.lab.initialized ? services.dataDirectory : `${services.dataDirectory} has none of them.`,
    () => ({
      code: 'data-directory-missing',
      kind: 'refused',
      object: services.dataDirectory,
      message: `The data directory ${services.dataDirectory} has not been initialised: it holds no databases and shares.`,
      remedy: 'Create them with "lync-topology init" (in the editor: Initialise Data Directory), then run this again.',
    }),
  );
}

/** A pool's Backup Service runs: at least one of its Front Ends does. */
export function poolRunsPrecondition(pool: PoolStatus): Precondition {
  const stopped = pool.service.stoppedServers;
  return precondition(
    `The Backup Service of ${pool.fqdn} runs`,
    pool.service.state !== 'stopped',
    stopped.length === 0
      ? `It is active on ${pool.ActiveMachineFqdn ?? pool.fqdn}.`
      : `Stopped: ${formatList(stopped)}.`,
    () => ({
      code: 'pool-stopped',
      kind: 'refused',
      object: pool.fqdn,
      message: `The pool ${pool.fqdn} does not run: all of its Front Ends are stopped (${formatList(stopped)}).`,
      remedy: `Start one of them, here with "lync-topology fault start ${stopped[0] ?? pool.fqdn}", and run this again.`,
    }),
  );
}

export function sharePrecondition(pool: PoolStatus): Precondition {
  const share = pool.share;
  const words = {
    available: 'available',
    missing: 'missing',
    unreadable: 'unreadable',
    stopped: 'on a stopped server',
  };
  return precondition(
    `The file share of ${pool.fqdn} is available`,
    share?.state === 'available',
    share === undefined ? 'The topology gives it none.' : `${share.unc} (${share.folder}) is ${words[share.state]}.`,
    () => ({
      code:
        share?.state === 'unreadable'
          ? 'share-unreadable'
          : share?.state === 'stopped'
            ? 'server-stopped'
            : 'share-missing',
      kind: 'refused',
      object: share?.unc ?? pool.fqdn,
      message:
        share === undefined
          ? `The pool ${pool.fqdn} has no file share in the topology, so it has no conference content.`
          : `The file share ${share.unc} of ${pool.fqdn} is ${words[share.state]} (looked for in ${share.folder}).`,
      remedy:
        share === undefined
          ? 'Add fileShare to the pool in the topology file.'
          : share.state === 'stopped'
            ? `Start its server, here with "lync-topology fault start ${share.unc.split('\\')[2] ?? ''}", and run this again.`
            : share.state === 'unreadable'
              ? 'See that it is a folder that you may read and write, then run this again.'
              : 'Bring the share back; if it is lost for good, create it anew, empty, with "lync-topology init". Then run this again.',
    }),
  );
}

/** No other job holds what this one would need. */
export function noConflictPrecondition(
  services: EngineServices,
  leases: readonly string[],
  subject: string,
): Precondition {
  const holders = services.leases.holders(leases);
  return precondition(
    `Nothing else works on ${subject}`,
    holders.length === 0,
    holders.length === 0 ? 'No job holds it.' : `Running: ${formatList(holders.map(jobName))}.`,
    () => ({
      code: 'lease-held',
      kind: 'refused',
      object: subject,
      message: `${subject} is in use by ${formatList(holders.map(jobName))}.`,
      remedy: `Wait for it, or cancel it with "lync-topology jobs cancel ${holders[0]?.id.replace('job/', '') ?? ''}", then run this again.`,
    }),
  );
}

/** The pool as the status says it is now. */
export async function poolStatus(services: EngineServices, fqdn: string, signal?: AbortSignal): Promise<PoolStatus> {
  const { pools } = await services.status.snapshot(signal);
  const pool = pools.find((candidate) => candidate.fqdn.toLowerCase() === fqdn.toLowerCase());
  if (pool === undefined) throw new Error(`the status does not speak of ${fqdn}`);
  return pool;
}

function jobName(job: JobStatus): string {
  return `${job.id} (${job.title}, started by ${job.operator})`;
}
