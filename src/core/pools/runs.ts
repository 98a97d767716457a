/** Finding the run of a procedure again: the one that was interrupted, or the one that a killed engine had just ended. */
import type { EngineServices, JobRun } from '../engine/services.ts';
import type { RunbookReport } from '../runbooks/runbook.ts';

/** The run of an operation on a subject that has begun and is not over. */
export function unfinishedRun(services: EngineServices, operation: string, subject: string): RunbookReport | undefined {
  const latest = services.runbooks.latest(subject);
  if (latest?.operation !== operation) return undefined;
  return latest.state === 'running' || latest.state === 'stopped' ? latest : undefined;
}

/** The run that this job has completed already: its engine was killed between the last step and the end of the job. */
export function runEndedBefore(
  services: EngineServices,
  operation: string,
  subject: string,
  { id }: Pick<JobRun, 'id'>,
): RunbookReport | undefined {
  const job = id === '' ? undefined : services.jobs.get(id);
  if (job === undefined || job.resumed === 0) return undefined;
  const latest = services.runbooks.latest(subject);
  const isOfJob = latest?.operation === operation && latest.state === 'completed' && latest.startedAt >= job.queuedAt;
  return isOfJob ? latest : undefined;
}
