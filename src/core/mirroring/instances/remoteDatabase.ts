/**
 * A database whose file the process of an SQL instance has open. It is used as one of this process; what cannot be carried to the
 * other process (functions, aggregates, extensions) is refused.
 */
import type {
  DatabaseSync,
  SQLInputValue,
  SQLOutputValue,
  StatementResultingChanges,
  StatementSync,
} from 'node:sqlite';
import { LyncTopologyError } from '../../errors.ts';
import { rollBack } from '../../storage/sqlite.ts';
import { translateSqliteError } from '../../storage/sqliteErrors.ts';
import type { Call, Mode, Reply, StatementMethod } from './calls.ts';
import type { GuardedDatabase } from './host.ts';

/** To one incarnation of one process. */
export interface Line {
  readonly incarnation: number;
  isThere(): boolean;
  /** Throws SQLite's error, `server-stopped` when the process is away or does not answer in time. */
  ask(call: Call): Extract<Reply, { value: unknown }>;
}

/** Throws what `openDatabase` throws, translated where the file lies, and `server-stopped`. */
export function remoteDatabase(line: Line, file: string, label: string): GuardedDatabase {
  const handle = Number(line.ask({ kind: 'open', incarnation: line.incarnation, file, label }).value);
  const connection = remoteConnection(line, handle);
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw translateSqliteError(error, label, file);
    }
  };
  const within = <T>(mode: Mode, work: () => T): T => {
    const before = connection.mode;
    connection.mode = mode;
    try {
      return work();
    } finally {
      connection.mode = before;
    }
  };
  return {
    file,
    label,
    connection,
    statement: (sql) => connection.prepare(sql),
    run: (work) => guarded(() => work(connection)),
    transaction: (work) =>
      guarded(() => {
        connection.exec('begin immediate');
        try {
          const value = work(connection);
          connection.exec('commit');
          return value;
        } catch (error) {
          rollBack(connection);
          throw error;
        }
      }),
    guard: {
      changing: (work) => within('changing', work),
      reading: (work) => within('reading', work),
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

/** Kinds of conflicts that a changeset can meet: SQLITE_CHANGESET_DATA to SQLITE_CHANGESET_FOREIGN_KEY. */
const conflicts = [1, 2, 3, 4, 5];

interface RemoteConnection extends DatabaseSync {
  mode: Mode;
}

function remoteConnection(line: Line, handle: number): RemoteConnection {
  /** As the last reply said. */
  let inTransaction = false;
  let isClosed = false;
  const ask = (call: Call): unknown => {
    if (isClosed) throw new Error('database is not open');
    const { value, isTransaction } = line.ask(call);
    inTransaction = isTransaction;
    return value;
  };
  /** Never throws. */
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    try {
      if (line.isThere()) line.ask({ kind: 'close', handle });
    } catch {
      // It is closed with the process, or when the file is opened anew.
    }
  };
  const connection: RemoteConnection = {
    mode: 'own',
    get isTransaction() {
      return inTransaction && line.isThere();
    },
    get isOpen() {
      return !isClosed;
    },
    get limits() {
      return unsupported();
    },
    prepare: (sql) => {
      const { mode } = connection;
      return remoteStatement(sql, (method, [first, ...others]) => {
        const named = isNamed(first) ? first : undefined;
        const values = [first, ...others].filter(isValue);
        return ask({ kind: 'statement', handle, mode, sql, method, named, values });
      });
    },
    exec: (sql) => {
      ask({ kind: 'exec', handle, mode: connection.mode, sql });
    },
    createSession: () => {
      ask({ kind: 'record', handle });
      const end = (): void => {
        if (line.isThere()) ask({ kind: 'endRecord', handle });
      };
      const changeset = () => bytesOf(ask({ kind: 'changeset', handle }));
      return { changeset, patchset: unsupported, close: end, [Symbol.dispose]: end };
    },
    applyChangeset: (changeset, options = {}) => {
      const { filter, onConflict } = options;
      const decisions =
        onConflict === undefined ? undefined : new Map(conflicts.map((conflict) => [conflict, onConflict(conflict)]));
      const tables = filter === undefined ? undefined : tablesOf(connection).filter((table) => filter(table));
      return ask({ kind: 'apply', handle, mode: connection.mode, changeset, tables, decisions }) === true;
    },
    close,
    [Symbol.dispose]: close,
    aggregate: unsupported,
    createTagStore: unsupported,
    deserialize: unsupported,
    enableDefensive: unsupported,
    enableLoadExtension: unsupported,
    function: unsupported,
    loadExtension: unsupported,
    location: unsupported,
    open: unsupported,
    serialize: unsupported,
    setAuthorizer: unsupported,
  };
  return connection;
}

function tablesOf(connection: DatabaseSync): readonly string[] {
  const rows = connection.prepare("select name from sqlite_schema where type = 'table'").all();
  return rows.map((row) => String(row['name']));
}

type Row = Record<string, SQLOutputValue>;
/** Values of a statement, of which the first may be the named ones. */
type Parameter = SQLInputValue | Record<string, SQLInputValue>;

/** It is prepared there, when it is first run. */
function remoteStatement(
  sql: string,
  ask: (method: StatementMethod, parameters: readonly Parameter[]) => unknown,
): StatementSync {
  const all = (...parameters: Parameter[]): Row[] => {
    const rows = ask('all', parameters);
    return Array.isArray(rows) ? rows : [];
  };
  return {
    all,
    get: (...parameters: Parameter[]): Row | undefined => rowOf(ask('get', parameters)),
    run: (...parameters: Parameter[]): StatementResultingChanges => changesOf(ask('run', parameters)),
    iterate: (...parameters: Parameter[]) => all(...parameters).values(),
    columns: unsupported,
    setAllowBareNamedParameters: unsupported,
    setAllowUnknownNamedParameters: unsupported,
    setReadBigInts: unsupported,
    setReturnArrays: unsupported,
    sourceSQL: sql,
    expandedSQL: sql,
  };
}

function isNamed(value: Parameter | undefined): value is Record<string, SQLInputValue> {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
}

function isValue(value: Parameter | undefined): value is SQLInputValue {
  return value !== undefined && !isNamed(value);
}

function rowOf(value: unknown): Row | undefined {
  return isRow(value) ? value : undefined;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null;
}

function changesOf(value: unknown): StatementResultingChanges {
  const row = rowOf(value);
  const [changes, lastInsertRowid] = [row?.['changes'], row?.['lastInsertRowid']];
  return { changes: Number(changes ?? 0), lastInsertRowid: Number(lastInsertRowid ?? 0) };
}

function bytesOf(value: unknown): NodeJS.NonSharedUint8Array {
  return value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array();
}

function unsupported(): never {
  throw new LyncTopologyError({
    code: 'internal',
    kind: 'failed',
    object: 'a statement',
    message: 'This cannot be asked of the process of an SQL instance.',
    remedy: 'Report this message as a defect.',
  });
}
