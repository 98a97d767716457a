/** The rows of a package: each table as lines of JSON in key order, read and written whole. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import * as z from 'zod';
import type { MirroredDatabase } from '../../mirroring/contract.ts';
import type { PackagedTable } from './manifest.ts';

const rowSchema = z.array(z.union([z.string(), z.number(), z.null()]));

/** A table and the rows of it that belong into the package; `all` where no row belongs to a pool (documents). */
export interface TableSelection {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly homePool: string | undefined;
}

/** Writes the rows, as they are at one moment, and makes them durable. */
export function writeTable(
  database: MirroredDatabase,
  selection: TableSelection,
  place: string,
  file: string,
): PackagedTable {
  const digest = createHash('sha256');
  const descriptor = openSync(place, 'wx', 0o600);
  let rows = 0;
  let bytes = 0;
  try {
    const put = (lines: readonly string[]): void => {
      const text = Buffer.from(lines.join(''));
      digest.update(text);
      for (let done = 0; done < text.byteLength; ) done += writeSync(descriptor, text, done);
      bytes += text.byteLength;
    };
    database.read((connection) => {
      let lines: string[] = [];
      for (const row of select(connection, selection)) {
        rows += 1;
        lines.push(`${JSON.stringify(row)}\n`);
        if (lines.length === 1_000) {
          put(lines);
          lines = [];
        }
      }
      put(lines);
    });
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  const { name: table, columns } = selection;
  return { database: database.name, table, columns: [...columns], rows, file, bytes, sha256: digest.digest('hex') };
}

/** Rows of a table that the package holds; its checksum has been looked at before. */
export function readTable(place: string): readonly (readonly SQLInputValue[])[] {
  const text = readFileSync(place, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rowSchema.parse(JSON.parse(line)));
}

/** Rows of the selection as a database holds them now. */
export function selectRows(connection: DatabaseSync, selection: TableSelection): readonly (readonly SQLInputValue[])[] {
  return [...select(connection, selection)];
}

/** Inserts rows or makes those that are there what they are in the package. */
export function putRows(
  connection: DatabaseSync,
  selection: TableSelection,
  rows: readonly (readonly SQLInputValue[])[],
): void {
  const columns = selection.columns.map(quoted);
  const places = columns.map(() => '?').join(', ');
  const insert = connection.prepare(
    `insert or replace into ${quoted(selection.name)} (${columns.join(', ')}) values (${places})`,
  );
  for (const row of rows) insert.run(...row);
}

function* select(
  connection: DatabaseSync,
  { name, columns, key, homePool }: TableSelection,
): Generator<readonly SQLInputValue[]> {
  const condition = homePool === undefined ? '' : 'where homePool = ?';
  const statement = connection.prepare(
    `select ${columns.map(quoted).join(', ')} from ${quoted(name)} ${condition} order by ${key.map(quoted).join(', ')}`,
  );
  for (const row of statement.iterate(...(homePool === undefined ? [] : [homePool]))) {
    yield columns.map((column) => row[column] ?? null);
  }
}

/** Names come from the schema, never from data. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
