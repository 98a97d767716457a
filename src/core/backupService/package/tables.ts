/**
 * The rows of a package: each table as lines of JSON in key order. They are written and read some at a time, so that neither
 * the memory nor the engine's other work depends on how large a table is.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { throwIfCancelled } from '../../errors.ts';
import type { MirroredDatabase } from '../../mirroring/contract.ts';
import { type Database, openDatabase } from '../../storage/sqlite.ts';
import type { PackagedTable } from './manifest.ts';

const rowSchema = z.array(z.union([z.string(), z.number(), z.null()]));
export type PackagedRow = readonly SQLInputValue[];

/** A table and the rows of it that belong into the package; `all` where no row belongs to a pool (documents). */
export interface TableSelection {
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  readonly homePool: string | undefined;
}

/** Rows handled before others get their turn: some milliseconds of work. */
const rowsAtATime = 500;
const bytesAtATime = 65_536;

/** A database file as it is at this moment, whatever clients commit until it is disposed. Throws as `openDatabase`. */
export function openSnapshot(file: string, label: string): Database {
  const opened = openDatabase(file, { label, readOnly: true });
  try {
    opened.run((connection) => {
      connection.exec('begin');
      // A transaction sees the database as it is at its first read.
      connection.prepare('select count(*) from sqlite_schema').get();
    });
    return opened;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

/** Writes the rows of a snapshot and makes them durable. Throws `cancelled` and the system's errors. */
export async function writeTable(
  snapshot: Database,
  database: MirroredDatabase['name'],
  selection: TableSelection,
  place: string,
  file: string,
  signal: AbortSignal,
): Promise<PackagedTable> {
  const digest = createHash('sha256');
  let rows = 0;
  let bytes = 0;
  await using handle = await open(place, 'wx', 0o600);
  for await (const part of selectRows(snapshot, selection)) {
    throwIfCancelled(signal, 'The backup');
    const text = Buffer.from(part.map((row) => `${JSON.stringify(row)}\n`).join(''));
    digest.update(text);
    await writeAll(handle, text);
    rows += part.length;
    bytes += text.byteLength;
  }
  await handle.sync();
  const { name: table, columns } = selection;
  return { database, table, columns: [...columns], rows, file, bytes, sha256: digest.digest('hex') };
}

/** Rows of a table that the package holds, in key order; its checksum has been looked at before. */
export async function* readTable(place: string): AsyncGenerator<readonly PackagedRow[]> {
  await using handle = await open(place, 'r');
  const buffer = Buffer.allocUnsafe(bytesAtATime);
  let rest = Buffer.alloc(0);
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, bytesAtATime);
    if (bytesRead === 0) return;
    const text = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    const end = text.lastIndexOf('\n') + 1;
    rest = text.subarray(end);
    const lines = text.toString('utf8', 0, end).split('\n');
    yield lines.filter((line) => line !== '').map((line) => rowSchema.parse(JSON.parse(line)));
    await setImmediate();
  }
}

/** Rows of the selection in key order, as a snapshot holds them. */
export async function* selectRows(
  snapshot: Database,
  selection: TableSelection,
): AsyncGenerator<readonly PackagedRow[]> {
  const rows = snapshot.run((connection) => select(connection, selection));
  for (;;) {
    const part = snapshot.run(() => rows.take(rowsAtATime));
    if (part.length > 0) yield part;
    if (part.length < rowsAtATime) return;
    await setImmediate();
  }
}

/** The rows one by one, however many at a time they come. */
export async function* eachRow(parts: AsyncIterable<readonly PackagedRow[]>): AsyncGenerator<PackagedRow> {
  for await (const part of parts) yield* part;
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

/** A cursor: an iterator of SQLite's own stands still between two turns. */
function select(
  connection: DatabaseSync,
  { name, columns, key, homePool }: TableSelection,
): { take(count: number): readonly PackagedRow[] } {
  const condition = homePool === undefined ? '' : 'where homePool = ?';
  const statement = connection.prepare(
    `select ${columns.map(quoted).join(', ')} from ${quoted(name)} ${condition} order by ${key.map(quoted).join(', ')}`,
  );
  const rows = statement.iterate(...(homePool === undefined ? [] : [homePool]));
  return {
    take: (count) => {
      const taken: PackagedRow[] = [];
      while (taken.length < count) {
        const { done, value } = rows.next();
        if (done === true) break;
        taken.push(columns.map((column) => value[column] ?? null));
      }
      return taken;
    },
  };
}

async function writeAll(to: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await to.write(bytes, done);
    done += bytesWritten;
  }
}

/** Names come from the schema, never from data. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
