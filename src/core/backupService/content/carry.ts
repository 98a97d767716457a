/** Carries the files of a cycle: largest first, on all copy workers, in groups that become durable together. */
import { setTimeout as delay } from 'node:timers/promises';
import type { FileAction } from './actions.ts';
import { type CopyItem, type CopyOutcome, settlingMilliseconds, temporaryOf } from './copyItem.ts';
import { attempt, type Cycle, claimedRow, nextNumber, noteFailure, prepareParent } from './cycleState.ts';
import { microseconds, permissions } from './fileSystem.ts';
import { finishGroup, type GroupMember } from './group.ts';
import { type Copier, stopIfCancelled } from './machinery.ts';
import type { ManifestRow } from './manifest.ts';
import { moveAside } from './obstacles.ts';
import { parentOf, placeOf } from './paths.ts';
import type { ProgressMeter } from './progress.ts';
import { type Entry, file } from './tree.ts';

/** One batch for a worker: small enough that progress and cancellation are quick, large enough to hide the hand-over. */
const batchBytes = 8 * 1024 * 1024;
const batchFiles = 128;

/** One group: what a kill may cost. */
const groupBytes = 256 * 1024 * 1024;
const groupFiles = 2000;

/** A file that keeps changing is left for the next cycle after this many tries. */
const mostRounds = 4;

export interface Job {
  readonly action: FileAction;
  readonly item: CopyItem;
  readonly round: number;
}

interface Load {
  readonly cycle: Cycle;
  readonly meter: ProgressMeter;
  readonly queue: Job[];
  /** To be tried again once the file has settled. */
  readonly again: Job[];
  group: GroupMember[];
  groupSize: number;
  finishing: Promise<void>;
  failed: boolean;
}

/** Carries the files; failures of single files are noted in the cycle. */
export async function carryFiles(cycle: Cycle, actions: readonly FileAction[], meter: ProgressMeter): Promise<void> {
  const load: Load = {
    cycle,
    meter,
    queue: actions.map((action) => ({ action, item: itemOf(cycle, action, false), round: 1 })),
    again: [],
    group: [],
    groupSize: 0,
    finishing: Promise.resolve(),
    failed: false,
  };
  for (;;) {
    load.queue.sort((first, second) => first.item.size - second.item.size); // Taken from the end: largest first.
    await runLanes(load);
    if (load.again.length === 0) return;
    await retryLater(load);
  }
}

/** Runs every copy worker until the queue is empty, then finishes the last group. */
async function runLanes(load: Load): Promise<void> {
  const { copiers } = load.cycle.machinery;
  // Two batches per worker: the next one lies ready when it has finished the one before.
  const lanes = await Promise.allSettled([...copiers, ...copiers].map((copier) => runLane(load, copier)));
  const failure = lanes.find((lane) => lane.status === 'rejected');
  if (failure === undefined) {
    await closeGroup(load);
    await load.finishing;
    return;
  }
  await load.finishing.catch(() => undefined); // The first error is the one to tell.
  if (!load.cycle.machinery.isCancelled()) {
    // What was carried completely before the failure is kept, as far as the disk still allows.
    await finishGroup(load.cycle, load.group).catch(() => undefined);
  }
  throw failure.reason;
}

async function runLane(load: Load, copier: Copier): Promise<void> {
  try {
    for (let jobs = takeBatch(load.queue); jobs.length > 0 && !load.failed; jobs = takeBatch(load.queue)) {
      stopIfCancelled(load.cycle.machinery, 'The synchronisation');
      const { source, target, slowWays = [] } = load.cycle.stream;
      const ready = await prepareBesides(load.cycle, jobs);
      const part = load.meter.part();
      const items = ready.map((job) => job.item);
      const outcomes = await copier.carry(
        { sourceRoot: source.directory, targetRoot: target.directory, items, slowWays },
        (done) => part.advance(done),
      );
      part.finish(
        ready.length,
        items.reduce((sum, item) => sum + item.size, 0),
      );
      const byPath = new Map(outcomes.map((outcome) => [outcome.path, outcome]));
      for (const job of ready) {
        const outcome = byPath.get(job.item.path);
        if (outcome !== undefined) settle(load, job, outcome);
      }
      if (load.group.length >= groupFiles || load.groupSize >= groupBytes) await closeGroup(load);
    }
  } catch (error) {
    load.failed = true;
    throw error;
  }
}

function takeBatch(queue: Job[]): Job[] {
  const jobs: Job[] = [];
  let bytes = 0;
  while (jobs.length < batchFiles && bytes < batchBytes) {
    const job = queue.pop();
    if (job === undefined) break;
    jobs.push(job);
    bytes += job.item.size;
  }
  return jobs;
}

/** Temporaries that have to lie beside their target are journaled before they are made. */
async function prepareBesides(cycle: Cycle, jobs: Job[]): Promise<Job[]> {
  const besides = jobs.filter((job) => job.item.beside);
  if (besides.length === 0) return jobs;
  const add = besides.map((job) => temporaryOf(job.item));
  await cycle.machinery.manifest.commit({ temporaries: { pool: cycle.stream.target.pool, add } });
  const checked = new Set<string>();
  return jobs.filter((job) => {
    if (!job.item.beside) return true;
    return attempt(cycle, job.item.path, 'target', () => {
      prepareParent(cycle, job.item.path, checked);
      return true;
    });
  });
}

function settle(load: Load, job: Job, outcome: CopyOutcome): void {
  const { cycle } = load;
  if (outcome.failure !== undefined) {
    noteFailure(cycle, { path: job.item.path, ...outcome.failure });
  } else if (outcome.status === 'changed') {
    load.again.push(job);
  } else if (outcome.status === 'damaged') {
    cycle.damaged.push(job.item.path);
  } else if (outcome.status === 'foreign') {
    const moved = attempt(cycle, job.item.path, 'target', () => {
      moveAside(cycle, job.item.path);
      return true;
    });
    if (moved) load.queue.push({ ...job, item: { ...job.item, how: 'copy' } });
  } else {
    load.group.push({ action: job.action, item: job.item, outcome, again: (beside) => againBeside(load, job, beside) });
    load.groupSize += outcome.bytesWritten;
  }
}

/** The temporary turned out to lie on another file system than its target. */
function againBeside(load: Load, job: Job, beside: boolean): void {
  load.again.push({ ...job, item: itemOf(load.cycle, job.action, beside) });
}

/** Hands the group over to be finished while the next one is being copied; waits for the one before. */
async function closeGroup(load: Load): Promise<void> {
  const members = load.group;
  load.group = [];
  load.groupSize = 0;
  const before = load.finishing;
  const finishing = before.then(() => finishGroup(load.cycle, members));
  finishing.catch(() => undefined); // Awaited below or by the next group.
  load.finishing = finishing;
  await before;
}

/** Looks at the changed files again once they have settled, and queues those that may still be carried. */
async function retryLater(load: Load): Promise<void> {
  const { cycle } = load;
  stopIfCancelled(cycle.machinery, 'The synchronisation');
  await delay(settlingMilliseconds);
  const put: ManifestRow[] = [];
  for (const job of load.again.splice(0)) {
    const now = attempt(cycle, job.item.path, 'source', () => lookAgain(cycle, job.action.entry));
    if (now === undefined) continue;
    if (job.round >= mostRounds) cycle.changing.push(job.item.path);
    else {
      const action = { ...job.action, entry: now };
      const item = { ...itemOf(cycle, action, job.item.beside), how: job.item.how };
      load.queue.push({ action, item, round: job.round + 1 });
      if (job.action.reason === 'new') {
        const held = job.item.how === 'compare' ? cycle.target.byPath.get(now.path)?.mtimeUs : undefined;
        put.push(claimedRow(cycle, { entry: now, heldMtimeUs: held ?? 0 }));
      }
    }
  }
  if (put.length > 0) await cycle.machinery.manifest.commit({ put });
}

/** The file as it is now; undefined when it is gone (the next cycle sees that). */
function lookAgain(cycle: Cycle, entry: Entry): Entry | undefined {
  const stats = cycle.fileSystem.lstatSync(placeOf(cycle.stream.source.directory, entry.path), {
    throwIfNoEntry: false,
  });
  if (stats === undefined || !stats.isFile()) return undefined;
  return {
    ...entry,
    kind: file,
    size: stats.size,
    mtimeUs: microseconds(stats),
    mode: permissions(stats.mode),
    inode: stats.ino,
  };
}

/** The order for a copy worker. A restored file gets the mode and time that its owner had. */
export function itemOf(cycle: Cycle, action: FileAction, beside: boolean): CopyItem {
  const { entry, row } = action;
  const isRestore = action.reason === 'restore' && row !== undefined;
  const isAsRecorded = isRestore && entry.size === row.size && entry.mtimeUs === row.copyMtimeUs;
  return {
    path: entry.path,
    comparedPath: entry.path,
    size: entry.size,
    mtimeUs: entry.mtimeUs,
    inode: entry.inode,
    mode: isAsRecorded ? row.mode : entry.mode,
    copyMtimeUs: isAsRecorded ? row.mtimeUs : entry.mtimeUs,
    how: action.how,
    inPlace: action.inPlace,
    expectedSha256: isRestore ? row.sha256 : '',
    number: nextNumber(),
    beside: beside || liesOnNestedMount(cycle, parentOf(entry.path)),
  };
}

function liesOnNestedMount(cycle: Cycle, folder: string): boolean {
  for (let at = folder; at !== ''; at = parentOf(at)) {
    const entry = cycle.target.byPath.get(at);
    if (entry !== undefined) return entry.device !== cycle.target.rootDevice;
  }
  return false;
}
