/**
 * The owner of a data directory: it has the claim, runs the engine in this process and lets others attach. The claim comes
 * first and goes last, so that nobody else ever touches what the engine has open.
 */
import { openEngine } from '../core/engine/engine.ts';
import { createEventSource, type Event } from '../core/events.ts';
import { resumableWork } from '../core/operations/run.ts';
import { type Claim, readAnnouncement, tryClaim } from '../core/storage/claim.ts';
import { createDataDirectory, openDataDirectory } from '../core/storage/dataDirectory.ts';
import { removeStaleAddress } from './address.ts';
import { type EngineApi, hasEnded } from './api.ts';
import { requireSame } from './identity.ts';
import { type EngineListener, listen } from './listener.ts';
import { type LiveEngine, openLiveEngine } from './liveEngine.ts';
import { type GivenMappings, settleMappings } from './mappings.ts';
import { readDeployment } from './topologyFile.ts';

export interface HostOptions {
  readonly topologyFile: string;
  readonly dataDirectory: string;
  readonly shareMappings?: GivenMappings;
  /** How much a share may lose between two cycles before that is an error and not a deletion. */
  readonly guard?: { readonly lostPart: number; readonly lostFiles: number };
  /** Milliseconds for which a principal must be lost before its mirror takes over by itself; 10 s when absent (domain C.6). */
  readonly partnerTimeout?: number;
  /** Runs Backup Service cycles by itself. */
  readonly backgroundCycles: boolean;
  /** Runs every SQL instance as a process of its own. */
  readonly instanceProcesses?: boolean;
}

export interface EngineHost extends AsyncDisposable {
  readonly api: EngineApi;
  readonly clients: number;
  readonly onDidChangeClients: Event<number>;
  /** A job runs. */
  readonly busy: boolean;
  /** Resolves when no job runs any more. */
  quiet(): Promise<void>;
  /** The data directory was deleted or replaced under the engine, which has ended. */
  readonly lost: boolean;
  readonly onDidLose: Event<void>;
}

/** Becomes the owner, or gives `undefined` when another process is. Throws what keeps the engine from opening. */
export async function openHost(options: HostOptions): Promise<EngineHost | undefined> {
  const deployment = readDeployment(options.topologyFile);
  createDataDirectory(options.dataDirectory);
  const stale = readAnnouncement(options.dataDirectory);
  const claim = tryClaim(options.dataDirectory);
  if (claim === undefined) return undefined;
  let live: LiveEngine | undefined;
  let broken = (): void => {};
  try {
    if (stale !== undefined) removeStaleAddress(stale.address);
    const mappings = settleMappings(options.dataDirectory, options.shareMappings);
    live = await openLiveEngine({
      topologyFile: options.topologyFile,
      deployment,
      open: (next, topology) =>
        openEngine({
          deployment: next,
          topology,
          dataDirectory: openDataDirectory(options.dataDirectory, { mappings, missingMappings: 'report' }),
          background: options.backgroundCycles,
          ...(options.guard !== undefined && { guard: options.guard }),
          ...(options.partnerTimeout !== undefined && { partnerTimeout: options.partnerTimeout }),
          instanceProcesses: options.instanceProcesses ?? false,
          resume: (services, job) => resumableWork(services, job),
        }),
      onBroken: () => broken(),
    });
    const { api } = live;
    const opened = live;
    const listener = await listen(options.dataDirectory, api, (client) =>
      requireSame(
        { topologyFile: options.topologyFile, deployment: opened.engine.deployment, mappings },
        options.dataDirectory,
        client,
      ),
    );
    claim.announce({ pid: process.pid, address: listener.address, token: listener.token });
    const host = hostOf(claim, live, listener);
    broken = host.lose;
    return host;
  } catch (error) {
    await live?.[Symbol.asyncDispose]();
    claim[Symbol.dispose]();
    throw error;
  }
}

/** How often it is looked whether the data directory is still there, milliseconds. */
const heldCheck = 1_000;

function hostOf(claim: Claim, live: LiveEngine, listener: EngineListener): EngineHost & { lose(): void } {
  const unfinished = () => live.engine.jobs.list().filter((job) => !hasEnded(job));
  const losses = createEventSource<void>();
  let lost = false;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    clearInterval(timer);
    closing ??= closeAll(listener, live, claim);
    return closing;
  };
  const lose = (): void => {
    lost = true;
    close().then(losses.fire, losses.fire);
  };
  const timer = setInterval(() => {
    if (!claim.stillHeld()) lose();
  }, heldCheck);
  timer.unref();
  return {
    api: live.api,
    lose,
    get clients() {
      return listener.clients;
    },
    onDidChangeClients: listener.onDidChangeClients,
    get busy() {
      return unfinished().length > 0;
    },
    quiet: async () => {
      // What those attached start meanwhile is waited for too.
      while (!lost) {
        const [next] = unfinished();
        if (next === undefined) return;
        await live.api.jobEnded(next.id);
      }
    },
    get lost() {
      return lost;
    },
    onDidLose: losses.event,
    [Symbol.asyncDispose]: close,
  };
}

async function closeAll(listener: EngineListener, live: LiveEngine, claim: Claim): Promise<void> {
  try {
    await listener[Symbol.asyncDispose]();
    await live[Symbol.asyncDispose]();
  } finally {
    claim[Symbol.dispose]();
  }
}
