/** After the window was reloaded: jobs that it followed before are followed again, wherever they have got to. */
import { LyncTopologyError } from '../core/errors.ts';
import { showFailure } from './failures.ts';
import type { Services } from './services.ts';

export async function resumeFollowing({ jobs, deployments, topologies, log }: Services): Promise<void> {
  await topologies.found;
  const session = deployments.active;
  if (!jobs.hasUnended || session === undefined) return;
  for (const job of await jobs.followAgain(session)) {
    log.info(`${job.id} is followed again: ${job.title}`);
    jobs.follow(session, job).catch((error: unknown) => {
      if (error instanceof LyncTopologyError) void showFailure(error, log);
    });
  }
}
