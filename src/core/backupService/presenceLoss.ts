/** How much of what the partner has a copy of the exporting pool's database no longer holds. */
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { BackupModule, DatabaseName } from '../topology/vocabulary.ts';
import { keysOf, rowTables } from './rowTables.ts';
import { countOf } from './words.ts';

export interface LostRows {
  /** Rows of the exporting pool that the partner holds. */
  readonly known: number;
  /** Those of them that the exporting pool does not hold. */
  readonly lost: number;
}

/** Compares the keys of every row; needed only before a full copy of a pool that its partner knows already. */
export function lostRows(source: MirroredDatabase, target: MirroredDatabase, homePool: string): LostRows {
  const tables = source.read(rowTables);
  let known = 0;
  let lost = 0;
  for (const table of tables) {
    const present = new Set(source.read((database) => keysOf(database, table, homePool)));
    for (const key of target.read((database) => keysOf(database, table, homePool))) {
      known += 1;
      if (!present.has(key)) lost += 1;
    }
  }
  return { known, lost };
}

export interface LosingStream {
  readonly module: BackupModule;
  readonly database: DatabaseName;
  readonly source: string;
  readonly target: string;
}

export function lostContent(stream: LosingStream, { known, lost }: LostRows): LyncTopologyError {
  const { module, database, source, target } = stream;
  return new LyncTopologyError({
    code: 'database-lost-content',
    kind: 'refused',
    object: `${database} of ${source}`,
    message:
      `The database ${database} of ${source} does not hold ${lost.toLocaleString('en-US')} of the ${countOf(known, 'row')} ` +
      `that ${target} has a copy of, and its history does not continue the one that ${target} knows.`,
    remedy:
      `Bring the database of ${source} back (its mirror, or a backup). If the rows are meant to be gone, run ` +
      `Invoke-CsBackupServiceSync -PoolFqdn ${source} -BackupModule ${module} -AcceptLoss: until then ${target} keeps its copy.`,
  });
}
