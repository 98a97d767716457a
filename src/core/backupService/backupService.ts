/**
 * The Backup Services of a deployment: the streams of every pair, their cycles in the background and on request, and the
 * measured states of their modules.
 */
import { requirePool } from '../engine/pools.ts';
import type { BackupServices, ComparedModule } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { BackgroundCycles, ModuleStatus } from '../status.ts';
import { type Deployment, findPool, pairOf, partnerOf } from '../topology/model.ts';
import type { BackupModule, Release } from '../topology/vocabulary.ts';
import { compareModule } from './compareStores.ts';
import type { ConfigurationStore } from './configuration.ts';
import type { CycleRecords } from './cycleRecord.ts';
import type { EventLog } from './eventLog.ts';
import { createScheduler } from './scheduler.ts';
import { type ModuleFacts, moduleStates, type StreamFacts } from './state.ts';
import type { BackupStream } from './stream.ts';
import { createStreamRunner, type StreamRunner } from './streamRunner.ts';
import { synchronizeStreams } from './synchronize.ts';

export interface BackupService extends AsyncDisposable {
  readonly services: Omit<BackupServices, 'measurePool' | 'packages' | 'staleCopies'>;
  /** Removes what a killed engine left and begins the background cycles, if this engine runs them. Safe to repeat. */
  start(): Promise<void>;
  measureModule(pool: string, module: BackupModule, how: MeasureOptions): Promise<ModuleStatus>;
  /** Servers started or the deployment was initialised: cycles that were missed are made up for. */
  wake(): void;
}

export interface MeasureOptions {
  readonly signal?: AbortSignal;
  /** Nothing happened that concerns the shares: what was measured of them last may be given instead of walking them again. */
  readonly lastContent?: boolean;
}

export interface BackupServiceOptions {
  readonly deployment: Deployment;
  readonly configuration: ConfigurationStore;
  readonly records: CycleRecords;
  readonly events: EventLog;
  readonly backgroundCycles: boolean;
  /** Opens the stream of a module from one pool to its partner. */
  readonly openStream: (module: BackupModule, source: string, target: string) => BackupStream;
  /** Throws `data-directory-missing` before the deployment has been initialised. */
  readonly requireInitialized: () => void;
  readonly isInitialized: () => boolean;
  /** All Front Ends of the pool are stopped. */
  readonly isStopped: (pool: string) => boolean;
  /** The job that works on a stream, for its status. */
  readonly jobOf: (source: string, module: BackupModule) => string | undefined;
  /** Something about the streams from or to that pool changed; `content` when its shares may have. */
  readonly onChanged: (pool: string, what: 'rows' | 'content') => void;
}

const modulesInOrder: readonly BackupModule[] = [
  'UserServices.PresenceFocus',
  'ConfServices.DataConf',
  'CentralMgmt.CMSMaster',
];

/** Response Groups are carried where the switch of the deployment is on and both pools are of these releases (domain K.8). */
const responseGroupReleases: readonly Release[] = ['2019', 'SE'];

export function openBackupService(options: BackupServiceOptions): BackupService {
  const { deployment, configuration } = options;
  const runners = new Map<string, StreamRunner>();
  let started: Promise<void> | undefined;

  /** The switch concerns every pair, whatever the topology lists; rows need an Application database on both pools. */
  function responseGroupModulesOf(names: readonly string[]): readonly BackupModule[] {
    if (!configuration.current().enableRgsBackupService || names.length === 0) return [];
    const pools = names.map((name) => findPool(deployment, name));
    if (!pools.every((pool) => pool !== undefined && responseGroupReleases.includes(pool.release))) return [];
    const withRows = pools.every((pool) => pool?.databases.Application !== undefined);
    return withRows
      ? ['ApplicationServer.RGSDataStore', 'ApplicationServer.RGSFileStore']
      : ['ApplicationServer.RGSFileStore'];
  }

  function modulesOf(pool: string): readonly BackupModule[] {
    const pair = pairOf(deployment, pool);
    // Batches and content go through the file shares: without them there is nothing to run.
    if (pair?.pools.some((name) => findPool(deployment, name)?.fileShare === undefined)) return [];
    const modules = pair?.backupModules ?? [];
    return [
      ...modulesInOrder.filter((module) => modules.includes(module)),
      ...responseGroupModulesOf(pair?.pools ?? []),
    ];
  }

  function runnerOf(module: BackupModule, source: string, target: string): StreamRunner {
    const key = `${source}/${module}`;
    const known = runners.get(key);
    if (known !== undefined) return known;
    const stream = options.openStream(module, source, target);
    const onChanged = (what: 'carried' | 'everything'): void => {
      const changed = stream.comparesPair && what === 'everything' ? 'content' : 'rows';
      options.onChanged(source, changed);
      options.onChanged(target, changed);
    };
    const runner = createStreamRunner({ stream, records: options.records, events: options.events, onChanged });
    runners.set(key, runner);
    return runner;
  }

  function allRunners(): readonly StreamRunner[] {
    return deployment.poolPairs.flatMap(({ pools }) => {
      const { own, partner } = pairedPools(deployment, pools[0]);
      return modulesOf(own).flatMap((module) => [runnerOf(module, own, partner), runnerOf(module, partner, own)]);
    });
  }

  /** The modules asked for, or all of the pair. Throws `module-not-applicable`, `pool-stopped`. */
  function runnableModules(own: string, partner: string, asked: readonly BackupModule[]): readonly BackupModule[] {
    for (const each of [own, partner]) if (options.isStopped(each)) throw poolStopped(each);
    const carried = modulesOf(own);
    for (const module of asked) if (!carried.includes(module)) throw notApplicable(own, module, carried);
    return asked.length === 0 ? carried : asked;
  }

  const scheduler = createScheduler({
    streams: allRunners,
    configuration: configuration.current,
    mayRun: ({ stream }) =>
      modulesOf(stream.source).includes(stream.module) &&
      !options.isStopped(stream.source) &&
      !options.isStopped(stream.target),
    onFailure: ({ stream }) => options.onChanged(stream.source, 'rows'),
  });
  const subscription = configuration.onDidChange(() => {
    scheduler.reschedule();
    for (const pool of deployment.pools) options.onChanged(pool.fqdn, 'content');
  });

  async function factsOf(runner: StreamRunner, { signal, lastContent }: MeasureOptions): Promise<StreamFacts> {
    const known = lastContent === true ? runner.stream.lastMeasured?.() : undefined;
    const measurement = known ?? (await runner.measure(signal));
    return { measurement, lastCycle: runner.lastCycle, syncRequested: runner.syncRequested };
  }

  async function measureModule(pool: string, module: BackupModule, how: MeasureOptions): Promise<ModuleStatus> {
    options.requireInitialized();
    const { own, partner } = pairedPools(deployment, pool);
    if (!modulesOf(own).includes(module)) throw notApplicable(own, module, modulesOf(own));
    const outgoing = runnerOf(module, own, partner);
    const incoming = runnerOf(module, partner, own);
    const [out, into] = await Promise.all([factsOf(outgoing, how), factsOf(incoming, how)]);
    const stoppedPools = [own, partner].filter(options.isStopped);
    const facts: ModuleFacts = {
      module,
      pool: own,
      partner,
      exportsHere: outgoing.stream.exportsHere,
      outgoing: out,
      incoming: into,
      cyclesEvery:
        options.backgroundCycles && stoppedPools.length === 0 ? configuration.current().syncInterval : undefined,
      stoppedPools,
    };
    const job = options.jobOf(own, module);
    const last = outgoing.lastCycle?.summary;
    const { current } = outgoing;
    return {
      id: `pool/${own}/module/${module}`,
      Identity: module,
      ...moduleStates(facts),
      exportsHere: outgoing.stream.exportsHere,
      ...(out.measurement.backlog === undefined ? {} : { backlog: out.measurement.backlog }),
      ...(last === undefined ? {} : { lastCycle: last }),
      ...(current === undefined ? {} : { current: { ...(job === undefined ? {} : { job }), ...current } }),
    };
  }

  async function begin(): Promise<void> {
    await Promise.all(
      allRunners().map(async ({ stream }) => {
        // What cannot be recovered now is met by the next cycle, whose error says it.
        await stream.recover().catch(() => {});
      }),
    );
    if (options.backgroundCycles) scheduler.start();
  }

  return {
    services: {
      get background(): BackgroundCycles {
        return { running: options.backgroundCycles, syncInterval: configuration.current().syncInterval };
      },
      configuration: configuration.current,
      setConfiguration: configuration.set,
      measureModule: (pool, module, signal) => measureModule(pool, module, signal === undefined ? {} : { signal }),
      modulesOf,
      events: options.events.list,
      synchronize: async (pool, modules, run) => {
        options.requireInitialized();
        const { own, partner } = pairedPools(deployment, pool);
        const wanted = runnableModules(own, partner, modules);
        return synchronizeStreams(
          wanted.map((module) => runnerOf(module, own, partner)),
          run,
        );
      },
      compareStores: async (pool, modules, run) => {
        options.requireInitialized();
        const { own, partner } = pairedPools(deployment, pool);
        const results: ComparedModule[] = [];
        for (const module of runnableModules(own, partner, modules)) {
          const outgoing = runnerOf(module, own, partner);
          const incoming = runnerOf(module, partner, own);
          results.push(await compareModule({ outgoing, incoming }, run));
        }
        return results;
      },
    },
    start: async () => {
      if (options.isInitialized()) started ??= begin();
      await started;
    },
    measureModule,
    wake: scheduler.reschedule,
    [Symbol.asyncDispose]: async () => {
      subscription[Symbol.dispose]();
      await started;
      await scheduler[Symbol.asyncDispose]();
    },
  };
}

/** The pool and its partner under the names of the topology. Throws `pool-unknown`, `pool-not-paired`. */
export function pairedPools(deployment: Deployment, pool: string): { readonly own: string; readonly partner: string } {
  const own = requirePool(deployment, pool);
  const partner = partnerOf(deployment, pool);
  if (partner !== undefined) return { own: own.fqdn, partner: partner.fqdn };
  throw new LyncTopologyError({
    code: 'pool-not-paired',
    kind: 'refused',
    object: pool,
    message: `The pool ${pool} has no backup pool, so it has no Backup Service.`,
    remedy: 'Pair it under poolPairs in the topology, or name a pool that is paired.',
  });
}

export function poolStopped(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'pool-stopped',
    kind: 'refused',
    object: pool,
    message: `The pool ${pool} does not run: all of its Front Ends are stopped, and its Backup Service with them.`,
    remedy: `Start one of its Front Ends, here with "lync-topology fault start ${pool}", and run this again.`,
  });
}

function notApplicable(pool: string, module: BackupModule, modules: readonly BackupModule[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'module-not-applicable',
    kind: 'refused',
    object: `${module} of ${pool}`,
    message: `The Backup Service of ${pool} does not carry ${module}.`,
    remedy: `Its modules are ${modules.join(', ')}; backupModules of the pair in the topology decides.`,
  });
}
