/** Progress as one line of a terminal. */
import { formatBytes, formatDuration } from '../../core/operations/amounts.ts';
import type { Progress } from '../../core/status.ts';

const barWidth = 24;

/** `Export  ███████░░░░  63 %  1,200 of 1,900 files  98.0 MB of 150.0 MB  4.2 s left`. */
export function progressLine(progress: Progress): string {
  const part = completedPart(progress);
  const words = [
    progress.phase,
    ...(part === undefined ? [] : [bar(part), `${Math.floor(part * 100)} %`.padStart(5)]),
    amount(progress),
    ...(progress.bytesDone === undefined ? [] : [bytes(progress.bytesDone, progress.bytesTotal)]),
    ...(progress.remaining === undefined ? [] : [`${formatDuration(progress.remaining)} left`]),
    ...(progress.current === undefined ? [] : [progress.current]),
  ];
  return words.filter((word) => word !== '').join('  ');
}

function completedPart({ done, total, bytesDone, bytesTotal }: Progress): number | undefined {
  if (bytesDone !== undefined && bytesTotal !== undefined && bytesTotal > 0) return Math.min(1, bytesDone / bytesTotal);
  return total === undefined || total <= 0 ? undefined : Math.min(1, done / total);
}

function bar(part: number): string {
  const full = Math.floor(part * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

function amount({ done, total, unit }: Progress): string {
  if (unit === 'bytes') return bytes(done, total);
  const of = total === undefined ? '' : ` of ${total.toLocaleString('en-US')}`;
  return `${done.toLocaleString('en-US')}${of} ${unit}`;
}

function bytes(done: number, total: number | undefined): string {
  return total === undefined ? formatBytes(done) : `${formatBytes(done)} of ${formatBytes(total)}`;
}
