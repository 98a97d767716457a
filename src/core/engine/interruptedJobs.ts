/** Jobs that an engine before this one left unfinished: taken up where their operation can be, else ended as interrupted. */
import type { Jobs, JobWork } from '../jobs/jobs.ts';
import type { JobStatus } from '../status.ts';
import type { EngineServices } from './services.ts';

/** The work of an interrupted job; `undefined` ends it as interrupted. */
export type Resume = (services: EngineServices, job: JobStatus) => JobWork | undefined;

export function takeUp(jobs: Jobs, services: EngineServices, job: JobStatus, resume: Resume): void {
  const work = job.state === 'cancelling' ? undefined : workOf(resume, services, job);
  if (work !== undefined) {
    jobs.resume(job.id, work);
    return;
  }
  const ended = jobs.abandon(job.id);
  services.audit.append({
    operation: job.operation,
    parameters: job.parameters,
    outcome: ended.state === 'cancelled' ? 'cancelled' : 'failed',
    detail: ended.error?.message ?? ended.id,
  });
}

/** Parameters that a former version accepted may be refused now: then the job ends as interrupted. */
function workOf(resume: Resume, services: EngineServices, job: JobStatus): JobWork | undefined {
  try {
    return resume(services, job);
  } catch {
    return undefined;
  }
}
