/** What a fault can be aimed at: everything in the topology that has a name. */
import { LyncTopologyError } from '../../errors.ts';
import { hostsOf } from '../../hyperV/hosts.ts';
import { didYouMean } from '../../operations/nearest.ts';
import { chatDatabasePlaces, chatInstances, chatServerNames, chatShares } from '../../persistentChat/places.ts';
import {
  type Deployment,
  type Pool,
  type SqlInstance,
  sqlInstanceName,
  type UncPath,
  uncPathName,
} from '../../topology/model.ts';
import { type DatabaseName, databasesByType, databaseTypes } from '../../topology/vocabulary.ts';

export type FaultTarget =
  | { readonly kind: 'pool'; readonly name: string; readonly pool: Pool }
  | { readonly kind: 'server'; readonly name: string }
  | { readonly kind: 'instance'; readonly name: string; readonly instance: SqlInstance }
  | {
      readonly kind: 'database';
      readonly name: string;
      readonly instance: SqlInstance;
      readonly database: DatabaseName;
    }
  /** A share of the topology, or a folder below one. */
  | { readonly kind: 'share'; readonly name: string; readonly path: UncPath };

/** A database file's place: which database lies on which instance. */
export interface DatabasePlace {
  readonly instance: SqlInstance;
  readonly database: DatabaseName;
}

/**
 * The target of that name, in any case; `/` may stand for `\`, and one leading `\` for two, as shells leave them.
 * Throws `fault-unknown` with the name that was probably meant.
 */
export function faultTarget(deployment: Deployment, name: string): FaultTarget {
  const target = findFaultTarget(deployment, name);
  if (target !== undefined) return target;
  const known = targetsOf(deployment);
  throw new LyncTopologyError({
    code: 'fault-unknown',
    kind: 'refused',
    object: name,
    message: `The topology of ${deployment.name} has no pool, server, SQL Server instance, database or share named ${name}.`,
    remedy: didYouMean(
      typedName(name),
      known.map((candidate) => candidate.name),
      'Give the name of a pool, a server, server\\INSTANCE, server\\INSTANCE\\database or a share (\\\\server\\share).',
    ),
  });
}

/** The target of that name as `faultTarget` reads it, or `undefined`. */
export function findFaultTarget(deployment: Deployment, name: string): FaultTarget | undefined {
  const typed = typedName(name);
  const known = targetsOf(deployment);
  return known.find((target) => target.name.toLowerCase() === typed.toLowerCase()) ?? folderBelow(known, typed);
}

function typedName(name: string): string {
  return name.trim().replaceAll('/', '\\').replace(/^\\+/, '\\\\').replace(/\\+$/, '');
}

/** Every server that the topology names, once. */
export function serversOf(deployment: Deployment): readonly string[] {
  const names = deployment.pools.flatMap((pool) => [
    ...pool.frontEnds,
    ...instancesOf(pool).map((instance) => instance.server),
    ...(pool.fileShare === undefined ? [] : [pool.fileShare.server]),
  ]);
  return uniqueBy([...names, ...chatServerNames(deployment)], (name) => name);
}

/** What can be stopped and started: the servers and the Hyper-V hosts. */
export function computersOf(deployment: Deployment): readonly string[] {
  return uniqueBy([...serversOf(deployment), ...hostsOf(deployment)], (name) => name);
}

/** The shares of the pools. */
export function sharesOf(deployment: Deployment): readonly UncPath[] {
  const paths = deployment.pools.flatMap((pool) => (pool.fileShare === undefined ? [] : [pool.fileShare]));
  return uniqueBy([...paths, ...chatShares(deployment)], uncPathName);
}

/** Where databases lie, on primaries and mirrors. */
export function databasePlacesOf(deployment: Deployment): readonly DatabasePlace[] {
  const places = deployment.pools.flatMap((pool) =>
    databaseTypes.flatMap((type) => {
      const placement = pool.databases[type];
      if (placement === undefined) return [];
      const instances = placement.mirror === undefined ? [placement.primary] : [placement.primary, placement.mirror];
      return instances.flatMap((instance) => databasesByType[type].map((database) => ({ instance, database })));
    }),
  );
  return uniqueBy([...places, ...chatDatabasePlaces(deployment)], databasePlaceName);
}

/** `server\INSTANCE\database`. */
export function databasePlaceName(place: DatabasePlace): string {
  return `${sqlInstanceName(place.instance)}\\${place.database}`;
}

/** In the order in which a name is looked up: a Standard Edition pool has the name of its one server. */
function targetsOf(deployment: Deployment): readonly FaultTarget[] {
  const instances = uniqueBy([...deployment.pools.flatMap(instancesOf), ...chatInstances(deployment)], sqlInstanceName);
  return [
    ...deployment.pools.map((pool) => ({ kind: 'pool', name: pool.fqdn, pool }) as const),
    ...computersOf(deployment).map((name) => ({ kind: 'server', name }) as const),
    ...instances.map((instance) => ({ kind: 'instance', name: sqlInstanceName(instance), instance }) as const),
    ...databasePlacesOf(deployment).map(
      (place) => ({ kind: 'database', name: databasePlaceName(place), ...place }) as const,
    ),
    ...sharesOf(deployment).map((path) => ({ kind: 'share', name: uncPathName(path), path }) as const),
  ];
}

/** A folder below a share; whether it exists is not asked here. */
function folderBelow(known: readonly FaultTarget[], typed: string): FaultTarget | undefined {
  for (const share of known) {
    if (share.kind !== 'share' || !typed.toLowerCase().startsWith(`${share.name.toLowerCase()}\\`)) continue;
    const below = typed.slice(share.name.length + 1).replaceAll('\\', '/');
    const folder = share.path.folder === '' ? below : `${share.path.folder}/${below}`;
    return { kind: 'share', name: `${share.name}\\${below.replaceAll('/', '\\')}`, path: { ...share.path, folder } };
  }
  return undefined;
}

function instancesOf(pool: Pool): readonly SqlInstance[] {
  return databaseTypes.flatMap((type) => {
    const placement = pool.databases[type];
    if (placement === undefined) return [];
    return [placement.primary, placement.mirror, placement.witness].filter((instance) => instance !== undefined);
  });
}

function uniqueBy<T>(list: readonly T[], name: (item: T) => string): readonly T[] {
  return [...new Map(list.map((item) => [name(item).toLowerCase(), item])).values()];
}
