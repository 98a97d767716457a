/**
 * Who still needs the log: readers by name with the last commit each has taken. They are kept in the principal's file and
 * carried to the mirror's, before the mirror trims and before it is promoted. What the mirror knows may be older, which keeps
 * more of the log and never less.
 */
import type { Database } from '../storage/sqlite.ts';
import { type FileState, setPartnerHardened } from './fileState.ts';
import { oldestSequence, trimBefore } from './log.ts';

export interface LogPolicy {
  /** Commits that the log may grow by while the mirror is away; beyond that the mirror is copied anew when it returns. */
  readonly keptForMirror: number;
  /** Trimming waits until so many entries can go, and deletes at most so many in one step. */
  readonly trimmedAtOnce: number;
}

export const defaultLogPolicy: LogPolicy = { keptForMirror: 100_000, trimmedAtOnce: 512 };

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
  policy: LogPolicy,
): boolean {
  const end = state.position.sequence;
  const forMirror = mirrorHardened === undefined ? end : Math.max(mirrorHardened, end - policy.keptForMirror);
  const until = Math.min(forMirror, lowestReader(principal, end));
  if (until - oldestSequence(principal) < policy.trimmedAtOnce) return false;
  if (mirrorHardened !== undefined && mirrorHardened !== state.partnerHardened) {
    setPartnerHardened(principal, mirrorHardened);
  }
  trimBefore(principal, until, policy.trimmedAtOnce);
  return true;
}

/** Deletes log entries of the mirror that it has redone and that no reader will ask for after a failover. */
export function trimMirror(principal: Database, mirror: Database, state: FileState, policy: LogPolicy): boolean {
  const until = Math.min(state.redone, lowestReader(principal, state.redone));
  if (until - oldestSequence(mirror) < policy.trimmedAtOnce) return false;
  carryReaders(principal, mirror);
  trimBefore(mirror, until, policy.trimmedAtOnce);
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
