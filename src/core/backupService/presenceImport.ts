/** Importing batches of `UserServices.PresenceFocus`: each exactly once, together with the position that says so. */
import { constants, type DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { type ImportState, importStateSchema, readImportState, writeImportState } from './importState.ts';
import { applyRange, rowTables } from './rowTables.ts';

export interface BatchHeader {
  readonly kind: 'log' | 'copy';
  /** The importer's state that this batch follows; `null` when it has none. */
  readonly follows: ImportState | null;
  readonly next: Omit<ImportState, 'importedAt'>;
}

const headerSchema = z.object({
  kind: z.enum(['log', 'copy']),
  follows: importStateSchema.nullable(),
  next: importStateSchema.omit({ importedAt: true }),
});

const rangesSchema = z.array(
  z.object({
    table: z.string(),
    after: z.array(z.union([z.string(), z.number()])).optional(),
    upTo: z.array(z.union([z.string(), z.number()])).optional(),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  }),
);

/**
 * Applies the batch and moves the position in one commit, and returns the importer's state afterwards. A batch that does not
 * follow the importer's state has been imported before, or belongs to an interrupted cycle: nothing of it is applied.
 */
export function importBatch(
  target: MirroredDatabase,
  source: string,
  header: unknown,
  payload: Uint8Array,
): ImportState | undefined {
  const { kind, follows, next } = headerSchema.parse(header);
  const { value } = target.commit(`import:${source}`, (database) => {
    const state = readImportState(database, source);
    if (!sameState(state, follows)) return state;
    if (kind === 'log') applyChangesets(database, payload, `${target.name} of ${target.pool}`);
    else applyCopy(database, source, payload);
    const imported: ImportState = { ...next, importedAt: new Date().toISOString() };
    writeImportState(database, source, imported);
    return imported;
  });
  return value;
}

function sameState(state: ImportState | undefined, follows: ImportState | null): boolean {
  return JSON.stringify(state ?? null) === JSON.stringify(follows);
}

/**
 * A row belongs to the exporting pool, so what it says wins. Conflicts are ordinary while the log is replayed over a full
 * copy that was read later: an insert finds its row, an update a newer one, a deletion none.
 */
function applyChangesets(database: DatabaseSync, payload: Uint8Array, label: string): void {
  if (payload.byteLength === 0) return;
  const tables = new Set(rowTables(database).map(({ name }) => name));
  const applied = database.applyChangeset(payload, {
    filter: (table) => tables.has(table),
    onConflict: (conflict) => {
      switch (conflict) {
        case constants.SQLITE_CHANGESET_DATA:
        case constants.SQLITE_CHANGESET_CONFLICT:
          return constants.SQLITE_CHANGESET_REPLACE;
        case constants.SQLITE_CHANGESET_NOTFOUND:
          return constants.SQLITE_CHANGESET_OMIT;
        default:
          return constants.SQLITE_CHANGESET_ABORT;
      }
    },
  });
  if (!applied) throw rejected(label);
}

function applyCopy(database: DatabaseSync, source: string, payload: Uint8Array): void {
  const ranges = rangesSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
  const tables = rowTables(database);
  for (const range of ranges) {
    const table = tables.find(({ name }) => name === range.table);
    if (table !== undefined) applyRange(database, table, source, range);
  }
}

function rejected(label: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'commit-rejected',
    kind: 'failed',
    object: label,
    message: `${label} refused a batch of its partner: a row breaks a constraint of its table.`,
    remedy: 'Correct the row on the partner; nothing of the batch was stored and the next cycle tries again.',
  });
}
