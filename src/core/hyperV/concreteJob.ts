/** A job of the engine as `Msvm_ConcreteJob` (domain E.3). */
import type { JobState, JobStatus } from '../status.ts';
import { returnCodeOf } from './returnCodes.ts';

export interface ConcreteJob {
  readonly InstanceID: string;
  /** 107 resynchronizing, 121 resynchronizing extended replication. */
  readonly JobType: 107 | 121;
  /** 2 new, 4 running, 5 suspended, 6 shutting down, 7 completed, 8 terminated, 10 exception. */
  readonly JobState: number;
  readonly PercentComplete: number;
  /** 0, or the return code of domain E.1 of what ended it. */
  readonly ErrorCode: number;
  readonly ErrorDescription: string;
  readonly Cancellable: boolean;
  readonly TimeSubmitted: string;
  readonly StartTime?: string;
}

const states: Readonly<Record<JobState, number>> = {
  queued: 2,
  running: 4,
  cancelling: 6,
  completed: 7,
  failed: 10,
  cancelled: 8,
};

export function concreteJob(job: JobStatus, extended: boolean, suspended: boolean): ConcreteJob {
  return {
    InstanceID: job.id,
    JobType: extended ? 121 : 107,
    JobState: suspended && job.state === 'running' ? 5 : states[job.state],
    PercentComplete: job.state === 'completed' ? 100 : percentOf(job),
    ErrorCode: job.error === undefined ? 0 : returnCodeOf(job.error.code),
    ErrorDescription: job.error === undefined ? '' : `${job.error.message} ${job.error.remedy}`,
    Cancellable: job.state === 'running' && !isMerging(job),
    TimeSubmitted: job.queuedAt,
    ...(job.startedAt !== undefined && { StartTime: job.startedAt }),
  };
}

/** A scheduled start is a job that has not begun. */
export function scheduledJob(relationship: string, extended: boolean, startAt: string): ConcreteJob {
  return {
    InstanceID: `scheduled/${relationship}`,
    JobType: extended ? 121 : 107,
    JobState: states.queued,
    PercentComplete: 0,
    ErrorCode: 0,
    ErrorDescription: '',
    Cancellable: true,
    TimeSubmitted: new Date().toISOString(),
    StartTime: startAt,
  };
}

export const mergingPhase = 'Merging';
export const verifyingPhase = 'Verifying';

function isMerging(job: JobStatus): boolean {
  return job.progress?.phase === mergingPhase || job.progress?.phase === verifyingPhase;
}

/** Comparing is most of the work. */
function percentOf({ progress }: JobStatus): number {
  if (progress?.total === undefined || progress.total === 0) return 0;
  const part = Math.min(1, progress.done / progress.total);
  if (progress.phase === mergingPhase) return Math.floor(90 + part * 5);
  if (progress.phase === verifyingPhase) return Math.floor(95 + part * 4);
  return Math.floor(part * 90);
}
