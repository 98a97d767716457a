/** Amounts as people read them. */
import type { Backlog } from '../status.ts';

const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** `1 byte`, `12.4 MB`: powers of 1024, three digits at most before the point. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte';
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

/** `1 file`, `3,000 files`. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`;
}

/** Milliseconds as `350 ms`, `4.2 s`, `2 min 05 s`, `1 h 03 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** `a`, `a and b`, `a, b and c`. */
export function formatList(names: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} ${conjunction} ${names.at(-1)}`;
}

/** `nothing waiting`, `3 items (12.0 KB) waiting`; a backlog that could not be measured is not taken for an empty one. */
export function formatBacklog(backlog: Backlog | undefined): string {
  if (backlog === undefined) return 'backlog not known';
  return backlog.items === 0 ? 'nothing waiting' : `${formatAmount(backlog.items, backlog.bytes)} waiting`;
}

/** `3 files (12.0 KB)`; the count alone while the bytes are not known. */
export function formatAmount(items: number, bytes: number, singular = 'item', plural?: string): string {
  const count = formatCount(items, singular, plural);
  return bytes === 0 ? count : `${count} (${formatBytes(bytes)})`;
}
