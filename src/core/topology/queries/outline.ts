/**
 * The things of a file as a tree, for an outline: sections, pools with their databases and Front Ends, pairs by the names of
 * their pools. What one pool or pair looks like is made once and kept for as long as its text is the same.
 */
import type { Entry, TreeNode } from '../syntax/nodes.ts';
import { isWithin, type OutlineItem, placeOf } from './outlineItem.ts';
import { outlineOfChild } from './outlineOfThings.ts';

/** Everything in the file, in the order of the text. */
export function outline(root: TreeNode): readonly OutlineItem[] {
  if (root.kind !== 'map') return [];
  return root.entries.flatMap((entry) => sectionOf(entry) ?? []);
}

const sections = new WeakMap<Entry, OutlineItem>();

function sectionOf(entry: Entry): OutlineItem | undefined {
  if (entry.name.trim() === '') return undefined;
  const before = sections.get(entry);
  if (before !== undefined) return before;
  const place = placeOf(entry);
  const { name, value } = entry;
  const children = childrenOf(name, value).filter((child) => isWithin(child.place, place));
  const kind = value.kind === 'scalar' ? 'value' : 'section';
  const item: OutlineItem = { name, detail: detailOf(name, value), kind, place, selection: entry.key, children };
  sections.set(entry, item);
  return item;
}

function childrenOf(section: string, node: TreeNode): readonly OutlineItem[] {
  if (node.kind === 'map') return node.entries.flatMap((entry) => outlineOfChild(section, entry) ?? []);
  if (node.kind === 'sequence') return node.items.flatMap((item) => outlineOfChild(section, item) ?? []);
  return [];
}

/** What a section holds, in numbers; of a value the value. */
function detailOf(section: string, node: TreeNode): string {
  if (node.kind === 'scalar') return node.value === null ? '' : String(node.value).slice(0, 100);
  if (node.kind === 'sequence') return String(node.items.length);
  return node.kind === 'map' && section !== 'backupService' ? String(node.entries.length) : '';
}
