/**
 * Who in a section has which name: kept from one state of the text to the next, at the cost of what changed in between. Asking
 * each of thousands of pools would take longer than parsing what was typed.
 */
import type { Anchorage, Entry, TreeNode } from '../syntax/nodes.ts';
import { type Child, namesBelow } from './nameIndex.ts';

interface Holders {
  /** Those that are in `byIdentity`. */
  children: readonly Child[];
  readonly byIdentity: Map<string, Set<Child>>;
}

/** By the segment in which the key of a section stands, which lasts while the section is edited, and by that key. */
const known = new WeakMap<Anchorage, Map<string, Holders>>();

/** The entries or items of a section that have a name. */
export function holdersOf(section: Entry, identity: string): Iterable<Child> {
  const { segment } = section.key;
  const inSegment = known.get(segment) ?? new Map<string, Holders>();
  known.set(segment, inSegment);
  const holders = inSegment.get(section.name) ?? { children: [], byIdentity: new Map() };
  inSegment.set(section.name, holders);
  keepUp(holders, section.name, childrenOf(section.value));
  return holders.byIdentity.get(identity) ?? [];
}

function childrenOf(value: TreeNode): readonly Child[] {
  if (value.kind === 'map') return value.entries;
  return value.kind === 'sequence' ? value.items : [];
}

/** What an edit changes lies between a beginning and an end that are the same. */
function keepUp(holders: Holders, section: string, children: readonly Child[]): void {
  const { children: before } = holders;
  if (children === before) return;
  const shorter = Math.min(before.length, children.length);
  let start = 0;
  while (start < shorter && before[start] === children[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === children.at(-1 - end)) end += 1;
  for (const child of before.slice(start, before.length - end)) remove(holders, section, child);
  for (const child of children.slice(start, children.length - end)) add(holders, section, child);
  holders.children = children;
}

function add({ byIdentity }: Holders, section: string, child: Child): void {
  for (const { identity } of namesBelow(section, child)) {
    const holders = byIdentity.get(identity);
    if (holders === undefined) byIdentity.set(identity, new Set([child]));
    else holders.add(child);
  }
}

function remove({ byIdentity }: Holders, section: string, child: Child): void {
  for (const { identity } of namesBelow(section, child)) {
    const holders = byIdentity.get(identity);
    holders?.delete(child);
    if (holders?.size === 0) byIdentity.delete(identity);
  }
}
