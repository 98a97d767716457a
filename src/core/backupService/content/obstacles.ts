/** What stands on the target where the source's content has to go. */
import { LyncTopologyError } from '../../errors.ts';
import type { ObstacleAction } from './actions.ts';
import { attempt, type Cycle, prepareParent } from './cycleState.ts';
import { systemCode } from './fileSystem.ts';
import { conflictName, placeOf } from './paths.ts';

/** Removes former copies of ours and moves everything else aside; nothing of the partner's is lost. */
export function clearObstacles(cycle: Cycle, obstacles: readonly ObstacleAction[]): void {
  const checked = new Set<string>();
  for (const { path, what } of obstacles) {
    attempt(cycle, path, 'target', () => {
      if (what === 'foreign') moveAside(cycle, path);
      else {
        prepareParent(cycle, path, checked);
        cycle.fileSystem.unlinkSync(placeOf(cycle.stream.target.directory, path));
      }
    });
  }
}

/**
 * Both pools made the same path before either knew of the other's. The first exporter owns it; what the target has there
 * is kept beside it under a conflict name and is the target's own content from then on. A symbolic link is moved itself,
 * never what it points to.
 */
export function moveAside(cycle: Cycle, path: string): void {
  const { target } = cycle.stream;
  prepareParent(cycle, path, new Set());
  for (let attemptNumber = 1; attemptNumber < 1000; attemptNumber++) {
    const keptAs = conflictName(path, target.pool, attemptNumber);
    if (isTaken(cycle, keptAs)) continue;
    cycle.fileSystem.renameSync(placeOf(target.directory, path), placeOf(target.directory, keptAs));
    cycle.conflicts.push({ path, keptAs, pool: target.pool });
    return;
  }
  throw new LyncTopologyError({
    code: 'sync-failed',
    kind: 'failed',
    object: path,
    message: `${JSON.stringify(path)} exists on both shares and a thousand conflict copies of it lie beside it on ${target.name}.`,
    remedy: 'Remove conflict copies that are no longer needed, then run the synchronisation again.',
  });
}

function isTaken(cycle: Cycle, path: string): boolean {
  if (cycle.source.byPath.has(path) || cycle.machinery.manifest.rows.has(path)) return true;
  return (
    cycle.fileSystem.lstatSync(placeOf(cycle.stream.target.directory, path), { throwIfNoEntry: false }) !== undefined
  );
}

/** Takes a folder of ours away so that a file can take its place; what is not ours in it is moved aside with it. */
export function clearFolder(cycle: Cycle, path: string): void {
  prepareParent(cycle, path, new Set());
  try {
    cycle.fileSystem.rmdirSync(placeOf(cycle.stream.target.directory, path));
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') return;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    moveAside(cycle, path);
  }
}
