/**
 * Log shipping of `mgc` (domain D.1): backups of the primary's log go into the log-shipping share, are copied to the backup
 * server and restored there, in order, into a database without recovery.
 *
 * What was written is on record with its checksum, so a file that is missing or was changed is known by its name. Which of
 * them the backup database holds is read from that database alone. A kill between any two steps repeats the last one.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as immediate } from 'node:timers/promises';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import { assertShareAvailable, shareError } from '../lab/shareErrors.ts';
import type { LogEntry, MirroredDatabase } from '../mirroring/contract.ts';
import {
  type DatabaseFile,
  makeStandby,
  restoreEntries,
  type StandbyState,
  standbyState,
} from '../mirroring/standbyFile.ts';
import type { ChatShippingStatus } from '../status.ts';
import { assertServerRunning } from '../storage/availability.ts';
import type { DataDirectory, ShareLocation } from '../storage/layout.ts';
import { assertInside, folderName } from '../storage/names.ts';
import { type PersistentChatPool, type SqlInstance, sqlInstanceName } from '../topology/model.ts';
import type { OutstandingBackups } from './contract.ts';
import {
  checksumOf,
  decodeLogBackup,
  encodeLogBackup,
  logBackupName,
  look,
  partialFile,
  writeWhole,
} from './logBackupFile.ts';
import { backupDamaged, backupMissing, noBackupDatabase, noShare } from './shippingErrors.ts';
import type { ChatStore, LogBackup } from './store.ts';

export interface ShippingOptions {
  readonly dataDirectory: DataDirectory;
  readonly store: ChatStore;
  /** The database that serves the rooms now. */
  readonly content: (pool: PersistentChatPool) => MirroredDatabase;
}

export interface LogShipping {
  /** Makes the backup database from the primary and begins anew. Throws what keeps either from being used. */
  begin(pool: PersistentChatPool): Promise<StandbyState>;
  /** Backs up the log of the primary until the share holds all that it had when this began: people go on talking. */
  writeBackups(
    pool: PersistentChatPool,
    signal?: AbortSignal,
  ): Promise<{ readonly files: number; readonly commits: number }>;
  /** Copies what the backup server does not have yet. `giveUp` stops without an error at what cannot be had. */
  copyBackups(pool: PersistentChatPool, signal?: AbortSignal, giveUp?: boolean): Promise<number>;
  /** Restores copied backups in order. `giveUp` stops without an error at what cannot be had. */
  restoreBackups(
    pool: PersistentChatPool,
    signal?: AbortSignal,
    giveUp?: boolean,
  ): Promise<{ readonly files: number; readonly commits: number }>;
  outstanding(pool: PersistentChatPool): OutstandingBackups;
  lag(pool: PersistentChatPool): ChatShippingStatus;
  /** Removes the copies on the backup server. */
  forgetCopies(pool: PersistentChatPool): void;
  backupFile(pool: PersistentChatPool): DatabaseFile;
  /** The folder of the pool on the share, made when it is not there. Throws `share-missing`, `server-stopped`, `share-unwritable`. */
  shareFolder(pool: PersistentChatPool): string;
}

/** The name under which the log is kept for what has not been backed up. */
const reader = 'logShipping';
const commitsOfFile = 500;
/** Restored backups that stay on the share. */
const keptFiles = 100;

export function createLogShipping({ dataDirectory, store, content }: ShippingOptions): LogShipping {
  const backupInstance = (pool: PersistentChatPool): SqlInstance => {
    const { backup } = pool.databases.PersistentChat ?? {};
    if (backup === undefined) throw noBackupDatabase(pool.fqdn);
    return backup;
  };
  const backupFile = (pool: PersistentChatPool): DatabaseFile => {
    const instance = backupInstance(pool);
    return { file: dataDirectory.databaseFile(instance, 'mgc'), label: `mgc on ${sqlInstanceName(instance)}` };
  };
  const share = (pool: PersistentChatPool): ShareLocation => {
    if (pool.logShippingShare === undefined) throw noShare(pool.fqdn);
    return dataDirectory.share(pool.logShippingShare);
  };
  const shared = (pool: PersistentChatPool, file: string): string =>
    join(share(pool).folder, folderName(pool.fqdn, 'name of the pool'), file);
  const copyFolder = (pool: PersistentChatPool): string =>
    join(dataDirectory.instanceFolder(backupInstance(pool)), 'LogShipping', folderName(pool.fqdn, 'name of the pool'));

  function shareFolder(pool: PersistentChatPool): string {
    const location = share(pool);
    const folder = join(location.folder, folderName(pool.fqdn, 'name of the pool'));
    assertShareAvailable(dataDirectory, location);
    if (!location.mapped) assertInside(dataDirectory.root, folder);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw shareError(error, location, folder);
    }
    return folder;
  }

  function runningStandby(pool: PersistentChatPool): StandbyState {
    assertServerRunning(dataDirectory, backupInstance(pool).server);
    return standbyState(backupFile(pool));
  }

  /** The last commit that is in a backup on record. */
  function shippedUntil(pool: PersistentChatPool): number {
    return store.backups(pool.fqdn).at(-1)?.last ?? store.record(pool).base;
  }

  function wanted(pool: PersistentChatPool, position: number): readonly LogBackup[] {
    return store.backups(pool.fqdn).filter(({ last }) => last > position);
  }

  /** Why the backup cannot be had from the share. */
  function shareProblem(pool: PersistentChatPool, backup: LogBackup): LyncTopologyError | undefined {
    assertShareAvailable(dataDirectory, share(pool));
    const path = shared(pool, backup.file);
    const found = look(path, backup.checksum);
    if (found.state === 'good') return undefined;
    return found.state === 'missing'
      ? backupMissing(pool.fqdn, backup, path)
      : backupDamaged(pool.fqdn, backup, path, found.why);
  }

  async function begin(pool: PersistentChatPool): Promise<StandbyState> {
    const instance = backupInstance(pool);
    assertServerRunning(dataDirectory, instance.server);
    const database = content(pool);
    const { principal } = database.status();
    const placement = pool.databases.PersistentChat;
    const from = principal === 'mirror' ? placement?.mirror : placement?.primary;
    // Nobody serves: this says why.
    const { sequence } = database.position();
    if (from === undefined) throw noBackupDatabase(pool.fqdn);
    database.retainLog(reader, sequence);
    const to = backupFile(pool);
    mkdirSync(dataDirectory.instanceFolder(instance), { recursive: true });
    const state = await makeStandby(
      dataDirectory.root,
      { file: dataDirectory.databaseFile(from, 'mgc'), label: `mgc on ${sqlInstanceName(from)}` },
      to,
    );
    shareFolder(pool);
    for (const { file } of store.backups(pool.fqdn)) rmSync(shared(pool, file), { force: true });
    forgetCopies(pool);
    store.beginShipping(pool, state.position.sequence);
    return state;
  }

  async function writeBackups(pool: PersistentChatPool, signal?: AbortSignal) {
    const database = content(pool);
    const goal = database.position().sequence;
    let count = { files: 0, commits: 0 };
    for (;;) {
      throwIfCancelled(signal, `Log shipping of ${pool.fqdn}`);
      const from = shippedUntil(pool);
      if (from >= goal) return count;
      const entries = database.logAfter(from, commitsOfFile);
      if (entries === undefined) throw logTrimmed(pool);
      if (entries.length === 0) return count;
      writeBackup(pool, entries);
      database.retainLog(reader, shippedUntil(pool));
      count = { files: count.files + 1, commits: count.commits + entries.length };
      await immediate();
    }
  }

  /** What a killed process wrote and did not record is of no use to anybody: the file is written again. */
  function writeBackup(pool: PersistentChatPool, entries: readonly LogEntry[]): void {
    const [first, last] = [entries[0]?.position.sequence ?? 0, entries.at(-1)?.position.sequence ?? 0];
    const bytes = encodeLogBackup(pool.fqdn, entries);
    const file = logBackupName(first, last);
    const folder = shareFolder(pool);
    try {
      for (const name of readdirSync(folder)) if (partialFile.test(name)) rmSync(join(folder, name), { force: true });
      writeWhole(join(folder, file), bytes);
    } catch (error) {
      throw shareError(error, share(pool), join(folder, file));
    }
    store.addBackup(pool.fqdn, { first, last, file, checksum: checksumOf(bytes), bytes: bytes.length });
  }

  async function copyBackups(pool: PersistentChatPool, signal?: AbortSignal, giveUp = false): Promise<number> {
    const { position } = runningStandby(pool);
    const folder = copyFolder(pool);
    mkdirSync(folder, { recursive: true });
    let copied = 0;
    for (const backup of wanted(pool, position.sequence)) {
      throwIfCancelled(signal, `Log shipping of ${pool.fqdn}`);
      const target = join(folder, backup.file);
      if (look(target, backup.checksum).state === 'good') continue;
      try {
        const problem = shareProblem(pool, backup);
        if (problem !== undefined) throw problem;
      } catch (error) {
        if (giveUp && error instanceof LyncTopologyError) return copied;
        throw error;
      }
      const found = look(shared(pool, backup.file), backup.checksum);
      if (found.state === 'good') writeWhole(target, found.content);
      copied += 1;
      await immediate();
    }
    return copied;
  }

  async function restoreBackups(pool: PersistentChatPool, signal?: AbortSignal, giveUp = false) {
    const file = backupFile(pool);
    let { position } = runningStandby(pool);
    let count = { files: 0, commits: 0 };
    for (const backup of wanted(pool, position.sequence)) {
      throwIfCancelled(signal, `Log shipping of ${pool.fqdn}`);
      const path = join(copyFolder(pool), backup.file);
      const found = look(path, backup.checksum);
      const entries = found.state === 'good' ? decodeLogBackup(pool.fqdn, found.content) : undefined;
      if (found.state === 'missing') {
        if (giveUp) break;
        throw backupMissing(pool.fqdn, backup, path);
      }
      const result = entries === undefined ? 'gap' : restoreEntries(file, entries);
      if (result === 'not-recovering') break;
      if (result === 'gap') {
        if (giveUp) break;
        const why = found.state === 'damaged' ? found.why : 'it does not continue the log of the database';
        throw backupDamaged(pool.fqdn, backup, path, why);
      }
      position = result.position;
      count = { files: count.files + 1, commits: count.commits + result.restored };
      store.arrived(pool.fqdn, position.sequence);
      rmSync(path, { force: true });
      await immediate();
    }
    store.arrived(pool.fqdn, position.sequence);
    tidy(pool, position.sequence);
    return count;
  }

  /** Restored backups beyond those that are kept go from the share; while it cannot be reached they stay on record. */
  function tidy(pool: PersistentChatPool, position: number): void {
    const restored = store.backups(pool.fqdn).filter(({ last }) => last <= position);
    for (const { file, first } of restored.slice(0, -keptFiles)) {
      try {
        assertShareAvailable(dataDirectory, share(pool));
        rmSync(shared(pool, file), { force: true });
        store.removeBackup(pool.fqdn, first);
      } catch {
        return;
      }
    }
  }

  function outstanding(pool: PersistentChatPool): OutstandingBackups {
    const { position } = runningStandby(pool);
    const backups = wanted(pool, position.sequence);
    const commits = (backups.at(-1)?.last ?? position.sequence) - position.sequence;
    const count = { files: backups.length, commits };
    for (const backup of backups) {
      if (look(join(copyFolder(pool), backup.file), backup.checksum).state === 'good') continue;
      try {
        const problem = shareProblem(pool, backup);
        if (problem !== undefined) return { ...count, problem };
      } catch (error) {
        if (error instanceof LyncTopologyError) return { ...count, problem: error };
        throw error;
      }
    }
    return count;
  }

  function lag(pool: PersistentChatPool): ChatShippingStatus {
    const shipped = shippedUntil(pool);
    const written = attempt(() => content(pool).position().sequence);
    const unshipped = typeof written === 'number' ? { unshipped: Math.max(0, written - shipped) } : {};
    const standby = attempt(() => runningStandby(pool));
    const running = store.record(pool).shipping;
    if (standby instanceof LyncTopologyError) return { running, ...unshipped, error: standby.toJSON() };
    const restored = standby.position.sequence;
    const waiting = wanted(pool, restored);
    const copied = waiting
      .filter(({ file }) => existsSync(join(copyFolder(pool), file)))
      .reduce((last, backup) => Math.max(last, backup.last), restored);
    return {
      running,
      ...unshipped,
      uncopied: Math.max(0, shipped - copied),
      unrestored: copied - restored,
      recovering: standby.recovering,
    };
  }

  function forgetCopies(pool: PersistentChatPool): void {
    rmSync(copyFolder(pool), { recursive: true, force: true });
  }

  return {
    begin,
    writeBackups,
    copyBackups,
    restoreBackups,
    outstanding,
    lag,
    forgetCopies,
    backupFile,
    shareFolder,
  };
}

function attempt<T>(work: () => T): T | LyncTopologyError {
  try {
    return work();
  } catch (error) {
    if (error instanceof LyncTopologyError) return error;
    throw error;
  }
}

function logTrimmed(pool: PersistentChatPool): LyncTopologyError {
  return new LyncTopologyError({
    code: 'log-backup-missing',
    kind: 'failed',
    object: `mgc of ${pool.fqdn}`,
    message: `The log of mgc of ${pool.fqdn} no longer reaches back to what its last log backup held.`,
    remedy:
      'Remove the backup database (mgc.db of the backup instance): log shipping then begins anew with a full backup.',
  });
}
