/** One at a time, in the order in which they came. */
import { throwIfCancelled } from '../errors.ts';

export interface Mutex {
  /** Waits for its turn, or until the signal is raised (`cancelled`), and runs the work. */
  run<T>(subject: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createMutex(): Mutex {
  let tail: Promise<void> = Promise.resolve();
  return {
    run: async (subject, signal, work) => {
      throwIfCancelled(signal, subject);
      const before = tail;
      const { promise, resolve } = Promise.withResolvers<void>();
      // Whoever comes later waits for this one and for everybody before it, even when this one gives up waiting.
      tail = before.then(() => promise);
      try {
        await turnOrAbort(before, signal);
        throwIfCancelled(signal, subject);
        return await work();
      } finally {
        resolve();
      }
    },
  };
}

async function turnOrAbort(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([turn, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
