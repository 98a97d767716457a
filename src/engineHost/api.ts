/**
 * What an engine answers, in this process or through a socket: the same calls, with serialisable values only. Both a
 * connection of this process and the server for others stand on it.
 */
import type { EngineServices, JobServices, RowChange, StartedJob } from '../core/engine/services.ts';
import { cancelled } from '../core/errors.ts';
import type { Event } from '../core/events.ts';
import type { Plan } from '../core/operations/definition.ts';
import {
  cancelJob,
  executeOperation,
  planOperation,
  type Request,
  requireClientLoad,
  startOperation,
} from '../core/operations/run.ts';
import type { DeploymentStatus, JobStatus, Progress, StatusChange } from '../core/status.ts';
import type { DatabaseName } from '../core/topology/vocabulary.ts';
import { createVerboseLines } from './verboseLines.ts';

export interface EngineApi {
  status(signal?: AbortSignal): Promise<DeploymentStatus>;
  readonly onDidChangeStatus: Event<StatusChange>;
  plan(request: Request, signal?: AbortSignal): Promise<Plan>;
  /** Runs an operation that is not a job to its end. */
  execute(request: Request, options?: CallOptions): Promise<unknown>;
  /** Starts an operation that is a job. */
  start(request: Request): Promise<JobStatus>;
  job(id: string): Promise<JobStatus>;
  /** Resolves when the job has ended. Raising the signal ends the waiting, not the job. */
  jobEnded(id: string, options?: CallOptions): Promise<JobStatus>;
  jobLog(id: string): Promise<ReturnType<JobServices['log']>>;
  cancelJob(id: string): Promise<JobStatus>;
  commit(pool: string, database: DatabaseName, changes: readonly RowChange[]): Promise<{ readonly time: string }>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onVerbose?: (line: string) => void;
}

export function createEngineApi(services: EngineServices): EngineApi {
  const started = new Map<string, StartedJob>();
  const verbose = createVerboseLines();
  return {
    status: (signal) => services.status.snapshot(signal),
    onDidChangeStatus: services.status.onDidChange,
    plan: (request, signal) => planOperation(services, request, signal ?? never()),
    execute: (request, options = {}) =>
      executeOperation(services, request, {
        signal: options.signal ?? never(),
        onProgress: options.onProgress ?? (() => {}),
        onVerbose: options.onVerbose ?? (() => {}),
      }),
    start: async (request) => {
      const job = await startOperation(services, request, { signal: never(), onVerbose: verbose.add });
      started.set(job.id, job);
      void job.ended.then(() => {
        started.delete(job.id);
        verbose.end(job.id);
      });
      return services.jobs.get(job.id);
    },
    job: async (id) => services.jobs.get(id),
    jobEnded: async (id, options = {}) => {
      const follow = options.onVerbose === undefined ? undefined : verbose.follow(id, options.onVerbose);
      try {
        return await ended(services, id, started.get(id), options);
      } finally {
        follow?.[Symbol.dispose]();
      }
    },
    jobLog: async (id) => services.jobs.log(id),
    cancelJob: (id) => cancelJob(services, id),
    commit: async (pool, database, changes) => {
      requireClientLoad(services, pool);
      return services.lab.commit(pool, database, changes);
    },
  };
}

export function hasEnded(job: JobStatus): boolean {
  return job.state === 'completed' || job.state === 'failed' || job.state === 'cancelled';
}

/** Also for jobs that were not started by a call: taken up from an engine before this one, or begun by this one itself. */
function ended(
  services: EngineServices,
  id: string,
  job: StartedJob | undefined,
  options: CallOptions,
): Promise<JobStatus> {
  const now = services.jobs.get(id);
  if (hasEnded(now)) return Promise.resolve(now);
  const { promise, resolve, reject } = Promise.withResolvers<JobStatus>();
  // The jobs' own event: the live status is silent as long as nobody has asked for it.
  const subscription = services.jobs.onDidChange((change) => {
    if (change.id !== id) return;
    if (change.progress !== undefined) options.onProgress?.(change.progress);
    if (job === undefined && hasEnded(change)) resolve(change);
  });
  const abort = (): void => reject(cancelled(`Waiting for ${id}`));
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  if (now.progress !== undefined) options.onProgress?.(now.progress);
  void job?.ended.then(resolve);
  return promise.finally(() => {
    subscription[Symbol.dispose]();
    options.signal?.removeEventListener('abort', abort);
  });
}

function never(): AbortSignal {
  return new AbortController().signal;
}
