/** The tables of a user database that the Backup Service carries, and full copies of them in key order. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';

export type KeyValue = string | number;

export interface RowTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** In the order of the primary key. */
  readonly key: readonly string[];
}

/** A part of a full copy: the rows of one table that follow a key, up to the last one given or to the end of the table. */
export interface RowRange {
  readonly table: string;
  readonly after?: readonly KeyValue[] | undefined;
  /** Key of the last row; absent when the table ends here. */
  readonly upTo?: readonly KeyValue[] | undefined;
  readonly rows: readonly (readonly SQLInputValue[])[];
}

/** The tables of a database do not change while it is open. */
const known = new WeakMap<DatabaseSync, readonly RowTable[]>();

/** Tables with rows that belong to a pool, in the order of their names. */
export function rowTables(database: DatabaseSync): readonly RowTable[] {
  const tables = known.get(database) ?? readTables(database);
  known.set(database, tables);
  return tables;
}

function readTables(database: DatabaseSync): readonly RowTable[] {
  const columns = database
    .prepare(
      `select t.name as "table", c.name as "column", c.pk as "key" from sqlite_schema t, pragma_table_info(t.name) c
       where t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\'
         and exists (select 1 from pragma_table_info(t.name) where name = 'homePool')
       order by t.name, c.cid`,
    )
    .all();
  const names = [...new Set(columns.map((column) => String(column['table'])))];
  return names.map((name) => {
    const own = columns.filter((column) => column['table'] === name);
    const key = own.filter((column) => Number(column['key']) > 0).sort((a, b) => Number(a['key']) - Number(b['key']));
    return { name, columns: own.map(columnName), key: key.map(columnName) };
  });
}

export function countRows(
  database: DatabaseSync,
  table: RowTable,
  homePool: string,
  after?: readonly KeyValue[],
): number {
  const { condition, values } = following(table, homePool, after);
  const row = database.prepare(`select count(*) as rows from ${quoted(table.name)} where ${condition}`).get(...values);
  return Number(row?.['rows'] ?? 0);
}

/** Reads the next rows of a pool in key order. */
export function readRange(
  database: DatabaseSync,
  table: RowTable,
  homePool: string,
  after: readonly KeyValue[] | undefined,
  limit: number,
): RowRange {
  const { condition, values } = following(table, homePool, after);
  const key = table.key.map(quoted).join(', ');
  const rows = database
    .prepare(
      `select ${table.columns.map(quoted).join(', ')} from ${quoted(table.name)} where ${condition} order by ${key} limit ?`,
    )
    .all(...values, limit)
    .map((row) => table.columns.map((column) => row[column] ?? null));
  const last = rows.length < limit ? undefined : rows.at(-1);
  return { table: table.name, after, upTo: last === undefined ? undefined : keyOf(table, last), rows };
}

/** Every row of a pool that follows one key, up to another or to the end of the table. */
export function readBetween(
  database: DatabaseSync,
  table: RowTable,
  homePool: string,
  after: readonly KeyValue[] | undefined,
  upTo: readonly KeyValue[] | undefined,
): readonly (readonly SQLInputValue[])[] {
  const { condition, values } = following(table, homePool, after, upTo);
  return database
    .prepare(`select ${table.columns.map(quoted).join(', ')} from ${quoted(table.name)} where ${condition}`)
    .all(...values)
    .map((row) => table.columns.map((column) => row[column] ?? null));
}

/** Whether a row of that key belongs to another pool than the one named. */
export function hasForeignOwner(
  database: DatabaseSync,
  table: RowTable,
  homePool: string,
  key: readonly KeyValue[],
): boolean {
  const condition = table.key.map((column) => `${quoted(column)} = ?`).join(' and ');
  const found = database
    .prepare(`select 1 from ${quoted(table.name)} where ${condition} and homePool <> ?`)
    .get(...key, homePool);
  return found !== undefined;
}

/** Makes the copy of a pool's rows in that range what the range says, deletions included. Returns the rows that it wrote. */
export function applyRange(database: DatabaseSync, table: RowTable, homePool: string, range: RowRange): number {
  const { condition, values } = following(table, homePool, range.after, range.upTo);
  const keys = JSON.stringify(range.rows.map((row) => JSON.stringify(keyOf(table, row))));
  const keyAsJson = `json_array(${table.key.map(quoted).join(', ')})`;
  const deleted = database
    .prepare(
      `delete from ${quoted(table.name)} where ${condition} and ${keyAsJson} not in (select value from json_each(?))`,
    )
    .run(...values, keys);
  const columns = table.columns.map(quoted);
  const changed = table.columns.filter((column) => !table.key.includes(column)).map(quoted);
  const upsert = database.prepare(
    `insert into ${quoted(table.name)} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})
     on conflict (${table.key.map(quoted).join(', ')}) do update set
     ${changed.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  );
  for (const row of range.rows) upsert.run(...row);
  return range.rows.length + Number(deleted.changes);
}

/** Keys of a pool's rows, each as JSON text. */
export function keysOf(database: DatabaseSync, table: RowTable, homePool: string): readonly string[] {
  return database
    .prepare(
      `select json_array(${table.key.map(quoted).join(', ')}) as key from ${quoted(table.name)} where homePool = ?`,
    )
    .all(homePool)
    .map((row) => String(row['key']));
}

export function keyOf(table: RowTable, row: readonly SQLInputValue[]): readonly KeyValue[] {
  return table.key.map((column) => {
    const value = row[table.columns.indexOf(column)];
    if (typeof value === 'string' || typeof value === 'number') return value;
    throw new TypeError(`the key ${column} of ${table.name} is neither text nor a number`);
  });
}

function following(
  table: RowTable,
  homePool: string,
  after: readonly KeyValue[] | undefined,
  upTo?: readonly KeyValue[],
): { readonly condition: string; readonly values: readonly KeyValue[] } {
  const key = `(${table.key.map(quoted).join(', ')})`;
  const places = `(${table.key.map(() => '?').join(', ')})`;
  const conditions = ['homePool = ?'];
  if (after !== undefined) conditions.push(`${key} > ${places}`);
  if (upTo !== undefined) conditions.push(`${key} <= ${places}`);
  return { condition: conditions.join(' and '), values: [homePool, ...(after ?? []), ...(upTo ?? [])] };
}

function columnName(column: { readonly column?: unknown }): string {
  return String(column.column);
}

/** Names come from the schema, never from data; quoting keeps reserved words usable. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
