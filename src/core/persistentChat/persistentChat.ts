/** Persistent Chat pools of an embedded deployment: what they are now, what clients say, log shipping, both procedures. */
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { createMutex, type Mutex } from '../backupService/mutex.ts';
import type { Databases } from '../engine/databases.ts';
import type { ErrorInformation } from '../errors.ts';
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { DataDirectory } from '../storage/layout.ts';
import {
  type DatabasePlacement,
  type Deployment,
  type PersistentChatPool,
  type SqlInstance,
  sqlInstanceName,
} from '../topology/model.ts';
import { type DatabaseName, type DatabaseType, databasesByType } from '../topology/vocabulary.ts';
import { noActiveServer, serverUnknown, tooManyActive } from './chatErrors.ts';
import { recordCompliance } from './compliance.ts';
import type { ChatMessage, PersistentChatServices, StoredMessage } from './contract.ts';
import { failbackRunbook } from './failback.ts';
import { failoverRunbook } from './failover.ts';
import { createLogShipping } from './logShipping.ts';
import { type ChatMachinery, runs } from './machinery.ts';
import { backupSide, mostActiveServers, placementsOf, requireChatPool } from './places.ts';
import { chatPoolStatus } from './poolStatus.ts';
import { whyNotReady } from './readiness.ts';
import { createShippingSchedule } from './schedule.ts';
import { noBackupDatabase } from './shippingErrors.ts';
import { openChatStore } from './store.ts';

export interface PersistentChatOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  /** `engine.db`, with the tables of `persistentChatComponent`. */
  readonly connection: DatabaseSync;
  readonly databases: () => Databases;
  readonly isInitialized: () => boolean;
  /** Something of a Persistent Chat pool has changed. */
  readonly onChanged: () => void;
  /** Milliseconds between two runs of log shipping in the background; absent where nothing runs by itself. */
  readonly interval?: number;
}

export interface PersistentChat extends AsyncDisposable {
  readonly services: PersistentChatServices;
  /** Where the databases of a pool are now. */
  databasesOf(pool: PersistentChatPool): PersistentChatPool['databases'];
  /** Begins log shipping where the topology gives a backup database and none has been made. */
  beginShipping(): Promise<void>;
  /** A change of rows that clients of a pool make: refused while no active server runs, and on record until it arrives. */
  write(
    fqdn: string,
    database: DatabaseName,
    change: (connection: DatabaseSync) => void,
    messages: readonly ChatMessage[],
  ): { readonly time: string; readonly server: string };
}

export function openPersistentChat(options: PersistentChatOptions): PersistentChat {
  const { deployment, dataDirectory, onChanged } = options;
  const store = openChatStore(options.connection);
  const mutexes = new Map<string, Mutex>();
  const problems = new Map<string, ErrorInformation>();
  const controller = new AbortController();
  const content = (pool: PersistentChatPool): MirroredDatabase => options.databases().find(pool.fqdn, 'mgc');
  const shipping = createLogShipping({ dataDirectory, store, content });
  const require = (fqdn: string): PersistentChatPool => requireChatPool(deployment, fqdn);

  const machinery: ChatMachinery = {
    deployment,
    dataDirectory,
    store,
    shipping,
    content,
    databases: (pool) =>
      placementsOf(pool)
        .filter(([type]) => placesNow(pool)[type] !== undefined)
        .flatMap(([type]) => databasesByType[type].map((name) => options.databases().find(pool.fqdn, name))),
    reopen: (pool) => {
      options.databases().close(pool.fqdn);
      onChanged();
    },
    alone: (pool, work) => {
      const mutex = mutexes.get(pool.fqdn) ?? createMutex();
      mutexes.set(pool.fqdn, mutex);
      return mutex.run(`Log shipping of ${pool.fqdn}`, controller.signal, work);
    },
    changed: onChanged,
  };

  function activeServer(pool: PersistentChatPool): string {
    const { active } = store.record(pool);
    const server = active.find((candidate) => runs(machinery, candidate));
    if (server === undefined) throw noActiveServer(pool.fqdn, active);
    return server;
  }

  /** The places of the pool's databases in its state now. */
  function placesNow(pool: PersistentChatPool): Partial<Record<DatabaseType, DatabasePlacement>> {
    const { state, mirrored } = store.record(pool);
    if (state === 'Normal') return pool.databases;
    const sides = placementsOf(pool).flatMap(([type, placement]) => {
      const side = backupSide(placement, mirrored);
      return side === undefined ? [] : [[type, side] as const];
    });
    return Object.fromEntries(sides);
  }

  function complianceOf(pool: PersistentChatPool): MirroredDatabase | undefined {
    if (placesNow(pool).PersistentChatCompliance === undefined) return undefined;
    return options.databases().find(pool.fqdn, 'mgccomp');
  }

  const write: PersistentChat['write'] = (fqdn, name, change, messages) => {
    const pool = require(fqdn);
    const server = activeServer(pool);
    const { position } = options.databases().find(pool.fqdn, name).commit('client', change);
    const time = new Date().toISOString();
    // Whoever is told that it was said can be told later whether it arrived: so it is on record before.
    if (messages.length > 0 && store.record(pool).state === 'Normal' && pool.databases.PersistentChat?.backup)
      store.acknowledge(pool.fqdn, position.epoch, position.sequence, time, messages);
    recordCompliance({ store, database: complianceOf }, pool, time, messages);
    onChanged();
    return { time, server };
  };

  async function ship(pool: PersistentChatPool, signal: AbortSignal) {
    const outcome = await machinery.alone(pool, async () => {
      if (!store.record(pool).shipping)
        return { written: { files: 0, commits: 0 }, copied: 0, restored: { files: 0, commits: 0 } };
      if (backupIsBlank(pool)) await shipping.begin(pool);
      const written = await settle(() => shipping.writeBackups(pool, signal));
      const copied = await shipping.copyBackups(pool, signal);
      const restored = await shipping.restoreBackups(pool, signal);
      if (written instanceof LyncTopologyError) throw written;
      return { written, copied, restored };
    });
    return { ...outcome, lag: shipping.lag(pool) };
  }

  async function shipAndNote(pool: PersistentChatPool, signal: AbortSignal) {
    try {
      const outcome = await ship(pool, signal);
      problems.delete(pool.fqdn);
      return outcome;
    } catch (error) {
      if (error instanceof LyncTopologyError && error.kind !== 'cancelled') problems.set(pool.fqdn, error.toJSON());
      throw error;
    } finally {
      onChanged();
    }
  }

  /** The server runs and its file was taken away: the database is made anew. */
  function backupIsBlank(pool: PersistentChatPool): boolean {
    const backup = pool.databases.PersistentChat?.backup;
    return (
      backup !== undefined && runs(machinery, backup.server) && !existsSync(dataDirectory.databaseFile(backup, 'mgc'))
    );
  }

  function setActiveServers(fqdn: string, servers: readonly string[]): readonly string[] {
    const pool = require(fqdn);
    const known = pool.servers.map((server) => server.fqdn);
    const active = [...new Set(servers.map((server) => server.toLowerCase()))].map((lower) => {
      const own = known.find((server) => server.toLowerCase() === lower);
      if (own === undefined) throw serverUnknown(pool.fqdn, lower, known);
      return own;
    });
    if (active.length > mostActiveServers) throw tooManyActive(pool.fqdn, active.length);
    store.change(pool, { active });
    onChanged();
    return active;
  }

  function serving(fqdn: string): { readonly instance: SqlInstance } | { readonly error: LyncTopologyError } {
    const pool = require(fqdn);
    try {
      const database = content(pool);
      database.position();
      const { principal, primary, mirror } = database.status();
      const name = principal === 'mirror' ? mirror : primary;
      const { PersistentChat: placement } = pool.databases;
      const instances = [placement?.primary, placement?.mirror, placement?.backup, placement?.backupMirror];
      const instance = instances.find((candidate) => candidate !== undefined && sqlInstanceName(candidate) === name);
      return instance === undefined ? { error: noActiveServer(pool.fqdn, []) } : { instance };
    } catch (error) {
      if (error instanceof LyncTopologyError) return { error };
      throw error;
    }
  }

  const services: PersistentChatServices = {
    require,
    state: (fqdn) => store.record(require(fqdn)).state,
    setState: (fqdn, state) => {
      const pool = require(fqdn);
      if (state === 'FailedOver' && pool.databases.PersistentChat?.backup === undefined)
        throw noBackupDatabase(pool.fqdn);
      store.change(pool, { state });
      machinery.reopen(pool);
    },
    notReady: (fqdn, state) => whyNotReady(machinery, require(fqdn), state),
    activeServers: (fqdn) => store.record(require(fqdn)).active,
    setActiveServers,
    say: (fqdn, messages) => write(fqdn, 'mgc', (connection) => insertMessages(connection, messages), messages),
    messages: (fqdn) => content(require(fqdn)).read(storedMessages),
    shipLogs: (fqdn, signal) => shipAndNote(require(fqdn), signal ?? controller.signal),
    status: (fqdn) => chatPoolStatus(machinery, require(fqdn), problems.get(require(fqdn).fqdn)),
    unshipped: (fqdn) => store.unshipped(require(fqdn).fqdn),
    lost: (fqdn) => store.lost(require(fqdn).fqdn),
    outstanding: (fqdn) => shipping.outstanding(require(fqdn)),
    serving,
    failover: (fqdn, request) => failoverRunbook(machinery, require(fqdn), request),
    failback: (fqdn) => failbackRunbook(machinery, require(fqdn)),
  };
  const schedule = createShippingSchedule({
    pools: deployment.persistentChatPools ?? [],
    ...(options.interval !== undefined && { interval: options.interval }),
    isDue: (pool) => options.isInitialized() && store.record(pool).shipping,
    ship: (pool) => shipAndNote(pool, controller.signal),
  });
  return {
    services,
    databasesOf: placesNow,
    write,
    beginShipping: async () => {
      for (const pool of deployment.persistentChatPools ?? []) {
        const { backup } = pool.databases.PersistentChat ?? {};
        const { state, shipping: running } = store.record(pool);
        if (backup === undefined || pool.logShippingShare === undefined || state !== 'Normal') continue;
        if (!running || !existsSync(dataDirectory.databaseFile(backup, 'mgc')))
          await machinery.alone(pool, () => shipping.begin(pool));
      }
      onChanged();
    },
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await schedule[Symbol.asyncDispose]();
    },
  };
}

function insertMessages(connection: DatabaseSync, messages: readonly ChatMessage[]): void {
  const insert = connection.prepare('insert into chatMessages values (?, ?, ?, ?, ?)');
  const now = new Date().toISOString();
  for (const { room, id, author, body } of messages) insert.run(room, id, author, body, now);
}

function storedMessages(connection: DatabaseSync): readonly StoredMessage[] {
  const found = connection.prepare('select * from chatMessages order by roomId, messageId').all();
  return found.map((row) => ({
    room: String(row['roomId']),
    id: String(row['messageId']),
    author: String(row['author']),
    body: String(row['body']),
    saidAt: String(row['changedAt']),
  }));
}

async function settle<T>(work: () => Promise<T>): Promise<T | LyncTopologyError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LyncTopologyError && error.kind !== 'cancelled') return error;
    throw error;
  }
}
