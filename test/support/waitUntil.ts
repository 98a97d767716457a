import { setTimeout as wait } from 'node:timers/promises';

const pollMilliseconds = 50;
const deadlineMilliseconds = 40_000;

/**
 * Polls until the condition gives something other than undefined or false, and returns that. Fails at the deadline with a
 * sentence that says what was waited for and what was seen last.
 */
export async function waitUntil<Found>(
  what: string,
  condition: () => Found | undefined | false | Promise<Found | undefined | false>,
  { deadline = deadlineMilliseconds, seen = () => '' }: { deadline?: number; seen?: () => unknown } = {},
): Promise<Found> {
  const end = Date.now() + deadline;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) {
      const last = JSON.stringify(await seen(), null, 2);
      throw new Error(
        `Waited ${deadline / 1000} s in vain until ${what}.${last === '""' ? '' : ` Seen last: ${last}`}`,
      );
    }
    await wait(pollMilliseconds);
  }
}
