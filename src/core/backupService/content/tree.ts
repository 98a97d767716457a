/** What a walk of one share found, in columns, so that it moves between threads without being copied. */
import type { LeftOut } from './types.ts';

export const file = 1;
export const directory = 2;
/** Symbolic links, sockets, FIFOs, devices, names that are not Unicode, and what cannot be read. */
export const special = 3;
export type EntryKind = typeof file | typeof directory | typeof special;

export interface Entry {
  readonly path: string;
  readonly kind: EntryKind;
  readonly size: number;
  readonly mtimeUs: number;
  readonly mode: number;
  readonly inode: number;
  readonly device: number;
  readonly links: number;
}

/** Parents come before their children. */
export interface Tree {
  readonly state: 'present' | 'missing' | 'unreadable';
  /** Of the root, when it is unreadable. */
  readonly systemCode?: string;
  readonly rootDevice: number;
  readonly entries: readonly Entry[];
  readonly byPath: ReadonlyMap<string, Entry>;
  readonly leftOut: readonly LeftOut[];
  /** Folders that could not be listed: what is below them is unknown. */
  readonly unreadable: readonly UnreadableFolder[];
}

export interface UnreadableFolder {
  readonly path: string;
  readonly systemCode: string;
}

/** A tree on its way between threads. Names are joined by NUL, the one character that no name has. */
export interface PackedTree {
  readonly state: Tree['state'];
  readonly systemCode?: string;
  readonly rootDevice: number;
  readonly names: string;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly leftOut: readonly LeftOut[];
  readonly unreadable: readonly UnreadableFolder[];
}

const columns = 7;

export function packTree(tree: Omit<Tree, 'byPath'>): PackedTree {
  const numbers = new Float64Array(tree.entries.length * columns);
  const names: string[] = [];
  let at = 0;
  for (const entry of tree.entries) {
    names.push(entry.path);
    numbers[at++] = entry.kind;
    numbers[at++] = entry.size;
    numbers[at++] = entry.mtimeUs;
    numbers[at++] = entry.mode;
    numbers[at++] = entry.inode;
    numbers[at++] = entry.device;
    numbers[at++] = entry.links;
  }
  const { entries: _, ...rest } = tree;
  return { ...rest, names: names.join('\0'), numbers };
}

export function unpackTree(packed: PackedTree): Tree {
  const { names, numbers, ...rest } = packed;
  const entries: Entry[] = [];
  let at = 0;
  for (const path of names === '' ? [] : names.split('\0')) {
    entries.push({
      path,
      kind: kindOf(numbers[at]),
      size: numbers[at + 1] ?? 0,
      mtimeUs: numbers[at + 2] ?? 0,
      mode: numbers[at + 3] ?? 0,
      inode: numbers[at + 4] ?? 0,
      device: numbers[at + 5] ?? 0,
      links: numbers[at + 6] ?? 1,
    });
    at += columns;
  }
  return indexTree({ ...rest, entries });
}

export function indexTree(tree: Omit<Tree, 'byPath'>): Tree {
  const byPath = new Map<string, Entry>();
  for (const entry of tree.entries) byPath.set(entry.path, entry);
  return { ...tree, byPath };
}

function kindOf(value: number | undefined): EntryKind {
  return value === file ? file : value === directory ? directory : special;
}
