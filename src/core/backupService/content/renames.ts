/** Recognises files that were moved on the source, so that the target moves its copy instead of getting it again. */

import type { FileAction, RenameAction } from './actions.ts';
import type { ManifestRow } from './manifest.ts';
import { directory, type Tree } from './tree.ts';

interface Renames {
  readonly renames: RenameAction[];
  readonly renamedTo: ReadonlySet<string>;
  readonly renamedFrom: ReadonlySet<string>;
}

/**
 * Pairs new files with vanished ones of the same size and time that have the same file number or at least the same name.
 * A candidate only: the bytes are compared before the target's copy is moved.
 */
export function matchRenames(newFiles: readonly FileAction[], gone: readonly ManifestRow[], target: Tree): Renames {
  const candidates = new Map<string, ManifestRow[]>();
  for (const row of gone) {
    const there = target.byPath.get(row.path);
    const intact = there !== undefined && there.size === row.size && there.mtimeUs === row.copyMtimeUs;
    if (row.state !== 'imported' || row.size === 0 || !intact) continue;
    const key = `${row.size}:${row.mtimeUs}`;
    const known = candidates.get(key);
    if (known === undefined) candidates.set(key, [row]);
    else known.push(row);
  }
  const renames: RenameAction[] = [];
  for (const { entry } of candidates.size === 0 ? [] : newFiles) {
    const rows = candidates.get(`${entry.size}:${entry.mtimeUs}`);
    if (rows === undefined) continue;
    const sameNumber = rows.findIndex((row) => row.inode === entry.inode);
    const index = sameNumber >= 0 ? sameNumber : rows.findIndex((row) => nameOf(row.path) === nameOf(entry.path));
    const from = index < 0 ? undefined : rows.splice(index, 1)[0];
    if (from !== undefined && !hasObstacle(target, entry.path)) renames.push({ from, to: entry });
  }
  return {
    renames,
    renamedTo: new Set(renames.map(({ to }) => to.path)),
    renamedFrom: new Set(renames.map(({ from }) => from.path)),
  };
}

/** Something other than folders on the way to the new place: then it goes the ordinary way. */
function hasObstacle(target: Tree, path: string): boolean {
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
    const parent = target.byPath.get(path.slice(0, slash));
    if (parent !== undefined && parent.kind !== directory) return true;
  }
  return false;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
