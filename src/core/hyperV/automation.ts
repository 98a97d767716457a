/**
 * Starts resynchronisations by itself: those that are scheduled, and required ones in the window of their machine.
 *
 * How long a scheduled start is still away is read from the wall clock once, when it is first seen; from then on a clock
 * that never jumps counts. So a clock that is set makes nothing early and nothing late.
 */
import type { LyncTopologyError } from '../errors.ts';
import type { Relationship } from './relationships.ts';
import type { ReplicationRequest } from './requests.ts';
import { isInWindow } from './window.ts';

export interface AutomationOptions {
  readonly relationships: readonly Relationship[];
  readonly clock: { readonly now: () => Date; readonly elapsed: () => number };
  readonly enabled: boolean;
  readonly request: (relationship: Relationship) => ReplicationRequest;
  readonly isFree: (relationship: Relationship) => boolean;
  readonly needs: (relationship: Relationship) => boolean;
  readonly refusal: (relationship: Relationship) => LyncTopologyError | undefined;
  readonly start: (relationship: Relationship) => void;
}

export interface Automation extends Disposable {
  /** Looks at once, and again when the next start is due. */
  wake(): void;
}

/** Milliseconds. */
const lookInterval = 15_000;
const retryInterval = 5 * 60_000;

export function createAutomation(options: AutomationOptions): Automation {
  const { relationships, clock, enabled } = options;
  const deadlines = new Map<string, { readonly startAt: string; readonly due: number }>();
  const triedAt = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let disposed = !enabled || relationships.length === 0;

  /** Milliseconds until the start, or `undefined` when none is scheduled. */
  function untilStart(relationship: Relationship): number | undefined {
    const { startAt } = options.request(relationship);
    if (startAt === undefined) {
      deadlines.delete(relationship.id);
      return undefined;
    }
    const known = deadlines.get(relationship.id);
    if (known?.startAt === startAt) return known.due - clock.elapsed();
    const away = Date.parse(startAt) - clock.now().getTime();
    deadlines.set(relationship.id, { startAt, due: clock.elapsed() + away });
    return away;
  }

  function isDue(relationship: Relationship): boolean {
    const away = untilStart(relationship);
    if (away !== undefined) return away <= 0;
    const tried = triedAt.get(relationship.id);
    if (tried !== undefined && clock.elapsed() - tried < retryInterval) return false;
    return (
      isInWindow(relationship.machine.autoResynchronize, clock.now()) &&
      !options.request(relationship).suspended &&
      options.needs(relationship)
    );
  }

  function look(): void {
    clearTimeout(timer);
    let next = lookInterval;
    for (const relationship of relationships) {
      try {
        if (options.isFree(relationship) && isDue(relationship)) begin(relationship);
        const away = untilStart(relationship);
        if (away !== undefined && away > 0) next = Math.min(next, away);
      } catch {
        // A lease that is held or a disk of the engine that is full: the next look tries again.
      }
    }
    if (disposed) return;
    timer = setTimeout(look, Math.max(20, next));
    timer.unref();
  }

  function begin(relationship: Relationship): void {
    triedAt.set(relationship.id, clock.elapsed());
    if (options.refusal(relationship) === undefined) options.start(relationship);
  }

  if (!disposed) look();
  return {
    wake: () => {
      if (!disposed) look();
    },
    [Symbol.dispose]: () => {
      disposed = true;
      clearTimeout(timer);
    },
  };
}
