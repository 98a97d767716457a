/** Where the parts of Persistent Chat pools are: servers, instances, shares, sites. */
import { LyncTopologyError } from '../errors.ts';
import {
  type ChatServer,
  type DatabasePlacement,
  type Deployment,
  findChatPool,
  findPool,
  type PersistentChatPool,
  type SqlInstance,
  type StretchedPlacement,
  type UncPath,
} from '../topology/model.ts';
import { type DatabaseName, type DatabaseType, databasesByType } from '../topology/vocabulary.ts';

/** Servers of a stretched pool, and those of them that may be active at a time (domain D.1). */
export const mostServers = 8;
export const mostActiveServers = 4;

/** Throws `chat-pool-unknown`. */
export function requireChatPool(deployment: Deployment, fqdn: string): PersistentChatPool {
  const pool = findChatPool(deployment, fqdn);
  if (pool !== undefined) return pool;
  const known = (deployment.persistentChatPools ?? []).map((candidate) => candidate.fqdn).join(', ');
  throw new LyncTopologyError({
    code: 'chat-pool-unknown',
    kind: 'refused',
    object: fqdn,
    message: `The topology of ${deployment.name} has no Persistent Chat pool ${fqdn}.`,
    remedy:
      known === '' ? 'Add it under persistentChatPools in the topology.' : `Its Persistent Chat pools are ${known}.`,
  });
}

/** Chat servers, SQL servers and the file server of the log-shipping share of every Persistent Chat pool. */
export function chatServerNames(deployment: Deployment): readonly string[] {
  return (deployment.persistentChatPools ?? []).flatMap((pool) => [
    ...pool.servers.map(({ fqdn }) => fqdn),
    ...chatInstancesOf(pool).map(({ server }) => server),
    ...(pool.logShippingShare === undefined ? [] : [pool.logShippingShare.server]),
  ]);
}

export function chatInstances(deployment: Deployment): readonly SqlInstance[] {
  return (deployment.persistentChatPools ?? []).flatMap(chatInstancesOf);
}

export function chatShares(deployment: Deployment): readonly UncPath[] {
  return (deployment.persistentChatPools ?? []).flatMap(({ logShippingShare }) => logShippingShare ?? []);
}

/** Which database lies on which instance. */
export function chatDatabasePlaces(
  deployment: Deployment,
): readonly { readonly instance: SqlInstance; readonly database: DatabaseName }[] {
  return (deployment.persistentChatPools ?? []).flatMap((pool) =>
    placementsOf(pool).flatMap(([type, { primary, mirror, backup, backupMirror }]) =>
      [primary, mirror, backup, backupMirror]
        .filter((instance) => instance !== undefined)
        .flatMap((instance) => databasesByType[type].map((database) => ({ instance, database }))),
    ),
  );
}

export function placementsOf(pool: PersistentChatPool): readonly (readonly [DatabaseType, StretchedPlacement])[] {
  const { PersistentChat, PersistentChatCompliance } = pool.databases;
  return [
    ...(PersistentChat === undefined ? [] : [['PersistentChat', PersistentChat] as const]),
    ...(PersistentChatCompliance === undefined
      ? []
      : [['PersistentChatCompliance', PersistentChatCompliance] as const]),
  ];
}

/** The databases of the second site as a pair of their own; `mirrored` while the backup has a session with its mirror. */
export function backupSide(placement: StretchedPlacement, mirrored: boolean): DatabasePlacement | undefined {
  const { backup, backupMirror } = placement;
  if (backup === undefined) return undefined;
  return { primary: backup, ...(mirrored && backupMirror && { mirror: backupMirror }) };
}

/** The site of the primary databases: that of the pool that the chat pool hands over to. */
function homeSite(deployment: Deployment, pool: PersistentChatPool): string {
  return findPool(deployment, pool.nextHop)?.site ?? pool.servers[0]?.site ?? '';
}

/** Servers near the databases of a state, in the order of the topology. */
export function serversOfSide(
  deployment: Deployment,
  pool: PersistentChatPool,
  side: 'primary' | 'backup',
): readonly ChatServer[] {
  const home = homeSite(deployment, pool);
  return pool.servers.filter(({ site }) => (site === home) === (side === 'primary'));
}

function chatInstancesOf(pool: PersistentChatPool): readonly SqlInstance[] {
  return placementsOf(pool).flatMap(([, { primary, mirror, witness, backup, backupMirror }]) =>
    [primary, mirror, witness, backup, backupMirror].filter((instance) => instance !== undefined),
  );
}
