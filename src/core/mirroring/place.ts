/**
 * One of the two places of a mirrored database: an instance of a server, and the file that lies there.
 *
 * A place is looked at before every use: the mark of a stopped server, a folder that vanished, a file that was removed or
 * replaced end the open handle at once, and the place is opened again as soon as it can be.
 */
import { existsSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { LyncTopologyError } from '../errors.ts';
import { serverError } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { assertInside } from '../storage/names.ts';
import type { Database } from '../storage/sqlite.ts';
import { translateSqliteError } from '../storage/sqliteErrors.ts';
import { type SqlInstance, sqlInstanceName } from '../topology/model.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { asLyncError } from './asLyncError.ts';
import { databaseIdentity, migrateFile, requireState } from './fileState.ts';
import type { Guard } from './guard.ts';
import { type InstanceHost, inThisProcess } from './instances/host.ts';
import { verifyEnd } from './log.ts';
import type { PlaceRole } from './roles.ts';

export interface PlaceDatabase extends Database {
  readonly guard: Guard;
}

export type Reached =
  | { readonly database: PlaceDatabase; readonly error?: never }
  | { readonly database?: never; readonly error: LyncTopologyError };

export interface Place extends Disposable {
  readonly role: PlaceRole;
  readonly server: string;
  /** `server\INSTANCE` */
  readonly instance: string;
  readonly file: string;
  /** The open file, the same object as long as it is the same file, or what keeps it from being used. Never throws. */
  reach(): Reached;
  /** The name that errors give to the file. */
  readonly label: string;
  isRunning(): boolean;
  /** What keeps its server or the process of its instance from answering. */
  problem(): LyncTopologyError | undefined;
  /** True when the server runs and the file is not there: then a mirror can be made anew. */
  isBlank(): boolean;
  /** Ends the handle; the next `reach` opens the file again. */
  close(): void;
  /** Forgets an earlier failure, so that the next `reach` tries. */
  tryAgain(): void;
  /** Ends the handle because using the file failed; for a moment that is what `reach` answers. */
  giveUp(cause: unknown): void;
  /** Milliseconds since an instance that does not answer was last heard; absent when it answers or lies in this process. */
  silentFor(): number | undefined;
}

export interface PlaceOptions {
  readonly role: PlaceRole;
  readonly instance: SqlInstance;
  readonly pool: string;
  readonly name: DatabaseName;
  readonly dataDirectory: DataDirectory;
  /** Who holds the file; this process when absent. */
  readonly host?: InstanceHost | undefined;
}

/** Milliseconds for which a failure to open is believed, so that commits do not pay for a broken mirror each time. */
const believeFailureFor = 500;

export function createPlace(options: PlaceOptions): Place {
  const { dataDirectory, role, instance, host = inThisProcess } = options;
  const { server } = instance;
  const file = dataDirectory.databaseFile(options.instance, options.name);
  const stoppedMark = join(dataDirectory.serverFolder(server), '.stopped');
  const identityNow = (): string => {
    const identity = identityOf(stoppedMark, file);
    return identity === '' ? '' : `${identity} ${host.incarnation(instance)}`;
  };
  const problem = (): LyncTopologyError | undefined => serverError(dataDirectory, server) ?? host.problem(instance);
  let open: { readonly database: PlaceDatabase; readonly identity: string } | undefined;
  let failure: { readonly error: LyncTopologyError; readonly at: number; readonly identity: string } | undefined;
  let ended = false;

  const close = (): void => {
    open?.database[Symbol.dispose]();
    open = undefined;
  };
  const reach = (): Reached => {
    if (ended) return { error: engineStopped(placeLabel(options)) };
    const identity = identityNow();
    if (open !== undefined && open.identity === identity) return { database: open.database };
    close();
    const error = problem();
    if (error !== undefined) return { error };
    if (failure !== undefined && failure.identity === identity && performance.now() - failure.at < believeFailureFor) {
      return { error: failure.error };
    }
    try {
      const database = openFile({ ...options, host }, file);
      open = { database, identity: identityNow() };
      failure = undefined;
      return { database };
    } catch (cause) {
      failure = { error: asLyncError(cause, placeLabel(options)), at: performance.now(), identity };
      return { error: failure.error };
    }
  };
  return {
    role,
    server,
    instance: sqlInstanceName(options.instance),
    label: placeLabel(options),
    file,
    reach,
    isRunning: () => problem() === undefined,
    problem,
    isBlank: () => problem() === undefined && !existsSync(file),
    close: () => {
      close();
      failure = undefined;
    },
    tryAgain: () => {
      failure = undefined;
    },
    giveUp: (cause) => {
      close();
      const error = asLyncError(translateSqliteError(cause, placeLabel(options), file), placeLabel(options));
      failure = { error, at: performance.now(), identity: identityNow() };
    },
    silentFor: () => host.silentFor(instance),
    [Symbol.dispose]: () => {
      ended = true;
      close();
    },
  };
}

function placeLabel(options: PlaceOptions): string {
  return `${options.name} on ${sqlInstanceName(options.instance)}`;
}

/** What file is there now; empty when none is, or when its server is stopped. */
function identityOf(stoppedMark: string, file: string): string {
  try {
    if (statSync(stoppedMark, { throwIfNoEntry: false }) !== undefined) return '';
    const stats: Stats | undefined = statSync(file, { throwIfNoEntry: false });
    // The number of a deleted file is used again soon; its time of birth is not.
    return stats === undefined ? '' : `${stats.dev} ${stats.ino} ${stats.birthtimeMs}`;
  } catch {
    return '';
  }
}

function openFile(options: PlaceOptions & { readonly host: InstanceHost }, file: string): PlaceDatabase {
  const { dataDirectory, host, instance, name, pool } = options;
  assertInside(dataDirectory.root, file);
  const label = placeLabel(options);
  // SQLite takes an empty file for an empty database and would fill it.
  if (statSync(file, { throwIfNoEntry: false })?.size === 0) throw damaged(label, 'is empty');
  const database = host.open(instance, file, label);
  try {
    if (!holdsSession(database)) throw damaged(label, 'holds no mirroring session');
    migrateFile(database, name);
    const state = requireState(database);
    if (state.database !== databaseIdentity(pool, name)) throw damaged(label, `is the one of ${state.database}`);
    verifyEnd(database, state.position);
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

function holdsSession(database: Database): boolean {
  const found = database.run((connection) =>
    connection.prepare("select 1 from sqlite_schema where type = 'table' and name = 'mirroring_state'").get(),
  );
  return found !== undefined;
}

/** Upkeep that is still on its way when the database is closed must not open the file again. */
function engineStopped(label: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'engine-stopped',
    kind: 'failed',
    object: label,
    message: `${label} was closed because the engine is ending.`,
    remedy: 'Run the command again: another engine takes over.',
  });
}

function damaged(label: string, what: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-corrupt',
    kind: 'failed',
    object: label,
    message: `The file of ${label} ${what}.`,
    remedy: 'Move it away: a mirror is made anew from its principal; a principal must be brought back from a copy.',
  });
}
