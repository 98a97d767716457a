/** A mirrored rtcxds in a data directory of its own, and eyes of the test's own on its two files. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import { createDatabaseFiles } from '../../../src/core/mirroring/createDatabaseFiles.ts';
import { type MirroredDatabaseOptions, openMirroredDatabase } from '../../../src/core/mirroring/mirroredDatabase.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import type { DataDirectory } from '../../../src/core/storage/layout.ts';

export const primary = { server: 'atl-sql-001.litwareinc.com', instance: 'RTC' };
export const mirror = { server: 'atl-sql-002.litwareinc.com', instance: 'RTC' };
export const witness = { server: 'atl-sql-003.litwareinc.com', instance: 'RTC' };

export interface Pair extends Disposable {
  readonly folder: string;
  readonly dataDirectory: DataDirectory;
  readonly files: { readonly primary: string; readonly mirror: string };
  /** Opens the database; all of them are closed with the pair. */
  open(more?: Partial<MirroredDatabaseOptions>): MirroredDatabase;
}

export function pairOptions(dataDirectory: DataDirectory): MirroredDatabaseOptions {
  return { pool: 'atl-cs-001.litwareinc.com', type: 'User', name: 'rtcxds', primary, mirror, dataDirectory };
}

/** The same database in other instances of the two servers. */
export function inInstance(options: MirroredDatabaseOptions, instance: string): MirroredDatabaseOptions {
  return { ...options, primary: { ...primary, instance }, mirror: { ...mirror, instance } };
}

/** `folder` is used, and kept, when it is given. */
export async function createPair(folder?: string, more: Partial<MirroredDatabaseOptions> = {}): Promise<Pair> {
  const root = folder ?? mkdtempSync(join(tmpdir(), 'lync-topology-mirror-'));
  const dataDirectory = openDataDirectory(root);
  const options = { ...pairOptions(dataDirectory), ...more };
  for (const { server } of [primary, mirror, witness]) {
    mkdirSync(dataDirectory.serverFolder(server), { recursive: true });
  }
  await createDatabaseFiles(options);
  const opened: MirroredDatabase[] = [];
  return {
    folder: root,
    dataDirectory,
    files: {
      primary: dataDirectory.databaseFile(primary, 'rtcxds'),
      mirror: dataDirectory.databaseFile(mirror, 'rtcxds'),
    },
    open: (more = {}) => {
      const database = openMirroredDatabase({ ...options, ...more });
      opened.push(database);
      return database;
    },
    [Symbol.dispose]: () => {
      for (const database of opened) database[Symbol.dispose]();
      if (folder === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

const insert = `insert into presence (sipAddress, homePool, availability, activity, note, changedAt)
  values (?, 'atl-cs-001.litwareinc.com', 'Available', '', ?, '2015-01-01T00:00:00.000Z')
  on conflict do update set note = excluded.note`;

/** Writes notes of some users in one commit. */
export function setNotes(
  database: MirroredDatabase,
  notes: Readonly<Record<string, string>>,
): ReturnType<MirroredDatabase['commit']>['position'] {
  return database.commit('client', (connection) => {
    const statement = connection.prepare(insert);
    for (const [user, note] of Object.entries(notes)) statement.run(user, note);
  }).position;
}

export function noteOf(database: MirroredDatabase, user: string): string | undefined {
  const row = database.read((connection) =>
    connection.prepare('select note from presence where sipAddress = ?').get(user),
  );
  return row === undefined ? undefined : String(row['note']);
}

/** Every row of every user table in a file, in order, read with a connection of the test's own. */
export function rowsOf(file: string): string {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = connection
      .prepare(
        "select name from sqlite_schema where type = 'table' and name not like 'mirroring\\_%' escape '\\' order by name",
      )
      .all();
    return tables
      .map((table) => {
        const rows = connection.prepare(`select * from "${String(table['name'])}" order by 1, 2`).all();
        return [String(table['name']), ...rows.map((row) => JSON.stringify(row))].join('\n');
      })
      .join('\n');
  } finally {
    connection.close();
  }
}

/** What a file says about its session. */
export function sessionOf(file: string): Readonly<Record<string, unknown>> {
  const connection = new DatabaseSync(file, { readOnly: true });
  try {
    return {
      ...connection.prepare('select role, epoch, pendingFailover, redone from mirroring_state').get(),
      ...connection.prepare('select sequence, checksum from mirroring_log order by sequence desc limit 1').get(),
    };
  } finally {
    connection.close();
  }
}

/** Changes a file behind the product's back. */
export function tamper(file: string, sql: string): void {
  const connection = new DatabaseSync(file);
  try {
    connection.exec(sql);
  } finally {
    connection.close();
  }
}
