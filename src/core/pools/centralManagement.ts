/**
 * Which Central Management store is the active one (domain B.7).
 *
 * Each store carries a record: its mode, Active or Backup, and the epoch in which it got it. The connection point in the
 * engine's database carries the epoch and the pool of the active store. Every change of the active store is a new epoch, and
 * is written to the connection point first. A store may be exported from or written to only while its own record says
 * Active in the highest epoch that is known, so a store that comes back with an older one accepts nothing: it is demoted.
 * Where no record is, none has ever been moved: the topology says where the active store was in the beginning, epoch 0.
 */
import * as z from 'zod';
import { documentVersions } from '../backupService/cmsDocuments.ts';
import type { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { type Deployment, findPool } from '../topology/model.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { centralManagementMoving, standbyStore } from './errors.ts';
import type { Register } from './register.ts';
import { type Reached, reachStore, readRecord, recordOrigin, writeRecord } from './storeRecords.ts';

const name = 'centralManagement';
const takenOverName = 'centralManagement:takenOver';

const placeSchema = z.object({
  epoch: z.number(),
  /** FQDN of the pool with the active store. */
  active: z.string(),
  /** The active store takes no changes any more: it is being moved to this pool. */
  movingTo: z.string().exactOptional(),
});
type Place = z.infer<typeof placeSchema>;

const recordSchema = placeSchema.extend({
  mode: z.enum(['Active', 'Backup']),
  /** ISO 8601, UTC. */
  since: z.string(),
  /** Names of the documents that this store held when it was demoted and that had never been replicated. */
  unreplicated: z.array(z.string()).exactOptional(),
});
type StoreRecord = z.infer<typeof recordSchema>;

export interface CentralManagementStore {
  readonly pool: string;
  /** Absent when the store cannot be reached. */
  readonly mode?: 'Active' | 'Backup';
  readonly epoch?: number;
  /** It takes no changes any more: it is being moved to this pool. */
  readonly movingTo?: string;
  /** Documents that it held alone when it was demoted. */
  readonly unreplicated?: readonly string[];
  readonly error?: LyncTopologyError;
}

export interface CentralManagementStanding {
  readonly epoch: number;
  /** FQDN of the pool with the active store; absent when the topology names none. */
  readonly active?: string;
  /** A move that has begun and is not over. */
  readonly movingTo?: string;
  readonly stores: readonly CentralManagementStore[];
}

export interface CentralManagement {
  /** Measured now from the stores and the connection point. Changes nothing. */
  standing(): CentralManagementStanding;
  /** Whether the pool's store is the one that exports and takes changes. */
  isActive(pool: string): boolean;
  /** Throws unless the pool's store takes changes now; a store that was superseded while it was away is demoted first. */
  requireAccepts(pool: string): void;
  /** Demotes the stores that were superseded while they were away, as far as they can be reached. */
  settle(): void;
  /** The active store takes no more changes: what it holds is what the other one gets. */
  beginMove(target: string): void;
  /** The one decisive moment: from here on the target is the right one, whatever the old store says. */
  moveConnectionPoint(target: string): void;
  /** Makes the store of the pool that the connection point names the active one. */
  activate(): void;
  /**
   * Ends a move that has begun: the store that the connection point names is active, the other one is not. Another store
   * than that takes its place: whatever the lost one holds belongs to an epoch that is over.
   */
  restore(pool: string): void;
}

export interface CentralManagementOptions {
  readonly deployment: Deployment;
  readonly register: Register;
  readonly database: (pool: string, name: DatabaseName) => MirroredDatabase;
  readonly onChanged: (pool: string) => void;
}

export function openCentralManagement(options: CentralManagementOptions): CentralManagement {
  const { deployment, register } = options;
  const hosts = deployment.pools.filter(
    ({ centralManagement, databases }) => centralManagement !== undefined && databases.CentralMgmt !== undefined,
  );
  const starting = deployment.pools.find(({ centralManagement }) => centralManagement === 'active')?.fqdn;
  const storeOf = (pool: string): MirroredDatabase => options.database(pool, 'xds');
  const same = (one: string, other: string | undefined): boolean => one.toLowerCase() === other?.toLowerCase();

  function initial(pool: string): StoreRecord {
    return { epoch: 0, active: starting ?? '', mode: same(pool, starting) ? 'Active' : 'Backup', since: '' };
  }

  function recordOf(pool: string): Reached<StoreRecord> {
    const found = reachStore(storeOf(pool), (database) => readRecord(database, name));
    if (found.error !== undefined) return found;
    return { value: found.value === undefined ? initial(pool) : recordSchema.parse(found.value) };
  }

  function connectionPoint(): Place | undefined {
    const found = register.read(name);
    return found === undefined ? undefined : placeSchema.parse(found);
  }

  function standing(): CentralManagementStanding {
    const records = hosts.map(({ fqdn }) => ({ pool: fqdn, found: recordOf(fqdn) }));
    const point = connectionPoint();
    const places: readonly Place[] = [
      ...(point === undefined ? [] : [point]),
      ...records.flatMap(({ found }) => found.value ?? []),
    ];
    const highest = places.reduce<Place | undefined>(
      (best, place) => (best === undefined || place.epoch > best.epoch ? place : best),
      undefined,
    );
    const active = highest === undefined ? starting : highest.active === '' ? undefined : highest.active;
    const movingTo = highest?.movingTo;
    return {
      epoch: highest?.epoch ?? 0,
      ...(active === undefined ? {} : { active }),
      ...(movingTo === undefined ? {} : { movingTo }),
      stores: records.map(({ pool, found }) =>
        found.error === undefined
          ? {
              pool,
              mode: found.value.mode,
              epoch: found.value.epoch,
              ...(found.value.movingTo === undefined ? {} : { movingTo: found.value.movingTo }),
              ...(found.value.unreplicated === undefined ? {} : { unreplicated: found.value.unreplicated }),
            }
          : { pool, error: found.error },
      ),
    };
  }

  /** A store that cannot be reached exports nothing anyway; that it cannot be reached is then what its status says. */
  function isActive(pool: string): boolean {
    if (!hosts.some(({ fqdn }) => same(fqdn, pool))) return same(pool, starting);
    const now = standing();
    const store = now.stores.find((candidate) => same(candidate.pool, pool));
    if (!same(pool, now.active)) return false;
    return store?.error !== undefined || (store?.mode === 'Active' && store.epoch === now.epoch);
  }

  function write(pool: string, record: StoreRecord): void {
    storeOf(pool).commit(recordOrigin, (database) => writeRecord(database, name, record));
    options.onChanged(pool);
  }

  function settle(): void {
    const now = standing();
    const { active, epoch } = now;
    if (active === undefined) return;
    for (const store of now.stores) {
      if (store.mode !== 'Active' || same(store.pool, active)) continue;
      const unreplicated = unreplicatedIn(store.pool, active);
      // What it holds alone is said when it is demoted, and cannot be known yet. Until then its epoch keeps it from everything.
      if (unreplicated === undefined) continue;
      const since = new Date().toISOString();
      const record: StoreRecord = { mode: 'Backup', epoch, active, since };
      write(store.pool, unreplicated.length === 0 ? record : { ...record, unreplicated: [...unreplicated] });
    }
  }

  /** Documents of a superseded store that are not what the active store had of them when it took over. */
  function unreplicatedIn(pool: string, active: string): readonly string[] | undefined {
    const base = reachStore(storeOf(active), (database) => readRecord(database, takenOverName));
    if (base.error !== undefined) return undefined;
    const held = new Map(Object.entries(documentsSchema.parse(base.value ?? {})));
    const own = storeOf(pool).read(documentVersions);
    const changed = [...own].flatMap(([document, { version, changedAt }]) =>
      held.get(document) === `${version} ${changedAt}` ? [] : [document],
    );
    return [...changed, ...[...held.keys()].filter((document) => !own.has(document))].sort();
  }

  function requireActive(): { readonly active: string; readonly epoch: number; readonly movingTo?: string } {
    const { active, epoch, movingTo } = standing();
    if (active === undefined) throw new Error('no pool hosts the Central Management store');
    return { active, epoch, ...(movingTo === undefined ? {} : { movingTo }) };
  }

  function activate(): void {
    const { active, epoch } = requireActive();
    const store = recordOf(active);
    const wasActive = store.value?.mode === 'Active' && store.value.epoch === epoch;
    if (wasActive && store.value.movingTo === undefined) return;
    storeOf(active).commit(recordOrigin, (database) => {
      const documents = [...documentVersions(database)].map(([document, { version, changedAt }]) => [
        document,
        `${version} ${changedAt}`,
      ]);
      // One that was superseded and never demoted takes over as it is, like any other.
      if (!wasActive) writeRecord(database, takenOverName, Object.fromEntries(documents));
      writeRecord(database, name, { mode: 'Active', epoch, active, since: new Date().toISOString() });
    });
    options.onChanged(active);
  }

  return {
    standing,
    isActive,
    requireAccepts: (pool) => {
      if (findPool(deployment, pool)?.centralManagement === undefined) return;
      settle();
      const { movingTo } = standing();
      if (!isActive(pool)) throw standbyStore(pool);
      if (movingTo !== undefined) throw centralManagementMoving(pool, movingTo);
    },
    settle,
    beginMove: (target) => {
      const { active, epoch } = requireActive();
      const place: Place = { epoch, active, movingTo: target };
      register.write(name, place);
      write(active, { ...place, mode: 'Active', since: new Date().toISOString() });
    },
    moveConnectionPoint: (target) => {
      const { active, epoch } = requireActive();
      if (!same(active, target)) register.write(name, { epoch: epoch + 1, active: target });
    },
    activate,
    restore: (pool) => {
      const { active, epoch } = requireActive();
      register.write(name, same(active, pool) ? { epoch, active } : { epoch: epoch + 1, active: pool });
      settle();
      activate();
    },
  };
}

const documentsSchema = z.record(z.string(), z.string());
