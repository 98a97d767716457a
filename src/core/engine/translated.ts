/** Errors of `engine.db` as people read them. */
import type { DatabaseSync } from 'node:sqlite';
import { translateSqliteError } from '../storage/sqliteErrors.ts';

/** Runs work on the engine's database. Throws `disk-full`, `access-denied`, `database-corrupt`, `database-unavailable`. */
export function translated<T>(database: DatabaseSync, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateSqliteError(error, 'the engine database', database.location() ?? '');
  }
}
