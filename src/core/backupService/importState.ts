/**
 * How far a pool has imported of its partner, kept in the importing database itself: it moves in the same commit as the
 * rows, so that a batch is imported exactly once whatever ends in between, and it fails over with them.
 */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';

const positionSchema = z.object({ epoch: z.number(), sequence: z.number(), checksum: z.string() });

export const importStateSchema = z.object({
  /** Of the exporter's log: everything up to here has been imported. During a full copy, where replaying starts after it. */
  position: positionSchema,
  /** One complete export has been imported. */
  completed: z.boolean(),
  /** The full copy under way: the table, and the key of the last row of it that was imported. */
  copying: z.object({ table: z.string(), after: z.array(z.union([z.string(), z.number()])).optional() }).optional(),
  importedAt: z.string(),
});

export type ImportState = z.infer<typeof importStateSchema>;

/** `undefined` when nothing of that pool has ever been imported here. */
export function readImportState(database: DatabaseSync, source: string): ImportState | undefined {
  const row = database.prepare('select value from backup_state where name = ?').get(nameOf(source));
  if (row === undefined) return undefined;
  return importStateSchema.parse(JSON.parse(String(row['value'])));
}

/** Part of the commit that imports. */
export function writeImportState(database: DatabaseSync, source: string, state: ImportState): void {
  database
    .prepare(
      'insert into backup_state (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
    )
    .run(nameOf(source), JSON.stringify(state));
}

/** Part of a commit after which that pool has to export everything again. */
export function forgetImportState(database: DatabaseSync, source: string): void {
  database.prepare('delete from backup_state where name = ?').run(nameOf(source));
}

function nameOf(source: string): string {
  return `import:${source.toLowerCase()}`;
}

/** Whether a complete export of that pool has been imported into this database, for modules without a position of their own. */
export function hasImported(database: DatabaseSync, source: string): boolean {
  return database.prepare('select 1 from backup_state where name = ?').get(nameOf(source)) !== undefined;
}

/** Part of the commit that completes the first import. */
export function markImported(database: DatabaseSync, source: string): void {
  database
    .prepare('insert into backup_state (name, value) values (?, ?) on conflict (name) do nothing')
    .run(nameOf(source), JSON.stringify({ completedAt: new Date().toISOString() }));
}
