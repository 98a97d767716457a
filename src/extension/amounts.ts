/** Amounts, times and durations as a person reads them, in the language of the window. */
import { env, l10n } from 'vscode';
import type { Backlog, CycleSummary, Progress } from '../core/status.ts';

export function count(value: number): string {
  return new Intl.NumberFormat(env.language).format(value);
}

/** Bytes in the unit in which the number has two to four digits. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let amount = value;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || amount >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(env.language, { maximumFractionDigits: digits }).format(amount)} ${units[unit]}`;
}

/** A duration in milliseconds, rounded to what matters. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 60) return l10n.t('{0} s', seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? l10n.t('{0} min', minutes) : l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}

/** The clock time of a moment; with its date when that is another day. */
export function moment(iso: string): string {
  const date = new Date(iso);
  const sameDay = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(env.language, {
    ...(sameDay ? {} : { dateStyle: 'medium' }),
    timeStyle: 'medium',
  }).format(date);
}

/** "UserServices.PresenceFocus: 400 of 1,000 rows, about 8 s left". */
export function progressWords(progress: Progress): string {
  const amount = amountOf(progress);
  const parts = [amount === '' ? progress.phase : l10n.t('{0}: {1}', progress.phase, amount)];
  if (progress.remaining !== undefined) parts.push(l10n.t('about {0} left', duration(progress.remaining)));
  return parts.join(', ');
}

/** The part done in percent, where the whole is known: by bytes if there are any, as they tell the time better. */
export function percent(progress: Progress): number | undefined {
  const [done, total] =
    progress.bytesTotal !== undefined && progress.bytesTotal > 0
      ? [progress.bytesDone ?? 0, progress.bytesTotal]
      : [progress.done, progress.total];
  return total === undefined || total === 0 ? undefined : Math.min(100, (done / total) * 100);
}

function amountOf(progress: Progress): string {
  const amounts: string[] = [];
  if (progress.unit !== 'bytes' && (progress.done > 0 || progress.total !== undefined))
    amounts.push(countOf(progress.unit, progress.done, progress.total));
  const byBytes = progress.unit === 'bytes';
  const done = byBytes ? progress.done : progress.bytesDone;
  const total = byBytes ? progress.total : progress.bytesTotal;
  if (done !== undefined && (done > 0 || (total ?? 0) > 0))
    amounts.push(total === undefined ? bytes(done) : l10n.t('{0} of {1}', bytes(done), bytes(total)));
  return amounts.join(', ');
}

function countOf(unit: Exclude<Progress['unit'], 'bytes'>, done: number, total: number | undefined): string {
  const amount = total === undefined ? count(done) : l10n.t('{0} of {1}', count(done), count(total));
  switch (unit) {
    case 'files':
      return l10n.t('{0} files', amount);
    case 'rows':
      return l10n.t('{0} rows', amount);
    case 'documents':
      return l10n.t('{0} documents', amount);
    case 'databases':
      return l10n.t('{0} databases', amount);
    case 'steps':
      return l10n.t('{0} steps', amount);
  }
}

/** What the partner still lacks, in words; what could not be measured is not taken for nothing. */
export function backlogWords(backlog: Backlog | undefined): string {
  if (backlog === undefined) return l10n.t('not known');
  if (backlog.items === 0 && backlog.bytes === 0) return l10n.t('nothing waiting');
  const items = backlog.items === 1 ? l10n.t('1 change') : l10n.t('{0} changes', count(backlog.items));
  const amount = backlog.bytes > 0 ? l10n.t('{0}, {1}', items, bytes(backlog.bytes)) : items;
  return backlog.beyondOneCycle ? l10n.t('{0}; more than one cycle carries', amount) : amount;
}

export function cycleWords(cycle: CycleSummary): string {
  const time = moment(cycle.endedAt);
  const items = cycle.items === 1 ? l10n.t('1 change') : l10n.t('{0} changes', count(cycle.items));
  switch (cycle.outcome) {
    case 'completed':
      return cycle.items === 0 ? l10n.t('{0}, nothing new', time) : l10n.t('{0}, {1}', time, items);
    case 'failed':
      return l10n.t('{0}, failed', time);
    case 'cancelled':
      return l10n.t('{0}, cancelled', time);
  }
}
