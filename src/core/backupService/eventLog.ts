/**
 * The events of the Backup Service, as its own event log keeps them (domain A.9). Only what the documentation gives a number
 * is an event, and only when its cause has really come about: a cycle that failed in another way is told by the states.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { ErrorCode } from '../errors.ts';
import { backupStoreOf } from '../lab/names.ts';
import { type Deployment, findPool, uncPathName } from '../topology/model.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import type { CycleRecord } from './cycleRecord.ts';

export interface BackupEvent {
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly id: EventId;
  readonly source: 'LS Backup Service';
  /** FQDN of the pool whose Backup Service wrote it. */
  readonly pool: string;
  readonly module: string;
  readonly message: string;
}

/** 4042: content could not be exported. 4069: a batch could not be recorded in the user database. */
const eventIds = [4042, 4069] as const;
export type EventId = (typeof eventIds)[number];

export interface EventLog {
  /** Writes the event of a failed cycle, if it is one. Never throws: the failure itself is what counts. */
  noteFailure(stream: FailedStream, failure: NonNullable<CycleRecord['failure']>): void;
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
  return {
    noteFailure: (stream, failure) => {
      const event = eventOf(deployment, stream, failure);
      if (event === undefined) return;
      try {
        insert.run(new Date().toISOString(), event.id, event.pool, stream.module, event.message);
        trim.run(kept);
      } catch {
        // The disk of the log is full, for instance; the state of the module says what happened all the same.
      }
    },
    list: (limit) =>
      newest.all(limit).flatMap((row) => {
        const id = eventIds.find((known) => known === row['event']);
        if (id === undefined) return [];
        const [time, pool, module, message] = ['time', 'pool', 'module', 'message'].map((name) => String(row[name]));
        if (time === undefined || pool === undefined || module === undefined || message === undefined) return [];
        return [{ time, id, source: 'LS Backup Service' as const, pool, module, message }];
      }),
  };
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
): { readonly id: EventId; readonly pool: string; readonly message: string } | undefined {
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
