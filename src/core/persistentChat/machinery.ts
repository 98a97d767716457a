/** What the parts of a Persistent Chat pool's procedures stand on. */
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { type MirroredDatabaseOptions, openMirroredDatabase } from '../mirroring/mirroredDatabase.ts';
import type { RunbookStep } from '../runbooks/runbook.ts';
import { serverState } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment, PersistentChatPool } from '../topology/model.ts';
import { noRunningServer, notSynchronized } from './chatErrors.ts';
import type { LogShipping } from './logShipping.ts';
import { mostActiveServers, serversOfSide } from './places.ts';
import type { ChatStore } from './store.ts';

export interface ChatMachinery {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly store: ChatStore;
  readonly shipping: LogShipping;
  /** The database that serves the rooms now. */
  content(pool: PersistentChatPool): MirroredDatabase;
  /** Every database of the pool that serves now. */
  databases(pool: PersistentChatPool): readonly MirroredDatabase[];
  /** The places of the pool's databases have changed: they are opened again at their next use. */
  reopen(pool: PersistentChatPool): void;
  /** One piece of log shipping of a pool after the other. */
  alone<T>(pool: PersistentChatPool, work: () => Promise<T>): Promise<T>;
  /** Something of the pool has changed. */
  changed(): void;
}

export type ChatStep = RunbookStep<undefined>;

export function runs(machinery: Pick<ChatMachinery, 'dataDirectory'>, server: string): boolean {
  return serverState(machinery.dataDirectory, server).state === 'running';
}

/** The servers that can be active beside the databases of a side: those that run, as many as may be active. */
function runningServers(
  machinery: Pick<ChatMachinery, 'dataDirectory' | 'deployment'>,
  pool: PersistentChatPool,
  side: 'primary' | 'backup',
): readonly string[] {
  return serversOfSide(machinery.deployment, pool, side)
    .map(({ fqdn }) => fqdn)
    .filter((server) => runs(machinery, server))
    .slice(0, mostActiveServers);
}

/** `Set-CsPersistentChatActiveServer` for the servers beside the databases of a side. */
export function activateServers(
  machinery: ChatMachinery,
  pool: PersistentChatPool,
  side: 'primary' | 'backup',
): ChatStep {
  const own = serversOfSide(machinery.deployment, pool, side).map(({ fqdn }) => fqdn);
  const site = side === 'primary' ? 'primary site' : 'second site';
  return {
    id: 'active-servers',
    title: `Make the servers of the ${site} active`,
    detail: 'All active servers stand beside the database that serves.',
    command: `Set-CsPersistentChatActiveServer -Identity '${pool.fqdn}' -ActiveServers @{Add=${own.map((server) => `'${server}'`).join(',')}}`,
    alreadyDone: async () => {
      const { active } = machinery.store.record(pool);
      const there = active.length > 0 && active.every((server) => own.includes(server));
      return there ? `${active.join(', ')} active.` : undefined;
    },
    run: async () => {
      const active = runningServers(machinery, pool, side);
      if (active.length === 0) throw noRunningServer(pool.fqdn, site, own);
      machinery.store.change(pool, { active });
      machinery.changed();
      return `Active: ${active.join(', ')}.`;
    },
  };
}

/** `Set-CsPersistentChatActiveServer -ActiveServers $null`: nobody takes new connections. */
export function stopSessions(machinery: ChatMachinery, pool: PersistentChatPool): ChatStep {
  return {
    id: 'stop-sessions',
    title: 'Stop new sessions',
    detail: 'No server is active, so nothing more is said in the rooms until the end of the procedure.',
    command: `Set-CsPersistentChatActiveServer -Identity '${pool.fqdn}' -ActiveServers $null`,
    alreadyDone: async () =>
      machinery.store.record(pool).active.length === 0 ? 'No server of the pool is active.' : undefined,
    run: async () => {
      machinery.store.change(pool, { active: [] });
      machinery.changed();
      return 'No server of the pool is active.';
    },
  };
}

/** Brings a mirror to its principal. Throws `database-not-synchronized` with the reason when that cannot be. */
export async function synchronize(database: MirroredDatabase, signal: AbortSignal): Promise<string> {
  await database.maintain(signal);
  const status = database.status();
  if (status.mirror === undefined) return `${database.name} on ${status.primary} has no mirror in the topology.`;
  if (status.MirroringStatusOnPrimary === 'synchronized')
    return `${database.name} is synchronised between ${status.primary} and ${status.mirror}.`;
  throw notSynchronized(`${database.name} of ${database.pool}`, status.error?.message ?? status.explanation);
}

/** Databases that are not those that serve now, opened for a moment. */
export async function withDatabase<T>(
  options: MirroredDatabaseOptions,
  work: (database: MirroredDatabase) => Promise<T>,
): Promise<T> {
  using database = openMirroredDatabase(options);
  return await work(database);
}
