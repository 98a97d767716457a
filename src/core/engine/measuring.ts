/** What the status of a pool and of the Persistent Chat pools says: measured when somebody looks, from the stores themselves. */
import type { MeasureOptions } from '../backupService/backupService.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { DatabaseStatus, ModuleStatus, PersistentChatStatus, PoolStatus } from '../status.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment, Pool } from '../topology/model.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { poolStatusOf } from './poolStatus.ts';
import { requirePool } from './pools.ts';

export interface Measuring {
  pool(fqdn: string, modules: readonly BackupModule[], how: MeasureOptions): Promise<PoolStatus>;
  /** `undefined` where the deployment has no Persistent Chat, or nothing has been initialised. */
  persistentChat(): readonly PersistentChatStatus[] | undefined;
}

export interface MeasuringOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly isInitialized: () => boolean;
  readonly measureModule: (pool: string, module: BackupModule, how: MeasureOptions) => Promise<ModuleStatus>;
  readonly databasesOf: (pool: string) => readonly MirroredDatabase[];
  /** Told the state of every database that was looked at. */
  readonly onDatabase: (database: MirroredDatabase, state: DatabaseStatus) => void;
  readonly failoverOf: (pool: string) => PoolStatus['failover'];
  readonly isCentralManagementActive: (pool: string) => boolean;
  readonly chatStatus: (pool: string) => PersistentChatStatus;
}

export function createMeasuring(options: MeasuringOptions): Measuring {
  const { deployment, dataDirectory } = options;

  function centralManagementOf({ fqdn, centralManagement }: Pool): PoolStatus['centralManagement'] {
    if (centralManagement === undefined) return undefined;
    return options.isCentralManagementActive(fqdn) ? 'active' : 'standby';
  }

  function databaseStates(pool: string): readonly DatabaseStatus[] {
    return options.databasesOf(pool).map((database) => {
      const state = database.status();
      options.onDatabase(database, state);
      return state;
    });
  }

  function chatPool(fqdn: string): PersistentChatStatus {
    const status = options.chatStatus(fqdn);
    for (const database of options.databasesOf(fqdn)) {
      const own = status.databases.find(({ DatabaseName }) => DatabaseName === database.name);
      if (own !== undefined) options.onDatabase(database, own);
    }
    return status;
  }

  return {
    pool: async (fqdn, modules, how) => {
      const pool = requirePool(deployment, fqdn);
      if (!options.isInitialized()) {
        const unmeasured = { modules: [], databases: [], centralManagement: pool.centralManagement };
        return poolStatusOf(deployment, dataDirectory, pool, unmeasured);
      }
      return poolStatusOf(deployment, dataDirectory, pool, {
        modules: await Promise.all(modules.map((module) => options.measureModule(pool.fqdn, module, how))),
        databases: databaseStates(pool.fqdn),
        centralManagement: centralManagementOf(pool),
        failover: options.failoverOf(pool.fqdn),
      });
    },
    persistentChat: () =>
      options.isInitialized() ? deployment.persistentChatPools?.map(({ fqdn }) => chatPool(fqdn)) : undefined,
  };
}
