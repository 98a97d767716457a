import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the project. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What is downloaded or unpacked lives here; git ignores it and it can be deleted at any time. */
export const cacheFolder = join(projectFolder, '.cache');

/**
 * Tells the person what happens, on standard error, since standard output belongs to the task.
 *
 * @param {string} sentence
 */
export function tell(sentence) {
  process.stderr.write(`${sentence}\n`);
}

/** A failure with a sentence for the person instead of a stack trace. */
export class BootstrapError extends Error {}
