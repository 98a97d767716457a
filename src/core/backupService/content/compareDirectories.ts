/** Compares two trees byte by byte. */
import { cancelled, LyncTopologyError } from '../../errors.ts';
import { compareBytes, type Work } from './fileContents.ts';
import { type FileSystem, openForReading, sameTime, systemCode } from './fileSystem.ts';
import { placeOf } from './paths.ts';
import { type Entry, file, indexTree, special, type Tree } from './tree.ts';
import type { ContentShare, TreeComparison, TreeDifference } from './types.ts';
import { walkShare } from './walk.ts';

/** Throws `share-unreadable` when a tree or a file in it cannot be read, `share-missing` when it is not there. */
export function compareDirectories(
  fileSystem: FileSystem,
  first: string,
  second: string,
  metadata: boolean,
  isCancelled: () => boolean,
  scope?: ContentShare['scope'],
): TreeComparison {
  const one = readTree(fileSystem, first, isCancelled, scope);
  const other = readTree(fileSystem, second, isCancelled, scope);
  const differences: TreeDifference[] = [];
  const work: Work = {
    fileSystem,
    advance: () => {
      if (isCancelled()) throw cancelled('The comparison');
    },
  };
  let files = 0;
  let directories = 0;
  let bytes = 0;
  for (const entry of one.entries) {
    if (entry.kind === special) continue;
    if (entry.kind === file) files += 1;
    else directories += 1;
    bytes += entry.size;
    const there = other.byPath.get(entry.path);
    const kind =
      there === undefined || there.kind === special
        ? 'onlyInFirst'
        : differ(work, first, second, entry, there, metadata);
    if (kind !== undefined) differences.push({ path: entry.path, kind });
  }
  for (const entry of other.entries) {
    const here = one.byPath.get(entry.path);
    const isAbsent = here === undefined || here.kind === special;
    if (entry.kind !== special && isAbsent) differences.push({ path: entry.path, kind: 'onlyInSecond' });
  }
  const leftOut = [...one.leftOut, ...other.leftOut];
  return { equal: differences.length === 0, files, directories, bytes, differences, leftOut };
}

function readTree(
  fileSystem: FileSystem,
  root: string,
  isCancelled: () => boolean,
  scope: ContentShare['scope'] | undefined,
): Tree {
  const share = { pool: root, name: root, directory: root, ...(scope && { scope }) };
  const tree = indexTree(walkShare(fileSystem, share, isCancelled));
  if (tree.state === 'present') return tree;
  throw unreadable(root, tree.systemCode ?? 'EIO', tree.state === 'missing');
}

function differ(
  work: Work,
  first: string,
  second: string,
  entry: Entry,
  there: Entry,
  metadata: boolean,
): TreeDifference['kind'] | undefined {
  if (entry.kind !== there.kind) return 'type';
  if (entry.kind === file) {
    if (entry.size !== there.size) return 'size';
    if (!bytesEqual(work, placeOf(first, entry.path), placeOf(second, entry.path), entry.size)) return 'bytes';
  }
  if (!metadata) return undefined;
  if (entry.mode !== there.mode) return 'mode';
  return sameTime(entry.mtimeUs, there.mtimeUs) ? undefined : 'time';
}

function bytesEqual(work: Work, first: string, second: string, size: number): boolean {
  const { fileSystem } = work;
  let current = first;
  try {
    const one = fileSystem.openSync(first, openForReading);
    try {
      current = second;
      const other = fileSystem.openSync(second, openForReading);
      try {
        const compared = compareBytes(
          work,
          { descriptor: one, size },
          { descriptor: other, size },
          (_side, action) => action(),
          false,
        );
        return compared.equal;
      } finally {
        fileSystem.closeSync(other);
      }
    } finally {
      fileSystem.closeSync(one);
    }
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : unreadable(current, code, false);
  }
}

function unreadable(place: string, code: string, isMissing: boolean): LyncTopologyError {
  return new LyncTopologyError({
    code: isMissing ? 'share-missing' : 'share-unreadable',
    kind: 'failed',
    object: place,
    message: isMissing ? `The folder ${place} does not exist.` : `${place} cannot be read (${code}).`,
    remedy: isMissing ? 'Name an existing folder.' : 'Give this account read access, then compare again.',
  });
}
