/** Changes that clients make to rows: checked against the tables of the database, then written. */
import type { DatabaseSync } from 'node:sqlite';
import type { Row, RowChange, Value } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import { didYouMean } from '../operations/nearest.ts';
import { removeRow, storedRow, updateRow, upsertRow } from './rowStatements.ts';
import { type Column, clientTables, type Table } from './tables.ts';

/** Where rows are changed: the pool on whose behalf, and the database in words. */
export interface RowScope {
  readonly pool: string;
  readonly label: string;
  /** Whether clients of the pool may change rows of that home now; only its own when absent. */
  readonly serves?: (home: string) => boolean;
}

/**
 * Applies changes inside a transaction. Throws `commit-rejected`, naming what is wrong: an unknown table or column, a value
 * of the wrong type, a key that is not the primary key, a row that belongs to another pool.
 */
export function applyRowChanges(database: DatabaseSync, scope: RowScope, changes: readonly RowChange[]): void {
  const tables = clientTables(database);
  for (const change of changes) {
    const table = findTable(tables, change.table, scope);
    checkKey(table, change.key, scope);
    checkHome(database, table, change, scope);
    if (change.value === null) removeRow(database, table, change.key);
    else writeRow(database, table, valuesOf(table, change.key, change.value, scope), scope);
  }
}

/** The row of that key as it is stored. Throws `commit-rejected` for a table or key that does not exist. */
export function findRow(database: DatabaseSync, scope: RowScope, name: string, key: Row): Row | undefined {
  const table = findTable(clientTables(database), name, scope);
  checkKey(table, key, scope);
  return storedRow(database, table, key);
}

function findTable(tables: readonly Table[], name: string, scope: RowScope): Table {
  const table = tables.find((candidate) => candidate.name === name);
  if (table !== undefined) return table;
  const names = tables.map((candidate) => candidate.name);
  throw rejected(
    scope,
    `${scope.label} has no table ${name}.`,
    didYouMean(name, names, `Its tables are ${names.join(', ')}.`),
  );
}

function checkKey(table: Table, key: Row, scope: RowScope): void {
  const given = Object.keys(key);
  const complete = table.key.every((name) => given.includes(name)) && given.length === table.key.length;
  if (!complete) {
    throw rejected(
      scope,
      `The key of a row of ${table.name} in ${scope.label} is ${table.key.join(' and ')}, not ${given.join(' and ') || 'empty'}.`,
      `Give ${table.key.join(' and ')} as the key.`,
    );
  }
  for (const name of given) checkValue(table, name, key[name] ?? null, scope);
}

/** Clients of a pool change rows that are homed there; those of the partner are its own business. */
function checkHome(database: DatabaseSync, table: Table, change: RowChange, scope: RowScope): void {
  if (!table.columns.some((column) => column.name === 'homePool')) return;
  const homes = [storedRow(database, table, change.key)?.['homePool'], change.value?.['homePool']];
  const other = homes.find((home) => typeof home === 'string' && !(scope.serves?.(home) ?? home === scope.pool));
  if (other === undefined) return;
  throw rejected(
    scope,
    `A row of ${table.name} in ${scope.label} is homed on ${other}, and clients of ${scope.pool} cannot change it.`,
    `Change it on ${other}.`,
  );
}

function valuesOf(table: Table, key: Row, value: Row, scope: RowScope): Row {
  for (const [name, given] of Object.entries(value)) {
    checkValue(table, name, given, scope);
    if (Object.hasOwn(key, name) && key[name] !== given) {
      throw rejected(
        scope,
        `The value of ${name} for a row of ${table.name} in ${scope.label} differs from the one in its key.`,
        'Give the same value in both, or leave it out of the value.',
      );
    }
  }
  return { ...key, ...value };
}

function checkValue(table: Table, name: string, value: Value, scope: RowScope): void {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) {
    const names = table.columns.map((candidate) => candidate.name);
    throw rejected(
      scope,
      `${table.name} in ${scope.label} has no column ${name}.`,
      didYouMean(name, names, `Its columns are ${names.join(', ')}.`),
    );
  }
  if (fits(column, value)) return;
  const wanted = column.type === 'integer' ? 'a whole number' : 'text';
  throw rejected(
    scope,
    `The column ${name} of ${table.name} in ${scope.label} holds ${wanted}, not ${JSON.stringify(value)}.`,
    `Give ${wanted}.`,
  );
}

function fits(column: Column, value: Value): boolean {
  if (value === null) return column.nullable;
  return column.type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string';
}

function writeRow(database: DatabaseSync, table: Table, row: Row, scope: RowScope): void {
  const missing = table.columns.filter((column) => !column.nullable && !Object.hasOwn(row, column.name));
  if (missing.length === 0) upsertRow(database, table, row);
  else if (storedRow(database, table, row) !== undefined) updateRow(database, table, row);
  else {
    throw rejected(
      scope,
      `A new row of ${table.name} in ${scope.label} lacks ${missing.map((column) => column.name).join(', ')}.`,
      'Give a value for every column of a new row.',
    );
  }
}

function rejected(scope: RowScope, message: string, remedy: string): LyncTopologyError {
  return new LyncTopologyError({ code: 'commit-rejected', kind: 'refused', object: scope.label, message, remedy });
}
