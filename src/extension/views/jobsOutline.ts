/** What the jobs tree shows: what runs first, then what has ended, the latest first. */
import { l10n } from 'vscode';
import type { JobStatus } from '../../core/status.ts';
import { moment, percent, progressWords } from '../amounts.ts';
import { commands, procedures } from '../names.ts';
import type { NodeDescription } from './liveTree.ts';
import { fact, row, shortNames, tooltip } from './outlineParts.ts';
import { isRunning, jobIcon, jobWords } from './states.ts';

/** The engine keeps every job; the view shows the latest. */
const shownJobs = 50;

export function describeJobs(jobs: readonly JobStatus[], pools: readonly string[]): readonly NodeDescription[] {
  return [...jobs]
    .sort(runningFirstThenLatest)
    .slice(0, shownJobs)
    .map((job) => jobRow(job, shortened(job.title, pools)));
}

function runningFirstThenLatest(one: JobStatus, other: JobStatus): number {
  const running = Number(isRunning(other.state)) - Number(isRunning(one.state));
  return running !== 0 ? running : other.queuedAt.localeCompare(one.queuedAt);
}

/** The pools' names without their domain, so that the progress has room. */
function shortened(title: string, pools: readonly string[]): string {
  const nameOf = shortNames(pools);
  return pools.reduce((text, pool) => text.replaceAll(pool, nameOf(pool)), title);
}

function jobRow(job: JobStatus, label: string): NodeDescription {
  const words = stateWords(job);
  return row({
    id: job.id,
    label,
    description: description(job),
    tooltip: tooltip(
      job.title,
      job.error === undefined ? [jobWords(job.state)] : [job.error.message, job.error.remedy],
      facts(job),
    ),
    icon: jobIcon(job.state),
    context: contextOf(job),
    subject: { kind: 'job', job: job.id },
    command: { command: commands.showJob, title: l10n.t('Show Log and Result') },
    spoken: `${job.title}, ${words}`,
  });
}

function contextOf({ state, operation }: JobStatus): string[] {
  return [
    'job',
    isRunning(state) ? 'running' : 'ended',
    ...(state === 'failed' || state === 'cancelled' ? ['unfinished'] : []),
    ...(procedures.includes(operation) ? ['procedure'] : []),
  ];
}

/** That a job was completed is said by its icon; only the time needs words. */
function description(job: JobStatus): string {
  return job.state === 'completed' && job.endedAt !== undefined ? moment(job.endedAt) : stateWords(job);
}

function stateWords(job: JobStatus): string {
  if (job.state !== 'running')
    return job.endedAt === undefined ? jobWords(job.state) : `${jobWords(job.state)}, ${moment(job.endedAt)}`;
  if (job.progress === undefined) return jobWords(job.state);
  const part = percent(job.progress);
  const words = progressWords(job.progress);
  return part === undefined ? words : l10n.t('{0} % · {1}', Math.floor(part), words);
}

function facts(job: JobStatus): string[] {
  return [
    fact(l10n.t('Operation'), job.operation),
    fact(l10n.t('Operator'), job.operator),
    ...(job.startedAt === undefined ? [] : [fact(l10n.t('Started'), moment(job.startedAt))]),
    ...(job.endedAt === undefined ? [] : [fact(l10n.t('Ended'), moment(job.endedAt))]),
    ...(job.progress === undefined ? [] : [fact(l10n.t('Progress'), progressWords(job.progress))]),
    ...(job.resumed === 0
      ? []
      : [fact(l10n.t('Taken up again after an interruption'), l10n.t('{0} times', job.resumed))]),
  ];
}
