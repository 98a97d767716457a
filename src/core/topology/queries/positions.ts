/** From an offset to what stands there, and from a path to where it stands. */
import type { Range } from '../diagnostics.ts';
import { type Entry, findEntry, type Place, rangeOf, type TreeNode } from '../syntax/nodes.ts';

export type TreePath = readonly (string | number)[];

/** What stands at an offset. */
export interface TreePosition {
  /** Path of the key's entry, of the value, or of the item. */
  readonly path: TreePath;
  readonly part: 'key' | 'value';
  readonly range: Range;
  /** The key or the scalar as text; empty for a map or a list. */
  readonly text: string;
  readonly node: TreeNode;
}

/** The innermost key or value whose range holds the offset; both ends belong to it. */
export function positionAt(root: TreeNode, offset: number): TreePosition | undefined {
  return search(root, [], offset);
}

function search(node: TreeNode, path: TreePath, offset: number): TreePosition | undefined {
  if (node.kind === 'map') return searchMap(node.entries, path, offset);
  if (node.kind !== 'sequence') return undefined;
  for (const [index, item] of node.items.entries()) {
    const found = searchValue(item, [...path, index], offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchMap(entries: readonly Entry[], path: TreePath, offset: number): TreePosition | undefined {
  for (const entry of entries) {
    if (holds(entry.key, offset)) {
      const range = rangeOf(entry.key);
      return { path: [...path, entry.name], part: 'key', range, text: entry.name, node: entry.key };
    }
    const found = searchValue(entry.value, [...path, entry.name], offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

function searchValue(node: TreeNode, path: TreePath, offset: number): TreePosition | undefined {
  if (!holds(node, offset)) return undefined;
  const inner = search(node, path, offset);
  if (inner !== undefined) return inner;
  const text = node.kind === 'scalar' && node.value !== null ? String(node.value) : '';
  return { path, part: 'value', range: rangeOf(node), text, node };
}

function holds(place: Place, offset: number): boolean {
  const { start, end } = rangeOf(place);
  return offset >= start && offset <= end;
}

/** Where the thing under a path is named (its key), or where an item of a list stands. */
export function rangeOfPath(root: TreeNode, path: TreePath): Range | undefined {
  const found = at(root, path);
  return found === undefined ? undefined : rangeOf(found.entry?.key ?? found.node);
}

/** The node under a path, and the entry that it is the value of. */
export function at(root: TreeNode, path: TreePath): { readonly node: TreeNode; readonly entry?: Entry } | undefined {
  let found: { readonly node: TreeNode; readonly entry?: Entry } | undefined = { node: root };
  for (const step of path) {
    const node: TreeNode | undefined = found?.node;
    const entry: Entry | undefined = typeof step === 'string' ? findEntry(node, step) : undefined;
    const item: TreeNode | undefined =
      node?.kind === 'sequence' && typeof step === 'number' ? node.items[step] : undefined;
    if (entry !== undefined) found = { node: entry.value, entry };
    else found = item === undefined ? undefined : { node: item };
  }
  return found;
}
