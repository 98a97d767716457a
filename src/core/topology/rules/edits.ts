/** Edits that keep the style of the file: flow lists stay flow lists, block lists keep their indentation. */

import type { PlaceEdit } from '../findings.ts';
import type { Entry, MapNode, Place, SequenceNode, TreeNode } from '../syntax/nodes.ts';
import { lineBreakOf, lineEndOf, lineStartOf, nextLineOf } from '../syntax/textLines.ts';

export function replace(place: Place, text: string): PlaceEdit {
  return { place, text };
}

/** Takes an item out of a list, or undefined where it is the only one or the list cannot be edited safely. */
export function removeItem(list: SequenceNode, index: number): PlaceEdit | undefined {
  const item = list.items[index];
  const before = list.items[index - 1];
  const after = list.items[index + 1];
  if (item === undefined || (before === undefined && after === undefined)) return undefined;
  if ([before, item, after].some((node) => node !== undefined && !isWithin(node, list))) return undefined;
  if (!list.flow) return removeLines(item);
  const { segment } = item;
  if (before !== undefined) return { place: { segment, start: before.end, end: item.end }, text: '' };
  return { place: { segment, start: item.start, end: after?.start ?? item.end }, text: '' };
}

/** Whether a node is written where it counts: what stands under an alias lies elsewhere, and an anchor is needed elsewhere. */
function isWithin(node: TreeNode, list: SequenceNode): boolean {
  return node.anchor === undefined && node.segment === list.segment && node.start >= list.start && node.end <= list.end;
}

/** The lines of an item of a block list, where nothing else stands on them. */
function removeLines(item: TreeNode): PlaceEdit | undefined {
  const { text } = item.segment;
  const start = lineStartOf(text, item.start);
  if (!/^ *- +$/.test(text.slice(start, item.start))) return undefined;
  return { place: { segment: item.segment, start, end: nextLineOf(text, item.end) }, text: '' };
}

/** Adds an item behind the last one. */
export function appendItem(list: SequenceNode, item: string): PlaceEdit | undefined {
  return appendItems(list, [item]);
}

/** Adds items behind the last one, each on a line of its own where the others are. */
export function appendItems(list: SequenceNode, items: readonly string[]): PlaceEdit | undefined {
  const last = list.items.at(-1);
  if (list.flow) {
    if (last !== undefined) return insert(last, last.end, `, ${items.join(', ')}`);
    return insert(list, list.start + 1, items.join(', '));
  }
  if (last === undefined || last.start === last.end) return undefined;
  const { text } = last.segment;
  const start = lineStartOf(text, last.start);
  const dash = text.slice(start, last.start).lastIndexOf('-');
  if (dash === -1) return undefined;
  const lines = items.map((item) => `${lineBreakOf(text)}${' '.repeat(dash)}- ${item}`);
  return insert(last, lineEndOf(text, withoutSpace(text, last.end)), lines.join(''));
}

/** Adds an entry behind everything else, on lines of its own where the others are. */
export function appendEntry(map: MapNode, entry: string): PlaceEdit | undefined {
  const [first] = map.entries;
  const last = map.entries.at(-1);
  if (first === undefined || last === undefined || last.value.segment !== last.key.segment) return undefined;
  const end = Math.max(last.value.end, last.key.end);
  if (map.flow) return insert(last.key, end, `, ${entry}`);
  const { text } = last.key.segment;
  const column = first.key.start - lineStartOf(first.key.segment.text, first.key.start);
  return insert(
    last.key,
    lineEndOf(text, withoutSpace(text, end)),
    `${lineBreakOf(text)}${' '.repeat(column)}${entry}`,
  );
}

/** Adds an entry behind the last of the named ones that stands on a line of its own, or before everything else. */
export function addEntry(map: MapNode, entry: string, behind: readonly string[]): PlaceEdit | undefined {
  const [first] = map.entries;
  const last = map.entries.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (map.flow) return insert(last.value, Math.max(last.value.end, last.key.end), `, ${entry}`);
  const { text } = first.key.segment;
  const column = first.key.start - lineStartOf(text, first.key.start);
  const predecessor = map.entries.findLast((other) => behind.includes(other.name) && endsOnItsLine(other));
  if (predecessor === undefined)
    return insert(first.key, first.key.start, `${entry}${lineBreakOf(text)}${' '.repeat(column)}`);
  const { end } = predecessor.value;
  return insert(predecessor.key, lineEndOf(text, end), `${lineBreakOf(text)}${' '.repeat(column)}${entry}`);
}

/**
 * Takes entries out of a map, or undefined where nothing else would be left or the map cannot be edited safely: in a flow
 * map where they stand first and next to each other, in a block map where something else is on their lines.
 */
export function removeEntries(map: MapNode, entries: readonly Entry[]): readonly PlaceEdit[] | undefined {
  if (entries.length === 0 || map.entries.length <= entries.length) return undefined;
  const edits = entries.flatMap((entry) => (map.flow ? removeFromFlow(entry) : removeLine(entry)) ?? []);
  const sorted = edits.toSorted((one, other) => one.place.start - other.place.start);
  const overlap = sorted.some(({ place }, index) => place.start < (sorted[index - 1]?.place.end ?? 0));
  return overlap || edits.length < entries.length ? undefined : edits;
}

function removeFromFlow(entry: Entry): PlaceEdit | undefined {
  const { key, value } = entry;
  const { text } = key.segment;
  if (!isWrittenHere(entry)) return undefined;
  const before = /,[ \t\r\n]*$/.exec(text.slice(0, key.start))?.[0].length;
  if (before !== undefined) return cutOut(key, key.start - before, value.end);
  const behind = /^[ \t\r\n]*,[ \t]*/.exec(text.slice(value.end))?.[0].length;
  return behind === undefined ? undefined : cutOut(key, key.start, value.end + behind);
}

function removeLine(entry: Entry): PlaceEdit | undefined {
  const { key, value } = entry;
  const { text } = key.segment;
  const [start, end] = [lineStartOf(text, key.start), nextLineOf(text, value.end)];
  if (!isWrittenHere(entry) || !/^ *$/.test(text.slice(start, key.start))) return undefined;
  return /^[ \t]*(?:#.*)?\r?\n?$/.test(text.slice(value.end, end)) ? cutOut(key, start, end) : undefined;
}

/** Key and value on one line, with nothing but a colon between them: no alias, no anchor. */
function isWrittenHere(entry: Entry): boolean {
  const { key, value } = entry;
  if (!isOnOneLine(entry) || key.anchor !== undefined || value.anchor !== undefined) return false;
  return /^[ \t]*:[ \t]*$/.test(key.segment.text.slice(key.end, value.start));
}

function cutOut(near: Place, start: number, end: number): PlaceEdit {
  return { place: { segment: near.segment, start, end }, text: '' };
}

/** A text, or something in braces or brackets, that begins and ends on the line of its key. */
function endsOnItsLine({ key, value }: Entry): boolean {
  if (value.segment !== key.segment || value.kind === 'alias') return false;
  const isFlow = value.kind === 'scalar' ? value.style !== 'block' : value.flow;
  return isFlow && !key.segment.text.slice(key.start, value.end).includes('\n');
}

function isOnOneLine(entry: Entry): boolean {
  const { key, value } = entry;
  if (value.kind !== 'scalar' || value.style === 'block' || value.segment !== key.segment) return false;
  return !key.segment.text.slice(key.start, value.end).includes('\n');
}

/** A block of text ends behind its last line break. */
function withoutSpace(text: string, end: number): number {
  return text.slice(0, end).trimEnd().length;
}

function insert(near: Place, at: number, text: string): PlaceEdit {
  return { place: { segment: near.segment, start: at, end: at }, text };
}
