/** Rows that a failover or a failback lost, by name, remembered for the report. */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { rowTables } from '../backupService/rowTables.ts';
import type { LogPosition, MirroredDatabase } from '../mirroring/contract.ts';
import type { ChangedRow } from './changedRows.ts';
import type { Register } from './register.ts';
import { unreplicatedRows } from './unreplicated.ts';

const lossesSchema = z.object({ rows: z.array(z.string()).exactOptional(), unknown: z.string().exactOptional() });
/** Rows by table and key, or why they cannot be named. */
export type Losses = z.infer<typeof lossesSchema>;

/**
 * Rows of the home pool's users that clients changed in one database after the position that its partner had imported.
 * Whose a row is, either database says; a row that neither holds was made and deleted again.
 */
export function nameLosses(
  home: string,
  changed: MirroredDatabase,
  imported: LogPosition | undefined,
  stores: readonly MirroredDatabase[],
): Losses {
  const found = unreplicatedRows(changed, imported);
  if (found.rows === undefined) return found;
  const own = found.rows.filter((row) => stores.some((store) => store.read((database) => isOf(database, home, row))));
  return { rows: own.map(({ table, key }) => `${table} ${key.join(' ')}`) };
}

export function rememberLosses(register: Register, pool: string, losses: Losses): void {
  register.write(nameOf(pool), losses);
}

export function lossesOf(register: Register, pool: string): Losses | undefined {
  const found = register.read(nameOf(pool));
  return found === undefined ? undefined : lossesSchema.parse(found);
}

/** What a failback without the backup pool lost, for logs. */
export function lossSentence(pool: string, backup: string, { rows, unknown = '' }: Losses): string {
  const subject = `What was changed for the users of ${pool} on ${backup} and is lost, because they came home without it:`;
  if (rows === undefined) return `${subject} it cannot be named, because ${unknown}.`;
  return `${subject} ${rows.length === 0 ? 'nothing' : `${rows.length} rows (${rows.join(', ')})`}.`;
}

function isOf(database: DatabaseSync, home: string, { table: name, key }: ChangedRow): boolean {
  const table = rowTables(database).find((candidate) => candidate.name === name);
  if (table === undefined) return false;
  // A changeset names a key in the order of the columns.
  const columns = table.columns.filter((column) => table.key.includes(column));
  const condition = [...columns, 'homePool'].map((column) => `"${column}" = ?`).join(' and ');
  return database.prepare(`select 1 from "${name}" where ${condition}`).get(...key, home) !== undefined;
}

function nameOf(pool: string): string {
  return `losses:${pool}`;
}
