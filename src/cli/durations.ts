/** Durations as people type them. */
import { parseTimeSpan } from '../core/topology/values.ts';
import { usage } from './usage.ts';

const unitsInMilliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Milliseconds, from `00:30:00`, `1.00:00:00`, `90s`, `5m`, `2h` or a number of seconds. Throws `argument-invalid`. */
export function readDuration(name: string, text: string): number {
  const span = parseTimeSpan(text);
  if (span !== undefined) return span;
  const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|min|m|h)?$/i.exec(text) ?? [];
  const factor = unitsInMilliseconds[unit.toLowerCase()];
  if (amount !== '' && factor !== undefined) return Number(amount) * factor;
  throw usage(
    'argument-invalid',
    name,
    `${name} cannot take "${text}".`,
    'Write a time span such as 00:30:00, 90s or 5m.',
  );
}
