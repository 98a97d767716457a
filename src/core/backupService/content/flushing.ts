/** Makes what a cycle wrote durable, in the cheapest way that really does. */
import { type Cycle, noteFailure } from './cycleState.ts';
import { onSide, SideFailure } from './failures.ts';
import { flushDirectory, flushFile, systemCode } from './fileSystem.ts';
import { placeOf } from './paths.ts';

/** Up to this many flushes one by one are cheaper than flushing the whole file system. */
const fewFlushes = 12;

/** Makes the bytes of files on the target durable. */
export async function flushFiles(cycle: Cycle, paths: readonly string[]): Promise<void> {
  const root = cycle.stream.target.directory;
  if (paths.length > fewFlushes && (await cycle.fileSystem.flushFileSystem(root))) return;
  for (const path of paths) {
    onSide('target', () => flushFile(cycle.fileSystem, placeOf(root, path)));
  }
}

/** Makes the names made, changed and removed since the last call durable. */
export async function flushNames(cycle: Cycle): Promise<void> {
  const folders = [...cycle.unflushed];
  cycle.unflushed.clear();
  const root = cycle.stream.target.directory;
  if (folders.length > fewFlushes && (await cycle.fileSystem.flushFileSystem(root))) return;
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
