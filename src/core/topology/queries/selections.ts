/** What somebody may want to select around an offset, from the word to the whole text. */
import type { Range } from '../diagnostics.ts';
import { lexed } from '../syntax/comments.ts';
import { type Entry, rangeOf, type TreeNode } from '../syntax/nodes.ts';
import { segmentAt } from '../syntax/segments.ts';
import type { Tree } from '../syntax/tree.ts';
import { unquoted } from './namePieces.ts';

/** From the innermost to the whole text, each one larger than the one before and around it. */
export function selectionsAt(tree: Tree, text: string, offset: number): readonly Range[] {
  const found: Range[] = [...wordsAt(text, offset), ...commentAt(tree, offset)];
  around(tree.root, offset, found);
  found.push({ start: 0, end: text.length });
  return nested(found, offset);
}

function nested(found: readonly Range[], offset: number): readonly Range[] {
  const sorted = found
    .filter(({ start, end }) => start <= offset && offset <= end && start < end)
    .toSorted((one, other) => one.end - one.start - (other.end - other.start));
  const kept: Range[] = [];
  for (const range of sorted) {
    const last = kept.at(-1);
    if (last === undefined) kept.push(range);
    else if (range.start <= last.start && range.end >= last.end && range.end - range.start > last.end - last.start)
      kept.push(range);
  }
  return kept.length === 0 ? found.slice(-1) : kept;
}

function around(node: TreeNode, offset: number, found: Range[]): void {
  if (node.kind === 'map') {
    const entry = node.entries.find((candidate) => holds(rangeOfEntry(candidate), offset));
    if (entry === undefined) return;
    found.push(rangeOfEntry(entry));
    addNode(entry.key, offset, found);
    addNode(entry.value, offset, found);
  } else if (node.kind === 'sequence') {
    const item = node.items.find((candidate) => holds(rangeOf(candidate), offset));
    if (item !== undefined) addNode(item, offset, found);
  }
}

/** What an alias stands for lies elsewhere and does not hold the offset. */
function addNode(node: TreeNode, offset: number, found: Range[]): void {
  if (!holds(rangeOf(node), offset)) return;
  found.push(rangeOf(node));
  if (node.kind === 'scalar') found.push(rangeOf({ segment: node.segment, ...unquoted(node) }));
  around(node, offset, found);
}

function rangeOfEntry({ key, value }: Entry): Range {
  const { start, end } = rangeOf(key);
  return { start, end: Math.max(end, rangeOf(value).end) };
}

function holds({ start, end }: Range, offset: number): boolean {
  return start <= offset && offset <= end;
}

function commentAt({ segments }: Tree, offset: number): readonly Range[] {
  const segment = segments[segmentAt(segments, offset)];
  // A segment without the character has no comments, and need not be read for them.
  if (segment === undefined || !segment.text.includes('#')) return [];
  return lexed(segment)
    .comments.map(({ start, end }) => ({ start: segment.start + start, end: segment.start + end }))
    .filter((range) => holds(range, offset));
}

/** Characters before and behind an offset that are looked at for words. */
const reach = 300;

/** The label of a name, and the name with its dots. */
function wordsAt(text: string, offset: number): readonly Range[] {
  const from = Math.max(0, offset - reach);
  const stretch = text.slice(from, offset + reach);
  return [/[\p{L}\p{N}\p{M}_-]+/gu, /[\p{L}\p{N}\p{M}_.-]+/gu].flatMap((pattern) => {
    const words = [...stretch.matchAll(pattern)].map(({ index, 0: word }) => ({
      start: from + index,
      end: from + index + word.length,
    }));
    // Between two words the one behind the cursor is meant.
    return words.findLast((word) => holds(word, offset)) ?? [];
  });
}
