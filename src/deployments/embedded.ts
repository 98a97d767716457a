/**
 * The embedded deployment: whoever comes first to a data directory owns it, everyone else attaches. Which of the two it
 * is makes no difference to the caller, and neither does it when the owner dies: the next call attaches to the new owner
 * or takes over.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { LyncTopologyError } from '../core/errors.ts';
import { createEventSource } from '../core/events.ts';
import { parseParameters } from '../core/operations/parameters.ts';
import { requireOperation } from '../core/operations/registry.ts';
import { isJob } from '../core/operations/run.ts';
import type { JobStatus, StatusChange } from '../core/status.ts';
import { readAnnouncement } from '../core/storage/claim.ts';
import { type EngineApi, hasEnded } from '../engineHost/api.ts';
import { attachToEngine, type RemoteEngine } from '../engineHost/client.ts';
import type { EngineHost, HostOptions } from '../engineHost/host.ts';
import { deploymentDigest, mappingLines } from '../engineHost/identity.ts';
import { givenMappings } from '../engineHost/mappings.ts';
import { type AttachParameters, protocolVersion } from '../engineHost/protocol.ts';
import { readDeployment } from '../engineHost/topologyFile.ts';
import type { DeploymentConnection, ExecuteOptions, OperationRequest } from './deployment.ts';
import { type EngineProcess, startEngineProcess } from './engineProcess.ts';

export interface EmbeddedOptions extends HostOptions {
  /** Also attaches to an engine that still works with the topology as it was before its file was changed. */
  readonly unpublished?: boolean;
  /**
   * Who becomes the engine when none runs: a process of its own, or this process by `openHost`, which whoever starts
   * processes need not have loaded.
   */
  readonly engine: EngineProcess | ((options: HostOptions) => Promise<EngineHost | undefined>);
}

type Link =
  | { readonly kind: 'owner'; readonly api: EngineApi; readonly host: EngineHost }
  | { readonly kind: 'attached'; readonly api: EngineApi; readonly remote: RemoteEngine };

/** How long an owner may take between its claim and its announcement, milliseconds. */
const announceTimeout = 15_000;
const announceCheck = 25;

/** Connects, and throws what keeps it from connecting. */
export async function connectEmbedded(options: EmbeddedOptions): Promise<DeploymentConnection> {
  const changes = createEventSource<StatusChange>();
  const disconnects = createEventSource<void>();
  let disposed = false;
  let role: DeploymentConnection['role'] = 'attached';
  let current: Promise<Link> = open();
  await current;

  async function open(): Promise<Link> {
    const link = await attachOrOwn(options);
    link.api.onDidChangeStatus((change) => changes.fire(change));
    const gone = (): void => {
      if (!disposed) disconnects.fire();
    };
    if (link.kind === 'attached') link.remote.onDidClose(gone);
    else link.host.onDidLose(gone);
    role = link.kind;
    return link;
  }

  /** The link that works, made anew when the engine it led to has gone. */
  async function link(): Promise<Link> {
    const asked = current;
    const known = await asked.catch(() => undefined);
    if (known !== undefined && !isClosed(known)) return known;
    // Of several calls that notice it at the same time the first connects.
    if (current === asked) current = open();
    return current;
  }

  /** What can be asked again without harm is asked again when the engine dies while it is asked. */
  async function repeatable<T>(ask: (api: EngineApi) => Promise<T>): Promise<T> {
    for (;;) {
      const used = await link();
      try {
        return await ask(used.api);
      } catch (error) {
        if (disposed || !isClosed(used)) throw error;
      }
    }
  }

  /** What is not destructive can be done twice. */
  function whenHarmless<T>(request: OperationRequest, ask: (api: EngineApi) => Promise<T>): Promise<T> {
    return requireOperation(request.operation).effect === 'destructive' ? once(ask) : repeatable(ask);
  }

  async function once<T>(ask: (api: EngineApi) => Promise<T>): Promise<T> {
    return ask((await link()).api);
  }

  const jobEnded = (id: string, run?: ExecuteOptions): Promise<JobStatus> => repeatable((api) => api.jobEnded(id, run));

  /**
   * When the engine dies before it has answered, the job may have begun: then the next engine takes it up, and it is
   * found there. One that had ended, or never begun, is started again where that does no harm.
   */
  const start = async (request: OperationRequest): Promise<JobStatus> => {
    const used = await link();
    try {
      return await used.api.start(request);
    } catch (error) {
      if (disposed || !isClosed(used) || requireOperation(request.operation).effect === 'destructive') throw error;
    }
    const { jobs } = await repeatable((api) => api.status());
    return jobs.find((job) => wasTakenUp(job, request)) ?? once((api) => api.start(request));
  };

  const executeJob = async (request: OperationRequest, run: ExecuteOptions): Promise<unknown> => {
    const job = await start(request);
    const cancel = (): void => void repeatable((api) => api.cancelJob(job.id)).catch(() => {});
    run.signal?.addEventListener('abort', cancel, { once: true });
    if (run.signal?.aborted) cancel();
    const { signal: _, ...following } = run;
    const ended = await jobEnded(job.id, following).finally(() => run.signal?.removeEventListener('abort', cancel));
    if (ended.state === 'completed') return ended.result;
    throw jobFailure(ended);
  };

  return {
    kind: 'embedded',
    get role() {
      return role;
    },
    dataDirectory: options.dataDirectory,
    status: (signal) => repeatable((api) => api.status(signal)),
    onDidChangeStatus: changes.event,
    onDidDisconnect: disconnects.event,
    plan: (request, signal) => repeatable((api) => api.plan(request, signal)),
    execute: (request, run = {}) =>
      isJob(request.operation) ? executeJob(request, run) : whenHarmless(request, (api) => api.execute(request, run)),
    start,
    job: (id) => repeatable((api) => api.job(id)),
    jobEnded,
    jobLog: (id) => repeatable((api) => api.jobLog(id)),
    cancelJob: (id) => repeatable((api) => api.cancelJob(id)),
    commit: (pool, database, rows) => once((api) => api.commit(pool, database, rows)),
    [Symbol.asyncDispose]: async () => {
      if (disposed) return;
      disposed = true;
      const last = await current.catch(() => undefined);
      if (last !== undefined) await close(last);
    },
  };
}

function isClosed(link: Link): boolean {
  return link.kind === 'attached' ? link.remote.closed : link.host.lost;
}

/** A running job of an engine that died, which did what is asked. */
function wasTakenUp(job: JobStatus, request: OperationRequest): boolean {
  const definition = requireOperation(request.operation);
  if (hasEnded(job) || job.resumed === 0 || job.operation !== definition.name) return false;
  const plain = (parameters: unknown) => JSON.stringify(parameters).toLowerCase();
  return plain(job.parameters) === plain(parseParameters(definition, request.parameters));
}

/** An owner first finishes the jobs it runs, whoever started them. */
async function close(link: Link): Promise<void> {
  if (link.kind === 'attached') {
    link.remote[Symbol.dispose]();
    return;
  }
  await link.host.quiet();
  await link.host[Symbol.asyncDispose]();
}

async function attachOrOwn(options: EmbeddedOptions): Promise<Link> {
  const deadline = performance.now() + announceTimeout;
  for (;;) {
    const attached = await attach(options);
    if (attached !== undefined) return attached;
    const owner = await own(options);
    if (owner !== undefined) return owner;
    if (performance.now() > deadline) throw unreachable(options.dataDirectory);
    await delay(announceCheck);
  }
}

/** `undefined` when no engine answers where one announced itself, or none did. */
async function attach(options: EmbeddedOptions): Promise<Link | undefined> {
  const announcement = readAnnouncement(options.dataDirectory);
  if (announcement === undefined) return undefined;
  try {
    const remote = await attachToEngine(announcement.address, attachParameters(options, announcement.token));
    return { kind: 'attached', api: remote, remote };
  } catch (error) {
    // A token that is not known belongs to an engine that was replaced a moment ago.
    if (error instanceof LyncTopologyError && ['engine-unreachable', 'access-denied'].includes(error.code)) {
      return undefined;
    }
    throw error;
  }
}

/** `undefined` when it is another process that owns the data directory, or soon will be. */
async function own(options: EmbeddedOptions): Promise<Link | undefined> {
  const { engine } = options;
  if (typeof engine !== 'function') {
    await startEngineProcess(engine, options);
    return undefined;
  }
  const host = await engine(options);
  return host === undefined ? undefined : { kind: 'owner', api: host.api, host };
}

function attachParameters(options: EmbeddedOptions, token: string): AttachParameters {
  const mappings = givenMappings(options.shareMappings);
  return {
    token,
    version: protocolVersion,
    topologyFile: options.topologyFile,
    ...(options.unpublished !== true && { digest: deploymentDigest(readDeployment(options.topologyFile)) }),
    ...(mappings !== undefined && { mappings: mappingLines(mappings) }),
  };
}

function jobFailure(job: JobStatus): LyncTopologyError {
  return new LyncTopologyError(
    job.error ?? {
      code: 'job-interrupted',
      kind: 'failed',
      object: job.title,
      message: `${job.title} (${job.id}) ended as ${job.state}, without saying why.`,
      remedy: `Look at its log with "lync-topology jobs show ${job.id.replace('job/', '')}".`,
    },
  );
}

function unreachable(dataDirectory: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'engine-unreachable',
    kind: 'failed',
    object: dataDirectory,
    message: `Another process has ${dataDirectory}, but does not say how to reach it.`,
    remedy: 'Wait until it has ended, or end it, and run this again.',
  });
}
