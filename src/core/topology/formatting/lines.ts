/** Edits within lines: indentation, white space at their ends, and blank ones. */

import type { Range, TextEdit } from '../diagnostics.ts';
import { lineStartOf } from '../syntax/textLines.ts';

/** Offsets: lines that begin at `start` or behind it and end at `end` or before it. */
export type LineRange = Range;

/** Whether the line that begins at an offset is not to be touched. */
export function offLine(lines: LineRange | undefined, lineStart: number): boolean {
  return lines !== undefined && (lineStart < lines.start || lineStart >= lines.end);
}

export function indentationEdit(
  text: string,
  lineStart: number,
  contentStart: number,
  column: number,
): TextEdit | undefined {
  const indentation = ' '.repeat(column);
  if (text.slice(lineStart, contentStart) === indentation) return undefined;
  return { start: lineStart, end: contentStart, text: indentation };
}

/**
 * What lies between two tokens on different lines: the white space behind the first one goes, and of blank lines one is
 * left, none at the start and at the end of the text. The indentation of the last line is not looked at.
 */
export function linesBetween(
  text: string,
  gap: Range,
  where: 'start' | 'middle' | 'end',
  lines: LineRange | undefined,
): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let blank = { start: 1, middle: -1, end: 0 }[where];
  let at = gap.start;
  for (let newline = text.indexOf('\n', at); newline !== -1 && newline < gap.end; newline = text.indexOf('\n', at)) {
    const edit = blank > 0 ? { start: at, end: newline + 1, text: '' } : trailing(text, at, newline);
    if (edit !== undefined && !offLine(lines, lineStartOf(text, at))) edits.push(edit);
    blank += 1;
    at = newline + 1;
  }
  const rest = { start: at, end: gap.end, text: '' };
  if (where === 'end' && at < gap.end && !offLine(lines, lineStartOf(text, at))) edits.push(rest);
  return edits;
}

/** The white space before the line break at `newline`. */
function trailing(text: string, start: number, newline: number): TextEdit | undefined {
  const end = text[newline - 1] === '\r' && newline > start ? newline - 1 : newline;
  return start === end ? undefined : { start, end, text: '' };
}
