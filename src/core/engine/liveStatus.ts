/**
 * The status of a deployment, kept up to date for those who listen.
 *
 * Nothing here decides a state: pools are measured, and what differs from what was told last is told. An event marks the
 * pools it may concern; those are measured again, together, at most every `shortestInterval` while something changes. While
 * somebody listens every pool is also measured slowly, because a folder can change without any event.
 */
import { isDeepStrictEqual } from 'node:util';
import { orCancelled } from '../backupService/shared.ts';
import { createEventSource } from '../events.ts';
import type {
  BackgroundCycles,
  DeploymentStatus,
  FaultStatus,
  JobStatus,
  PersistentChatStatus,
  PoolStatus,
  StatusChange,
  VirtualMachineStatus,
} from '../status.ts';
import type { Deployment } from '../topology/model.ts';
import { pairStatusOf } from './poolStatus.ts';
import type { StatusServices } from './services.ts';

export interface LiveStatus extends StatusServices, AsyncDisposable {
  /** Something about the pool may have changed; with `rows`, not what lies on its share. */
  markPool(fqdn: string, what: 'rows' | 'content'): void;
  /** Anything may have changed. */
  markAll(): void;
  markJob(job: JobStatus): void;
  /** Something of a virtual machine may have changed. */
  markVirtualMachines(): void;
  /** Something of a Persistent Chat pool may have changed. */
  markPersistentChat(): void;
}

export interface LiveStatusOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: string;
  readonly isInitialized: () => boolean;
  /** Measures a pool now. Throws `cancelled` only. */
  readonly measurePool: (fqdn: string, what: 'rows' | 'content', signal: AbortSignal) => Promise<PoolStatus>;
  /** Measured with every update; `undefined` when the topology has no Persistent Chat pool. */
  readonly persistentChat?: () => readonly PersistentChatStatus[] | undefined;
  /** Measured with every update; `undefined` when the topology has no virtual machines. */
  readonly virtualMachines?: () => readonly VirtualMachineStatus[] | undefined;
  readonly jobs: () => readonly JobStatus[];
  readonly faults: () => readonly FaultStatus[];
  readonly backgroundCycles: () => BackgroundCycles;
}

/** Milliseconds. */
const shortestInterval = 250;
const firstDelay = 20;
const slowInterval = 2_000;
/** Measuring slowly takes at most this part of the time. */
const slowPart = 1 / 6;
/** Pools measured side by side. */
const concurrency = 4;

export function createLiveStatus(options: LiveStatusOptions): LiveStatus {
  const { deployment } = options;
  const controller = new AbortController();
  const changes = createEventSource<StatusChange>();
  const names = deployment.pools.map((pool) => pool.fqdn);
  const dirty = new Map<string, 'rows' | 'content'>();
  const dirtyJobs = new Map<string, JobStatus>();
  let known: DeploymentStatus | undefined;
  let listeners = 0;
  let timer: NodeJS.Timeout | undefined;
  let slowTimer: NodeJS.Timeout | undefined;
  let updatedAt = Number.NEGATIVE_INFINITY;
  let queue: Promise<void> = Promise.resolve();
  let asked: Promise<void> | undefined;

  /** Measures the pools and tells what differs. One at a time, so that what is told last was measured last. */
  async function update(pools: ReadonlyMap<string, 'rows' | 'content'>): Promise<void> {
    const fresh = await measureAll(pools, options.measurePool, controller.signal);
    const measured = new Map([...(known?.pools ?? []), ...fresh].map((pool) => [pool.fqdn, pool]));
    const persistentChat = options.persistentChat?.();
    const virtualMachines = options.virtualMachines?.();
    tell({
      ...(persistentChat !== undefined && { persistentChat }),
      ...(virtualMachines !== undefined && { virtualMachines }),
      initialized: options.isInitialized(),
      pools: names.flatMap((name) => measured.get(name) ?? []),
      pairs: deployment.poolPairs.map((pair) => pairStatusOf(deployment, pair, measured)),
      jobs: options.jobs(),
      faults: options.isInitialized() ? options.faults() : [],
      backgroundCycles: options.backgroundCycles(),
    });
    updatedAt = performance.now();
  }

  function tell(now: Omit<DeploymentStatus, 'revision' | 'deployment' | 'dataDirectory' | 'sites'>): void {
    const before = known;
    const change = before === undefined ? undefined : differences(before, now);
    if (before !== undefined && change === undefined) return;
    const revision = (before?.revision ?? 0) + 1;
    known = {
      revision,
      deployment: deployment.name,
      dataDirectory: options.dataDirectory,
      sites: deployment.sites.map((site) => ({ id: `site/${site.name}`, ...site })),
      ...now,
    };
    if (change !== undefined) changes.fire({ revision, ...change });
  }

  /** Jobs come with their own event, so their progress is told without measuring anything. */
  function tellJobs(): void {
    if (known === undefined || dirtyJobs.size === 0) return;
    const jobs = [...dirtyJobs.values()].filter(
      (job) => !known?.jobs.some((told) => told.id === job.id && isDeepStrictEqual(told, job)),
    );
    dirtyJobs.clear();
    if (jobs.length === 0) return;
    const revision = known.revision + 1;
    const changed = new Map(jobs.map((job) => [job.id, job]));
    const kept = known.jobs.map((job) => {
      const next = changed.get(job.id) ?? job;
      changed.delete(job.id);
      return next;
    });
    known = { ...known, revision, jobs: [...changed.values(), ...kept] };
    changes.fire({ revision, jobs });
  }

  function schedule(): void {
    if (listeners === 0 || timer !== undefined || controller.signal.aborted) return;
    const wait = Math.max(firstDelay, updatedAt + shortestInterval - performance.now());
    timer = setTimeout(() => {
      timer = undefined;
      void updateMarked();
    }, wait);
    timer.unref();
  }

  function markNames(): void {
    for (const name of names) dirty.set(name, 'content');
  }

  function enqueue(begun: () => void): Promise<void> {
    const next = queue.then(async () => {
      begun();
      if (known === undefined) markNames();
      const wanted = new Map(dirty);
      dirty.clear();
      await update(wanted);
    });
    queue = next.catch(() => {});
    return next;
  }

  /** Only the end of the engine cuts a measurement short: what could not be told then is not told to anybody. */
  async function updateMarked(): Promise<void> {
    await enqueue(() => {}).catch(() => {});
    if (dirty.size > 0) schedule();
  }

  /** Everything, measured after this was asked; whoever asks before it has begun gets the same. */
  function updateAll(): Promise<void> {
    asked ??= enqueue(() => {
      asked = undefined;
      markNames();
    });
    return asked;
  }

  function scheduleSlow(wait: number): void {
    clearTimeout(slowTimer);
    if (listeners === 0 || controller.signal.aborted) return;
    slowTimer = setTimeout(() => {
      const before = performance.now();
      markNames();
      void updateMarked().then(() => {
        scheduleSlow(Math.max(slowInterval, (performance.now() - before) / slowPart));
      });
    }, wait);
    slowTimer.unref();
  }

  return {
    snapshot: async (signal) => {
      await orCancelled(updateAll(), 'Reading the status', signal);
      if (known === undefined) throw new Error('the status was not measured');
      return known;
    },
    onDidChange: (listener) => {
      const subscription = changes.event(listener);
      let subscribed = true;
      listeners += 1;
      if (listeners === 1) scheduleSlow(slowInterval);
      return {
        [Symbol.dispose]: () => {
          subscription[Symbol.dispose]();
          if (subscribed) listeners -= 1;
          subscribed = false;
          if (listeners === 0) clearTimeout(slowTimer);
        },
      };
    },
    markPool: (fqdn, what) => {
      if (dirty.get(fqdn) !== 'content') dirty.set(fqdn, what);
      schedule();
    },
    markAll: () => {
      markNames();
      schedule();
    },
    markPersistentChat: schedule,
    markVirtualMachines: schedule,
    markJob: (job) => {
      dirtyJobs.set(job.id, job);
      tellJobs();
    },
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      clearTimeout(timer);
      clearTimeout(slowTimer);
      listeners = 0;
      await queue;
    },
  };
}

async function measureAll(
  pools: ReadonlyMap<string, 'rows' | 'content'>,
  measure: LiveStatusOptions['measurePool'],
  signal: AbortSignal,
): Promise<readonly PoolStatus[]> {
  const waiting = [...pools];
  const measured: PoolStatus[] = [];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      measured.push(await measure(...next, signal));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, pools.size) }, worker));
  return measured;
}

/** What has to be told to somebody who knows `before`; `undefined` when nothing. */
function differences(
  before: DeploymentStatus,
  now: Omit<DeploymentStatus, 'revision' | 'deployment' | 'dataDirectory' | 'sites'>,
): Omit<StatusChange, 'revision'> | undefined {
  const pools = changed(before.pools, now.pools);
  const pairs = changed(before.pairs, now.pairs);
  const jobs = changed(before.jobs, now.jobs);
  const virtualMachines = changed(before.virtualMachines ?? [], now.virtualMachines ?? []);
  const change: Omit<StatusChange, 'revision'> = {
    ...(before.initialized === now.initialized ? {} : { initialized: now.initialized }),
    ...(pools.length === 0 ? {} : { pools }),
    ...(pairs.length === 0 ? {} : { pairs }),
    ...(jobs.length === 0 ? {} : { jobs }),
    ...(virtualMachines.length === 0 ? {} : { virtualMachines }),
    ...(isDeepStrictEqual(before.persistentChat, now.persistentChat) || now.persistentChat === undefined
      ? {}
      : { persistentChat: now.persistentChat }),
    ...(isDeepStrictEqual(before.faults, now.faults) ? {} : { faults: now.faults }),
    ...(isDeepStrictEqual(before.backgroundCycles, now.backgroundCycles)
      ? {}
      : { backgroundCycles: now.backgroundCycles }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

function changed<Thing extends { readonly id: string }>(
  before: readonly Thing[],
  now: readonly Thing[],
): readonly Thing[] {
  const known = new Map(before.map((thing) => [thing.id, thing]));
  return now.filter((thing) => !isDeepStrictEqual(known.get(thing.id), thing));
}
