/** The start time of `Resynchronize`: now, or at most seven days ahead (domain E.5). */
import { LyncTopologyError } from '../errors.ts';

const longest = 7 * 24 * 60 * 60 * 1000;

/** `undefined` means now. Throws `argument-invalid`; with the cause `data-type` for what is no time at all. */
export function readStartTime(given: unknown, now: Date): Date | undefined {
  if (given === undefined || given === null) return undefined;
  const time = given instanceof Date ? given : typeof given === 'string' ? new Date(given) : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new LyncTopologyError(information(String(given), 'is no date and time'), { cause: 'data-type' });
  }
  if (time.getTime() < now.getTime() - 60_000) throw new LyncTopologyError(information(time.toISOString(), 'is past'));
  if (time.getTime() > now.getTime() + longest)
    throw new LyncTopologyError(information(time.toISOString(), 'is more than seven days ahead'));
  return time;
}

function information(value: string, what: string) {
  return {
    code: 'argument-invalid',
    kind: 'usage',
    object: '-ResynchronizeStartTime',
    message: `A resynchronisation cannot be scheduled for ${value}, which ${what}.`,
    remedy: 'Give a time within the next seven days, such as 2026-11-22T02:00, or leave it out to start now.',
  } as const;
}
