/**
 * A backup pool that was left behind by a failback without it (`-DisasterMode`, domain B.6) and answers again. What its
 * clients did for the other pool's users is lost: it is named, and its copy of their rows is made anew.
 */
import { forgetImportState, readImportState, writeImportState } from '../backupService/importState.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { type Losses, nameLosses } from './losses.ts';
import type { PoolFailovers } from './poolFailovers.ts';
import { recordOrigin } from './storeRecords.ts';

/** A position that is on no log: the exporter copies everything of its own, and nothing that it did for others. */
const nowhere = { epoch: 0, sequence: Number.MAX_SAFE_INTEGER, checksum: '' };

/**
 * Safe to repeat until the last commit, which is what ends it: the backup pool's database then says what the others do.
 * Throws what keeps either database from answering.
 */
export function catchUpBackup(
  failovers: PoolFailovers,
  pool: string,
  home: MirroredDatabase,
  backup: MirroredDatabase,
): Losses {
  const losses = nameLosses(pool, backup, failovers.of(pool)?.leftBehind?.imported, [home, backup]);
  home.commit(recordOrigin, (database) => {
    const state = readImportState(database, backup.pool);
    if (state === undefined) return;
    const { completed, importedAt } = state;
    writeImportState(database, backup.pool, { position: nowhere, completed, importedAt });
  });
  backup.commit(recordOrigin, (database) => {
    forgetImportState(database, pool);
    failovers.catchUp(pool, database);
  });
  return losses;
}
