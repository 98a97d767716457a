/** The databases that the topology defines, each opened when it is first asked for. */
import { LyncTopologyError } from '../errors.ts';
import { assertShareWritable } from '../lab/shareErrors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { InstanceHost } from '../mirroring/instances/host.ts';
import { openMirroredDatabase } from '../mirroring/mirroredDatabase.ts';
import type { DataDirectory } from '../storage/layout.ts';
import {
  type DatabasePlacement,
  type Deployment,
  findChatPool,
  type PersistentChatPool,
  sqlInstanceName,
} from '../topology/model.ts';
import { type DatabaseName, type DatabaseType, databasesByType, databaseTypes } from '../topology/vocabulary.ts';
import { requirePool } from './pools.ts';
import type { DatabaseServices } from './services.ts';

export interface Databases extends DatabaseServices, Disposable {
  /** Those that have been opened. */
  opened(): readonly MirroredDatabase[];
  /** Closes those of a pool, whose places have changed; each is opened again when it is next asked for. */
  close(pool: string): void;
}

/** What has databases: a pool, or a Persistent Chat pool with the places that serve it now. */
interface Owner {
  readonly fqdn: string;
  readonly databases: Readonly<Partial<Record<DatabaseType, DatabasePlacement>>>;
}

export interface DatabasesOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  /** Who holds the files of the instances; this process when absent. */
  readonly host?: InstanceHost | undefined;
  /** Called after every commit through one of them. */
  readonly onCommit: (database: MirroredDatabase) => void;
  /** Where the databases of a Persistent Chat pool are now; as in the first site when absent. */
  readonly chatDatabases?: (pool: PersistentChatPool) => Owner['databases'];
}

export function openDatabases(options: DatabasesOptions): Databases {
  const { deployment, dataDirectory, host } = options;
  const open = new Map<string, MirroredDatabase>();

  function ownerOf(fqdn: string): Owner {
    const chat = findChatPool(deployment, fqdn);
    return chat === undefined
      ? requirePool(deployment, fqdn)
      : { fqdn: chat.fqdn, databases: options.chatDatabases?.(chat) ?? chat.databases };
  }

  function databaseOf(pool: Owner, type: DatabaseType, name: DatabaseName): MirroredDatabase {
    const placement = pool.databases[type];
    if (placement === undefined) throw typeAbsent(pool, type);
    const { primary, mirror, witness } = placement;
    const at = [primary, mirror].map((instance) => (instance === undefined ? '' : sqlInstanceName(instance)));
    const key = `${pool.fqdn.toLowerCase()}/${name}/${at.join('+')}`;
    const known = open.get(key);
    if (known !== undefined) return known;
    const opened = openMirroredDatabase({ dataDirectory, host, pool: pool.fqdn, type, name, primary, mirror, witness });
    const database = watched(opened, options.onCommit);
    open.set(key, database);
    return database;
  }

  function of(fqdn: string, type?: DatabaseType): readonly MirroredDatabase[] {
    const pool = ownerOf(fqdn);
    if (type !== undefined && pool.databases[type] === undefined) throw typeAbsent(pool, type);
    return databaseTypes
      .filter((candidate) => pool.databases[candidate] !== undefined && (type === undefined || type === candidate))
      .flatMap((candidate) => databasesByType[candidate].map((name) => databaseOf(pool, candidate, name)));
  }

  return {
    of,
    find: (fqdn, name) => {
      const pool = ownerOf(fqdn);
      const type = databaseTypes.find((candidate) => databasesByType[candidate].some((own) => own === name));
      if (type === undefined) throw databaseUnknown(pool, name);
      return databaseOf(pool, type, name);
    },
    status: (pool, type) => of(pool, type).map((database) => database.status()),
    shareFolder: (path) => {
      const share = dataDirectory.share(path);
      assertShareWritable(dataDirectory, share);
      return share.folder;
    },
    opened: () => [...open.values()],
    close: (pool) => {
      for (const [key, database] of open) {
        if (database.pool.toLowerCase() !== pool.toLowerCase()) continue;
        open.delete(key);
        database[Symbol.dispose]();
      }
    },
    [Symbol.dispose]: () => {
      for (const database of open.values()) database[Symbol.dispose]();
      open.clear();
    },
  };
}

/** The same database; whoever commits through it is noticed. */
function watched(database: MirroredDatabase, onCommit: (database: MirroredDatabase) => void): MirroredDatabase {
  const commit: MirroredDatabase['commit'] = (origin, change) => {
    const committed = database.commit(origin, change);
    onCommit(database);
    return committed;
  };
  return { ...database, commit };
}

function typeAbsent(pool: Owner, type: DatabaseType): LyncTopologyError {
  const present = databaseTypes.filter((candidate) => pool.databases[candidate] !== undefined).join(', ');
  return new LyncTopologyError({
    code: 'database-type-absent',
    kind: 'refused',
    object: `${type} of ${pool.fqdn}`,
    message: `The pool ${pool.fqdn} has no databases of type ${type} in the topology.`,
    remedy: present === '' ? 'Add databases to the pool in the topology.' : `Name one of its types: ${present}.`,
  });
}

function databaseUnknown(pool: Owner, name: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-unknown',
    kind: 'refused',
    object: `${name} of ${pool.fqdn}`,
    message: `There is no database ${name}.`,
    remedy: 'Name one of the databases that the status of the pool lists.',
  });
}
