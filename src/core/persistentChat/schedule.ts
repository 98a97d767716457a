/** Runs log shipping of the pools by itself, one after the other, with a pause between two rounds. */
import type { PersistentChatPool } from '../topology/model.ts';

export interface ShippingScheduleOptions {
  readonly pools: readonly PersistentChatPool[];
  /** Milliseconds; absent where nothing runs by itself. */
  readonly interval?: number;
  readonly isDue: (pool: PersistentChatPool) => boolean;
  readonly ship: (pool: PersistentChatPool) => Promise<unknown>;
}

export function createShippingSchedule({ pools, interval, isDue, ship }: ShippingScheduleOptions): AsyncDisposable {
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let ended = false;

  async function runRound(): Promise<void> {
    for (const pool of pools) {
      if (ended) return;
      // What stops it is in the status of the pool; the next round tries again.
      if (isDue(pool)) await ship(pool).catch(() => {});
    }
  }

  function schedule(): void {
    if (interval === undefined || pools.length === 0 || ended) return;
    timer = setTimeout(() => {
      round = runRound().finally(schedule);
    }, interval);
    timer.unref();
  }

  schedule();
  return {
    [Symbol.asyncDispose]: async () => {
      ended = true;
      clearTimeout(timer);
      await round;
    },
  };
}
