/** The SQL that reads and writes rows of a table known by its description. */
import type { DatabaseSync } from 'node:sqlite';
import type { Row, Value } from '../engine/services.ts';
import type { Table } from './tables.ts';

/** Writes the row with the columns given, inserting or updating it. */
export function upsertRow(database: DatabaseSync, table: Table, row: Row): void {
  const names = Object.keys(row);
  const others = names.filter((name) => !table.key.includes(name));
  const assignments = others.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ');
  database
    .prepare(
      `insert into ${quoted(table.name)} (${names.map(quoted).join(', ')}) values (${names.map(() => '?').join(', ')})
       on conflict do ${others.length === 0 ? 'nothing' : `update set ${assignments}`}`,
    )
    .run(...names.map((name) => row[name] ?? null));
}

/** Changes columns of a row that is there. */
export function updateRow(database: DatabaseSync, table: Table, row: Row): void {
  const others = Object.keys(row).filter((name) => !table.key.includes(name));
  if (others.length === 0) return;
  const assignments = others.map((name) => `${quoted(name)} = ?`).join(', ');
  database
    .prepare(`update ${quoted(table.name)} set ${assignments} where ${keyCondition(table)}`)
    .run(...[...others, ...table.key].map((name) => row[name] ?? null));
}

export function removeRow(database: DatabaseSync, table: Table, key: Row): void {
  database
    .prepare(`delete from ${quoted(table.name)} where ${keyCondition(table)}`)
    .run(...table.key.map((name) => key[name] ?? null));
}

/** The row of that key, as it is stored. */
export function storedRow(database: DatabaseSync, table: Table, key: Row): Row | undefined {
  const found = database
    .prepare(`select * from ${quoted(table.name)} where ${keyCondition(table)}`)
    .get(...table.key.map((name) => key[name] ?? null));
  if (found === undefined) return undefined;
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, plain(value)]));
}

/** The tables hold text and whole numbers only. */
function plain(value: unknown): Value {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function keyCondition(table: Table): string {
  return table.key.map((name) => `${quoted(name)} = ?`).join(' and ');
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Writes rows that are not there yet; existing ones are kept. Returns how many were written. */
export function insertMissingRows(database: DatabaseSync, table: string, rows: readonly Row[]): number {
  const [first] = rows;
  if (first === undefined) return 0;
  const columns = Object.keys(first);
  const insert = database.prepare(
    `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})
     on conflict do nothing`,
  );
  return rows.reduce(
    (count, row) => count + Number(insert.run(...columns.map((name) => row[name] ?? null)).changes),
    0,
  );
}
