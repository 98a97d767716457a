/** Names from a topology that become names of folders and files: nothing in them may lead out of the data directory. */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { LyncTopologyError } from '../errors.ts';

/** What no file system of the supported platforms takes in a name, control characters included. */
const forbidden = /[/\\:*?"<>|\p{Cc}]/u;

/**
 * Returns `name` when it may be the name of one folder or file. Throws `path-outside-root` otherwise: separators, `..`,
 * names that begin with a dot (those are our own marks), trailing dots and spaces (Windows drops them).
 */
export function folderName(name: string, what: string): string {
  if (name === '' || name.startsWith('.') || /[. ]$/.test(name) || forbidden.test(name)) {
    throw new LyncTopologyError({
      code: 'path-outside-root',
      kind: 'refused',
      object: name,
      message: `The ${what} "${name}" cannot be the name of a folder.`,
      remedy: 'Correct the name in the topology: no separators, no "..", no dot at the beginning or the end.',
    });
  }
  return name;
}

/**
 * Throws `path-outside-root` when `path`, with every symbolic link in it followed, does not lie in `root`. A path that does
 * not exist yet is judged by its nearest folder that does.
 */
export function assertInside(root: string, path: string): void {
  const from = realpathSync(root);
  const way = relative(from, realPathOfNearest(path));
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new LyncTopologyError({
      code: 'path-outside-root',
      kind: 'refused',
      object: path,
      message: `${path} leads out of ${root} through a symbolic link.`,
      remedy: 'Replace the link by a folder, or map the share to the directory that is meant.',
    });
  }
}

function realPathOfNearest(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    const above = dirname(path);
    if (above === path) throw error;
    return realPathOfNearest(above);
  }
}
