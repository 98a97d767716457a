/** Hyper-V Replica of the embedded deployment: how relationships stand, resynchronising them, suspending and resuming. */
import type { JobRun, JobServices } from '../engine/services.ts';
import { errorInformation, LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment } from '../topology/model.ts';
import { createAutomation } from './automation.ts';
import { checksOf } from './checks.ts';
import { concreteJob, mergingPhase, scheduledJob, verifyingPhase } from './concreteJob.ts';
import type { HyperVServices, ResynchronizeRequest, ResynchronizeReturn } from './contract.ts';
import { hostError, measure } from './measure.ts';
import { filesOf, leasesOf, type Relationship, relationshipsOf, requireRelationship } from './relationships.ts';
import { openRequests } from './requests.ts';
import {
  type Control,
  createControl,
  requestCancel,
  requestContinue,
  requestPause,
  signals,
} from './resynchronization/control.ts';
import { setMark } from './resynchronization/marks.ts';
import type { ResynchronizationProgress } from './resynchronization/order.ts';
import { returnCodeOf, returnCodes } from './returnCodes.ts';
import { runInWorker } from './runInWorker.ts';
import { readStartTime } from './startTime.ts';
import { statusOf } from './statusOf.ts';

export interface HyperVOptions {
  readonly deployment: Deployment;
  readonly dataDirectory: DataDirectory;
  readonly database: EngineDatabase;
  readonly jobs: JobServices;
  readonly isInitialized: () => boolean;
  /** Starts by itself what is scheduled and what the machines' windows allow. */
  readonly background: boolean;
  readonly onChanged: () => void;
  /** The wall clock, and a clock that never jumps, in milliseconds; for tests. */
  readonly clock?: { readonly now: () => Date; readonly elapsed: () => number };
}

interface RunningJob {
  readonly job: string;
  readonly control: Control;
}

/** Events of the documentation (domain E.4), for the job's log. */
const events = { started: 29242, completed: 29244 } as const;

/** Opens the service. Closing it ends the automation; the jobs end with the engine's. */
export function openHyperV(options: HyperVOptions): HyperVServices & Disposable & { wake(): void } {
  const { deployment, dataDirectory, jobs, onChanged } = options;
  const clock = options.clock ?? { now: () => new Date(), elapsed: () => performance.now() };
  const requests = openRequests(options.database);
  const running = new Map<string, RunningJob>();
  const all = (deployment.virtualMachines ?? []).flatMap(relationshipsOf);

  const isPaused = (relationship: Relationship): boolean => {
    const control = running.get(relationship.id)?.control;
    return control !== undefined && Atomics.load(control, 0) === signals.pause;
  };

  const status = (relationship: Relationship) =>
    statusOf(relationship, measure(dataDirectory, relationship), requests.of(relationship.id), {
      job: running.get(relationship.id)?.job,
      paused: isPaused(relationship),
    });

  const checks = (relationship: Relationship) =>
    checksOf(dataDirectory, relationship, requests.of(relationship.id).suspended);

  const run = async (relationship: Relationship, jobRun: JobRun) => {
    throwIfCancelled(jobRun.signal, `The resynchronisation of ${relationship.machine.name}`);
    const missing = hostError(dataDirectory, relationship);
    if (missing !== undefined) throw missing;
    const files = filesOf(dataDirectory, relationship);
    const control = createControl();
    if (requests.of(relationship.id).suspended) requestPause(control);
    running.set(relationship.id, { job: jobRun.id, control });
    const cancel = (): void => void requestCancel(control);
    jobRun.signal.addEventListener('abort', cancel, { once: true });
    onChanged();
    jobRun.log(`Event ${events.started}: resynchronisation of ${relationship.machine.name} has started.`);
    try {
      const hosts = [relationship.from, relationship.to].map((host) => {
        const folder = dataDirectory.hostFolder(host);
        return { host, folder, mark: `${folder}/.stopped` };
      });
      setMark(files.quiesceMark, false);
      const result = await runInWorker({ ...files, hosts, control }, (progress) =>
        jobRun.onProgress(progressOf(progress)),
      );
      jobRun.log(`Event ${events.completed}: resynchronisation of ${relationship.machine.name} has completed.`);
      return result;
    } finally {
      jobRun.signal.removeEventListener('abort', cancel);
      running.delete(relationship.id);
      onChanged();
    }
  };

  /** To start one is to resume, before anybody can suspend it again. A start that was planned is this one, or too late. */
  const resumeToStart = ({ id }: Relationship): void => requests.set(id, { suspended: false });

  const startNow = (relationship: Relationship): ResynchronizeReturn => {
    const before = requests.of(relationship.id);
    resumeToStart(relationship);
    try {
      return startJob(relationship);
    } catch (error) {
      requests.set(relationship.id, before);
      throw error;
    }
  };

  const startJob = (relationship: Relationship): ResynchronizeReturn => {
    const extended = relationship.type === 'Extended';
    const started = jobs.start(
      {
        operation: 'Resume-VMReplication',
        title: `Resynchronise ${relationship.machine.name} from ${relationship.from} to ${relationship.to}`,
        parameters: {
          VMName: relationship.machine.name,
          Resynchronize: true,
          ReplicationRelationshipType: relationship.type,
        },
        leases: leasesOf(relationship),
      },
      (jobRun) => run(relationship, jobRun),
    );
    return { ReturnValue: returnCodes.started, Job: concreteJob(jobs.get(started.id), extended, false) };
  };

  const resynchronize = (request: ResynchronizeRequest): ResynchronizeReturn => {
    const relationship = requireRelationship(deployment, request.machine, request.type ?? 'Simple');
    const startAt = readStartTime(request.startTime, clock.now());
    for (const { error } of checks(relationship)) if (error !== undefined) throw error;
    if (startAt === undefined) return startNow(relationship);
    requests.set(relationship.id, { ...requests.of(relationship.id), startAt: startAt.toISOString() });
    automation.wake();
    onChanged();
    return {
      ReturnValue: returnCodes.started,
      Job: scheduledJob(relationship.id, relationship.type === 'Extended', startAt.toISOString()),
    };
  };

  const automation = createAutomation({
    relationships: all,
    clock,
    enabled: options.background,
    request: (relationship) => requests.of(relationship.id),
    isFree: (relationship) => options.isInitialized() && !running.has(relationship.id),
    needs: (relationship) => measure(dataDirectory, relationship).need !== undefined,
    start: (relationship) => void startNow(relationship),
    refusal: (relationship) => checks(relationship).find(({ error }) => error !== undefined)?.error,
  });

  return {
    find: (machine, type) => requireRelationship(deployment, machine, type),
    status: () =>
      (deployment.virtualMachines ?? []).map((machine) => ({
        id: `machine/${machine.name}`,
        name: machine.name,
        primaryHost: machine.primaryHost,
        disks: machine.disks,
        relationships: relationshipsOf(machine).map(status),
      })),
    checks: (machine, type) => checks(requireRelationship(deployment, machine, type)),
    resynchronize,
    tryResynchronize: (request) => {
      try {
        return resynchronize(request);
      } catch (error) {
        const known = errorInformation(error, `Resynchronize ${request.machine}`);
        const isData = error instanceof LyncTopologyError && error.cause === 'data-type';
        return { ReturnValue: isData ? returnCodes.incorrectDataType : returnCodeOf(known.code), error: known };
      }
    },
    job: (id, type) =>
      concreteJob(
        jobs.get(id),
        type === 'Extended',
        [...running.values()].some((own) => own.job === id && Atomics.load(own.control, 0) === signals.pause),
      ),
    run: (machine, type, jobRun) => {
      const relationship = requireRelationship(deployment, machine, type);
      // A job that was interrupted while it was suspended stays so.
      if (jobs.get(jobRun.id).resumed === 0) resumeToStart(relationship);
      return run(relationship, jobRun);
    },
    suspend: (machine, type) => {
      const relationship = requireRelationship(deployment, machine, type);
      const own = running.get(relationship.id);
      if (own !== undefined && !requestPause(own.control)) throw merging(relationship);
      requests.set(relationship.id, { suspended: true });
      onChanged();
    },
    resume: (machine, type) => {
      const relationship = requireRelationship(deployment, machine, type);
      const own = running.get(relationship.id);
      requests.set(relationship.id, { ...requests.of(relationship.id), suspended: false });
      if (own !== undefined) requestContinue(own.control);
      onChanged();
    },
    wake: automation.wake,
    [Symbol.dispose]: () => automation[Symbol.dispose](),
  };
}

function progressOf({ phase, pass, disk, bytesDone, bytesTotal }: ResynchronizationProgress) {
  const comparing = pass === 1 ? 'Comparing' : `Comparing again, pass ${pass}`;
  const words = { compare: comparing, merge: mergingPhase, verify: verifyingPhase };
  return {
    phase: words[phase],
    done: bytesDone,
    total: bytesTotal,
    unit: 'bytes',
    bytesDone,
    bytesTotal,
    current: disk,
  } as const;
}

function merging({ machine }: Relationship): LyncTopologyError {
  return new LyncTopologyError({
    code: 'replication-state-invalid',
    kind: 'refused',
    object: machine.name,
    message: `The resynchronisation of ${machine.name} is merging, or ending: it cannot be suspended any more.`,
    remedy: 'Wait until it has ended.',
  });
}
