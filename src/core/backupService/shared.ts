/** Work that several ask for at once and that is done once for all of them. */
import { setImmediate } from 'node:timers/promises';
import { cancelled, throwIfCancelled } from '../errors.ts';

/**
 * What is given back was begun after it was asked for: whoever asks while it is being done gets the next one, together with
 * all who ask meanwhile. Who gives up waiting (`cancelled`) does not stop it for the others.
 */
export function createShared<T>(subject: string, work: () => Promise<T>): (signal?: AbortSignal) => Promise<T> {
  let next: Promise<T> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (signal) => {
    if (next === undefined) {
      const begun = last
        .then(() => setImmediate())
        .then(() => {
          next = undefined;
          return work();
        });
      next = begun;
      last = begun.catch(() => {});
    }
    return orCancelled(next, subject, signal);
  };
}

/** The work, or `cancelled` as soon as the signal is raised. */
export async function orCancelled<T>(work: Promise<T>, subject: string, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  // When this gives up waiting, nobody may be left to hear how the work ended.
  work.catch(() => {});
  throwIfCancelled(signal, subject);
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(cancelled(subject));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
