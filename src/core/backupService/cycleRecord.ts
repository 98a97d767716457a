/** The last cycle of every stream, kept in the engine's database: when it ran, what it carried, how it ended. */
import type { DatabaseSync } from 'node:sqlite';
import type { ErrorInformation } from '../errors.ts';
import type { CycleSummary } from '../status.ts';
import type { BackupModule } from '../topology/vocabulary.ts';

export interface CycleRecord {
  readonly summary: CycleSummary;
  readonly failure?: { readonly side: 'export' | 'import'; readonly error: ErrorInformation };
}

export interface CycleRecords {
  last(source: string, module: BackupModule): CycleRecord | undefined;
  store(source: string, module: BackupModule, record: CycleRecord): void;
}

export function openCycleRecords(database: DatabaseSync): CycleRecords {
  const select = database.prepare('select * from backup_cycle where source = ? and module = ?');
  const replace = database.prepare(
    `insert or replace into backup_cycle (source, module, started_at, ended_at, items, bytes, outcome, side, error)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  // What the database could not take (a full disk) is still known to this engine.
  const unsaved = new Map<string, CycleRecord>();

  return {
    last: (source, module) => {
      const kept = unsaved.get(`${source}/${module}`);
      if (kept !== undefined) return kept;
      const row = select.get(source, module);
      if (row === undefined) return undefined;
      const summary: CycleSummary = {
        startedAt: String(row['started_at']),
        endedAt: String(row['ended_at']),
        items: Number(row['items']),
        bytes: Number(row['bytes']),
        outcome: outcomeOf(row['outcome']),
      };
      if (typeof row['error'] !== 'string') return { summary };
      const side = row['side'] === 'import' ? 'import' : 'export';
      return { summary, failure: { side, error: JSON.parse(row['error']) } };
    },
    store: (source, module, { summary, failure }) => {
      const error = failure === undefined ? null : JSON.stringify(failure.error);
      const { startedAt, endedAt, items, bytes, outcome } = summary;
      try {
        replace.run(source, module, startedAt, endedAt, items, bytes, outcome, failure?.side ?? null, error);
        unsaved.delete(`${source}/${module}`);
      } catch {
        unsaved.set(`${source}/${module}`, failure === undefined ? { summary } : { summary, failure });
      }
    },
  };
}

function outcomeOf(value: unknown): CycleSummary['outcome'] {
  return value === 'completed' || value === 'cancelled' ? value : 'failed';
}
