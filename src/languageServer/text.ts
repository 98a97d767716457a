/**
 * A text with its lines, in the client's position encoding. The domain counts UTF-16 code units from the start of the text;
 * lines and characters exist at the edge only, and this is the edge.
 */
import type { Position, Range as ProtocolRange } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Range } from '../core/topology/diagnostics.ts';

/** What `character` in a position counts: bytes, UTF-16 code units or code points. */
export type PositionEncoding = 'utf-8' | 'utf-16' | 'utf-32';

export type ContentChange = Parameters<typeof TextDocument.update>[1][number];

export interface Text {
  readonly lineCount: number;
  /** The whole content. */
  content(): string;
  positionAt(offset: number): Position;
  /** The offset of a position; one outside the text is taken as the nearest end of its line or of the text. */
  offsetAt(position: Position): number;
  toRange(range: Range): ProtocolRange;
  toOffsets(range: ProtocolRange): Range;
  /** Offset of the start of a line, counted from 0. */
  lineStart(line: number): number;
  /** Replaces a range of offsets in place. */
  replace(range: Range, text: string, version: number): void;
}

export function createText(uri: string, version: number, content: string, encoding: PositionEncoding): Text {
  const document = TextDocument.create(uri, 'lync-topology', version, content);
  const lineStart = (line: number): number => document.offsetAt({ line, character: 0 });
  const positionAt = (offset: number): Position => {
    const position = document.positionAt(offset);
    if (encoding === 'utf-16') return position;
    const before = document.getText({ start: { line: position.line, character: 0 }, end: position });
    return { line: position.line, character: lengthIn(before, encoding) };
  };
  const offsetAt = (position: Position): number => {
    if (encoding === 'utf-16') return document.offsetAt(position);
    const { line, character } = position;
    const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
    const withoutBreak = text.replace(/[\r\n]+$/, '');
    return lineStart(line) + unitsIn(withoutBreak, character, encoding);
  };
  return {
    get lineCount() {
      return document.lineCount;
    },
    content: () => document.getText(),
    positionAt,
    offsetAt,
    toRange: ({ start, end }) => ({ start: positionAt(start), end: positionAt(end) }),
    toOffsets: ({ start, end }) => ({ start: offsetAt(start), end: offsetAt(end) }),
    lineStart,
    replace: ({ start, end }, text, newVersion) => {
      const range = { start: document.positionAt(start), end: document.positionAt(end) };
      TextDocument.update(document, [{ range, text }], newVersion);
    },
  };
}

function lengthIn(text: string, encoding: PositionEncoding): number {
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
