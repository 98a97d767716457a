/** Follows the conference content of pools whose shares a drill breaks: what they held, and when they held it again. */
import type { EngineServices } from '../engine/services.ts';
import { type ContentSnapshot, type LostFile, lostContent, poolsTouched, snapshotContent } from './content.ts';
import type { Diary } from './diary.ts';

export interface ContentWatch {
  /** Called before a fault: takes down what the shares that it touches hold. */
  before(kind: string, target: string, signal: AbortSignal): Promise<void>;
  /** Called after every step: whether what was held is there again. */
  look(signal: AbortSignal): Promise<void>;
  result(signal: AbortSignal): Promise<ContentResult>;
}

export interface ContentResult {
  readonly compared: number;
  readonly lost: readonly LostFile[];
  /** Milliseconds from the first fault that took content away until all of it was there again; absent when it never was. */
  readonly recoveredAfter?: number;
  /** Whether content was away at any look. */
  readonly wasAway: boolean;
}

export function watchContent({ deployment, status }: EngineServices, diary: Pick<Diary, 'content'>): ContentWatch {
  const snapshots = new Map<string, ContentSnapshot>();
  let brokenAt: number | undefined;
  let recoveredAt: number | undefined;
  let wasAway = false;
  const lost = async (signal: AbortSignal): Promise<readonly LostFile[]> => {
    const losses = await Promise.all([...snapshots.values()].map((snapshot) => lostContent(snapshot, signal)));
    return losses.flat();
  };
  return {
    before: async (kind, target, signal) => {
      if (kind === 'cut') return;
      for (const pool of poolsTouched(deployment, target)) {
        if (snapshots.has(pool)) continue;
        const snapshot = await snapshotContent(status, pool, signal);
        if (snapshot === undefined) continue;
        snapshots.set(pool, snapshot);
        diary.content(snapshot);
      }
      if (snapshots.size > 0) brokenAt ??= performance.now();
    },
    look: async (signal) => {
      if (brokenAt === undefined || recoveredAt !== undefined) return;
      const missing = await lost(signal);
      if (missing.length > 0) wasAway = true;
      else if (wasAway) recoveredAt = performance.now();
    },
    result: async (signal) => {
      const missing = await lost(signal);
      const recovered = missing.length === 0 && brokenAt !== undefined && recoveredAt !== undefined;
      return {
        compared: [...snapshots.values()].reduce((sum, { files }) => sum + files.size, 0),
        lost: missing,
        wasAway,
        ...(recovered && { recoveredAfter: recoveredAt === undefined ? 0 : recoveredAt - (brokenAt ?? 0) }),
      };
    },
  };
}
