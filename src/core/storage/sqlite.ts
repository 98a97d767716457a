/** Opens SQLite databases the one way the product does: write-ahead log, every commit on the disk before it is acknowledged. */
import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { LyncTopologyError } from '../errors.ts';
import { translateSqliteError } from './sqliteErrors.ts';

export interface OpenOptions {
  /** The database in words, for errors: `rtcxds on atl-sql-001.litware.com\RTC`. */
  readonly label: string;
  /** Creates the file when it does not exist; otherwise that is `database-unavailable`. */
  readonly create?: boolean;
  readonly readOnly?: boolean;
}

export interface Database extends Disposable {
  readonly file: string;
  readonly label: string;
  readonly connection: DatabaseSync;
  /** The prepared statement of this text, prepared once. Not for statements whose text holds values. */
  statement(sql: string): StatementSync;
  /** Runs `work` with SQLite's errors translated. */
  run<T>(work: (connection: DatabaseSync) => T): T;
  /** `work` in one durable transaction; rolled back when it throws. */
  transaction<T>(work: (connection: DatabaseSync) => T): T;
}

/** Milliseconds to wait for a lock that another program holds. */
const busyTimeout = 2000;

/** Throws `database-unavailable`, `database-corrupt`, `access-denied`, `disk-full`. */
export function openDatabase(file: string, options: OpenOptions): Database {
  const { label } = options;
  if (options.create !== true && !existsSync(file)) {
    throw new LyncTopologyError({
      code: 'database-unavailable',
      kind: 'failed',
      object: label,
      message: `The file of ${label} does not exist: ${file}.`,
      remedy: 'Bring the file back, or create the databases anew with `lync-topology init`.',
    });
  }
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw translateSqliteError(error, label, file);
    }
  };
  const connection = guarded(() => connect(file, options.readOnly ?? false));
  const statements = new Map<string, StatementSync>();
  return {
    file,
    label,
    connection,
    statement: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      const prepared = guarded(() => connection.prepare(sql));
      statements.set(sql, prepared);
      return prepared;
    },
    run: (work) => guarded(() => work(connection)),
    transaction: (work) => guarded(() => inTransaction(connection, work)),
    [Symbol.dispose]: () => {
      statements.clear();
      close(connection);
    },
  };
}

function connect(file: string, readOnly: boolean): DatabaseSync {
  const connection = new DatabaseSync(file, {
    readOnly,
    timeout: busyTimeout,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
    defensive: true,
  });
  try {
    if (!readOnly) connection.exec('pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off');
    return connection;
  } catch (error) {
    close(connection);
    throw error;
  }
}

function inTransaction<T>(connection: DatabaseSync, work: (connection: DatabaseSync) => T): T {
  connection.exec('begin immediate');
  try {
    const value = work(connection);
    connection.exec('commit');
    return value;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

/** Ends an open transaction. Never throws: what failed before is the error that matters. */
export function rollBack(connection: DatabaseSync): void {
  try {
    if (connection.isTransaction) connection.exec('rollback');
  } catch {
    // SQLite rolled back by itself (full disk, input/output error).
  }
}

/** Closing checkpoints the log; on a full or vanished disk that fails, which loses nothing. */
function close(connection: DatabaseSync): void {
  try {
    connection.close();
  } catch {
    // Closed already, or the file is gone.
  }
}
