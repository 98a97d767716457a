/**
 * Lets mirrors take over by themselves when their principals are lost (domain C.6), in an engine that stays.
 *
 * One sweep looks at servers and links, not at databases: those that share primary, mirror and witness are one group, and only
 * the databases of a group in which something is wrong are looked at. A principal whose server runs and whose file is unusable
 * is found by who measures it, and looked at as well.
 */
import { statSync } from 'node:fs';
import type { FailoverOutcome, MirroredDatabase, Watch } from '../mirroring/contract.ts';
import { sessionLinks } from '../mirroring/sessionLinks.ts';
import type { DatabaseStatus } from '../status.ts';
import { serverState } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Link } from '../storage/links.ts';
import { type Deployment, type Pool, sqlInstanceName } from '../topology/model.ts';
import { type DatabaseType, databaseTypes } from '../topology/vocabulary.ts';

export interface MirrorWatch extends AsyncDisposable {
  /** What a measurement found: a database without a principal is looked at until it has one. */
  noteStatus(database: MirroredDatabase, status: DatabaseStatus): void;
}

export interface MirrorWatchOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly isInitialized: () => boolean;
  readonly databasesOf: (pool: string, type: DatabaseType) => readonly MirroredDatabase[];
  /** Milliseconds for which a principal must be lost. */
  readonly partnerTimeout: number;
  readonly onFailedOver: (database: MirroredDatabase, outcome: FailoverOutcome) => void;
  /** A failover that was begun and not ended; it is tried again, and told once for each cause. */
  readonly onFailure: (database: MirroredDatabase, error: unknown) => void;
}

/** Milliseconds. */
export const defaultPartnerTimeout = 10_000;
const longestInterval = 1_000;
const shortestInterval = 20;
/** Times of folders are coarse. */
const settled = 1_000;

interface Group {
  readonly servers: readonly string[];
  readonly links: readonly Link[];
  readonly members: { readonly pool: string; readonly type: DatabaseType }[];
  readonly watches: Map<MirroredDatabase, Watch>;
  /** Measured without a principal although every server runs. */
  readonly suspects: Set<MirroredDatabase>;
  /** At the last look everything was there. */
  together: boolean;
  /** Of the servers' folders when nothing was wrong. */
  wholeStamp: string | undefined;
}

export function createMirrorWatch(options: MirrorWatchOptions): MirrorWatch {
  const groups = groupsOf(options);
  const interval = Math.min(longestInterval, Math.max(shortestInterval, options.partnerTimeout / 10));
  const controller = new AbortController();
  const told = new Map<MirroredDatabase, string>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  function schedule(): void {
    if (controller.signal.aborted || groups.size === 0) return;
    timer = setTimeout(() => {
      working = sweep().finally(schedule);
    }, interval);
    timer.unref();
  }

  async function sweep(): Promise<void> {
    if (!options.isInitialized()) return;
    for (const group of groups.values()) {
      if (controller.signal.aborted) return;
      const whole = isWhole(options.dataDirectory, group);
      const databases = whole ? [...group.suspects] : membersOf(options, group);
      if (whole && group.suspects.size === 0) group.watches.clear();
      for (const database of databases) await look(group, database);
      group.together = whole;
    }
  }

  async function look(group: Group, database: MirroredDatabase): Promise<void> {
    const watch = group.watches.get(database) ?? { together: group.together, lost: undefined };
    group.watches.set(database, watch);
    try {
      const outcome = await database.supervise(watch, options.partnerTimeout);
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
        servers: [primary.server, mirror.server, witness.server],
        links: [links.partners, links.toWitness.primary, links.toWitness.mirror],
        members: [],
        watches: new Map(),
        suspects: new Set(),
        together: false,
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
function isWhole(dataDirectory: DataDirectory, group: Group): boolean {
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
