/**
 * Tables of several owners in one database file. Each owner is a component with a list of migrations; the database remembers
 * for each component how many of them it has seen. Migrations are only ever appended to.
 */
import { LyncTopologyError } from '../errors.ts';
import type { Database } from './sqlite.ts';

export interface Component {
  /** Prefix of its tables, for instance `jobs` or `content`. */
  readonly name: string;
  /** The n-th entry (from 0) is the SQL that leads from version n to version n + 1. */
  readonly migrations: readonly string[];
}

const versionTable =
  'create table if not exists schema_versions (component text primary key, version integer not null) strict, without rowid';

/**
 * Brings the component's tables up to date in one transaction. Throws `data-directory-newer` when a newer version of the
 * product has written them.
 */
export function migrate(database: Database, component: Component): void {
  const current = component.migrations.length;
  if (versionOf(database, component) === current) return;
  database.transaction((connection) => {
    connection.exec(versionTable);
    const from = storedVersion(database, component);
    if (from > current) throw newer(database, component, from);
    for (const sql of component.migrations.slice(from)) connection.exec(sql);
    database
      .statement(
        'insert into schema_versions (component, version) values (?, ?) on conflict do update set version = excluded.version',
      )
      .run(component.name, current);
  });
}

/** The stored version of a component's tables, 0 when it has none. Throws `data-directory-newer`. */
function versionOf(database: Database, component: Component): number {
  const known = database.run((connection) =>
    connection.prepare("select 1 from sqlite_schema where type = 'table' and name = 'schema_versions'").get(),
  );
  if (known === undefined) return 0;
  const version = database.run(() => storedVersion(database, component));
  if (version > component.migrations.length) throw newer(database, component, version);
  return version;
}

function storedVersion(database: Database, component: Component): number {
  const row = database.statement('select version from schema_versions where component = ?').get(component.name);
  return typeof row?.['version'] === 'number' ? row['version'] : 0;
}

function newer(database: Database, component: Component, version: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'data-directory-newer',
    kind: 'failed',
    object: database.label,
    message: `${database.label} was written by a newer version: its tables for ${component.name} have version ${version}, this version knows ${component.migrations.length}.`,
    remedy: 'Use the newer version of Lync Topology with this data directory. Nothing was changed.',
  });
}
