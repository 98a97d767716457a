/** What keeps a changed topology from being applied while the engine runs; each with what to do first. */
import { isDeepStrictEqual } from 'node:util';
import type { StaleCopy } from '../backupService/staleCopies.ts';
import type { EngineServices } from '../engine/services.ts';
import { type ErrorInformation, errorInformation } from '../errors.ts';
import {
  type Deployment,
  findChatPool,
  findPool,
  type Pool,
  partnerOf,
  sqlInstanceName,
  uncPathName,
} from '../topology/model.ts';
import { databaseTypes } from '../topology/vocabulary.ts';
import { pairsOnlyIn, placementText } from './changes.ts';

/** Every obstacle there is now, as the refusal it is; empty when the topology can be applied. Changes nothing. */
export function obstacles(services: EngineServices, after: Deployment): readonly ErrorInformation[] {
  const before = services.deployment;
  if (!services.lab.initialized) return [];
  return [
    ...failedOverPools(services, after),
    ...chatPools(services, after),
    ...centralManagement(services, after),
    ...after.pools.flatMap((pool) => {
      const old = findPool(before, pool.fqdn);
      return old === undefined ? [] : [...movedShare(old, pool), ...movedDatabases(services, old, pool)];
    }),
    ...newPairs(services, after),
  ];
}

/** A pool whose users are served elsewhere stays, and stays paired with whoever serves them. */
function failedOverPools(services: EngineServices, after: Deployment): readonly ErrorInformation[] {
  const dissolved = pairsOnlyIn(services.deployment, after).flatMap(({ pools }) => pools);
  const removed = services.deployment.pools.flatMap(({ fqdn }) => (findPool(after, fqdn) === undefined ? [fqdn] : []));
  return [...new Set([...dissolved, ...removed])].flatMap((pool) => {
    const state = services.pools.stateOf(pool);
    if (state === 'Normal') return [];
    const deed = removed.includes(pool) ? 'be removed' : 'lose its pair';
    return [
      {
        code: state === 'FailedOver' ? 'pool-failed-over' : 'pool-failing-over',
        kind: 'refused',
        object: pool,
        message: `${pool} cannot ${deed}: its users are not served at home (state ${state}).`,
        remedy: `Run Invoke-CsPoolFailBack -PoolFqdn ${pool} first, then publish.`,
      },
    ];
  });
}

function chatPools(services: EngineServices, after: Deployment): readonly ErrorInformation[] {
  return (services.deployment.persistentChatPools ?? []).flatMap(({ fqdn }) => {
    const gone = findChatPool(after, fqdn) === undefined;
    if (!gone || services.persistentChat.state(fqdn) === 'Normal') return [];
    return [
      {
        code: 'chat-pool-state',
        kind: 'refused',
        object: fqdn,
        message: `The Persistent Chat pool ${fqdn} cannot be removed: it is failed over.`,
        remedy: 'Run Invoke-PersistentChatFailback first, then publish.',
      },
    ];
  });
}

function centralManagement(services: EngineServices, after: Deployment): readonly ErrorInformation[] {
  return services.deployment.pools.flatMap((pool) => {
    if (pool.databases.CentralMgmt === undefined || !services.centralManagement.isActive(pool.fqdn)) return [];
    if (findPool(after, pool.fqdn)?.databases.CentralMgmt !== undefined) return [];
    return [
      {
        code: 'central-management-not-moved',
        kind: 'refused',
        object: pool.fqdn,
        message: `${pool.fqdn} holds the active Central Management store, and the changed topology gives it none.`,
        remedy: 'Move it with Invoke-CsManagementServerFailover first, then publish.',
      },
    ];
  });
}

/** Nothing carries the content of a share to another one. */
function movedShare(before: Pool, after: Pool): readonly ErrorInformation[] {
  if (before.fileShare === undefined || isDeepStrictEqual(before.fileShare, after.fileShare)) return [];
  const now = after.fileShare === undefined ? 'no share' : uncPathName(after.fileShare);
  return [
    {
      code: 'share-unknown',
      kind: 'refused',
      object: before.fqdn,
      message: `The file share of ${before.fqdn} is ${uncPathName(before.fileShare)}, and the changed topology names ${now}: publishing moves no content, so it would be lost from sight.`,
      remedy: `Leave fileShare of ${before.fqdn} as it is.`,
    },
  ];
}

/** Nothing carries a database to another instance, and a mirror may be taken away only from a principal at home. */
function movedDatabases(services: EngineServices, before: Pool, after: Pool): readonly ErrorInformation[] {
  return databaseTypes.flatMap((type): readonly ErrorInformation[] => {
    const [old, now] = [before.databases[type], after.databases[type]];
    if (old === undefined || now === undefined || isDeepStrictEqual(old, now)) return [];
    const what = `The databases of type ${type} of ${before.fqdn}`;
    const object = `${type} of ${before.fqdn}`;
    const otherMirror =
      old.mirror !== undefined && now.mirror !== undefined && !isDeepStrictEqual(old.mirror, now.mirror);
    if (!isDeepStrictEqual(old.primary, now.primary) || otherMirror) {
      return [
        {
          code: 'database-unavailable',
          kind: 'refused',
          object,
          message: `${what} lie at ${placementText(old)}, and the changed topology says ${placementText(now)}: publishing moves no database.`,
          remedy: otherMirror
            ? 'Publish the topology without the mirror first, then with the new one, and run Install-CsMirrorDatabase.'
            : `Leave primary at ${sqlInstanceName(old.primary)}.`,
        },
      ];
    }
    if (old.mirror === undefined || now.mirror !== undefined) return [];
    const away = services.databases.status(before.fqdn, type).find(({ principal }) => principal !== 'primary');
    if (away === undefined) return [];
    return [
      {
        code: 'database-no-principal',
        kind: 'refused',
        object,
        message: `${what} cannot lose their mirror: the principal of ${away.DatabaseName} is ${away.principal === 'mirror' ? sqlInstanceName(old.mirror) : 'nowhere'}.`,
        remedy: `Run Invoke-CsDatabaseFailover -PoolFqdn ${before.fqdn} -DatabaseType ${type} -NewPrincipal primary first, then publish.`,
      },
    ];
  });
}

/** A new partner would take copies of a former one for content of the pool's own, and cannot begin without the stores. */
function newPairs(services: EngineServices, after: Deployment): readonly ErrorInformation[] {
  return pairsOnlyIn(after, services.deployment).flatMap(({ pools }) =>
    pools.flatMap((pool): readonly ErrorInformation[] => {
      if (findPool(services.deployment, pool) === undefined) return [];
      try {
        const [stale] = services.backupService.staleCopies.of(pool, partnerOf(after, pool)?.fqdn);
        return stale === undefined ? [] : [keepsStaleCopies(pool, stale)];
      } catch (error) {
        return [{ ...errorInformation(error, pool), kind: 'refused' }];
      }
    }),
  );
}

function keepsStaleCopies(pool: string, { owner, rows, files }: StaleCopy): ErrorInformation {
  return {
    code: 'pool-not-empty',
    kind: 'refused',
    object: pool,
    message: `${pool} cannot be paired anew: it still keeps backup data of ${owner} (${rows} rows, ${files} files and folders).`,
    remedy: `Run Remove-CsUserStoreBackupData -PoolFqdn ${pool} first, then publish.`,
  };
}
