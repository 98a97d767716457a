/**
 * The mirrored commit.
 *
 * Inside the principal's open transaction the changes are taken as a changeset and written, durably, to the mirror's log;
 * only then the principal commits rows and log entry together, and only then the caller is told. So whatever was
 * acknowledged while the session was synchronised is on both disks, and whatever one of the two holds alone was not
 * acknowledged: an entry beyond the principal is taken over or cut off when the places meet again, never both.
 *
 * Without a reachable mirror at the principal's position the principal goes on alone (exposed); the entry waits in its log.
 * Where there is a witness, that needs its leave (see `exposure.ts`). With safety off every commit is such a one, and upkeep
 * sends it to the mirror afterwards.
 */
import type { DatabaseSync } from 'node:sqlite';
import { LyncTopologyError } from '../errors.ts';
import { rollBack } from '../storage/sqlite.ts';
import { translateSqliteError } from '../storage/sqliteErrors.ts';
import type { LogEntry, LogPosition } from './contract.ts';
import { commitRejected, commitUnknown, failingOver } from './errors.ts';
import { commitsExposed } from './exposure.ts';
import { type FileState, requireState, samePosition, setPartnerHardened } from './fileState.ts';
import { append, cutAfter, harden, nextEntry } from './log.ts';
import type { Partnership, Serving } from './partnership.ts';
import type { Place, PlaceDatabase } from './place.ts';

/** Prepared once: they run twice in every commit. */
const begin = 'begin immediate';
const commit = 'commit';

/** Moments that tests stop the process at. */
export type CommitMoment = 'recorded' | 'hardened' | 'committed';

export interface Committed<T> {
  readonly value: T;
  readonly position: LogPosition;
}

/** See `MirroredDatabase.commit`. An error that `change` throws itself, and that is not SQLite's, reaches the caller as it is. */
export function commitChange<T>(
  partnership: Partnership,
  origin: string,
  change: (database: DatabaseSync) => T,
  reached: (moment: CommitMoment) => void,
): Committed<T> {
  const serving = partnership.serving();
  const { database } = serving.principal;
  if (database.connection.isTransaction) throw commitRejected(partnership.label, 'another change is under way.');
  database.run(() => database.statement(begin).run());
  let recorded: Recorded<T>;
  try {
    recorded = database.run(() => record(partnership, database, origin, change));
  } catch (error) {
    rollBack(database.connection);
    throw error;
  }
  const { before, entry, value } = recorded;
  if (entry === undefined) {
    rollBack(database.connection);
    return { value, position: before.position };
  }
  reached('recorded');
  waitForDisks(partnership, serving, before);
  const hardened = hardenOnMirror(partnership, serving, before, entry);
  if (hardened === 'fenced') {
    rollBack(database.connection);
    throw failingOver(partnership.label);
  }
  if (hardened !== 'yes') {
    const refused = commitsExposed(partnership, serving, before);
    if (refused !== undefined) {
      rollBack(database.connection);
      partnership.forget();
      // What the mirror may hold may still become the database's, when the mirror is promoted or the two meet again.
      throw hardened === 'perhaps' ? commitUnknown(partnership.label, refused) : refused;
    }
    noteExposure(partnership, database, before);
  }
  reached('hardened');
  finish(partnership, serving, before, entry, hardened);
  if (hardened === 'yes') partnership.knownHardened = entry.position.sequence;
  reached('committed');
  return { value, position: entry.position };
}

interface Recorded<T> {
  readonly before: FileState;
  /** Absent when nothing was written. */
  readonly entry: LogEntry | undefined;
  readonly value: T;
}

function record<T>(
  partnership: Partnership,
  database: PlaceDatabase,
  origin: string,
  change: (database: DatabaseSync) => T,
): Recorded<T> {
  const before = requireState(database);
  if (before.role !== 'principal') {
    partnership.forget();
    throw failingOver(partnership.label);
  }
  if (before.pendingFailover) throw failingOver(partnership.label);
  const { connection } = database;
  const recorder = connection.createSession();
  try {
    const value = database.guard.changing(() => change(connection));
    // An error that SQLite answered by rolling back, and that the caller swallowed.
    if (!connection.isTransaction) throw commitRejected(partnership.label, 'an error ended its transaction.');
    const changeset = recorder.changeset();
    if (changeset.length === 0) return { before, value, entry: undefined };
    const entry = nextEntry(before.position, before.epoch, origin, changeset);
    append(database, entry);
    return { before, value, entry };
  } finally {
    recorder.close();
  }
}

/** A slow disk or line keeps the commit waiting; those of a mirror that does not harden it do not. */
function waitForDisks({ links }: Partnership, { principal, partner }: Serving, { safety }: FileState): void {
  if (partner?.database !== undefined && safety !== 'off') links.delay.both();
  else links.delay.alone[principal.place.role]();
}

/** `perhaps`: the mirror failed, and may hold the entry. `fenced`: another principal has taken over. */
type Hardened = 'yes' | 'no' | 'perhaps' | 'fenced';

/** Writes the entry to the mirror's log when the mirror stands where the principal stands. Never throws. */
function hardenOnMirror(partnership: Partnership, serving: Serving, before: FileState, entry: LogEntry): Hardened {
  const mirror = serving.partner?.database;
  if (mirror === undefined || before.safety === 'off') return 'no';
  try {
    if (harden(mirror, before.position, before.epoch, entry)) return 'yes';
    const state = requireState(mirror);
    if (state.history !== before.history || state.epoch <= before.epoch) return 'no';
    partnership.forget();
    return 'fenced';
  } catch (error) {
    // The mirror is left behind; it is opened anew soon and catches up from the log.
    serving.partner?.place.giveUp(error);
    partnership.forget();
    return 'perhaps';
  }
}

/** Writes down, in the same transaction, how far the mirror came before it was lost: the log is kept from there on. */
function noteExposure(partnership: Partnership, database: PlaceDatabase, before: FileState): void {
  const known = partnership.knownHardened;
  if (known === undefined || known === before.partnerHardened) return;
  try {
    setPartnerHardened(database, known);
  } catch {
    // Only an estimate is older then; a disk that cannot take it fails the commit itself.
  }
}

function finish(
  partnership: Partnership,
  serving: Serving,
  before: FileState,
  entry: LogEntry,
  hardened: Hardened,
): void {
  const { database, place } = serving.principal;
  try {
    database.statement(commit).run();
  } catch (cause) {
    rollBack(database.connection);
    const error = translateSqliteError(cause, database.label, database.file);
    // What the file holds after a failed commit is known only when it has been opened anew.
    const outcome = outcomeAfterFailure(place, before, entry);
    partnership.forget();
    if (outcome === 'stored' && hardened === 'yes') return;
    if (outcome !== 'absent') throw commitUnknown(partnership.label, error);
    if (hardened !== 'no' && !takeBack(serving, before)) throw commitUnknown(partnership.label, error);
    throw error instanceof LyncTopologyError ? error : commitRejected(partnership.label, String(error));
  }
}

function outcomeAfterFailure(place: Place, before: FileState, entry: LogEntry): 'stored' | 'absent' | 'unknown' {
  place.close();
  const { database } = place.reach();
  if (database === undefined) return 'unknown';
  try {
    const { position } = requireState(database);
    if (samePosition(position, entry.position)) return 'stored';
    return samePosition(position, before.position) ? 'absent' : 'unknown';
  } catch {
    return 'unknown';
  }
}

/** Cuts off at the mirror what the principal did not store. False when the mirror could not be told. */
function takeBack(serving: Serving, before: FileState): boolean {
  const place = serving.partner?.place;
  place?.close();
  const database = place?.reach().database;
  if (database === undefined) return false;
  try {
    cutAfter(database, before.position.sequence);
    return true;
  } catch {
    return false;
  }
}
