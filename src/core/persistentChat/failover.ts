/** The failover of a Persistent Chat pool to its second site, in the documented steps (domain D.3). */

import { dropFile, recoverStandby, standbyState } from '../mirroring/standbyFile.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { assertServerRunning } from '../storage/availability.ts';
import { type PersistentChatPool, sqlInstanceName } from '../topology/model.ts';
import { databasesByType } from '../topology/vocabulary.ts';
import type { FailoverRequest } from './contract.ts';
import { activateServers, type ChatMachinery, type ChatStep, stopSessions, synchronize } from './machinery.ts';
import { placementsOf } from './places.ts';

export const failoverOperation = 'Invoke-PersistentChatFailover';

export function failoverRunbook(
  machinery: ChatMachinery,
  pool: PersistentChatPool,
  request: FailoverRequest,
): Runbook<undefined> {
  return {
    operation: failoverOperation,
    subject: `persistentChat/${pool.fqdn}`,
    parameters: { ...request },
    steps: [
      ...(request.planned ? [stopSessions(machinery, pool), tailBackup(machinery, pool)] : []),
      removeLogShipping(machinery, pool),
      copyRemaining(machinery, pool, request),
      applyOutstanding(machinery, pool, request),
      recover(machinery, pool),
      failedOver(machinery, pool),
      mirrorBackup(machinery, pool),
      activateServers(machinery, pool, 'backup'),
    ],
  };
}

function tailBackup(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  const { shipping } = machinery;
  return {
    id: 'tail-backup',
    title: 'Back up the end of the log on the primary',
    detail: 'The primary still serves: what has been said and not shipped yet goes into the share now.',
    command: "BACKUP LOG mgc TO DISK = '<log-shipping share>' WITH NORECOVERY",
    alreadyDone: async () =>
      shipping.lag(pool).unshipped === 0 ? 'The share holds every commit of the primary.' : undefined,
    run: (_context, { signal }) =>
      machinery.alone(pool, async () => {
        const { files, commits } = await shipping.writeBackups(pool, signal);
        return `${commits} commits were written to the share in ${files} log backups.`;
      }),
  };
}

function removeLogShipping(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  return {
    id: 'remove-log-shipping',
    title: 'Remove log shipping from the backup database',
    detail: 'The schedule no longer copies and restores: from here on it is done by hand.',
    command: 'exec sp_delete_log_shipping_secondary_database mgc',
    alreadyDone: async () =>
      machinery.store.record(pool).shipping ? undefined : 'mgc is not in log shipping any more.',
    run: () =>
      // What a run of the schedule is doing now ends first.
      machinery.alone(pool, async () => {
        machinery.store.change(pool, { shipping: false });
        machinery.changed();
        return 'mgc is not in log shipping any more.';
      }),
  };
}

function copyRemaining(machinery: ChatMachinery, pool: PersistentChatPool, request: FailoverRequest): ChatStep {
  return {
    id: 'copy-backups',
    title: 'Copy the remaining log backups from the share',
    detail: 'What the primary wrote to the log-shipping share and the backup server does not have.',
    command: 'robocopy <log-shipping share> <copy folder of the backup server> mgc_*.trn',
    alreadyDone: async () => undefined,
    run: async (_context, { signal }) => {
      const copied = await machinery.shipping.copyBackups(pool, signal, request.allowDataLoss);
      return copied === 0 ? 'The backup server had all that can be had.' : `${copied} log backups were copied.`;
    },
  };
}

function applyOutstanding(machinery: ChatMachinery, pool: PersistentChatPool, request: FailoverRequest): ChatStep {
  return {
    id: 'apply-backups',
    title: 'Apply the outstanding log backups in order',
    detail: 'Each continues the log where the one before ended; a damaged or missing one stops here.',
    command: "RESTORE LOG mgc FROM DISK = '<log backup>' WITH NORECOVERY",
    alreadyDone: async () => undefined,
    run: async (_context, { signal }) => {
      const { files, commits } = await machinery.shipping.restoreBackups(pool, signal, request.allowDataLoss);
      const { position } = standbyState(machinery.shipping.backupFile(pool));
      return `${commits} commits of ${files} log backups were restored; the database stands at commit ${position.sequence}.`;
    },
  };
}

function recover(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  const { shipping, store } = machinery;
  return {
    id: 'recover',
    title: 'Recover the backup database',
    detail: 'Nobody is connected to a database without recovery; from now on clients can use it.',
    command: 'RESTORE DATABASE mgc WITH RECOVERY',
    alreadyDone: async () => {
      if (standbyState(shipping.backupFile(pool)).recovering || store.unshipped(pool.fqdn).length > 0) return undefined;
      return 'The database is recovered.';
    },
    run: async () => {
      const file = shipping.backupFile(pool);
      const before = standbyState(file);
      store.arrived(pool.fqdn, before.position.sequence);
      const { epoch, position } = recoverStandby(file, Math.max(before.epoch, before.position.epoch) + 1);
      const lost = store.giveUp(pool.fqdn);
      shipping.forgetCopies(pool);
      const recovered = `${file.label} is recovered at commit ${position.sequence}, epoch ${epoch}.`;
      if (lost.length === 0) return `${recovered} Nothing that was acknowledged is lost.`;
      const names = lost.map(({ room, id, author }) => `${room}/${id} (${author})`).join(', ');
      return `${recovered} ${lost.length} acknowledged messages had not been shipped and are lost: ${names}.`;
    },
  };
}

function failedOver(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  return {
    id: 'pool-state',
    title: 'Set the pool state to FailedOver',
    detail: 'The chat servers use the backup databases from now on.',
    command: `Set-CsPersistentChatState -Identity 'service:${pool.fqdn}' -PoolState FailedOver`,
    alreadyDone: async () =>
      machinery.store.record(pool).state === 'FailedOver' ? 'The pool state is FailedOver.' : undefined,
    run: async () => {
      machinery.store.change(pool, { state: 'FailedOver', mirrored: false });
      machinery.reopen(pool);
      const { primary } = machinery.content(pool).status();
      return `The pool state is FailedOver; mgc is served by ${primary}.`;
    },
  };
}

function mirrorBackup(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  const mirrors = placementsOf(pool).flatMap(([type, { backup, backupMirror }]) =>
    backup === undefined || backupMirror === undefined ? [] : [{ type, backup, backupMirror }],
  );
  return {
    id: 'mirror',
    title: 'Mirror the backup database to the backup mirror',
    detail: 'The backup instance becomes the principal; what the mirror held before is made anew.',
    command: mirrors
      .map(
        ({ type, backup, backupMirror }) =>
          `Install-CsMirrorDatabase -ConfiguredDatabases -DatabaseType ${type} -SqlServerFqdn '${backup.server}' -SqlInstanceName '${backup.instance}' # mirror: ${sqlInstanceName(backupMirror)}`,
      )
      .join('\n'),
    alreadyDone: async () => (mirrors.length === 0 ? 'The topology gives no backup mirror.' : undefined),
    run: async (_context, { signal }) => {
      for (const { type, backupMirror } of mirrors) {
        assertServerRunning(machinery.dataDirectory, backupMirror.server);
        if (machinery.store.record(pool).mirrored) continue;
        for (const name of databasesByType[type]) dropFile(machinery.dataDirectory.databaseFile(backupMirror, name));
      }
      machinery.store.change(pool, { mirrored: true });
      machinery.reopen(pool);
      const evidence: string[] = [];
      for (const database of machinery.databases(pool)) evidence.push(await synchronize(database, signal));
      return evidence.join(' ');
    },
  };
}
