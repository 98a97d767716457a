/** Whether the databases of a pool state can serve the rooms: the order of the steps of D.3 and D.4, looked at in the files. */
import { LyncTopologyError } from '../errors.ts';
import { standbyState } from '../mirroring/standbyFile.ts';
import { assertServerRunning } from '../storage/availability.ts';
import { type PersistentChatPool, sqlInstanceName } from '../topology/model.ts';
import type { ChatPoolState } from './contract.ts';
import type { ChatMachinery } from './machinery.ts';
import { noBackupDatabase } from './shippingErrors.ts';

/** Looked at now. `undefined` when they are ready; otherwise `chat-databases-not-ready`, or what keeps them from being looked at. */
export function whyNotReady(
  machinery: ChatMachinery,
  pool: PersistentChatPool,
  state: ChatPoolState,
): LyncTopologyError | undefined {
  if (machinery.store.record(pool).state === state) return undefined;
  try {
    return state === 'FailedOver' ? notRecovered(machinery, pool) : notRestored(machinery, pool);
  } catch (error) {
    if (error instanceof LyncTopologyError) return error;
    throw error;
  }
}

/** The backup database takes log backups until it is recovered, and then no more (D.3, steps 3 and 4). */
function notRecovered(machinery: ChatMachinery, pool: PersistentChatPool): LyncTopologyError | undefined {
  const { backup } = pool.databases.PersistentChat ?? {};
  if (backup === undefined) throw noBackupDatabase(pool.fqdn);
  assertServerRunning(machinery.dataDirectory, backup.server);
  const file = machinery.shipping.backupFile(pool);
  if (!standbyState(file).recovering) return undefined;
  const { commits } = machinery.shipping.outstanding(pool);
  return notReady(
    pool.fqdn,
    `${file.label} is without recovery, with ${commits} commits of log backups not applied: it would serve nobody.`,
    'Run Invoke-PersistentChatFailover, which applies them and recovers it first.',
  );
}

/** The backup database has served since the primary did, and was not restored over it (D.4, steps 3 and 4). */
function notRestored(machinery: ChatMachinery, pool: PersistentChatPool): LyncTopologyError | undefined {
  const { primary, backup } = pool.databases.PersistentChat ?? {};
  if (primary === undefined || backup === undefined) return undefined;
  assertServerRunning(machinery.dataDirectory, backup.server);
  assertServerRunning(machinery.dataDirectory, primary.server);
  const second = standbyState(machinery.shipping.backupFile(pool));
  if (second.recovering) return undefined;
  const label = `mgc on ${sqlInstanceName(primary)}`;
  const first = standbyState({ file: machinery.dataDirectory.databaseFile(primary, 'mgc'), label });
  if (first.epoch > second.epoch) return undefined;
  return notReady(
    pool.fqdn,
    `${label} is older than ${machinery.shipping.backupFile(pool).label}: what was said since the failover is not in it.`,
    'Run Invoke-PersistentChatFailback, which restores it on the primary first.',
  );
}

function notReady(pool: string, why: string, remedy: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'chat-databases-not-ready',
    kind: 'refused',
    object: pool,
    message: `The databases of that state of ${pool} are not ready: ${why}`,
    remedy,
  });
}
