/**
 * The engine of a host, which goes on with a changed topology: the engine of the topology before ends, the next one opens on
 * the same data directory under the same claim. Whoever is attached stays, waits meanwhile, and reads the whole status anew.
 */
import type { Engine } from '../core/engine/engine.ts';
import type { AuditServices, EngineServices, TopologyServices } from '../core/engine/services.ts';
import { errorInformation, LyncTopologyError } from '../core/errors.ts';
import type { Event } from '../core/events.ts';
import type { StatusChange } from '../core/status.ts';
import type { Deployment } from '../core/topology/model.ts';
import { createEngineApi, type EngineApi, hasEnded } from './api.ts';
import { readDeployment } from './topologyFile.ts';

export interface LiveEngine extends AsyncDisposable {
  /** The one that works now. */
  readonly engine: Engine;
  /** Leads to the one that works when it is called. */
  readonly api: EngineApi;
}

export interface LiveEngineOptions {
  readonly topologyFile: string;
  readonly deployment: Deployment;
  readonly open: (deployment: Deployment, topology: TopologyServices) => Promise<Engine>;
  /** Neither topology can be worked with any more. */
  readonly onBroken: () => void;
}

/** Throws what keeps the first engine from opening. */
export async function openLiveEngine(options: LiveEngineOptions): Promise<LiveEngine> {
  const turns = createTurns();
  const topology: TopologyServices = {
    file: options.topologyFile,
    read: readDeployment,
    publish: async (deployment, finish) => {
      requireNoJob();
      return turns.alone(() => exchange(deployment, finish));
    },
  };
  let engine = await options.open(options.deployment, topology);
  let api = createEngineApi(engine);
  const status = createStatusAcross(api);

  function requireNoJob(): void {
    const running = engine.jobs.list().find((job) => !hasEnded(job));
    if (running !== undefined) throw jobRuns(running.title, running.id);
  }

  async function exchange<T>(deployment: Deployment, finish: (services: EngineServices) => Promise<T>): Promise<T> {
    requireNoJob();
    const former = engine.deployment;
    await engine[Symbol.asyncDispose]();
    try {
      return await begin(deployment, finish);
    } catch (error) {
      await begin(former, async ({ audit }) => noteFailure(audit, error)).catch(options.onBroken);
      throw error;
    }
  }

  /** Opens the next engine and has it finish what its topology brings before anybody is let in. */
  async function begin<T>(deployment: Deployment, finish: (services: EngineServices) => Promise<T>): Promise<T> {
    const opened = await options.open(deployment, topology);
    try {
      const value = await finish(opened);
      engine = opened;
      api = createEngineApi(opened);
      status.goOnWith(api);
      return value;
    } catch (error) {
      await opened[Symbol.asyncDispose]();
      throw error;
    }
  }

  const ask = <T>(call: (now: EngineApi) => Promise<T>): Promise<T> => turns.together(() => call(api));
  return {
    get engine() {
      return engine;
    },
    api: {
      status: async (signal) => status.renumber(await ask((now) => now.status(signal))),
      onDidChangeStatus: status.onDidChange,
      plan: (request, signal) => ask((now) => now.plan(request, signal)),
      execute: (request, callOptions) => ask((now) => now.execute(request, callOptions)),
      start: (request) => ask((now) => now.start(request)),
      job: (id) => ask((now) => now.job(id)),
      jobEnded: (id, callOptions) => ask((now) => now.jobEnded(id, callOptions)),
      jobLog: (id) => ask((now) => now.jobLog(id)),
      cancelJob: (id) => ask((now) => now.cancelJob(id)),
      commit: (pool, database, changes) => ask((now) => now.commit(pool, database, changes)),
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

interface Turns {
  /** Beside others of its kind; waits while somebody is alone. */
  together<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Called from within one that is together: when the others have ended and before the next ones begin. Throws `lease-held`
   * when somebody else is alone, or waits for it.
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

function createTurns(): Turns {
  let open = 0;
  let closed: Promise<void> | undefined;
  let ended: (() => void) | undefined;
  return {
    together: async (work) => {
      while (closed !== undefined) await closed;
      open += 1;
      try {
        return await work();
      } finally {
        open -= 1;
        ended?.();
      }
    },
    alone: async (work) => {
      if (closed !== undefined) throw publishes();
      const gate = Promise.withResolvers<void>();
      closed = gate.promise;
      try {
        while (open > 1) {
          const next = Promise.withResolvers<void>();
          ended = next.resolve;
          await next.promise;
        }
        return await work();
      } finally {
        ended = undefined;
        closed = undefined;
        gate.resolve();
      }
    },
  };
}

/** The live status of one engine after the other, with revisions that go on growing. */
function createStatusAcross(first: EngineApi): {
  readonly onDidChange: Event<StatusChange>;
  renumber<Told extends { readonly revision: number }>(told: Told): Told;
  goOnWith(api: EngineApi): void;
} {
  interface Follower {
    readonly listener: (change: StatusChange) => void;
    subscription: Disposable;
  }
  const followers = new Set<Follower>();
  let api = first;
  let base = 0;
  let last = 0;

  function renumber<Told extends { readonly revision: number }>(told: Told): Told {
    const revision = base + told.revision;
    last = Math.max(last, revision);
    return { ...told, revision };
  }
  const follow = (listener: Follower['listener']): Disposable =>
    api.onDidChangeStatus((change) => listener(renumber(change)));

  return {
    renumber,
    onDidChange: (listener) => {
      const follower: Follower = { listener, subscription: follow(listener) };
      followers.add(follower);
      return {
        [Symbol.dispose]: () => {
          followers.delete(follower);
          follower.subscription[Symbol.dispose]();
        },
      };
    },
    goOnWith: (next) => {
      api = next;
      // A gap in the revisions: whoever follows has missed something, and reads the whole status.
      base = last + 2;
      last = base;
      for (const follower of followers) {
        follower.subscription[Symbol.dispose]();
        follower.subscription = follow(follower.listener);
        follower.listener({ revision: base });
      }
    },
  };
}

/** The audit log of the engine that was asked has ended with it. */
function noteFailure(audit: AuditServices, error: unknown): void {
  const detail = errorInformation(error, 'The topology').message;
  audit.append({ operation: 'Publish-CsTopology', parameters: {}, outcome: 'failed', detail });
}

function jobRuns(title: string, id: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'lease-held',
    kind: 'refused',
    object: id,
    message: `The topology cannot be changed while ${id} (${title}) runs.`,
    remedy: `Wait for it, or cancel it with "lync-topology jobs cancel ${id.replace('job/', '')}", then publish.`,
  });
}

function publishes(): LyncTopologyError {
  return new LyncTopologyError({
    code: 'lease-held',
    kind: 'refused',
    object: 'topology',
    message: 'Somebody else is publishing the topology.',
    remedy: 'Wait until that has ended, and look at the plan again.',
  });
}
