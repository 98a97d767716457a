/** What a pool's clients changed that never reached its partner. */
import type { LogPosition, MirroredDatabase } from '../mirroring/contract.ts';
import { type ChangedRow, changedRows } from './changedRows.ts';

export type Unreplicated =
  | { readonly rows: readonly ChangedRow[]; readonly unknown?: never }
  /** Why it cannot be said. */
  | { readonly unknown: string; readonly rows?: never };

const page = 1_000;

/** Reads the log of the pool's user database after the position that its partner had imported. */
export function unreplicatedRows(home: MirroredDatabase, imported: LogPosition | undefined): Unreplicated {
  const head = home.position();
  if (imported === undefined) return { unknown: 'the other pool had never imported anything of it' };
  if (!isOnLog(home, imported, head)) return { unknown: 'its database was made anew since, or its log is gone' };
  const changesets: Uint8Array[] = [];
  for (let at = imported.sequence; at < head.sequence; ) {
    const entries = home.logAfter(at, page);
    if (entries === undefined) return { unknown: 'its log does not reach back to what was imported' };
    for (const { origin, changeset } of entries) if (origin === 'client') changesets.push(changeset);
    at = entries.at(-1)?.position.sequence ?? head.sequence;
  }
  return { rows: changedRows(changesets) };
}

/** Equal checksums mean equal history. */
export function isOnLog(home: MirroredDatabase, position: LogPosition, head: LogPosition): boolean {
  if (position.sequence === head.sequence) return position.checksum === head.checksum;
  if (position.sequence > head.sequence) return false;
  if (position.sequence === 0) return home.logAfter(0, 1) !== undefined;
  const entry = home.logAfter(position.sequence - 1, 1)?.[0];
  return entry?.position.checksum === position.checksum;
}
