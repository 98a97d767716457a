/**
 * The formatter: one style for every topology file.
 *
 * Two columns per level; one space behind a colon and a comma, and inside of braces, none inside of brackets; no white
 * space at the end of a line, one blank line in a row, a line break at the end. The items of a list stand two columns in
 * from their key, unless every list of the file stands at the column of its key, which is as good. Comments, quoting and
 * what is written on one line stay as they are. A part with syntax errors stays exactly as it is, and so does a part that
 * would not say the same afterwards.
 */

import type { Range, TextEdit } from '../diagnostics.ts';
import type { Segment } from '../syntax/segments.ts';
import { lineBreakOf, lineStartOf } from '../syntax/textLines.ts';
import { type Token, tokensOfSegment } from '../syntax/tokens.ts';
import type { Tree } from '../syntax/tree.ts';
import { type LayoutOptions, layOut } from './layout.ts';
import { type LineRange, linesBetween, offLine } from './lines.ts';
import { hasFlushLists } from './listStyle.ts';
import { meansTheSame } from './sameMeaning.ts';

/** The edits that format a text, or the lines that a range touches, in the order of the text. */
export function formatEdits(text: string, tree: Tree, range?: Range): readonly TextEdit[] {
  const lines = range === undefined ? undefined : wholeLines(text, range);
  const flushLists = hasFlushLists(tree);
  const edits: TextEdit[] = [];
  const newline = lineBreakOf(text);
  for (const group of groupsOf(tree.segments)) {
    if (lines !== undefined && !touches(group, lines)) continue;
    for (const edit of groupEdits(group, { tree, flushLists, lines, newline })) edits.push(edit);
  }
  return edits;
}

/** Every line that the range touches; the line behind a range that ends at its start is not touched. */
function wholeLines(text: string, { start, end }: Range): LineRange {
  const last = end > start && text[end - 1] === '\n' ? end - 1 : end;
  const newline = text.indexOf('\n', last);
  return { start: lineStartOf(text, start), end: newline === -1 ? text.length + 1 : newline + 1 };
}

/** A segment on its own, or a section: a header and everything that belongs to it. */
type Group = readonly Segment[];

function groupsOf(segments: readonly Segment[]): readonly Group[] {
  const groups: Group[] = [];
  let index = 0;
  while (index < segments.length) {
    const end = segments[index]?.role === 'header' ? endOfSection(segments, index) : index + 1;
    groups.push(segments.slice(index, end));
    index = end;
  }
  return groups;
}

/** Behind the last part; an item between parts stands there by mistake. */
function endOfSection(segments: readonly Segment[], header: number): number {
  let end = header + 1;
  for (let index = header + 1; index < segments.length; index += 1) {
    const segment = segments[index];
    if (segment?.layout === undefined || segment.role === 'header') break;
    if (segment.role === 'part') end = index + 1;
  }
  return end;
}

function touches(group: Group, lines: LineRange): boolean {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return false;
  return first.start < lines.end && last.start + last.text.length > lines.start;
}

interface Formatting {
  readonly tree: Tree;
  readonly flushLists: boolean;
  readonly lines: LineRange | undefined;
  /** Of the file. */
  readonly newline: string;
}

/** The parts of a section move together: to where they belong, or nowhere where one of them has to stay. */
function groupEdits(group: Group, formatting: Formatting): readonly TextEdit[] {
  const layout = group[0]?.layout;
  if (layout === undefined) return group.flatMap((segment) => segmentEdits(segment, 0, formatting) ?? []);
  const wanted = layout.kind === 'sequence' && formatting.flushLists ? 0 : 2;
  const moved = mayMove(group, formatting) ? sectionEdits(group, wanted, formatting) : undefined;
  if (moved !== undefined) return moved;
  const { lines } = formatting;
  const touched = lines === undefined ? group : group.filter((segment) => touches([segment], lines));
  return touched.flatMap((segment) => segmentEdits(segment, layout.indentation, formatting) ?? []);
}

/** Undefined where a part has to stay as it is. */
function sectionEdits(group: Group, base: number, formatting: Formatting): readonly TextEdit[] | undefined {
  const edits = group.map((segment) => segmentEdits(segment, base, formatting));
  const stays = edits.some((own, index) => own === undefined && group[index]?.layout?.indentation !== base);
  return stays ? undefined : edits.flatMap((own) => own ?? []);
}

function mayMove(group: Group, { lines }: Formatting): boolean {
  const [first, second, last] = [group[0], group[1], group.at(-1)];
  if (first === undefined || second === undefined || last === undefined) return false;
  if (group.some(({ role }) => role === 'item')) return false;
  return lines === undefined || (second.start >= lines.start && last.start + last.text.trimEnd().length <= lines.end);
}

/** Undefined where the segment has to stay as it is. */
function segmentEdits(segment: Segment, base: number, formatting: Formatting): readonly TextEdit[] | undefined {
  const { tree, flushLists, lines, newline } = formatting;
  const isRead = segment.role !== 'unread' && !tree.broken.has(segment);
  const tokens = isRead ? tokensOfSegment(segment) : undefined;
  if (tokens === undefined || (segment.role === 'item' && columnOf(tokens) !== 0)) return undefined;
  const { start, text, layout, role } = segment;
  const options: LayoutOptions = {
    base: role === 'part' ? base : 0,
    flushLists,
    ...(lines && { lines: { start: lines.start - start, end: lines.end - start } }),
    ...(role === 'header' && layout && { behind: { column: layout.indentation, newColumn: base } }),
  };
  const lastBreak = tree.segments.at(-1) === segment ? newline : undefined;
  const edits = [...layOut(text, tokens, options), ...tailEdits(text, tokens, lastBreak, options.lines)];
  if (edits.length > 0 && !meansTheSame(text, applied(text, edits))) return undefined;
  return edits.map((edit) => ({ start: edit.start + start, end: edit.end + start, text: edit.text }));
}

/** An entry of the file stands in the first column, unless a tag or an anchor stands on a line before it. */
function columnOf(tokens: readonly Token[]): number {
  let level = tokens.find((token) => token.level !== undefined)?.level;
  while (level?.parent !== undefined) level = level.parent;
  return level?.column ?? 0;
}

/** What stands behind the last token. `lastBreak` is the line break that the file ends with, given for its last segment. */
function tailEdits(
  text: string,
  tokens: readonly Token[],
  lastBreak: string | undefined,
  lines: LineRange | undefined,
): readonly TextEdit[] {
  const last = tokens.at(-1);
  const gap = { start: last?.end ?? 0, end: text.length };
  if (last === undefined) return linesBetween(text, gap, 'start', lines);
  const edits = linesBetween(text, gap, lastBreak === undefined ? 'middle' : 'end', lines);
  const lacksBreak = lastBreak !== undefined && !text.slice(last.end).includes('\n') && last.kind !== 'blockContent';
  if (!lacksBreak || offLine(lines, lineStartOf(text, last.end))) return edits;
  return [{ ...gap, text: lastBreak }];
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const edit of edits) {
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return pieces.join('') + text.slice(at);
}
