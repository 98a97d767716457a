/** What can go wrong with log shipping, as errors that name the file or the missing part. */
import { LyncTopologyError } from '../errors.ts';
import type { LogBackup } from './store.ts';

const wayOut =
  'Bring the file back from a copy. If it is lost while the primary serves, remove the backup database (mgc.db of the backup instance): log shipping then begins anew with a full backup.';

export function backupMissing(pool: string, backup: LogBackup, path: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'log-backup-missing',
    kind: 'failed',
    object: backup.file,
    message: `The log backup ${backup.file} of ${pool}, commits ${backup.first} to ${backup.last}, is missing: ${path} is not there.`,
    remedy: wayOut,
  });
}

export function backupDamaged(pool: string, backup: LogBackup, path: string, why: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'log-backup-damaged',
    kind: 'failed',
    object: backup.file,
    message: `The log backup ${backup.file} of ${pool}, commits ${backup.first} to ${backup.last}, is damaged (${path}): ${why}.`,
    remedy: wayOut,
  });
}

export function noBackupDatabase(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'chat-no-backup-database',
    kind: 'refused',
    object: pool,
    message: `The Persistent Chat pool ${pool} has no backup database (log-shipping secondary) in the topology.`,
    remedy: 'Add backup to databases.PersistentChat of the pool, then run "lync-topology init".',
  });
}

export function noShare(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'share-unknown',
    kind: 'refused',
    object: pool,
    message: `The Persistent Chat pool ${pool} has no log-shipping share in the topology.`,
    remedy: 'Add logShippingShare to the pool, then run "lync-topology init".',
  });
}
