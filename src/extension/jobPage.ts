/** A job as text: what it was to do, how it ended, and its log. */
import { l10n } from 'vscode';
import type { JobStatus } from '../core/status.ts';
import { moment, progressWords } from './amounts.ts';
import { resultText } from './resultText.ts';
import { jobWords } from './views/states.ts';

export function jobPage(job: JobStatus, log: readonly { readonly time: string; readonly line: string }[]): string {
  const heading = [
    job.title,
    `${job.operation} ${JSON.stringify(job.parameters)}`,
    l10n.t('{0}, started by {1}', jobWords(job.state), job.operator),
    ...(job.startedAt === undefined ? [] : [l10n.t('Started {0}', moment(job.startedAt))]),
    ...(job.endedAt === undefined ? [] : [l10n.t('Ended {0}', moment(job.endedAt))]),
    ...(job.endedAt === undefined && job.progress !== undefined ? [progressWords(job.progress)] : []),
  ];
  const outcome =
    job.error !== undefined
      ? ['', job.error.message, job.error.remedy]
      : job.result === undefined
        ? []
        : ['', l10n.t('Result'), resultText(job.result).trimEnd()];
  const lines = log.length === 0 ? [] : ['', l10n.t('Log'), ...log.map(({ time, line }) => `${time} ${line}`)];
  return `${[...heading, ...outcome, ...lines].join('\n')}\n`;
}
