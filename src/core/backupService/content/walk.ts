/** Walks a share: every file and directory that is content, everything else named and left out. */
import type { Stats } from 'node:fs';
import { cancelled } from '../../errors.ts';
import { type FileSystem, microseconds, permissions, systemCode } from './fileSystem.ts';
import { isBesideTemporary, isInScope } from './paths.ts';
import { directory, type Entry, file, special, type Tree } from './tree.ts';
import type { ContentShare, LeftOut, LeftOutKind } from './types.ts';

type FoundTree = Omit<Tree, 'byPath'>;

interface Walk {
  readonly fileSystem: FileSystem;
  readonly share: ContentShare;
  readonly entries: Entry[];
  readonly leftOut: LeftOut[];
  readonly unreadable: { path: string; systemCode: string }[];
  readonly isCancelled: () => boolean;
}

/**
 * Lists a share. Synchronous on purpose: `readdirSync` with `lstatSync` is several times faster than their asynchronous
 * forms, and this runs on a worker thread. Never throws for what it meets on the share.
 */
export function walkShare(fileSystem: FileSystem, share: ContentShare, isCancelled: () => boolean): FoundTree {
  const walk: Walk = { fileSystem, share, entries: [], leftOut: [], unreadable: [], isCancelled };
  const root = statRoot(walk);
  if (typeof root === 'string')
    return emptyTree(root === 'ENOENT' || root === 'ENOTDIR' ? 'missing' : 'unreadable', root);
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (isCancelled()) throw cancelled(`Reading ${share.name}`);
    const failure = walkFolder(walk, folder, folders);
    if (folder === '' && failure !== undefined)
      return emptyTree(failure === 'ENOENT' ? 'missing' : 'unreadable', failure);
  }
  return {
    state: 'present',
    rootDevice: root.dev,
    entries: walk.entries,
    leftOut: walk.leftOut,
    unreadable: walk.unreadable,
  };
}

function emptyTree(state: 'missing' | 'unreadable', code: string): FoundTree {
  return { state, systemCode: code, rootDevice: 0, entries: [], leftOut: [], unreadable: [] };
}

function statRoot(walk: Walk): Stats | string {
  try {
    const stats = walk.fileSystem.lstatSync(walk.share.directory);
    return stats.isDirectory() ? stats : 'ENOTDIR';
  } catch (error) {
    return systemCode(error) ?? 'EIO';
  }
}

/** Adds what a folder holds; returns the system's code when it could not be listed. */
function walkFolder(walk: Walk, folder: string, folders: string[]): string | undefined {
  const place = folder === '' ? walk.share.directory : `${walk.share.directory}/${folder}`;
  let names: string[];
  try {
    names = walk.fileSystem.readdirSync(place);
  } catch (error) {
    return noteUnlisted(walk, folder, systemCode(error) ?? 'EIO');
  }
  if (names.some((name) => name.includes('\uFFFD'))) names = leaveOutUndecodable(walk, folder, place, names);
  for (const name of names) {
    if (!isInScope(walk.share.scope, folder, name)) continue;
    if (name.startsWith('.lync-partial-') && isBesideTemporary(name)) continue;
    walkEntry(walk, folder === '' ? name : `${folder}/${name}`, `${place}/${name}`, folders);
  }
  return undefined;
}

function noteUnlisted(walk: Walk, folder: string, code: string): string {
  if (code === 'ENOENT' || folder === '') return code; // A folder that went away meanwhile is simply gone.
  walk.unreadable.push({ path: folder, systemCode: code });
  walk.leftOut.push({ pool: walk.share.pool, path: folder, kind: 'unreadable' });
  return code;
}

function walkEntry(walk: Walk, path: string, place: string, folders: string[]): void {
  let stats: Stats;
  try {
    stats = walk.fileSystem.lstatSync(place);
  } catch (error) {
    const code = systemCode(error) ?? 'EIO';
    if (code === 'ENOENT') return;
    walk.unreadable.push({ path, systemCode: code });
    walk.leftOut.push({ pool: walk.share.pool, path, kind: 'unreadable' });
    return;
  }
  const kind = stats.isFile() ? file : stats.isDirectory() ? directory : special;
  if (kind === special) walk.leftOut.push({ pool: walk.share.pool, path, kind: leftOutKind(stats) });
  if (kind === directory) folders.push(path);
  walk.entries.push({
    path,
    kind,
    size: kind === file ? stats.size : 0,
    mtimeUs: microseconds(stats),
    mode: permissions(stats.mode),
    inode: stats.ino,
    device: stats.dev,
    links: stats.nlink,
  });
}

function leftOutKind(stats: Stats): LeftOutKind {
  if (stats.isSymbolicLink()) return 'symbolicLink';
  if (stats.isSocket()) return 'socket';
  return stats.isFIFO() ? 'fifo' : 'device';
}

/**
 * A name whose bytes are not Unicode cannot be a path in the manifest: it is named and left out, with everything below it.
 * A name that really contains U+FFFD stays.
 */
function leaveOutUndecodable(walk: Walk, folder: string, place: string, names: string[]): string[] {
  let raw: Buffer[];
  try {
    raw = walk.fileSystem.readdirSync(place, { encoding: 'buffer' });
  } catch {
    return names.filter((name) => !name.includes('\uFFFD'));
  }
  const kept: string[] = [];
  for (const bytes of raw) {
    const name = bytes.toString();
    if (Buffer.from(name).equals(bytes)) kept.push(name);
    else {
      const path = folder === '' ? readable(bytes) : `${folder}/${readable(bytes)}`;
      walk.leftOut.push({ pool: walk.share.pool, path, kind: 'nameNotUnicode' });
    }
  }
  return kept;
}

/** Bytes beyond ASCII as `\xNN`. */
function readable(bytes: Buffer): string {
  return [...bytes]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
    .join('');
}
