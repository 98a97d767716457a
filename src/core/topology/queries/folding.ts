/**
 * What can be folded: maps, lists and texts over more than one line, runs of comments, and what stands between
 * `# region` and `# endregion`. Found once per segment and kept for as long as its text is the same.
 */
import type { Range } from '../diagnostics.ts';
import { lexed } from '../syntax/comments.ts';
import { type Anchorage, type Entry, type Place, rangeOf, type TreeNode } from '../syntax/nodes.ts';
import type { Segment } from '../syntax/segments.ts';
import type { Tree } from '../syntax/tree.ts';

/** From somewhere on the line that stays visible to somewhere on the last one that is hidden. */
export interface Fold extends Range {
  readonly kind: 'block' | 'comment' | 'region';
  /** How deep it lies: 0 for a section. */
  readonly depth: number;
  /** Ends with a bracket that begins its line, and is best left visible. */
  readonly bracket: boolean;
}

/** Every fold, in no particular order. Whether one lies on a single line is for the reader to see. */
export function folds({ root, segments }: Tree): readonly Fold[] {
  const found: Fold[] = [];
  for (const entry of root.entries) foldsOfSection(entry, found);
  for (const segment of segments) {
    for (const { start, end } of commentRuns(segment))
      found.push({ start: segment.start + start, end: segment.start + end, kind: 'comment', depth: 1, bracket: false });
  }
  return [...found, ...regions(segments)];
}

/** A section is walked each time; what lies in it keeps its folds. */
function foldsOfSection({ key, value }: Entry, found: Fold[]): void {
  if (isElsewhere(value, key)) return;
  const range = { start: rangeOf(key).start, end: rangeOf(value).end };
  found.push({ ...range, kind: 'block', depth: 0, bracket: endsWithBracket(value) });
  if (value.kind === 'map') for (const child of value.entries) addKept(child, found);
  if (value.kind === 'sequence') for (const item of value.items) addKept(item, found);
}

interface LocalFold {
  readonly segment: Anchorage;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly bracket: boolean;
}

const known = new WeakMap<Entry | TreeNode, readonly LocalFold[]>();

function addKept(child: Entry | TreeNode, found: Fold[]): void {
  let local = known.get(child);
  if (local === undefined) {
    const gathered: LocalFold[] = [];
    gather(child, 1, gathered);
    local = gathered;
    known.set(child, local);
  }
  for (const { segment, start, end, depth, bracket } of local)
    found.push({ start: segment.start + start, end: segment.start + end, kind: 'block', depth, bracket });
}

/** An entry is folded from its key on, an item from its start, which stands on the line of its dash. */
function gather(child: Entry | TreeNode, depth: number, found: LocalFold[]): void {
  const [first, value] = 'key' in child ? [child.key, child.value] : [child, child];
  const { segment, start } = first;
  if (isElsewhere(value, first)) return;
  // A block of text, and a bracket that is not closed yet, end behind their last line.
  const written = segment.text.slice(start, value.end).trimEnd();
  if (!written.includes('\n')) return;
  found.push({ segment, start, end: start + written.length, depth, bracket: endsWithBracket(value) });
  if (value.kind === 'map') for (const entry of value.entries) gather(entry, depth + 1, found);
  if (value.kind === 'sequence') for (const item of value.items) gather(item, depth + 1, found);
}

/** What an alias stands for is folded where it is written. */
function isElsewhere(value: TreeNode, { segment }: Place): boolean {
  return value.segment !== segment || value.kind === 'alias' || segment.text[value.start] === '*';
}

function endsWithBracket(node: TreeNode): boolean {
  if ((node.kind !== 'map' && node.kind !== 'sequence') || !node.flow) return false;
  const { text } = node.segment;
  return /^[ \t]*[\]}]$/.test(text.slice(text.lastIndexOf('\n', node.end - 1) + 1, node.end));
}

interface Comments {
  /** Lines of comments without anything between them, relative to the segment. */
  readonly runs: readonly Range[];
  readonly marks: readonly RegionMark[];
}

interface RegionMark extends Range {
  readonly opens: boolean;
}

const noComments: Comments = { runs: [], marks: [] };
const commentsOfSegments = new WeakMap<Segment, Comments>();

function commentRuns(segment: Segment): readonly Range[] {
  return commentsOf(segment).runs;
}

function commentsOf(segment: Segment): Comments {
  const before = commentsOfSegments.get(segment);
  if (before !== undefined) return before;
  // Most segments have no comments, and need not be read for them.
  const comments = /^[ \t]*#/m.test(segment.text) ? readComments(segment) : noComments;
  commentsOfSegments.set(segment, comments);
  return comments;
}

const regionMark = /^#[ \t]*#?(region|endregion)\b/;

function readComments(segment: Segment): Comments {
  const { text } = segment;
  const lines = lexed(segment).comments.filter(({ start }) => {
    return text.slice(text.lastIndexOf('\n', start) + 1, start).trim() === '';
  });
  const runs: { readonly start: number; end: number }[] = [];
  const marks: RegionMark[] = [];
  for (const { start, end } of lines) {
    const mark = regionMark.exec(text.slice(start, end));
    const last = runs.at(-1);
    if (mark !== null) marks.push({ start, end, opens: mark[1] === 'region' });
    else if (last !== undefined && /^\r?\n[ \t]*$/.test(text.slice(last.end, start))) {
      last.end = end;
    } else runs.push({ start, end });
  }
  return { runs, marks };
}

/** Each end with the last start that is still open; a start without an end folds nothing. */
function regions(segments: readonly Segment[]): readonly Fold[] {
  const open: number[] = [];
  const found: Fold[] = [];
  for (const segment of segments) {
    for (const { start, end, opens } of commentsOf(segment).marks) {
      if (opens) open.push(segment.start + start);
      const from = opens ? undefined : open.pop();
      if (from !== undefined)
        found.push({ start: from, end: segment.start + end, kind: 'region', depth: open.length, bracket: false });
    }
  }
  return found;
}
