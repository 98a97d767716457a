/** A sync on request: cycles back to back until what existed when it began has been imported by the partner. */
import type { SynchronizedModule, SynchronizeRun } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { Progress } from '../status.ts';
import type { StreamMeasurement } from './stream.ts';
import type { StreamRunner } from './streamRunner.ts';
import { itemsOf, sizeOf } from './words.ts';

/** Runs the streams one after the other. Throws, before anything is carried, what stands in the way of any of them. */
export async function synchronizeStreams(
  runners: readonly StreamRunner[],
  run: SynchronizeRun,
): Promise<readonly SynchronizedModule[]> {
  using announced = new DisposableStack();
  for (const runner of runners) announced.use(runner.announceSync());
  for (const runner of runners) refuseProblems(await runner.measure(run.signal), run);
  const results: SynchronizedModule[] = [];
  for (const runner of runners) results.push(await synchronizeStream(runner, run));
  return results;
}

/** What a sync cannot mend must be mended first; nothing has been changed then. */
function refuseProblems({ exportProblem, importProblem }: StreamMeasurement, run: SynchronizeRun): void {
  for (const problem of [exportProblem, importProblem]) {
    if (problem === undefined || problem.mendedBySync) continue;
    const lost = problem.error.code === 'share-lost-content' || problem.error.code === 'database-lost-content';
    if (!(lost && run.acceptLoss)) throw new LyncTopologyError({ ...problem.error, kind: 'refused' });
  }
}

async function synchronizeStream(runner: StreamRunner, run: SynchronizeRun): Promise<SynchronizedModule> {
  const { stream } = runner;
  const subject = `The synchronisation of ${stream.module} from ${stream.source} to ${stream.target}`;
  const startedAt = performance.now();
  const aim = await stream.aim(run.signal);
  const total = createTotal(runner, run);
  const leftOut = new Map<string, string>();
  for (;;) {
    throwIfCancelled(run.signal, subject);
    const cycle = await runner.runCycle({
      signal: run.signal,
      onProgress: total.report,
      restore: true,
      acceptLoss: run.acceptLoss,
    });
    total.add(cycle.items, cycle.bytes, cycle.restored);
    for (const { path, reason } of cycle.leftOut) leftOut.set(path, reason);
    run.log(
      `${stream.module}: cycle ${total.cycles} carried ${itemsOf(cycle.items, stream.module)} (${sizeOf(cycle.bytes)}).`,
    );
    for (const note of cycle.notes) run.log(`${stream.module}: ${note}`);
    if (aim.reached(cycle)) break;
    if (cycle.items === 0 && cycle.bytes === 0) throw noAdvance(runner, cycle.remaining.items);
  }
  return {
    Identity: stream.module,
    cycles: total.cycles,
    items: total.items,
    bytes: total.bytes,
    duration: Math.round(performance.now() - startedAt),
    leftOut: [...leftOut].map(([path, reason]) => ({ path, reason })),
    restored: total.restored,
  };
}

/** Adds up the cycles of one sync, for its result and so that its progress does not start over with each of them. */
function createTotal({ stream }: StreamRunner, run: SynchronizeRun) {
  const total = { cycles: 0, items: 0, bytes: 0, restored: { items: 0, bytes: 0 } };
  return {
    get cycles() {
      return total.cycles;
    },
    get items() {
      return total.items;
    },
    get bytes() {
      return total.bytes;
    },
    get restored() {
      return { ...total.restored };
    },
    add: (items: number, bytes: number, restored: { readonly items: number; readonly bytes: number }): void => {
      total.cycles += 1;
      total.items += items;
      total.bytes += bytes;
      total.restored.items += restored.items;
      total.restored.bytes += restored.bytes;
    },
    report: (progress: Progress): void => {
      const { bytesDone, bytesTotal } = progress;
      run.onProgress({
        ...progress,
        phase: `${stream.module}: ${progress.phase}`,
        done: progress.done + total.items,
        ...(progress.total === undefined ? {} : { total: progress.total + total.items }),
        ...(bytesDone === undefined ? {} : { bytesDone: bytesDone + total.bytes }),
        ...(bytesTotal === undefined ? {} : { bytesTotal: bytesTotal + total.bytes }),
      });
    },
  };
}

/** A cycle that carried nothing while something is outstanding would be followed by others like it. */
function noAdvance({ stream }: StreamRunner, outstanding: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'sync-failed',
    kind: 'failed',
    object: `${stream.module} of ${stream.source}`,
    message: `${itemsOf(outstanding, stream.module)} of ${stream.source} could not be carried to ${stream.target}: they kept changing while they were read.`,
    remedy: 'Everything else was carried. Run it again when they are at rest; the background cycles try again too.',
  });
}
