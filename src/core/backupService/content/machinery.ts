/** What a cycle works with. In production on worker threads; in tests in the same thread over a failing file system. */
import { cancelled } from '../../errors.ts';
import type { CopyBatch, CopyOutcome } from './copyItem.ts';
import type { FileSystem } from './fileSystem.ts';
import type { Manifest } from './manifest.ts';
import type { Tree } from './tree.ts';
import type { ContentProgress, ContentShare } from './types.ts';

/** What a copy worker has done since it last said so. */
export interface CopyProgress {
  readonly files: number;
  readonly bytes: number;
  readonly path: string;
}

/** One worker that walks shares and carries batches, one job at a time. */
export interface Copier {
  walk(share: ContentShare): Promise<Tree>;
  carry(batch: CopyBatch, progress: (done: CopyProgress) => void): Promise<CopyOutcome[]>;
}

export interface Machinery {
  readonly fileSystem: FileSystem;
  readonly manifest: Manifest;
  /** At least one. */
  readonly copiers: readonly Copier[];
  isCancelled(): boolean;
  report(progress: ContentProgress): void;
}

export function stopIfCancelled(machinery: Machinery, object: string): void {
  if (machinery.isCancelled()) throw cancelled(object);
}
