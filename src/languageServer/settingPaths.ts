/** Paths as people write them in settings. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** `~` is the home folder; what is relative lies beside the topology file, as on the command line. */
export function absolutePath(path: string, beside: string): string {
  if (path === '~' || path.startsWith('~/') || path.startsWith('~\\')) return join(homedir(), path.slice(1));
  return isAbsolute(path) ? path : resolve(beside, path);
}
