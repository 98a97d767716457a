/** Making, filling, using as clients do, and breaking an embedded deployment. */
import type { DatabaseServices, LabServices, RowChange } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { InstanceProcesses } from '../mirroring/instances/processes.ts';
import type { ChatMessage } from '../persistentChat/contract.ts';
import type { PersistentChat } from '../persistentChat/persistentChat.ts';
import type { CentralManagement } from '../pools/centralManagement.ts';
import type { PoolFailovers } from '../pools/poolFailovers.ts';
import type { FaultStatus } from '../status.ts';
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { type Deployment, findChatPool, findPool } from '../topology/model.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { changeContent, contentDigest } from './contentChanges.ts';
import { faultDefinition, mendAllFaults, mendFaults, presentFaults } from './faults/kinds.ts';
import { initialize } from './initialize.ts';
import { openLabRecord } from './record.ts';
import { applyRowChanges, findRow, type RowScope } from './rowChanges.ts';
import { seedRooms } from './seed/rooms.ts';
import { seed } from './seed/seed.ts';

export interface LabOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly databases: DatabaseServices;
  /** The engine's bookkeeping (`engine.db`); tables named `lab_*` are created in it. */
  readonly engineDatabase: EngineDatabase;
  /** Something was made, filled or broken: what was measured before may no longer be true. Commits tell of themselves. */
  readonly onChanged: () => void;
  /** A client changed what lies on the share of the pool. */
  readonly onContent: (pool: string) => void;
  /** Absent where no Persistent Chat pool is looked after. */
  readonly persistentChat?: Pick<PersistentChat, 'beginShipping' | 'write' | 'services'>;
  readonly centralManagement: Pick<CentralManagement, 'isActive' | 'requireAccepts'>;
  readonly pools: Pick<PoolFailovers, 'requireServes' | 'serves'>;
  /** SQL instances that are processes of their own. */
  readonly instances?: InstanceProcesses | undefined;
}

/** The lab of an embedded deployment. Creates nothing on disk but its tables in the bookkeeping. */
export function createLabServices(options: LabOptions): LabServices {
  const { deployment, dataDirectory, databases, onChanged } = options;
  const record = openLabRecord(options.engineDatabase);
  const scene = { deployment, dataDirectory, record, instances: options.instances };
  const faults = (): readonly FaultStatus[] => presentFaults(scene);
  const refuseUninitialized = (): void => {
    if (!record.isComplete()) throw notInitialized(dataDirectory);
  };
  const changing = async <T>(work: () => Promise<T> | T): Promise<T> => {
    try {
      return await work();
    } finally {
      onChanged();
    }
  };
  return {
    get initialized() {
      return record.isComplete();
    },
    initialize: (run) =>
      changing(async () => {
        const result = await initialize(dataDirectory, deployment, run);
        await options.persistentChat?.beginShipping();
        record.markComplete();
        return result;
      }),
    createStores: async (part, whole, run) => {
      const result = await initialize(dataDirectory, part, run, whole);
      await options.persistentChat?.beginShipping();
      return result;
    },
    seed: (request, run) =>
      changing(async () => {
        refuseUninitialized();
        const { isActive } = options.centralManagement;
        const context = { deployment, dataDirectory, databases, hostsActiveStore: isActive };
        const seeded = await seed(context, request, run);
        const { persistentChat } = options;
        return persistentChat === undefined
          ? seeded
          : { ...seeded, ...(await seedRooms(deployment, persistentChat, request, run)) };
      }),
    commit: (pool, database, changes) => commit(options, pool, database, changes),
    readRow: (pool, database, table, key) =>
      databases
        .find(pool, database)
        .read((connection) => findRow(connection, scopeOf(deployment, pool, database), table, key)),
    changeContent: (pool, change) => {
      const acknowledged = changeContent(options, pool, change);
      options.onContent(pool);
      return acknowledged;
    },
    contentDigest: (pool, path) => contentDigest(options, pool, path),
    fault: (kind, name) =>
      changing(async () => {
        refuseUninitialized();
        await faultDefinition(kind).inflict(scene, name);
        return faults();
      }),
    mendFault: (name) =>
      changing(() => {
        mendFaults(scene, name);
        return faults();
      }),
    faults,
    clearFaults: () =>
      changing(() => {
        mendAllFaults(scene);
        return faults();
      }),
  };
}

function commit(
  { deployment, databases, centralManagement, pools, persistentChat }: LabOptions,
  pool: string,
  database: DatabaseName,
  changes: readonly RowChange[],
): { readonly time: string } {
  const own = scopeOf(deployment, pool, database);
  const scope: RowScope = { ...own, serves: (home) => pools.serves(own.pool, home) };
  pools.requireServes(scope.pool, database);
  if (database === 'xds') centralManagement.requireAccepts(scope.pool);
  if (persistentChat !== undefined && findChatPool(deployment, pool) !== undefined) {
    const said = database === 'mgc' ? messagesOf(changes) : [];
    return persistentChat.write(pool, database, (connection) => applyRowChanges(connection, scope, changes), said);
  }
  databases.find(pool, database).commit('client', (connection) => applyRowChanges(connection, scope, changes));
  return { time: new Date().toISOString() };
}

/** What of the changes is said in rooms. */
function messagesOf(changes: readonly RowChange[]): readonly ChatMessage[] {
  return changes.flatMap(({ table, key, value }) =>
    table === 'chatMessages' && value !== null
      ? [
          {
            room: String(key['roomId']),
            id: String(key['messageId']),
            author: String(value['author'] ?? ''),
            body: String(value['body'] ?? ''),
          },
        ]
      : [],
  );
}

function scopeOf(deployment: Deployment, pool: string, database: DatabaseName): RowScope {
  const fqdn = findPool(deployment, pool)?.fqdn ?? findChatPool(deployment, pool)?.fqdn ?? pool;
  return { pool: fqdn, label: `${database} of ${fqdn}` };
}

function notInitialized(dataDirectory: DataDirectory): LyncTopologyError {
  return new LyncTopologyError({
    code: 'data-directory-missing',
    kind: 'refused',
    object: dataDirectory.root,
    message: `The data directory ${dataDirectory.root} has not been initialised: it holds no databases and shares.`,
    remedy: 'Create them with `lync-topology init`, then run this again.',
  });
}
