/** Where the comments of a segment are, and where a `#` would be none because it stands in a scalar. */
import { Lexer } from 'yaml';
import type { Range } from '../diagnostics.ts';
import { mostCharactersAtOnce } from './limits.ts';
import type { Anchorage } from './nodes.ts';

export interface Lexed {
  /** From the `#` to the end of the line, without the line break; relative to the segment. */
  readonly comments: readonly Range[];
  /** Scalars over more than one line, relative to the segment: `end` is the first offset behind. */
  readonly longScalars: readonly Range[];
}

const known = new WeakMap<Anchorage, Lexed>();

const nothing: Lexed = { comments: [], longScalars: [] };

/** Reads a segment as the parser does, and not where it is too long to be parsed. Once for each segment. */
export function lexed(segment: Anchorage): Lexed {
  const before = known.get(segment);
  if (before !== undefined) return before;
  const result = segment.text.length > mostCharactersAtOnce ? nothing : lex(segment.text);
  known.set(segment, result);
  return result;
}

/** Whether what is inserted at an offset, relative to the segment, would become a part of a scalar. */
export function isInsideScalar(segment: Anchorage, offset: number): boolean {
  return lexed(segment).longScalars.some(({ start, end }) => start < offset && offset < end);
}

/** What the lexer writes between the pieces of the text: they stand for nothing in it. */
const scalarFollows = '\u001F';
const marks: ReadonlySet<string> = new Set(['\u0002', '\u0018', scalarFollows]);

function lex(text: string): Lexed {
  const comments: Range[] = [];
  const longScalars: Range[] = [];
  let at = 0;
  let inBlock = false;
  let before = '';
  for (const piece of new Lexer().lex(text)) {
    if (!marks.has(piece) || before === scalarFollows) {
      const range = { start: at, end: at + piece.length };
      const isScalar = before === scalarFollows;
      if (!isScalar && piece.startsWith('#')) comments.push(withoutCarriageReturn(range, piece));
      // The first line of a block scalar belongs to it from its first column on.
      else if (piece.includes('\n') && (isScalar || /^["']/.test(piece)))
        longScalars.push(isScalar && inBlock ? { start: at - 1, end: range.end } : range);
      if (isScalar) inBlock = false;
      else if (/^[|>]/.test(piece)) inBlock = true;
      at = range.end;
    }
    before = piece;
  }
  return { comments, longScalars };
}

function withoutCarriageReturn({ start, end }: Range, piece: string): Range {
  return { start, end: piece.endsWith('\r') ? end - 1 : end };
}
