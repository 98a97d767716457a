/**
 * How V8 is set for the server's process.
 *
 * V8 grows its heap as if speed were all that counts: a topology of 50,000 lines lives in 45 MB, and at V8's defaults the
 * process takes 280 MB, most of it garbage of key strokes, since each makes the text anew. A smaller nursery and a slower
 * growth keep it at 160 MB at the same speed.
 */
import { setFlagsFromString } from 'node:v8';

/** For whoever starts the process: this one cannot be set any more when it runs. */
export const serverProcessFlags: readonly string[] = ['--max-semi-space-size=8'];

/** For the process itself. A V8 that does not know it any more goes on without. */
export function letHeapGrowSlowly(): void {
  setFlagsFromString('--heap-growing-percent=60');
}
