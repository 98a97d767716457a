/** Texts that span several lines: their lines move together, and what they say stays the same. */

import type { TextEdit } from '../diagnostics.ts';
import { lineStartOf, nextLineOf } from '../syntax/textLines.ts';
import type { Token } from '../syntax/tokens.ts';
import { type LineRange, offLine } from './lines.ts';

/**
 * Moves the lines of a block of text, or the lines behind the first one of a plain or quoted text, by a number of
 * columns, but for those that would then stand left of column `least`.
 */
export function continuationEdits(
  text: string,
  token: Token,
  movement: number,
  least: number,
  lines: LineRange | undefined,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let lineStart = token.kind === 'blockContent' ? lineStartOf(text, token.start) : nextLineOf(text, token.start);
  while (lineStart < token.end) {
    const next = nextLineOf(text, lineStart);
    const edit = offLine(lines, lineStart)
      ? undefined
      : moved(text, lineStart, Math.min(next, token.end), movement, least);
    if (edit !== undefined) edits.push(edit);
    lineStart = next;
  }
  return edits;
}

function moved(text: string, start: number, end: number, movement: number, least: number): TextEdit | undefined {
  let content = start;
  while (content < end && text[content] === ' ') content += 1;
  const width = content - start;
  const isBlank = /^[\r\n]*$/.test(text.slice(content, end));
  const wanted = isBlank ? Math.max(0, width + movement) : Math.max(least, width + movement);
  if (wanted === width || (isBlank && (width === 0 || least > 0))) return undefined;
  return { start, end: content, text: ' '.repeat(wanted) };
}
