/**
 * A text with its lines, in the client's position encoding. The domain counts UTF-16 code units from the start of the text;
 * lines and characters exist at the edge only, and this is the edge.
 */
import {
  ErrorCodes,
  Position,
  type Range as ProtocolRange,
  ResponseError,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import type { Range } from '../core/topology/diagnostics.ts';

/** What `character` in a position counts: bytes, UTF-16 code units or code points. */
export type PositionEncoding = 'utf-8' | 'utf-16' | 'utf-32';

export type ContentChange = TextDocumentContentChangeEvent;

export interface Text {
  readonly lineCount: number;
  /** The whole content. */
  content(): string;
  positionAt(offset: number): Position;
  /**
   * The offset of a position; one outside the text is taken as the nearest end of its line or of the text.
   * @throws ResponseError when it is none, as a client may send anything.
   */
  offsetAt(position: Position): number;
  toRange(range: Range): ProtocolRange;
  toOffsets(range: ProtocolRange): Range;
  /** Offset of the start of a line, counted from 0; the end of the text for one behind the last. */
  lineStart(line: number): number;
  /** Takes the content as it is after a range of offsets was replaced by so many characters. */
  replace(range: Range, length: number, content: string): void;
}

/** A line ends with a line feed, a carriage return, or both of them in that order (the protocol's definition). */
export function createText(initial: string, encoding: PositionEncoding): Text {
  let content = initial;
  let starts = [0, ...lineStartsIn(content, 0, content.length)];
  const lineStart = (line: number): number => starts[Math.max(0, line)] ?? content.length;
  const positionAt = (offset: number): Position => {
    const within = Math.min(Math.max(0, offset), content.length);
    const line = lineOf(starts, within);
    const start = lineStart(line);
    const end = Math.min(within, endOfLine(content, start, lineStart(line + 1)));
    return { line, character: encoding === 'utf-16' ? end - start : lengthIn(content.slice(start, end), encoding) };
  };
  const offsetAt = (position: Position): number => {
    if (!Position.is(position)) throw malformed('A position has a line and a character, both whole and not negative.');
    const { line, character } = position;
    const start = lineStart(line);
    const end = endOfLine(content, start, lineStart(line + 1));
    if (encoding === 'utf-16') return Math.min(start + character, end);
    return start + unitsIn(content.slice(start, end), character, encoding);
  };
  return {
    get lineCount() {
      return starts.length;
    },
    content: () => content,
    positionAt,
    offsetAt,
    toRange: ({ start, end }) => ({ start: positionAt(start), end: positionAt(end) }),
    toOffsets: (range) => {
      const [one, other] = [offsetAt(range?.start), offsetAt(range?.end)];
      return { start: Math.min(one, other), end: Math.max(one, other) };
    },
    lineStart,
    replace: (range, length, changed) => {
      content = changed;
      starts = movedStarts(starts, range, length, content);
    },
  };
}

function malformed(message: string): ResponseError<void> {
  return new ResponseError(ErrorCodes.InvalidParams, message);
}

/**
 * Line starts after a change. Only those right behind the changed characters are found anew, and the one before them, whose
 * carriage return may have got or lost its line feed.
 */
function movedStarts(starts: readonly number[], { start, end }: Range, length: number, content: string): number[] {
  const shift = length - (end - start);
  const before = start === 0 ? 1 : lineOf(starts, start - 1) + 1;
  const moved = starts.slice(0, before);
  for (const found of lineStartsIn(content, Math.max(0, start - 1), start + length)) moved.push(found);
  for (let line = lineOf(starts, end) + 1; line < starts.length; line += 1) moved.push((starts[line] ?? 0) + shift);
  return moved;
}

/** Starts of the lines whose line end lies in a stretch of the text. */
export function lineStartsIn(content: string, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let offset = from; offset < to; offset += 1) {
    const character = content.charCodeAt(offset);
    if (character === 0x0a || (character === 0x0d && content.charCodeAt(offset + 1) !== 0x0a)) starts.push(offset + 1);
  }
  return starts;
}

/** The line that holds an offset. */
export function lineOf(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function endOfLine(content: string, start: number, next: number): number {
  let end = next;
  while (end > start && (content[end - 1] === '\n' || content[end - 1] === '\r')) end -= 1;
  return end;
}

/** Length of a text as the client counts it. */
export function lengthIn(text: string, encoding: PositionEncoding): number {
  if (encoding === 'utf-16') return text.length;
  if (encoding === 'utf-8') return Buffer.byteLength(text, 'utf8');
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** How many UTF-16 code units a number of bytes or code points is; one in the middle of a character is its start. */
function unitsIn(line: string, character: number, encoding: PositionEncoding): number {
  let units = 0;
  let passed = 0;
  for (const point of line) {
    passed += encoding === 'utf-8' ? Buffer.byteLength(point, 'utf8') : 1;
    if (passed > character) break;
    units += point.length;
  }
  return units;
}
