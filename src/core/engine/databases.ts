/** The databases that the topology defines, each opened when it is first asked for. */
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { openMirroredDatabase } from '../mirroring/mirroredDatabase.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment, Pool } from '../topology/model.ts';
import { type DatabaseName, type DatabaseType, databasesByType, databaseTypes } from '../topology/vocabulary.ts';
import { requirePool } from './pools.ts';
import type { DatabaseServices } from './services.ts';

export interface Databases extends DatabaseServices, Disposable {
  /** Those that have been opened. */
  opened(): readonly MirroredDatabase[];
}

export interface DatabasesOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  /** Called after every commit through one of them. */
  readonly onCommit: (database: MirroredDatabase) => void;
}

export function openDatabases(options: DatabasesOptions): Databases {
  const { deployment, dataDirectory } = options;
  const open = new Map<string, MirroredDatabase>();

  function databaseOf(pool: Pool, type: DatabaseType, name: DatabaseName): MirroredDatabase {
    const key = `${pool.fqdn.toLowerCase()}/${name}`;
    const known = open.get(key);
    if (known !== undefined) return known;
    const placement = pool.databases[type];
    if (placement === undefined) throw typeAbsent(pool, type);
    const { primary, mirror, witness } = placement;
    const opened = openMirroredDatabase({ dataDirectory, pool: pool.fqdn, type, name, primary, mirror, witness });
    const database = watched(opened, options.onCommit);
    open.set(key, database);
    return database;
  }

  function of(fqdn: string, type?: DatabaseType): readonly MirroredDatabase[] {
    const pool = requirePool(deployment, fqdn);
    if (type !== undefined && pool.databases[type] === undefined) throw typeAbsent(pool, type);
    return databaseTypes
      .filter((candidate) => pool.databases[candidate] !== undefined && (type === undefined || type === candidate))
      .flatMap((candidate) => databasesByType[candidate].map((name) => databaseOf(pool, candidate, name)));
  }

  return {
    of,
    find: (fqdn, name) => {
      const pool = requirePool(deployment, fqdn);
      const type = databaseTypes.find((candidate) => databasesByType[candidate].some((own) => own === name));
      if (type === undefined) throw databaseUnknown(pool, name);
      return databaseOf(pool, type, name);
    },
    status: (pool, type) => of(pool, type).map((database) => database.status()),
    opened: () => [...open.values()],
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

function typeAbsent(pool: Pool, type: DatabaseType): LyncTopologyError {
  const present = databaseTypes.filter((candidate) => pool.databases[candidate] !== undefined).join(', ');
  return new LyncTopologyError({
    code: 'database-type-absent',
    kind: 'refused',
    object: `${type} of ${pool.fqdn}`,
    message: `The pool ${pool.fqdn} has no databases of type ${type} in the topology.`,
    remedy: present === '' ? 'Add databases to the pool in the topology.' : `Name one of its types: ${present}.`,
  });
}

function databaseUnknown(pool: Pool, name: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-unknown',
    kind: 'refused',
    object: `${name} of ${pool.fqdn}`,
    message: `There is no database ${name}.`,
    remedy: 'Name one of the databases that the status of the pool lists.',
  });
}
