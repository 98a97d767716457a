/** Records about pools in the databases themselves: part of a commit, and so of the mirror, and of no batch for the partner. */
import type { DatabaseSync } from 'node:sqlite';
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';

/** Origin of the commits that write records: an export does not carry them. */
export const recordOrigin = 'failover';

/** What was written under a name, or `undefined`. */
export function readRecord(database: DatabaseSync, name: string): unknown {
  const row = database.prepare('select value from backup_state where name = ?').get(name);
  return row === undefined ? undefined : JSON.parse(String(row['value']));
}

/** Part of a commit. */
export function writeRecord(database: DatabaseSync, name: string, value: object): void {
  database
    .prepare(
      'insert into backup_state (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
    )
    .run(name, JSON.stringify(value));
}

export type Reached<T> =
  | { readonly value: T; readonly error?: never }
  | { readonly value?: never; readonly error: LyncTopologyError };

/** What a store says now, or what keeps it from saying anything. */
export function reachStore<T>(store: MirroredDatabase, query: (database: DatabaseSync) => T): Reached<T> {
  try {
    return { value: store.read(query) };
  } catch (error) {
    if (error instanceof LyncTopologyError) return { error };
    throw error;
  }
}
