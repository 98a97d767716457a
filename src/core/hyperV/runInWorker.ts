/** Runs a resynchronisation on a thread of its own: the engine's thread only hears how far it has come. */
import { Worker } from 'node:worker_threads';
import { type ErrorInformation, LyncTopologyError } from '../errors.ts';
import { memoryFailure } from './resynchronization/failures.ts';
import type {
  ResynchronizationOrder,
  ResynchronizationProgress,
  ResynchronizationResult,
} from './resynchronization/order.ts';

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: ResynchronizationProgress }
  | { readonly kind: 'result'; readonly result: ResynchronizationResult }
  | { readonly kind: 'error'; readonly information: ErrorInformation };

/** Megabytes of the thread: enough for some 700 GB of blocks that differ. Beyond, it ends by name and the engine goes on. */
const threadMemory = 1024;

/**
 * Steered by the order's control. Throws what `resynchronize` throws, `out-of-memory` when the thread reaches `memory`
 * (megabytes), and `internal` when it dies otherwise.
 */
export function runInWorker(
  order: ResynchronizationOrder,
  onProgress: (progress: ResynchronizationProgress) => void,
  memory = threadMemory,
): Promise<ResynchronizationResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: memory },
    });
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'progress') onProgress(message.progress);
      else if (message.kind === 'result') resolve(message.result);
      else reject(new LyncTopologyError(message.information));
    });
    worker.on('error', (error) => reject(memoryFailure(error) ?? error));
    worker.on('exit', () => reject(new Error('the thread that compares virtual disks ended before its work was done')));
  });
}

/** Beside the bundle that this is part of, or beside this source. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './diskWorker.ts' : './diskWorker.js', import.meta.url);
}
