/** The tables that clients use, as the database itself describes them. */
import type { DatabaseSync } from 'node:sqlite';

export interface Table {
  readonly name: string;
  /** All columns, in order. */
  readonly columns: readonly Column[];
  /** Names of the columns of the primary key, in order. */
  readonly key: readonly string[];
}

export interface Column {
  readonly name: string;
  readonly type: 'text' | 'integer';
  readonly nullable: boolean;
}

/** Without the tables that belong to the product itself. They do not change while a connection is open. */
export function clientTables(database: DatabaseSync): readonly Table[] {
  const known = tablesOfConnection.get(database);
  if (known !== undefined) return known;
  const found = readTables(database);
  tablesOfConnection.set(database, found);
  return found;
}

const tablesOfConnection = new WeakMap<DatabaseSync, readonly Table[]>();

function readTables(database: DatabaseSync): readonly Table[] {
  const names = database
    .prepare("select name from pragma_table_list where schema = 'main' and type = 'table' order by name")
    .all()
    .map((row) => String(row['name']));
  return names.filter((name) => !productTable.test(name)).map((name) => describe(database, name));
}

const productTable = /^(sqlite_|backup_|mirroring_|schema_versions$)/;

function describe(database: DatabaseSync, name: string): Table {
  const found = database
    .prepare('select name, type, "notnull" as required, pk from pragma_table_info(?) order by cid')
    .all(name)
    .map((row) => ({
      name: String(row['name']),
      type: /int/i.test(String(row['type'])) ? ('integer' as const) : ('text' as const),
      nullable: row['required'] === 0 && row['pk'] === 0,
      keyPart: Number(row['pk']),
    }));
  const key = found.filter((column) => column.keyPart > 0).sort((first, second) => first.keyPart - second.keyPart);
  return {
    name,
    columns: found.map(({ name: column, type, nullable }) => ({ name: column, type, nullable })),
    key: key.map((column) => column.name),
  };
}
