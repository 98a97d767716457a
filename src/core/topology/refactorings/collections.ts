/**
 * Maps and lists: in braces or brackets on one line, or on lines of their own. Comments are kept, and where one would be
 * lost nothing is offered; nor is it where the file would not say the same afterwards.
 */

import type { TextEdit } from '../diagnostics.ts';
import { hasFlushLists } from '../formatting/listStyle.ts';
import { meansTheSame } from '../formatting/sameMeaning.ts';
import { type Segment, segmentAt } from '../syntax/segments.ts';
import { lineBreakOf, lineStartOf } from '../syntax/textLines.ts';
import { type Token, tokensOfSegment } from '../syntax/tokens.ts';
import { onOneLine } from './collectionsOnOneLine.ts';
import { contentEnd, ownerOf, type Written } from './collectionTokens.ts';
import type { Asking, Refactoring } from './refactoring.ts';

/** A longer part is not read again whenever the cursor moves. */
const longestPart = 20_000;

export function collections({ document, range }: Asking): readonly Refactoring[] {
  const { tree } = document;
  const segment = tree.segments[segmentAt(tree.segments, range.start)];
  if (segment === undefined || segment.text.length > longestPart) return [];
  if (segment.role === 'unread' || tree.broken.has(segment)) return [];
  const tokens = tokensOfSegment(segment);
  if (tokens === undefined) return [];
  const written: Written = { text: segment.text, tokens, offset: range.start - segment.start };
  const listColumns = hasFlushLists(tree) ? 0 : 2;
  return [
    ...offer(segment, onSeveralLines(written, listColumns), 'on several lines'),
    ...offer(segment, onOneLine(written), 'on one line'),
  ];
}

interface Rewriting {
  readonly what: 'map' | 'list';
  /** Relative to the segment, in the order of the text. */
  readonly edits: readonly TextEdit[];
}

function offer(segment: Segment, rewriting: Rewriting | undefined, how: string): readonly Refactoring[] {
  if (rewriting === undefined) return [];
  const { what, edits } = rewriting;
  let after = segment.text;
  for (const { start, end, text } of edits.toReversed()) after = after.slice(0, start) + text + after.slice(end);
  if (!meansTheSame(segment.text, after, 'anyForm')) return [];
  const made = edits.map(({ start, end, text }) => ({ start: start + segment.start, end: end + segment.start, text }));
  return [{ title: `Write this ${what} ${how}`, edits: () => made }];
}

/** The outermost braces or brackets around the cursor, each part on a line of its own. */
function onSeveralLines(written: Written, listColumns: number): Rewriting | undefined {
  const { text, tokens } = written;
  const bounds = outermost(written);
  if (bounds === undefined) return undefined;
  const inside = tokens.slice(bounds.open + 1, bounds.close);
  const [open, close, behind] = [tokens[bounds.open], tokens[bounds.close], tokens[bounds.close + 1]];
  const owner = ownerOf(tokens, bounds.open);
  if (open?.level === undefined || close === undefined || owner === undefined) return undefined;
  const isAlone = lineStartOf(text, owner.start) === lineStartOf(text, open.start) && !isOnLine(text, behind, close);
  const parts = partsOf(text, inside);
  if (!isAlone || parts === undefined) return undefined;
  const what = text[open.start] === '{' ? 'map' : 'list';
  const newline = lineBreakOf(text);
  const lineEnd = contentEnd(text, close.end);
  const below = (lines: readonly string[], column: number): string =>
    lines.map((line) => `${newline}${' '.repeat(column)}${line}`).join('');
  if (owner.kind === 'dash') {
    const [first = '', ...others] = parts;
    const column = open.start - lineStartOf(text, open.start);
    if (what === 'list') return undefined;
    return {
      what,
      edits: replaced({ start: open.start, end: close.end, text: first }, lineEnd, below(others, column)),
    };
  }
  const column = open.level.column + (what === 'list' ? listColumns : 2);
  const lines = what === 'list' ? parts.map((part) => `- ${part}`) : parts;
  const start = tokens[bounds.open - 1]?.end ?? open.start;
  return { what, edits: replaced({ start, end: close.end, text: '' }, lineEnd, below(lines, column)) };
}

/** What is behind the braces on their line, a comment, stays on that line. */
function replaced(edit: TextEdit, lineEnd: number, lines: string): readonly TextEdit[] {
  if (lineEnd === edit.end) return [{ ...edit, text: edit.text + lines }];
  return [edit, { start: lineEnd, end: lineEnd, text: lines }];
}

function isOnLine(text: string, token: Token | undefined, like: Token): boolean {
  return (
    token !== undefined && token.kind !== 'comment' && lineStartOf(text, token.start) === lineStartOf(text, like.end)
  );
}

function outermost({ tokens, offset }: Written): { readonly open: number; readonly close: number } | undefined {
  let depth = 0;
  let open = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'open') {
      if (depth === 0) open = index;
      depth += 1;
    } else if (token.kind === 'close') {
      depth -= 1;
      if (depth === 0 && (tokens[open]?.start ?? 0) <= offset && offset <= token.end) return { open, close: index };
    }
  }
  return undefined;
}

/** What stands between the commas; undefined where there is nothing, a comment, or a part on several lines. */
function partsOf(text: string, inside: readonly Token[]): readonly string[] | undefined {
  const parts: string[] = [];
  let [depth, start, end] = [0, -1, -1];
  const finish = (): void => {
    if (start !== -1) parts.push(text.slice(start, end));
    start = -1;
  };
  for (const token of inside) {
    if (token.kind === 'comment') return undefined;
    if (token.kind === 'comma' && depth === 0) {
      finish();
      continue;
    }
    if (token.kind === 'open') depth += 1;
    if (token.kind === 'close') depth -= 1;
    if (start === -1) start = token.start;
    end = token.end;
  }
  finish();
  return parts.length === 0 || parts.some((part) => part.includes('\n')) ? undefined : parts;
}
