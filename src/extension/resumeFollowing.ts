/** After the window was reloaded: jobs that it followed before are followed again, wherever they have got to. */
import { commands, type LogOutputChannel, l10n, window } from 'vscode';
import type { JobStatus } from '../core/status.ts';
import { showFailure } from './failures.ts';
import type { Jobs } from './jobs.ts';
import { commands as own } from './names.ts';
import type { Services } from './services.ts';
import type { Session } from './session.ts';
import { isRunning, jobWords } from './views/states.ts';

export async function resumeFollowing({ jobs, deployments, topologies, log }: Services): Promise<void> {
  await topologies.found;
  const session = deployments.active;
  if (!jobs.hasUnended || session === undefined) return;
  for (const job of await jobs.takeUnended(session)) {
    followToEnd(session, jobs, job)
      .then((ended) => tellEnd(ended, log))
      .catch((error: unknown) => showFailure(error, log));
  }
}

async function followToEnd(session: Session, jobs: Jobs, job: JobStatus): Promise<JobStatus> {
  if (!isRunning(job.state)) return job;
  await jobs.follow(session, job);
  return (await session.connection()).job(job.id);
}

async function tellEnd(job: JobStatus, log: LogOutputChannel): Promise<void> {
  const sentence = l10n.t('{0}: {1}.', job.title, jobWords(job.state));
  log.info(sentence);
  const showLog = l10n.t('Show Log');
  const picked =
    job.state === 'failed'
      ? await window.showErrorMessage(`${sentence} ${job.error?.message ?? ''}`, showLog)
      : await window.showInformationMessage(sentence, showLog);
  if (picked === showLog) await commands.executeCommand(own.showJob, { kind: 'job', job: job.id });
}
