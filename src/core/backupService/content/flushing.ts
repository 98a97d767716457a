/** Makes what a cycle wrote durable, in the cheapest way that really does. */
import { type Cycle, noteFailure } from './cycleState.ts';
import { onSide, SideFailure } from './failures.ts';
import { flushDirectory, flushFile, systemCode } from './fileSystem.ts';
import { placeOf } from './paths.ts';
import { directory } from './tree.ts';

/** Whether other file systems are mounted inside the share: flushing its own does not reach them. */
function hasNestedMounts(cycle: Cycle): boolean {
  return cycle.target.entries.some((entry) => entry.kind === directory && entry.device !== cycle.target.rootDevice);
}

/** Flushes everything at once where that is cheaper; false when it has to be done one by one. */
async function flushAtOnce(cycle: Cycle, flushes: number): Promise<boolean> {
  if (flushes <= fewFlushes || hasNestedMounts(cycle)) return false;
  return cycle.fileSystem.flushFileSystem(cycle.stream.target.directory);
}

/** Up to this many flushes one by one are cheaper than flushing the whole file system. */
const fewFlushes = 12;

/** Makes the bytes of files on the target durable. */
export async function flushFiles(cycle: Cycle, paths: readonly string[]): Promise<void> {
  const root = cycle.stream.target.directory;
  if (await flushAtOnce(cycle, paths.length)) return;
  for (const path of paths) {
    onSide('target', () => flushFile(cycle.fileSystem, placeOf(root, path)));
  }
}

/** Makes the names made, changed and removed since the last call durable. */
export async function flushNames(cycle: Cycle): Promise<void> {
  const folders = [...cycle.unflushed];
  cycle.unflushed.clear();
  const root = cycle.stream.target.directory;
  if (await flushAtOnce(cycle, folders.length)) return;
  for (const folder of folders) {
    try {
      flushDirectory(cycle.fileSystem, placeOf(root, folder));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw new SideFailure('target', error);
    }
  }
}

/** Turns a failed flush into a noted failure of the given path; anything else passes through. */
export function noteFlushFailure(cycle: Cycle, path: string, error: unknown): void {
  if (!(error instanceof SideFailure)) throw error;
  noteFailure(cycle, { path, side: error.side, systemCode: error.systemCode });
}
