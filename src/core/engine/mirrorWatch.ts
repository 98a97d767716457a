/**
 * Lets mirrors take over by themselves when their principals are lost (domain C.6), in an engine that stays.
 *
 * One sweep looks at servers and links, not at databases: those that share primary, mirror and witness are one group, and only
 * the databases of a group in which something is wrong are looked at. A principal whose server runs and whose file is unusable
 * is found by who measures it, and looked at as well.
 */
import { statSync } from 'node:fs';
import type { FailoverOutcome, MirroredDatabase, Watch } from '../mirroring/contract.ts';
import type { InstanceHost } from '../mirroring/instances/host.ts';
import { sessionLinks } from '../mirroring/sessionLinks.ts';
import type { DatabaseStatus } from '../status.ts';
import { serverState } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Link } from '../storage/links.ts';
import { type Deployment, type Pool, type SqlInstance, sqlInstanceName } from '../topology/model.ts';
import { type DatabaseType, databaseTypes } from '../topology/vocabulary.ts';
import type { MirrorMemory } from './mirrorMemory.ts';

export interface MirrorWatch extends AsyncDisposable {
  /** What a measurement found: a database without a principal is looked at until it has one. */
  noteStatus(database: MirroredDatabase, status: DatabaseStatus): void;
}

export interface MirrorWatchOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  /** Who holds the files of the instances; this process when absent. */
  readonly host?: InstanceHost | undefined;
  readonly isInitialized: () => boolean;
  readonly databasesOf: (pool: string, type: DatabaseType) => readonly MirroredDatabase[];
  /** Milliseconds for which a principal must be lost. */
  readonly partnerTimeout: number;
  readonly memory: MirrorMemory;
  readonly onFailedOver: (database: MirroredDatabase, outcome: FailoverOutcome) => void;
  /** A failover that was begun and not ended; it is tried again, and told once for each cause. */
  readonly onFailure: (database: MirroredDatabase, error: unknown) => void;
}

/** Milliseconds. */
export const defaultPartnerTimeout = 10_000;
const longestInterval = 1_000;
const usualInterval = 100;
const shortestInterval = 20;
/** Milliseconds that a sweep may be apart for each group that it looks at, so that many of them stay cheap. */
const intervalPerGroup = 2;
/** Times of folders are coarse. */
const settled = 1_000;

interface Group {
  readonly key: string;
  readonly instances: readonly SqlInstance[];
  readonly servers: readonly string[];
  readonly links: readonly Link[];
  readonly members: { readonly pool: string; readonly type: DatabaseType }[];
  readonly watches: Map<MirroredDatabase, Watch>;
  /** Measured without a principal although every server runs. */
  readonly suspects: Set<MirroredDatabase>;
  /** At the last look everything was there; before the first one, what the memory says of each database. */
  together: boolean;
  /** Of the servers' folders when nothing was wrong. */
  wholeStamp: string | undefined;
}

export function createMirrorWatch(options: MirrorWatchOptions): MirrorWatch {
  const groups = groupsOf(options);
  const { memory, partnerTimeout } = options;
  const sparing = Math.min(longestInterval, Math.max(usualInterval, groups.size * intervalPerGroup));
  const interval = Math.min(sparing, Math.max(shortestInterval, partnerTimeout / 10));
  const controller = new AbortController();
  const told = new Map<MirroredDatabase, string>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  function schedule(): void {
    if (controller.signal.aborted || groups.size === 0) return;
    // A mirror that waits takes over when the time-out is over, and not at the sweep after it.
    const delay = Math.max(1, Math.min(interval, soonest(groups, partnerTimeout)));
    timer = setTimeout(() => {
      working = sweep().finally(schedule);
    }, delay);
    timer.unref();
  }

  async function sweep(): Promise<void> {
    if (!options.isInitialized()) return;
    for (const group of groups.values()) {
      if (controller.signal.aborted) return;
      const whole = isWhole(options, group);
      const databases = whole ? [...group.suspects] : membersOf(options, group);
      if (whole && group.suspects.size === 0) {
        group.watches.clear();
        memory.forget(group.key);
      }
      for (const database of databases) await look(group, database);
      group.together = whole;
    }
  }

  async function look(group: Group, database: MirroredDatabase): Promise<void> {
    const together = group.together && !memory.isBroken(database);
    const watch: Watch = group.watches.get(database) ?? { together, lost: undefined };
    group.watches.set(database, watch);
    try {
      const outcome = await database.supervise(watch, partnerTimeout);
      memory.note(group.key, database, !(watch.lost?.quorumKept ?? watch.together));
      told.delete(database);
      if (outcome === 'waiting') return;
      group.suspects.delete(database);
      if (outcome !== 'quiet') options.onFailedOver(database, outcome);
    } catch (error) {
      const cause = String(error);
      if (controller.signal.aborted || told.get(database) === cause) return;
      told.set(database, cause);
      options.onFailure(database, error);
    }
  }

  schedule();
  return {
    noteStatus: (database, status) => {
      if (status.principal !== undefined || status.witness === undefined || status.mirror === undefined) return;
      groups.get(keyOf([status.primary, status.mirror, status.witness]))?.suspects.add(database);
    },
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      clearTimeout(timer);
      await working;
    },
  };
}

/** Milliseconds until the first of the mirrors that wait may take over; one that may already is looked at as ever. */
function soonest(groups: ReadonlyMap<string, Group>, partnerTimeout: number): number {
  const now = performance.now();
  let first = Number.POSITIVE_INFINITY;
  for (const { watches } of groups.values()) {
    for (const { lost } of watches.values()) {
      const due = lost === undefined ? now : lost.since + partnerTimeout;
      if (lost?.quorumKept === true && due > now) first = Math.min(first, due - now);
    }
  }
  return first;
}

function groupsOf({ deployment, dataDirectory }: MirrorWatchOptions): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const pool of [...deployment.pools, ...(deployment.persistentChatPools ?? [])]) {
    const databases: Pool['databases'] = pool.databases;
    for (const type of databaseTypes) {
      const placement = databases[type];
      if (placement?.mirror === undefined || placement.witness === undefined) continue;
      const { primary, mirror, witness } = placement;
      const key = keyOf([primary, mirror, witness].map(sqlInstanceName));
      const links = sessionLinks(dataDirectory, primary, mirror, witness);
      const group: Group = groups.get(key) ?? {
        key,
        instances: [primary, mirror, witness],
        servers: [primary.server, mirror.server, witness.server],
        links: [links.partners, links.toWitness.primary, links.toWitness.mirror],
        members: [],
        watches: new Map(),
        suspects: new Set(),
        together: true,
        wholeStamp: undefined,
      };
      group.members.push({ pool: pool.fqdn, type });
      groups.set(key, group);
    }
  }
  return groups;
}

function keyOf(instances: readonly string[]): string {
  return instances.join(' ').toLowerCase();
}

/**
 * Every server runs and every link is up. Marks come and go in the servers' folders, so as long as those have not changed since
 * a look that found nothing wrong, nothing is: three looks at the file system instead of fifteen.
 */
function isWhole({ dataDirectory, host }: MirrorWatchOptions, group: Group): boolean {
  if (host !== undefined && group.instances.some((instance) => host.problem(instance) !== undefined)) return false;
  const stamp = stampOf(dataDirectory, group.servers);
  if (stamp !== undefined && stamp === group.wholeStamp) return true;
  const whole =
    group.servers.every((server) => serverState(dataDirectory, server).state === 'running') &&
    group.links.every((link) => link.isUp());
  group.wholeStamp = whole ? stamp : undefined;
  return whole;
}

/** `undefined` when a folder is not there, or changed so lately that the next change could have the same time. */
function stampOf(dataDirectory: DataDirectory, servers: readonly string[]): string | undefined {
  try {
    const stamps = servers.map((server) => {
      const { ino, ctimeMs } = statSync(dataDirectory.serverFolder(server));
      return Math.abs(Date.now() - ctimeMs) < settled ? undefined : `${ino} ${ctimeMs}`;
    });
    return stamps.includes(undefined) ? undefined : stamps.join(' ');
  } catch {
    return undefined;
  }
}

function membersOf({ databasesOf }: MirrorWatchOptions, { members }: Group): readonly MirroredDatabase[] {
  return members.flatMap(({ pool, type }) => databasesOf(pool, type));
}
