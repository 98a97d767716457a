/** Looks at both shares of a stream and makes its plan; the measurement is the plan in numbers. */
import { cancelled } from '../../errors.ts';
import type { Machinery } from './machinery.ts';
import { makePlan, type Plan } from './plan.ts';
import type { Tree } from './tree.ts';
import {
  type Backlog,
  type ContentMeasurement,
  type ContentStream,
  defaultGuardLimits,
  type GuardLimits,
  type StreamPosition,
} from './types.ts';

export interface Survey {
  readonly source: Tree;
  readonly target: Tree;
  readonly plan: Plan;
}

/** Walks both shares side by side and compares them with the manifest. */
export async function surveyStream(
  machinery: Machinery,
  stream: ContentStream,
  limits: GuardLimits | undefined,
): Promise<Survey> {
  const [first, second] = machinery.copiers;
  if (first === undefined) throw cancelled(`Reading ${stream.source.name}`);
  const [source, target] = await Promise.all([first.walk(stream.source), (second ?? first).walk(stream.target)]);
  const plan = makePlan(stream, source, target, machinery.manifest.rows, limits ?? defaultGuardLimits);
  return { source, target, plan };
}

/** The measurement of a stream: what is there now, not what was said last. */
export async function measureStream(
  machinery: Machinery,
  stream: ContentStream,
  limits: GuardLimits | undefined,
): Promise<ContentMeasurement> {
  const { source, target, plan } = await surveyStream(machinery, stream, limits);
  const position = await positionOf(machinery, stream);
  const { restorable } = plan;
  return {
    initialised: position.cycle > 0,
    position,
    backlog: backlogOf(plan),
    restorable: {
      items: restorable.files.length + restorable.directories.length,
      bytes: sizeOf(restorable.files),
    },
    content: plan.content,
    ...(plan.sourceFinding === undefined ? {} : { sourceFinding: plan.sourceFinding }),
    ...(plan.targetFinding === undefined ? {} : { targetFinding: plan.targetFinding }),
    leftOut: [...source.leftOut, ...target.leftOut],
  };
}

export async function positionOf(machinery: Machinery, stream: ContentStream): Promise<StreamPosition> {
  const record = await machinery.manifest.stream(stream.source.pool, stream.target.pool);
  return {
    cycle: record.cycle,
    sequence: record.sequence,
    ...(record.completedAt === null ? {} : { completedAt: record.completedAt }),
  };
}

function backlogOf(plan: Plan): Backlog {
  const files = [...plan.files, ...plan.lateFiles];
  const count = (reason: string): number => files.filter((action) => action.reason === reason).length;
  const directories = plan.directories.length + plan.deletedDirectories.length;
  const items = files.length + directories + plan.renames.length + plan.metadata.length + plan.deletedFiles.length;
  return {
    items,
    bytes: sizeOf(files),
    newFiles: count('new'),
    changedFiles: count('changed'),
    renamedFiles: plan.renames.length,
    deletedFiles: plan.deletedFiles.length,
    missingCopies: count('missing'),
    directories,
    metadata: plan.metadata.length,
  };
}

export function sizeOf(actions: Plan['files']): number {
  return actions.reduce((sum, { entry }) => sum + entry.size, 0);
}
