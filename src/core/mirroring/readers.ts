/**
 * Who still needs the log: readers by name with the last commit each has taken. They are kept in the principal's file and
 * carried to the mirror's, before the mirror trims and before it is promoted. What the mirror knows may be older, which keeps
 * more of the log and never less.
 */
import type { Database } from '../storage/sqlite.ts';
import { type FileState, setPartnerHardened } from './fileState.ts';
import { oldestSequence, trimBefore } from './log.ts';

/** The log of a principal may grow by this many commits while its mirror is away; beyond that the mirror is copied anew. */
export const defaultLogLimit = 100_000;

/** Trimming waits until this much can go at once, and deletes at most this much in one step. */
const trimSize = 512;

export function rememberReader(database: Database, reader: string, sequence: number): void {
  database.run(() =>
    database
      .statement('insert into mirroring_readers values (?, ?) on conflict do update set sequence = excluded.sequence')
      .run(reader, sequence),
  );
}

/** Makes the mirror's readers those of the principal; nothing is written when they are already. */
export function carryReaders(principal: Database, mirror: Database): void {
  const readers = readersOf(principal);
  if (JSON.stringify(readers) === JSON.stringify(readersOf(mirror))) return;
  mirror.transaction(() => {
    mirror.statement('delete from mirroring_readers').run();
    for (const { name, sequence } of readers) rememberReader(mirror, name, sequence);
  });
}

/** Deletes log entries of the principal that neither a reader nor the mirror needs. True when there is more to delete. */
export function trimPrincipal(
  principal: Database,
  state: FileState,
  mirrorHardened: number | undefined,
  logLimit: number,
): boolean {
  const end = state.position.sequence;
  const forMirror = mirrorHardened === undefined ? end : Math.max(mirrorHardened, end - logLimit);
  const until = Math.min(forMirror, lowestReader(principal, end));
  if (until - oldestSequence(principal) < trimSize) return false;
  if (mirrorHardened !== undefined && mirrorHardened !== state.partnerHardened) {
    setPartnerHardened(principal, mirrorHardened);
  }
  trimBefore(principal, until, trimSize);
  return true;
}

/** Deletes log entries of the mirror that it has redone and that no reader will ask for after a failover. */
export function trimMirror(principal: Database, mirror: Database, state: FileState): boolean {
  const until = Math.min(state.redone, lowestReader(principal, state.redone));
  if (until - oldestSequence(mirror) < trimSize) return false;
  carryReaders(principal, mirror);
  trimBefore(mirror, until, trimSize);
  return true;
}

function lowestReader(database: Database, otherwise: number): number {
  const row = database.run(() => database.statement('select min(sequence) as lowest from mirroring_readers').get());
  const lowest = row?.['lowest'];
  return typeof lowest === 'number' ? lowest : otherwise;
}

function readersOf(database: Database): readonly { readonly name: string; readonly sequence: number }[] {
  const rows = database.run(() =>
    database.statement('select name, sequence from mirroring_readers order by name').all(),
  );
  return rows.map((row) => ({ name: String(row['name']), sequence: Number(row['sequence']) }));
}
