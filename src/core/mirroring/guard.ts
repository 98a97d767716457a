/**
 * Keeps what callers run on the principal within what the log can carry: rows of user tables. A change that altered a table,
 * ended the transaction or touched the session's own tables would reach the principal and never the mirror.
 */
import { constants, type DatabaseSync } from 'node:sqlite';

export interface Guard {
  /** Runs a caller's change: rows of user tables only. */
  changing<T>(work: () => T): T;
  /** Runs a caller's query: nothing is written. */
  reading<T>(work: () => T): T;
}

type Mode = 'own' | 'changing' | 'reading';

const allowed = new Set<number>([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
]);
/** Applying a changeset, as an import does, runs in a savepoint. */
const savepoint = constants.SQLITE_SAVEPOINT;
const pragma = constants.SQLITE_PRAGMA;
const rowChanges = new Set<number>([constants.SQLITE_INSERT, constants.SQLITE_UPDATE, constants.SQLITE_DELETE]);
/** Recording and applying changesets look tables up by these. */
const harmlessPragmas = new Set(['table_info', 'table_xinfo', 'table_list', 'defer_foreign_keys']);
const ownTables = /^(mirroring_|sqlite_|schema_versions$)/;

export function guardConnection(connection: DatabaseSync): Guard {
  let mode: Mode = 'own';
  // Older runtimes have no authorizer; there the product's own callers are trusted.
  connection.setAuthorizer?.((action, subject) =>
    mode === 'own' || mayRun(mode, action, subject) ? constants.SQLITE_OK : constants.SQLITE_DENY,
  );
  const within = <T>(next: Mode, work: () => T): T => {
    const before = mode;
    mode = next;
    try {
      return work();
    } finally {
      mode = before;
    }
  };
  return {
    changing: (work) => within('changing', work),
    reading: (work) => within('reading', work),
  };
}

function mayRun(mode: 'changing' | 'reading', action: number, subject: string | null): boolean {
  if (allowed.has(action)) return true;
  if (action === pragma) return subject !== null && harmlessPragmas.has(subject.toLowerCase());
  if (mode === 'reading') return false;
  if (action === savepoint) return true;
  return rowChanges.has(action) && subject !== null && !ownTables.test(subject);
}
