/**
 * Where the tokens of one segment belong: the columns of its blocks, and the white space between its tokens. Every edit
 * lies within one line and replaces nothing but spaces and line breaks, so that comments, quoting and order are kept by
 * construction.
 */

import type { Range, TextEdit } from '../diagnostics.ts';
import { lineStartOf } from '../syntax/textLines.ts';
import type { Level, Token } from '../syntax/tokens.ts';
import { indentationEdit, type LineRange, linesBetween, offLine } from './lines.ts';
import { continuationEdits } from './multiLine.ts';
import { gapWidth } from './spacing.ts';

export interface LayoutOptions {
  /** Column of the blocks at the top of the segment. */
  readonly base: number;
  /** Lists stand at the column of their key, as in the whole file. */
  readonly flushLists: boolean;
  /** Lines that may be touched, by the offsets at which they begin; all where it is absent. */
  readonly lines?: LineRange;
  /** What stands behind the segment: a comment at its end may belong to that. */
  readonly behind?: { readonly column: number; readonly newColumn: number };
}

/** The line of a bracket, by the column of what begins it behind its dashes. */
interface OpenBracket {
  readonly column: number;
  readonly newColumn: number;
}

interface Layout {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly options: LayoutOptions;
  readonly edits: TextEdit[];
  readonly newColumns: Map<Level, number>;
  readonly brackets: OpenBracket[];
  /** Of the line that is being laid out, behind its dashes. */
  line: OpenBracket;
  /** Where the last token ends after the edits. */
  newEnd: number;
}

/** The edits that lay out a segment, relative to it, in the order of the text. */
export function layOut(text: string, tokens: readonly Token[], options: LayoutOptions): readonly TextEdit[] {
  const layout: Layout = {
    text,
    tokens,
    options,
    edits: [],
    newColumns: new Map(),
    brackets: [],
    line: { column: 0, newColumn: 0 },
    newEnd: 0,
  };
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'blockContent') placeContinuation(layout, token, undefined);
    else place(layout, index, token);
  }
  return layout.edits;
}

function place(layout: Layout, index: number, token: Token): void {
  const before = layout.tokens[index - 1];
  const gap: Range = { start: before?.end ?? 0, end: token.start };
  const lineStart = lineStartOf(layout.text, token.start);
  const begins = before === undefined || lineStart >= gap.start;
  const column = begins ? placeFirst(layout, index, token, lineStart) : placeBehind(layout, before, token);
  if (begins)
    layout.edits.push(
      ...linesBetween(layout.text, gap, before === undefined ? 'start' : 'middle', layout.options.lines),
    );
  if (begins) pushIndentation(layout, token, lineStart, column);
  if (begins || before?.kind === 'dash') layout.line = { column: token.start - lineStart, newColumn: column };
  if (token.kind === 'open') layout.brackets.push(layout.line);
  if (token.kind === 'close') layout.brackets.pop();
  layout.newEnd = column + token.end - token.start;
  if (token.kind === 'scalar')
    placeContinuation(layout, token, begins ? column - (token.start - lineStart) : undefined);
}

function pushIndentation(layout: Layout, token: Token, lineStart: number, column: number): void {
  const edit = indentationEdit(layout.text, lineStart, token.start, column);
  if (edit !== undefined) layout.edits.push(edit);
}

/** The column of a token that begins a line. */
function placeFirst(layout: Layout, index: number, token: Token, lineStart: number): number {
  const column = token.start - lineStart;
  if (offLine(layout.options.lines, lineStart)) return column;
  const bracket = layout.brackets.at(-1);
  if (token.kind === 'marker') return column;
  if (bracket !== undefined) return columnInBrackets(bracket, token, column);
  if (token.kind === 'comment') return commentColumn(layout, index, column);
  if (token.level === undefined) return layout.options.base;
  return newColumnOf(layout, token.level) + (token.isEntry ? 0 : 2);
}

/** A closing bracket stands under the line that opens it, or with what it closes where it stood further in. */
function columnInBrackets(bracket: OpenBracket, { kind }: Token, column: number): number {
  const stays = kind === 'close' && column <= bracket.column;
  return bracket.newColumn + (stays ? 0 : 2);
}

/** The column of a token that stands behind another on its line, which moves with it. */
function placeBehind(layout: Layout, before: Token, token: Token): number {
  const width = token.start - before.end;
  const newWidth = offLine(layout.options.lines, lineStartOf(layout.text, token.start))
    ? width
    : wantedWidth(layout, before, token, width);
  if (newWidth !== width || /\t/.test(layout.text.slice(before.end, token.start)))
    layout.edits.push({ start: before.end, end: token.start, text: ' '.repeat(newWidth) });
  return layout.newEnd + newWidth;
}

function wantedWidth(layout: Layout, before: Token, token: Token, width: number): number {
  if (token.kind === 'comment') return commentGap(layout, before, width);
  const beginsLevel = token.isEntry && token.level?.start === token.start;
  if (before.kind !== 'dash' || token.level === undefined || !beginsLevel) return gapWidth(layout.text, before, token);
  return Math.max(1, newColumnOf(layout, token.level) - layout.newEnd);
}

/** A comment stays close to what it speaks of; one that stands in a column with others stays in that column. */
function commentGap(layout: Layout, before: Token, width: number): number {
  if (width <= 2) return Math.max(1, width);
  const lineStart = lineStartOf(layout.text, before.end);
  const column = before.end - lineStart + width + layout.line.newColumn - layout.line.column;
  return Math.max(1, column - layout.newEnd);
}

function newColumnOf(layout: Layout, level: Level): number {
  const known = layout.newColumns.get(level);
  if (known !== undefined) return known;
  const column = mayMove(layout, level) ? wantedColumn(layout, level) : level.column;
  layout.newColumns.set(level, column);
  return column;
}

function wantedColumn(layout: Layout, { kind, parent }: Level): number {
  if (parent === undefined) return layout.options.base;
  const flush = kind === 'sequence' && parent.kind === 'map' && layout.options.flushLists;
  return newColumnOf(layout, parent) + (flush ? 0 : 2);
}

/** A block moves as a whole or not at all. */
function mayMove({ text, options: { lines } }: Layout, level: Level): boolean {
  return lines === undefined || (!offLine(lines, lineStartOf(text, level.start)) && level.end <= lines.end);
}

/**
 * A comment on a line of its own moves with the block that it is indented like: one that is open before it, or the one
 * that begins behind it.
 */
function commentColumn(layout: Layout, index: number, column: number): number {
  const next = nextOf(layout.tokens, index);
  const candidates = [{ column: 0, newColumn: 0 }, ...levelsOf(layout, layout.tokens[index - 1]?.level)];
  if (layout.options.behind !== undefined) candidates.push(layout.options.behind);
  candidates.push(...levelsOf(layout, next?.level));
  const fitting = candidates.filter((candidate) => candidate.column <= column);
  const deepest = Math.max(...fitting.map((candidate) => candidate.column));
  return fitting.findLast((candidate) => candidate.column === deepest)?.newColumn ?? column;
}

/** The next token that is not a comment. */
function nextOf(tokens: readonly Token[], index: number): Token | undefined {
  let next = index + 1;
  while (tokens[next]?.kind === 'comment') next += 1;
  return tokens[next];
}

/** From the outermost to the innermost. */
function levelsOf(layout: Layout, level: Level | undefined): { column: number; newColumn: number }[] {
  if (level === undefined) return [];
  const own = { column: level.column, newColumn: newColumnOf(layout, level) };
  return [...levelsOf(layout, level.parent), own];
}

/** The lines behind the first one of a text that spans several. */
function placeContinuation(layout: Layout, token: Token, shift: number | undefined): void {
  const { level } = token;
  const newColumn = level === undefined ? 0 : newColumnOf(layout, level);
  const movement = shift ?? (level === undefined ? 0 : newColumn - level.column);
  const least = token.kind === 'scalar' ? newColumn + 1 : 0;
  layout.edits.push(...continuationEdits(layout.text, token, movement, least, layout.options.lines));
}
