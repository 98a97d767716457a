/**
 * The events of the Backup Service and of the content store, as the event log keeps them (domain A.9). Only what the documentation gives a number
 * is an event, and only when its cause has really come about: a cycle that failed in another way is told by the states.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { ErrorCode } from '../errors.ts';
import { backupStoreOf, metadataFolder } from '../lab/names.ts';
import { type Deployment, findPool, uncPathName } from '../topology/model.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import type { CycleRecord } from './cycleRecord.ts';

export interface BackupEvent {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly id: EventId;
  readonly source: 'LS Backup Service' | 'LS Data MCU';
  /** FQDN of the pool whose service wrote it. */
  readonly pool: string;
  readonly module: string;
  readonly message: string;
}

/**
 * 4042: content could not be exported. 4069: a batch could not be recorded in the user database. 41027: the content file store
 * is full or unavailable, written once; 41028: it has recovered.
 */
const eventIds = [4042, 4069, 41027, 41028] as const;
export type EventId = (typeof eventIds)[number];

export interface EventLog {
  /** Writes the event of a failed cycle, if it is one. Never throws: the failure itself is what counts. */
  noteFailure(stream: FailedStream, failure: NonNullable<CycleRecord['failure']>): void;
  /** A cycle has completed: stores that were unavailable have recovered. Never throws either. */
  noteSuccess(stream: FailedStream): void;
  /** Newest first. */
  list(limit: number): readonly BackupEvent[];
}

export interface FailedStream {
  readonly module: BackupModule;
  /** FQDNs. */
  readonly source: string;
  readonly target: string;
}

/** Older ones are dropped: a share that stays away writes one with every cycle. */
const kept = 5_000;

export function openEventLog(database: DatabaseSync, deployment: Deployment): EventLog {
  const insert = database.prepare(
    'insert into backup_event (time, event, pool, module, message) values (?, ?, ?, ?, ?)',
  );
  const trim = database.prepare('delete from backup_event where number <= (select max(number) from backup_event) - ?');
  const newest = database.prepare('select * from backup_event order by number desc limit ?');
  const lastOfStore = database.prepare(
    'select event from backup_event where pool = ? and event in (41027, 41028) order by number desc limit 1',
  );

  function write(module: string, event: EventDraft): void {
    insert.run(new Date().toISOString(), event.id, event.pool, module, event.message);
    trim.run(kept);
  }
  const isStoreAway = (pool: string): boolean => lastOfStore.get(pool)?.['event'] === 41027;

  return {
    noteFailure: (stream, failure) =>
      quietly(() => {
        const event = eventOf(deployment, stream, failure);
        if (event !== undefined) write(stream.module, event);
        const away = storeAwayOf(deployment, stream, failure);
        if (away !== undefined && !isStoreAway(away.pool)) write(stream.module, away);
      }),
    noteSuccess: (stream) =>
      quietly(() => {
        if (stream.module !== 'ConfServices.DataConf') return;
        for (const pool of [stream.source, stream.target].filter(isStoreAway)) {
          const message = `The content file store of ${pool} has recovered: ${metadataOf(deployment, pool)}.`;
          write(stream.module, { id: 41028, pool, message });
        }
      }),
    list: (limit) =>
      newest.all(limit).flatMap((row) => {
        const id = eventIds.find((known) => known === row['event']);
        if (id === undefined) return [];
        const [time, pool, module, message] = ['time', 'pool', 'module', 'message'].map((name) => String(row[name]));
        if (time === undefined || pool === undefined || module === undefined || message === undefined) return [];
        return [{ time, id, source: sourceOf(id), pool, module, message }];
      }),
  };
}

interface EventDraft {
  readonly id: EventId;
  readonly pool: string;
  readonly message: string;
}

/** The disk of the log is full, for instance; the state of the module says what happened all the same. */
function quietly(note: () => void): void {
  try {
    note();
  } catch {
    // See above.
  }
}

function sourceOf(id: EventId): BackupEvent['source'] {
  return id === 41027 || id === 41028 ? 'LS Data MCU' : 'LS Backup Service';
}

/** Reasons for which the store of conference content is full or unavailable. */
const storeFailures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'disk-full',
  'server-stopped',
  'share-missing',
  'share-unreadable',
  'share-unwritable',
]);

function storeAwayOf(
  deployment: Deployment,
  { module, source, target }: FailedStream,
  { side, error }: NonNullable<CycleRecord['failure']>,
): EventDraft | undefined {
  if (module !== 'ConfServices.DataConf' || !storeFailures.has(error.code)) return undefined;
  const pool = side === 'export' ? source : target;
  const message = `The content file store of ${pool} is full or unavailable: ${metadataOf(deployment, pool)}. ${error.message} ${error.remedy}`;
  return { id: 41027, pool, message };
}

/** UNC path of what meetings keep about themselves on a pool's share. */
function metadataOf(deployment: Deployment, fqdn: string): string {
  const share = findPool(deployment, fqdn)?.fileShare;
  const folder = metadataFolder.replaceAll('/', '\\');
  return share === undefined ? folder : `${uncPathName(share)}\\${folder}`;
}

/** Reasons for which the database of a pool does not take a batch. */
const databaseRefusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'commit-rejected',
  'commit-unknown',
  'database-corrupt',
  'database-no-principal',
  'database-unavailable',
  'disk-full',
  'server-stopped',
]);

function eventOf(
  deployment: Deployment,
  { module, source, target }: FailedStream,
  { side, error }: NonNullable<CycleRecord['failure']>,
): EventDraft | undefined {
  if (module === 'ConfServices.DataConf' && side === 'export') {
    const [local, remote] = [storeOf(deployment, source), storeOf(deployment, target)];
    const message =
      `The export of a backup module did not complete. Backup Module Identity: ${module}. ` +
      `Working Directory: ${local}\\Temp. Local File Store Unc path: ${local}. Remote File Store Unc path: ${remote}. ` +
      `Cause: ${error.message} ${error.remedy}`;
    return { id: 4042, pool: source, message };
  }
  if (module === 'UserServices.PresenceFocus' && side === 'import' && databaseRefusals.has(error.code)) {
    const message = `The database rtcxds of ${target} did not take a batch of ${source}: ${error.message} ${error.remedy}`;
    return { id: 4069, pool: target, message };
  }
  return undefined;
}

/** UNC path of a pool's BackupStore. */
function storeOf(deployment: Deployment, fqdn: string): string {
  const share = findPool(deployment, fqdn)?.fileShare;
  const store = backupStoreOf(deployment, fqdn).replaceAll('/', '\\');
  return share === undefined ? store : `${uncPathName(share)}\\${store}`;
}
