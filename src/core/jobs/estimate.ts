/** How long work still takes, estimated from how it went so far. */
import type { Progress } from '../status.ts';

/** Nothing is estimated from less than this, in milliseconds: the first rates are those of warming up. */
const shortestObservation = 500;

/** Adds `remaining` to progress that does not carry it. One estimator per job; a new phase or unit starts over. */
export function createEstimator(now: () => number = () => performance.now()): (progress: Progress) => Progress {
  let kind = '';
  let startedAt = 0;
  let startedDone = 0;
  return (progress) => {
    const { done, total } = amounts(progress);
    const phase = `${progress.phase}\n${progress.unit}`;
    if (phase !== kind || done < startedDone) {
      kind = phase;
      startedAt = now();
      startedDone = done;
    }
    if (progress.remaining !== undefined || total === undefined) return progress;
    const elapsed = now() - startedAt;
    const achieved = done - startedDone;
    if (elapsed < shortestObservation || achieved <= 0) return progress;
    return { ...progress, remaining: Math.round((Math.max(0, total - done) / achieved) * elapsed) };
  };
}

/** Bytes say more about the time still to go than the count of things of unequal size. */
function amounts(progress: Progress): { readonly done: number; readonly total: number | undefined } {
  if (progress.bytesTotal !== undefined && progress.bytesTotal > 0) {
    return { done: progress.bytesDone ?? 0, total: progress.bytesTotal };
  }
  return { done: progress.done, total: progress.total };
}
