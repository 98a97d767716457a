/** One export/import cycle of a stream, from the first look to the position that says it is done. */
import { LyncTopologyError } from '../../errors.ts';
import type { FileAction } from './actions.ts';
import { carryFiles } from './carry.ts';
import { type Cycle, startCycle } from './cycleState.ts';
import { applyDeletions } from './deletions.ts';
import { failureError, guardError, onSide, SideFailure } from './failures.ts';
import { flushDirectory, systemCode } from './fileSystem.ts';
import { type Machinery, stopIfCancelled } from './machinery.ts';
import { clearFolder, clearObstacles } from './obstacles.ts';
import { partialFolder } from './paths.ts';
import type { Plan } from './plan.ts';
import { startMeter } from './progress.ts';
import { recoverShare } from './recovery.ts';
import { applyMetadata, applyRenames, claimPaths, makeDirectories } from './structure.ts';
import { positionOf, sizeOf, surveyStream } from './survey.ts';
import {
  type ContentStream,
  type CycleOptions,
  type CycleResult,
  defaultGuardLimits,
  type GuardFinding,
} from './types.ts';

/** Options of a cycle without what does not travel between threads. */
export type CycleOrder = Omit<CycleOptions, 'signal' | 'onProgress'>;

/** Runs one cycle. After any error the state is consistent and the next cycle goes on from there. */
export async function runCycle(machinery: Machinery, stream: ContentStream, order: CycleOrder): Promise<CycleResult> {
  const first = await tryCycle(machinery, stream, order);
  if ('result' in first) return first.result;
  // The disk was full and deletions have freed some of it: now it may do.
  const second = first.deletedFiles > 0 ? await tryCycle(machinery, stream, order) : first;
  if ('result' in second) return second.result;
  throw second.diskFull;
}

type Outcome =
  | { readonly result: CycleResult }
  | { readonly diskFull: LyncTopologyError; readonly deletedFiles: number };

async function tryCycle(machinery: Machinery, stream: ContentStream, order: CycleOrder): Promise<Outcome> {
  await recoverShare(machinery, stream, 'target');
  machinery.report({ phase: 'comparing', filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0, path: '' });
  const survey = await surveyStream(machinery, stream, order.guard);
  stopIfCancelled(machinery, 'The synchronisation');
  const { withheld, plan } = judgePlan(stream, survey.plan, order);
  const cycle = startCycle(machinery, stream, { ...survey, plan });
  const chosen = choose(plan, order);
  if (isNothing(plan, chosen, order)) return { result: await finish(cycle, chosen.left, withheld) };
  try {
    makeRoot(cycle, chosen);
    await carryOut(cycle, plan, chosen, order);
  } catch (cause) {
    const error = cause instanceof SideFailure ? errorOf(stream, cause) : cause;
    if (!(error instanceof LyncTopologyError) || error.code !== 'disk-full') throw error;
    return { diskFull: error, deletedFiles: cycle.counts.deletedFiles };
  } finally {
    await recoverShare(machinery, stream, 'target').catch(() => undefined); // The next cycle or recovery sweeps again.
  }
  return { result: await finish(cycle, chosen.left, withheld) };
}

function errorOf(stream: ContentStream, failure: SideFailure): LyncTopologyError {
  return failureError(stream, { path: '', side: failure.side, systemCode: failure.systemCode }, 1);
}

/** Refuses, or withholds the source's own content where a restore can still send copies back. */
function judgePlan(
  stream: ContentStream,
  plan: Plan,
  order: CycleOrder,
): { readonly plan: Plan; readonly withheld: GuardFinding | undefined } {
  const { sourceFinding, targetFinding } = plan;
  const isVisible = (finding: GuardFinding): boolean => finding.kind === 'lost' || finding.kind === 'empty';
  if (targetFinding !== undefined) {
    const canRefill = targetFinding.kind === 'missing' || isVisible(targetFinding);
    if (!order.restore || !canRefill) throw guardError(stream, targetFinding, 'target');
  }
  if (sourceFinding === undefined) return { plan, withheld: undefined };
  if (order.acceptLoss && isVisible(sourceFinding)) return { plan, withheld: undefined };
  const canSendBack = order.restore && isVisible(sourceFinding) && plan.restorable.files.length > 0;
  if (!canSendBack) throw guardError(stream, sourceFinding, 'source');
  return { plan: onlyRestore(plan), withheld: sourceFinding };
}

function onlyRestore(plan: Plan): Plan {
  return {
    ...plan,
    claims: [],
    obstacles: [],
    directories: [],
    renames: [],
    files: [],
    lateFiles: [],
    metadata: [],
    deletedFiles: [],
    deletedDirectories: [],
    forget: [],
  };
}

interface Chosen {
  readonly files: readonly FileAction[];
  readonly lateFiles: readonly FileAction[];
  readonly left: readonly FileAction[];
}

/** Nothing to do: the target is not touched at all. */
function isNothing(plan: Plan, chosen: Chosen, order: CycleOrder): boolean {
  const { claims, obstacles, directories, renames, metadata, deletedFiles, deletedDirectories, forget } = plan;
  const steps = [claims, obstacles, directories, renames, metadata, deletedFiles, deletedDirectories, forget];
  const restored = order.restore ? plan.restorable.directories : [];
  return [...steps, restored, chosen.files, chosen.lateFiles].every((step) => step.length === 0);
}

/** Takes files up to the cap; the first one is taken whatever its size. */
function choose(plan: Plan, order: CycleOrder): Chosen {
  const files: FileAction[] = [];
  const lateFiles: FileAction[] = [];
  const left: FileAction[] = [];
  let bytes = 0;
  let isFull = false;
  const take = (action: FileAction, into: FileAction[]): void => {
    isFull ||= bytes > 0 && bytes + action.entry.size > order.maximumBytes;
    if (isFull) left.push(action);
    else {
      into.push(action);
      bytes += action.entry.size;
    }
  };
  if (order.restore) for (const action of plan.restorable.files) take(action, files);
  for (const action of plan.files) take(action, files);
  for (const action of plan.lateFiles) take(action, lateFiles);
  return { files, lateFiles, left };
}

/** Makes the folder of a share that is to be refilled (its parent must be there), and our temporary folder in it. */
function makeRoot(cycle: Cycle, chosen: Chosen): void {
  const { fileSystem } = cycle;
  const root = cycle.stream.target.directory;
  const isNew = cycle.target.state !== 'present';
  onSide('target', () => {
    for (const folder of [root, `${root}/${partialFolder}`]) {
      if (folder === root && !isNew) continue;
      try {
        fileSystem.mkdirSync(folder, folder === root ? 0o755 : 0o700);
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
    }
    // An undo journal is only worth something when the way to it is durable.
    if (isNew || chosen.files.some((action) => action.inPlace)) flushDirectory(fileSystem, root);
  });
}

async function carryOut(cycle: Cycle, plan: Plan, chosen: Chosen, order: CycleOrder): Promise<void> {
  const restored = order.restore ? plan.restorable.directories : [];
  const all = [...chosen.files, ...chosen.lateFiles];
  const meter = startMeter(cycle.machinery, all.length, sizeOf(all));
  clearObstacles(cycle, plan.obstacles);
  await claimPaths(cycle, plan.claims);
  makeDirectories(cycle, [...plan.directories, ...restored]);
  const unproven = await applyRenames(cycle, plan.renames);
  const remove = () =>
    applyDeletions(
      cycle,
      {
        files: [...plan.deletedFiles, ...unproven.deletions],
        directories: plan.deletedDirectories,
        forget: plan.forget,
      },
      order.guard ?? defaultGuardLimits,
      order.acceptLoss ?? false,
    );
  try {
    await carryFiles(cycle, [...chosen.files, ...unproven.files], meter);
    meter.report('finishing');
    stopIfCancelled(cycle.machinery, 'The synchronisation');
    await remove();
    await carryLate(cycle, chosen.lateFiles, meter);
  } catch (error) {
    if (error instanceof LyncTopologyError && error.code === 'disk-full') await remove();
    await applyMetadata(cycle, []).catch(() => undefined); // The first error is the one to tell.
    throw error;
  }
  await applyMetadata(cycle, plan.metadata);
}

/** Files whose place was a folder of ours, now empty. */
async function carryLate(
  cycle: Cycle,
  actions: readonly FileAction[],
  meter: ReturnType<typeof startMeter>,
): Promise<void> {
  if (actions.length === 0) return;
  for (const { entry } of actions) onSide('target', () => clearFolder(cycle, entry.path));
  await claimPaths(
    cycle,
    actions.map(({ entry }) => ({ entry, heldMtimeUs: 0 })),
  );
  await carryFiles(cycle, actions, meter);
}

async function finish(
  cycle: Cycle,
  left: readonly FileAction[],
  withheld: GuardFinding | undefined,
): Promise<CycleResult> {
  const { machinery, stream } = cycle;
  const [failure] = cycle.failures;
  if (failure !== undefined) throw failureError(stream, failure, cycle.failures.length);
  const completedAt = new Date().toISOString();
  await machinery.manifest.commit({
    stream: { source: stream.source.pool, target: stream.target.pool, imported: 0, completedAt },
  });
  const changingBytes = cycle.changing.reduce((sum, path) => sum + (cycle.source.byPath.get(path)?.size ?? 0), 0);
  return {
    ...cycle.counts,
    remaining: { items: left.length + cycle.changing.length, bytes: sizeOf(left) + changingBytes },
    changing: cycle.changing,
    conflicts: cycle.conflicts,
    damaged: cycle.damaged,
    leftOut: [...cycle.source.leftOut, ...cycle.target.leftOut],
    ...(withheld === undefined ? {} : { withheld }),
    position: await positionOf(machinery, stream),
  };
}
