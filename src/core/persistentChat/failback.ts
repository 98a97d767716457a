/** The failback of a Persistent Chat pool to its primary site, in the documented steps (domain D.4). */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LyncTopologyError } from '../errors.ts';
import { createDatabaseFiles } from '../mirroring/createDatabaseFiles.ts';
import type { MirroredDatabaseOptions } from '../mirroring/mirroredDatabase.ts';
import {
  beginRecovering,
  type DatabaseFile,
  dropFile,
  makeStandby,
  restoreFull,
  type StandbyState,
  standbyState,
} from '../mirroring/standbyFile.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { assertServerRunning } from '../storage/availability.ts';
import { type PersistentChatPool, sqlInstanceName } from '../topology/model.ts';
import { databasesByType } from '../topology/vocabulary.ts';
import {
  activateServers,
  type ChatMachinery,
  type ChatStep,
  stopSessions,
  synchronize,
  withDatabase,
} from './machinery.ts';
import { placementsOf } from './places.ts';
import { noBackupDatabase } from './shippingErrors.ts';

export const failbackOperation = 'Invoke-PersistentChatFailback';

export function failbackRunbook(machinery: ChatMachinery, pool: PersistentChatPool): Runbook<undefined> {
  return {
    operation: failbackOperation,
    subject: `persistentChat/${pool.fqdn}`,
    parameters: {},
    steps: [
      stopSessions(machinery, pool),
      removeMirror(machinery, pool),
      fullBackup(machinery, pool),
      restorePrimary(machinery, pool),
      recreate(machinery, pool),
      activateServers(machinery, pool, 'primary'),
      normal(machinery, pool),
    ],
  };
}

function removeMirror(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  return {
    id: 'remove-mirror',
    title: 'Disable mirroring of the backup databases',
    detail: 'mgc and mgccomp stay on the backup instance; their mirrors no longer follow.',
    command: placementsOf(pool)
      .map(
        ([type, { backup }]) => `Uninstall-CsMirrorDatabase -DatabaseType ${type} -SqlServerFqdn '${backup?.server}'`,
      )
      .join('\n'),
    alreadyDone: async () =>
      machinery.store.record(pool).mirrored ? undefined : 'The backup databases have no mirror.',
    run: async () => {
      machinery.store.change(pool, { mirrored: false });
      machinery.reopen(pool);
      return 'The backup databases have no mirror.';
    },
  };
}

function fullBackup(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  return {
    id: 'full-backup',
    title: 'Back up mgc in full into the log-shipping share',
    detail: 'Everything that was said before and since the failover.',
    command: "BACKUP DATABASE mgc TO DISK = '<log-shipping share>\\mgc.bak'",
    alreadyDone: async () => undefined,
    run: async () => {
      const { position } = await takeFullBackup(machinery, pool);
      return `The full backup in the share holds mgc up to commit ${position.sequence}.`;
    },
  };
}

function restorePrimary(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  const { dataDirectory } = machinery;
  return {
    id: 'restore-primary',
    title: 'Restore the full backup on the primary',
    detail: 'What the primary instance held is overwritten, and what its mirror held is dropped.',
    command: "RESTORE DATABASE mgc FROM DISK = '<log-shipping share>\\mgc.bak' WITH REPLACE, RECOVERY",
    alreadyDone: async () => {
      const { file, instance } = primaryOf(machinery, pool);
      assertServerRunning(dataDirectory, instance.server);
      if (!existsSync(file.file)) return undefined;
      const [own, backup] = [standbyState(file), standbyState(machinery.shipping.backupFile(pool))];
      const same = own.position.checksum === backup.position.checksum && own.history === backup.history;
      const recovered = !own.recovering && own.epoch > backup.epoch;
      return same && recovered ? `${file.label} stands at commit ${own.position.sequence}.` : undefined;
    },
    run: async () => {
      const { file, instance, mirror } = primaryOf(machinery, pool);
      assertServerRunning(dataDirectory, instance.server);
      const backup = standbyState(machinery.shipping.backupFile(pool));
      // The file in the share may have been lost since it was made.
      await takeFullBackup(machinery, pool);
      if (mirror !== undefined) {
        assertServerRunning(dataDirectory, mirror.server);
        dropFile(dataDirectory.databaseFile(mirror, 'mgc'));
      }
      mkdirSync(dataDirectory.instanceFolder(instance), { recursive: true });
      await restoreFull(dataDirectory.root, bakOf(machinery, pool), file, backup.epoch + 1);
      const { position } = standbyState(file);
      return `${file.label} was restored and recovered at commit ${position.sequence}.`;
    },
  };
}

function recreate(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  const { shipping, store } = machinery;
  return {
    id: 'log-shipping',
    title: 'Recreate log shipping and the mirror',
    detail:
      'The backup database goes without recovery again, at the position of the primary, and the mirror is made anew.',
    command: placementsOf(pool)
      .map(
        ([type, { primary }]) =>
          `Install-CsMirrorDatabase -ConfiguredDatabases -DatabaseType ${type} -SqlServerFqdn '${primary.server}'`,
      )
      .join('\n'),
    alreadyDone: async () => undefined,
    run: async (_context, { signal }) => {
      const { file } = primaryOf(machinery, pool);
      const primary = standbyState(file);
      const backup = beginRecovering(shipping.backupFile(pool), primary.epoch);
      const evidence: string[] = [];
      for (const options of primaryDatabases(machinery, pool)) {
        await createDatabaseFiles(options);
        evidence.push(
          await withDatabase(options, async (database) => {
            if (database.name === 'mgc') database.retainLog('logShipping', backup.position.sequence);
            return await synchronize(database, signal);
          }),
        );
      }
      const folder = shipping.shareFolder(pool);
      for (const { file: name } of store.backups(pool.fqdn)) rmSync(join(folder, name), { force: true });
      dropFile(bakOf(machinery, pool).file);
      shipping.forgetCopies(pool);
      store.beginShipping(pool, backup.position.sequence);
      return `${evidence.join(' ')} Log shipping goes on from commit ${backup.position.sequence}.`;
    },
  };
}

function normal(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  return {
    id: 'pool-state',
    title: 'Set the pool state to Normal',
    detail: 'The chat servers use the primary databases again.',
    command: `Set-CsPersistentChatState -Identity 'service:${pool.fqdn}' -PoolState Normal`,
    alreadyDone: async () =>
      machinery.store.record(pool).state === 'Normal' ? 'The pool state is Normal.' : undefined,
    run: async () => {
      machinery.store.change(pool, { state: 'Normal' });
      machinery.reopen(pool);
      machinery.changed();
      return `The pool state is Normal; mgc is served by ${machinery.content(pool).status().primary}.`;
    },
  };
}

function primaryOf(machinery: ChatMachinery, pool: PersistentChatPool) {
  const placement = pool.databases.PersistentChat;
  if (placement === undefined) throw noBackupDatabase(pool.fqdn);
  const { primary, mirror } = placement;
  const file = {
    file: machinery.dataDirectory.databaseFile(primary, 'mgc'),
    label: `mgc on ${sqlInstanceName(primary)}`,
  };
  return { file, instance: primary, mirror };
}

function primaryDatabases(machinery: ChatMachinery, pool: PersistentChatPool): readonly MirroredDatabaseOptions[] {
  const { dataDirectory } = machinery;
  return placementsOf(pool).flatMap(([type, { primary, mirror, witness }]) =>
    databasesByType[type].map((name) => ({ dataDirectory, pool: pool.fqdn, type, name, primary, mirror, witness })),
  );
}

function bakOf(machinery: ChatMachinery, pool: PersistentChatPool): DatabaseFile {
  const file = join(machinery.shipping.shareFolder(pool), 'mgc.bak');
  return { file, label: `the full backup ${file}` };
}

/** Leaves a full backup alone that is whole and holds what the database holds now. */
async function takeFullBackup(machinery: ChatMachinery, pool: PersistentChatPool): Promise<StandbyState> {
  const bak = bakOf(machinery, pool);
  const source = machinery.shipping.backupFile(pool);
  const backup = pool.databases.PersistentChat?.backup;
  if (backup === undefined) throw noBackupDatabase(pool.fqdn);
  assertServerRunning(machinery.dataDirectory, backup.server);
  const now = standbyState(source);
  const there = existsSync(bak.file) ? attempt(() => standbyState(bak)) : undefined;
  if (there?.position.checksum === now.position.checksum && there.epoch === now.epoch) return there;
  return await makeStandby(machinery.shipping.shareFolder(pool), source, bak);
}

function attempt(read: () => StandbyState): StandbyState | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof LyncTopologyError) return undefined;
    throw error;
  }
}
