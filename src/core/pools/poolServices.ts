/** What the procedures of pool failover and failback are made of. */

import type { ContentReplication } from '../backupService/content/index.ts';
import { readImportState, writeImportState } from '../backupService/importState.ts';
import { applyRange, type KeyValue, type RowTable, readRange, rowTables } from '../backupService/rowTables.ts';
import { requirePool } from '../engine/pools.ts';
import type { AuditServices, LentContent } from '../engine/services.ts';
import type { LogPosition, MirroredDatabase } from '../mirroring/contract.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { type Deployment, partnerOf, uncPathName } from '../topology/model.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { type ContentOwnership, requirePresent } from './contentOwnership.ts';
import type { KeptContent } from './keptContent.ts';
import { catchUpBackup } from './leftBehind.ts';
import { type Losses, lossesOf, lossSentence, nameLosses, rememberLosses } from './losses.ts';
import type { PoolFailovers } from './poolFailovers.ts';
import type { Register } from './register.ts';
import { isOnLog } from './unreplicated.ts';

export interface PoolServices extends PoolFailovers {
  /** How far the backup pool has imported the pool's log; `undefined` while it has no complete copy. */
  imported(pool: string): LogPosition | undefined;
  /**
   * What the pool's clients had changed and the backup pool had not imported when it began to serve them. Reads the pool's
   * log, and remembers the answer for after the failback.
   */
  nameLosses(pool: string): Losses;
  /** What was found when the pool was failed back last. */
  lossesOf(pool: string): Losses | undefined;
  /** What the backup pool's clients did stays behind with it, and is named when it answers again. */
  loseBackup(pool: string): void;
  /**
   * A backup pool that was left behind answers again: names what its clients had done for this pool's users, and makes it
   * take everything anew. `undefined` when there is nothing of the kind to do. Throws what keeps a database from answering.
   */
  catchUpBackup(pool: string): Losses | undefined;
  /** Whether the pool's user database is the one whose users the backup pool took over, with its history. */
  continuesHistory(pool: string): boolean;
  /** See `KeptContent`. */
  readonly kept: KeptContent;
  /** Makes the rows of the pool's users at home what they are on the backup pool. Returns how many rows there are. */
  copyRowsHome(pool: string, proceed: (rows: number) => Promise<void>): Promise<number>;
  /** Rows of the pool's users that are not the same in both pools. */
  differingRows(pool: string): number;
  /** From here on the backup pool's share holds the truth about the pool's content. Returns the number of paths. */
  lendContent(pool: string): Promise<number>;
  returnContent(pool: string): Promise<number>;
  /** Gives the content back without the backup pool; what was changed on its share is kept there when it answers again. */
  reclaimContent(pool: string): Promise<number>;
  /** What of the backup pool's share is content of the pool's users, while they are served there. */
  lentContent(pool: string): LentContent;
  /** Throws `share-lost-content` when content that the backup pool had is not on the pool's own share. Returns the paths. */
  verifyOwnContent(pool: string): number;
  /** Throws `share-lost-content` when content that the backup pool has a copy of is not on its share. Returns the paths. */
  verifyLentContent(pool: string): number;
}

export interface PoolServicesOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly failovers: PoolFailovers;
  readonly database: (pool: string, name: DatabaseName) => MirroredDatabase;
  readonly content: ContentReplication;
  readonly ownership: ContentOwnership;
  readonly kept: KeptContent;
  readonly register: Register;
  /** Told what a backup pool that was left behind held alone. */
  readonly audit: Pick<AuditServices, 'append'>;
}

const rowsAtATime = 1_000;

export function createPoolServices(options: PoolServicesOptions): PoolServices {
  const { deployment, failovers, ownership, content, kept, register } = options;
  const users = (pool: string): MirroredDatabase => options.database(pool, 'rtcxds');

  function backupOf(pool: string): string {
    const backup = partnerOf(deployment, pool);
    if (backup === undefined) throw new Error(`${pool} has no backup pool`);
    return backup.fqdn;
  }

  function imported(pool: string): LogPosition | undefined {
    if (failovers.isLeftBehind(pool)) return undefined;
    const state = users(backupOf(pool)).read((database) => readImportState(database, pool));
    return state?.completed === true ? state.position : undefined;
  }

  /** Folders of the conferences that the pool's users organise: what was put there meanwhile is theirs. */
  function conferenceFolders(pool: string): readonly string[] {
    return users(backupOf(pool)).read((database) =>
      database
        .prepare('select distinct contentFolder from conferences where homePool = ?')
        .all(pool)
        .map((row) => String(row['contentFolder'])),
    );
  }

  function verifyContent(pool: string, on: string): number {
    const { fileShare } = requirePool(deployment, on);
    const paths = ownership.lent(pool);
    if (fileShare === undefined) return paths.length;
    requirePresent(uncPathName(fileShare), options.dataDirectory.share(fileShare).folder, paths);
    return paths.length;
  }

  return {
    ...failovers,
    imported,
    nameLosses: (pool) => {
      const stores = { home: users(pool), backup: users(backupOf(pool)) };
      const losses = nameLosses(pool, stores.home, failovers.of(pool)?.imported, Object.values(stores));
      rememberLosses(register, pool, losses);
      return losses;
    },
    lossesOf: (pool) => lossesOf(register, pool),
    loseBackup: (pool) => {
      const before = failovers.of(pool);
      const backup = backupOf(pool);
      const position = users(pool).read((database) => readImportState(database, backup))?.position;
      const now = position === undefined ? {} : { imported: position };
      rememberLosses(register, pool, { unknown: `${backup} was not asked` });
      failovers.enter(pool, 'Normal', { disaster: false, leftBehind: before?.leftBehind ?? now });
    },
    catchUpBackup: (pool) => {
      if (!failovers.isLeftBehind(pool)) return undefined;
      const losses = catchUpBackup(failovers, pool, users(pool), users(backupOf(pool)));
      rememberLosses(register, pool, losses);
      options.audit.append({
        operation: 'Invoke-CsPoolFailBack',
        parameters: { PoolFqdn: pool, DisasterMode: true },
        outcome: 'completed',
        detail: lossSentence(pool, backupOf(pool), losses),
      });
      return losses;
    },
    continuesHistory: (pool) => {
      const position = failovers.of(pool)?.imported;
      return position === undefined || isOnLog(users(pool), position, users(pool).position());
    },
    kept,
    copyRowsHome: async (pool, proceed) => {
      const backup = backupOf(pool);
      let rows = 0;
      for (const table of users(backup).read(rowTables)) {
        for await (const range of rangesOf(users(backup), table, pool)) {
          users(pool).commit(`import:${backup}`, (database) => applyRange(database, table, pool, range));
          rows += range.rows.length;
          await proceed(rows);
        }
      }
      // Everything that the home pool's log holds up to here is in the backup pool, or has just been replaced by it.
      const position = users(pool).position();
      users(backup).commit(`import:${pool}`, (database) =>
        writeImportState(database, pool, { position, completed: true, importedAt: new Date().toISOString() }),
      );
      return rows;
    },
    differingRows: (pool) => {
      const [home, away] = [pool, backupOf(pool)].map((each) => rowTexts(users(each), pool));
      const differing = [...(home ?? [])].filter((row) => !away?.has(row)).length;
      return differing + [...(away ?? [])].filter((row) => !home?.has(row)).length;
    },
    lendContent: (pool) => {
      const backup = backupOf(pool);
      return content.exclusively([pool, backup], () => {
        // Not expected a second time by a step that is repeated: what was kept meanwhile stays on record.
        if (ownership.lent(pool).length === 0) kept.expect(pool);
        return ownership.lend(pool, backup);
      });
    },
    returnContent: (pool) => {
      const backup = backupOf(pool);
      return content.exclusively([pool, backup], () => ownership.giveBack(pool, backup, conferenceFolders(pool)));
    },
    reclaimContent: (pool) => {
      const backup = backupOf(pool);
      return content.exclusively([pool, backup], () => {
        if (ownership.lent(pool).length > 0) kept.expect(backup);
        return ownership.giveBack(pool, backup, []);
      });
    },
    verifyOwnContent: (pool) => verifyContent(pool, pool),
    lentContent: (pool) => ({ paths: ownership.lent(pool), folders: conferenceFolders(pool) }),
    verifyLentContent: (pool) => verifyContent(pool, backupOf(pool)),
  };
}

async function* rangesOf(source: MirroredDatabase, table: RowTable, home: string) {
  for (let after: readonly KeyValue[] | undefined; ; ) {
    const from = after;
    const range = source.read((database) => readRange(database, table, home, from, rowsAtATime));
    yield range;
    after = range.upTo;
    if (after === undefined) return;
  }
}

function rowTexts(source: MirroredDatabase, home: string): ReadonlySet<string> {
  return source.read((database) => {
    const rows = rowTables(database).flatMap((table) =>
      readRange(database, table, home, undefined, Number.MAX_SAFE_INTEGER).rows.map((row) =>
        JSON.stringify([table.name, ...row]),
      ),
    );
    return new Set(rows);
  });
}
