/** Jobs that this window follows to their end, with a notification that shows how far they have come and can cancel. */
import { type CancellationToken, type LogOutputChannel, l10n, ProgressLocation, window } from 'vscode';
import { cancelled, LyncTopologyError } from '../core/errors.ts';
import type { JobStatus, Progress } from '../core/status.ts';
import type { DeploymentConnection } from '../deployments/deployment.ts';
import { percent, progressWords } from './amounts.ts';
import type { FollowedJobs } from './followedJobs.ts';
import type { Session } from './session.ts';

export interface Jobs {
  /** Resolves with the result of the job. Rejects with the job's error, or `cancelled`. */
  follow(session: Session, job: JobStatus): Promise<unknown>;
  /** Jobs that this window followed when it was closed or reloaded, as they are now. */
  takeUnended(session: Session): Promise<readonly JobStatus[]>;
  /** Whether this window followed a job that had not ended when it was closed. */
  readonly hasUnended: boolean;
}

export function createJobs(followed: FollowedJobs, log: LogOutputChannel): Jobs {
  return {
    follow: async (session, job) => {
      followed.add(job.id);
      log.info(`${job.id}: ${job.title}`);
      const ended = await window.withProgress(
        { location: ProgressLocation.Notification, title: job.title, cancellable: true },
        async (report, token) => followToEnd(await session.connection(), job, report, token),
      );
      // Not where it could not be followed: a window that closes loses its connection, and the next one goes on.
      followed.remove(job.id);
      log.info(`${job.id}: ${ended.state}`);
      return resultOf(ended);
    },
    takeUnended: async (session) => {
      const before = followed.list();
      followed.clear();
      const connection = await session.connection();
      const { jobs } = await connection.status();
      return jobs.filter((job) => before.includes(job.id));
    },
    get hasUnended() {
      return followed.list().length > 0;
    },
  };
}

interface Report {
  report(value: { readonly message?: string; readonly increment?: number }): void;
}

async function followToEnd(
  connection: DeploymentConnection,
  job: JobStatus,
  report: Report,
  token: CancellationToken,
): Promise<JobStatus> {
  const cancellation = token.onCancellationRequested(() => {
    report.report({ message: l10n.t('cancelling') });
    connection.cancelJob(job.id).then(undefined, () => {});
  });
  const show = progressReporter(report);
  if (job.progress !== undefined) show(job.progress);
  try {
    return await connection.jobEnded(job.id, {
      onProgress: (progress) => !token.isCancellationRequested && show(progress),
    });
  } finally {
    cancellation.dispose();
  }
}

/** VS Code takes progress as increments; an estimate that grows never moves the bar back. */
export function progressReporter(report: Report): (progress: Progress) => void {
  let shown = 0;
  return (progress) => {
    const part = percent(progress) ?? shown;
    const increment = Math.max(0, part - shown);
    shown += increment;
    report.report({ message: progressWords(progress), increment });
  };
}

function resultOf(job: JobStatus): unknown {
  if (job.state === 'completed') return job.result;
  if (job.error !== undefined) throw new LyncTopologyError(job.error);
  throw cancelled(job.title);
}
