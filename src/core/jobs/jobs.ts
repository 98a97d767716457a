/**
 * Jobs: long operations with progress, cancellation, a result and a log, kept in the engine's database.
 *
 * A job's row says `running` until the job has ended in this engine or a later one: an engine that is killed leaves the
 * row behind, and the next engine takes the job up again or ends it as interrupted. A lease is held by exactly those jobs
 * that run in this engine.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { JobRequest, JobRun, JobServices, LeaseServices, StartedJob } from '../engine/services.ts';
import { translated } from '../engine/translated.ts';
import { cancelled, errorInformation, LyncTopologyError, throwIfCancelled } from '../errors.ts';
import { createEventSource } from '../events.ts';
import type { JobState, JobStatus, Progress } from '../status.ts';
import { createEstimator } from './estimate.ts';
import { leaseHeld, leasesConflict } from './leases.ts';
import { jobUnknown, openJobStore, type StoredJob } from './store.ts';

export interface JobsOptions {
  readonly database: DatabaseSync;
  readonly operator: string;
}

export interface Jobs extends JobServices, AsyncDisposable {
  readonly leases: LeaseServices;
  /** Jobs that an engine before this one left running, oldest first. */
  readonly interrupted: readonly JobStatus[];
  /** Takes an interrupted job up again. */
  resume(id: string, work: JobWork): StartedJob;
  /** Ends an interrupted job that is not taken up again. */
  abandon(id: string): JobStatus;
}

export type JobWork = (run: JobRun) => Promise<unknown>;

/** Listeners hear of progress at most this often, the database less often. Milliseconds. */
const progressInterval = 100;
const progressStoreInterval = 1_000;
const jobsListed = 200;
const jobsKept = 1_000;

interface ActiveJob {
  status: JobStatus;
  readonly leases: readonly string[];
  readonly controller: AbortController;
  readonly ended: Promise<JobStatus>;
  readonly estimate: (progress: Progress) => Progress;
  timer: NodeJS.Timeout | undefined;
  unannounced: boolean;
  storedAt: number;
}

/** Opens the jobs of an engine. The tables are those of `jobsComponent`. */
export function openJobs(options: JobsOptions): Jobs {
  const store = openJobStore(options.database);
  const changes = createEventSource<JobStatus>();
  const active = new Map<string, ActiveJob>();
  const interrupted = new Map(
    store.inState(['queued', 'running', 'cancelling']).map((job): [string, StoredJob] => [job.status.id, job]),
  );
  const unstored = new Map<string, JobStatus>();
  let closing = false;

  function holders(leases: readonly string[]): readonly JobStatus[] {
    return [...active.values()]
      .filter((job) => job.leases.some((held) => leases.some((wanted) => leasesConflict(held, wanted))))
      .map((job) => job.status);
  }

  function refuseHeldLease(operation: string, leases: readonly string[]): void {
    for (const lease of leases) {
      const holder = holders([lease])[0];
      if (holder !== undefined) throw leaseHeld(operation, lease, holder);
    }
  }

  /** A full disk must not stop a job that goes on elsewhere: what could not be stored is stored with the next change. */
  function save(status: JobStatus): void {
    try {
      store.update(status);
      unstored.delete(status.id);
    } catch {
      // The row still says that the job runs: after a restart it is taken up again. Until then this is how it stands.
      unstored.set(status.id, status);
    }
  }

  function announce(job: ActiveJob): void {
    job.unannounced = false;
    if (performance.now() - job.storedAt >= progressStoreInterval) {
      job.storedAt = performance.now();
      save(job.status);
    }
    changes.fire(job.status);
  }

  function report(job: ActiveJob, progress: Progress): void {
    if (!active.has(job.status.id)) return;
    job.status = { ...job.status, progress: job.estimate(progress) };
    job.unannounced = true;
    if (job.timer !== undefined) return;
    announce(job);
    job.timer = setTimeout(() => {
      job.timer = undefined;
      if (job.unannounced) announce(job);
    }, progressInterval);
  }

  function appendLog(id: string, line: string): void {
    try {
      store.appendLog(id, { time: new Date().toISOString(), line });
    } catch {
      // The log helps people; a disk that cannot take it must not end the work.
    }
  }

  function setState(job: ActiveJob, change: Partial<JobStatus>): void {
    job.status = { ...job.status, ...change };
    save(job.status);
    changes.fire(job.status);
  }

  function end(job: ActiveJob, state: JobState, change: Partial<JobStatus>): JobStatus {
    clearTimeout(job.timer);
    active.delete(job.status.id);
    setState(job, { state, endedAt: new Date().toISOString(), ...change });
    return job.status;
  }

  /** An engine that is closed in an orderly way leaves its jobs as a killed one does: to the next engine. */
  function leave(job: ActiveJob): JobStatus {
    clearTimeout(job.timer);
    active.delete(job.status.id);
    save({ ...job.status, state: 'running' });
    return { ...job.status, state: 'failed', error: engineStopped(job.status).toJSON() };
  }

  async function execute(job: ActiveJob, work: JobWork): Promise<JobStatus> {
    const { id } = job.status;
    const run: JobRun = {
      id,
      signal: job.controller.signal,
      onProgress: (progress) => report(job, progress),
      log: (line) => appendLog(id, line),
    };
    try {
      throwIfCancelled(run.signal, job.status.title);
      const result = await work(run);
      return end(job, 'completed', { result: result ?? null });
    } catch (error) {
      const information = errorInformation(error, job.status.title);
      const wasAborted = job.controller.signal.aborted && (information.kind === 'cancelled' || isAbort(error));
      if (wasAborted && closing && job.status.state !== 'cancelling') return leave(job);
      appendLog(id, `${information.message} ${information.remedy}`);
      if (wasAborted) return end(job, 'cancelled', { error: cancelled(job.status.title).toJSON() });
      return end(job, 'failed', { error: information });
    }
  }

  function run(stored: StoredJob, work: JobWork): StartedJob {
    const { promise, resolve } = Promise.withResolvers<JobStatus>();
    const job: ActiveJob = {
      status: stored.status,
      leases: stored.leases,
      controller: new AbortController(),
      ended: promise,
      estimate: createEstimator(),
      timer: undefined,
      unannounced: false,
      storedAt: performance.now(),
    };
    active.set(job.status.id, job);
    changes.fire(job.status);
    // The caller has the job's identity before any of the work runs.
    queueMicrotask(() => void execute(job, work).then(resolve));
    return { id: job.status.id, ended: promise };
  }

  function find(id: string): StoredJob {
    const job = store.find(id);
    if (job === undefined) throw jobUnknown(id);
    return job;
  }

  function takeInterrupted(id: string): StoredJob {
    const job = interrupted.get(id);
    if (job === undefined) throw jobUnknown(id);
    interrupted.delete(id);
    return job;
  }

  return {
    leases: { holders },
    onDidChange: changes.event,
    get interrupted() {
      return [...interrupted.values()].map((job) => job.status);
    },
    list: () => store.list(jobsListed).map(live),
    get: (id) => active.get(id)?.status ?? live(find(id).status),
    log: (id) => store.log(find(id).status.id),
    cancel: async (id) => {
      const job = active.get(find(id).status.id);
      if (job === undefined) return live(find(id).status);
      if (job.status.state !== 'cancelling') {
        setState(job, { state: 'cancelling' });
        job.controller.abort();
      }
      return job.ended;
    },
    start: (request, work) => {
      if (closing) throw engineStopped(request);
      refuseHeldLease(request.operation, request.leases);
      const now = new Date().toISOString();
      const stored = translated(options.database, () => {
        store.trim(jobsKept);
        return store.insert(newJob(request, options.operator, now), request.leases);
      });
      return run(stored, work);
    },
    resume: (id, work) => {
      const stored = takeInterrupted(id);
      const status: JobStatus = { ...stored.status, state: 'running', resumed: stored.status.resumed + 1 };
      save(status);
      appendLog(id, 'Taken up again after the engine had been interrupted.');
      return run({ status, leases: stored.leases }, work);
    },
    abandon: (id) => {
      const { status } = takeInterrupted(id);
      const wasCancelling = status.state === 'cancelling';
      const error = wasCancelling ? cancelled(status.title) : jobInterrupted(status);
      const ended: JobStatus = {
        ...status,
        state: wasCancelling ? 'cancelled' : 'failed',
        endedAt: new Date().toISOString(),
        error: error.toJSON(),
      };
      save(ended);
      appendLog(id, error.message);
      changes.fire(ended);
      return ended;
    },
    [Symbol.asyncDispose]: async () => {
      closing = true;
      const running = [...active.values()];
      for (const job of running) job.controller.abort();
      await Promise.all(running.map((job) => job.ended));
    },
  };

  function live(status: JobStatus): JobStatus {
    return active.get(status.id)?.status ?? unstored.get(status.id) ?? status;
  }
}

function newJob(request: JobRequest, operator: string, now: string): Omit<JobStatus, 'id'> {
  return {
    operation: request.operation,
    title: request.title,
    parameters: request.parameters,
    state: 'running',
    operator,
    queuedAt: now,
    startedAt: now,
    resumed: 0,
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function jobInterrupted(job: JobStatus): LyncTopologyError {
  return new LyncTopologyError({
    code: 'job-interrupted',
    kind: 'failed',
    object: job.title,
    message: `The engine that ran ${job.operation} ("${job.title}", ${job.id}) ended before the job did.`,
    remedy: 'What it had completed stays; run the operation again for the rest.',
  });
}

function engineStopped(job: { readonly operation: string; readonly title: string }): LyncTopologyError {
  return new LyncTopologyError({
    code: 'engine-stopped',
    kind: 'failed',
    object: job.title,
    message: `The engine was closed before ${job.operation} ("${job.title}") had ended.`,
    remedy: 'Start an engine on the data directory again: it takes the job up where it stopped.',
  });
}
