/** What a line of YAML is to the one question that segmentation asks: may something new begin here? */

export type LineKind = 'blank' | 'comment' | 'marker' | 'directive' | 'item' | 'value' | 'continuation' | 'content';

export interface Line {
  readonly kind: LineKind;
  readonly indentation: number;
  /** Offset of the line behind this one, or of the end of the text. */
  readonly next: number;
}

/** Classifies the line that begins at an offset. */
export function lineAt(text: string, start: number): Line {
  const newline = text.indexOf('\n', start);
  const next = newline === -1 ? text.length : newline + 1;
  let at = start;
  while (text.charCodeAt(at) === 0x20) at += 1;
  return { kind: kindAt(text, at, start), indentation: at - start, next };
}

function kindAt(text: string, at: number, lineStart: number): LineKind {
  switch (text[at]) {
    case undefined:
    case '\n':
      return 'blank';
    case '\r':
      return text[at + 1] === '\n' || text[at + 1] === undefined ? 'blank' : 'continuation';
    case '#':
      return 'comment';
    case '%':
      return at === lineStart ? 'directive' : 'content';
    // A tab is no indentation, a closing bracket may stand at the column of the key that opened it, and a byte order
    // mark is one only at the start of the text.
    case '\t':
    case '\uFEFF':
    case ']':
    case '}':
      return 'continuation';
    case ':':
      return isSpace(text, at + 1) ? 'value' : 'content';
    case '-':
      if (at === lineStart && isMarker(text, at, '---')) return 'marker';
      return isSpace(text, at + 1) ? 'item' : 'content';
    case '.':
      return at === lineStart && isMarker(text, at, '...') ? 'marker' : 'content';
    default:
      return 'content';
  }
}

function isMarker(text: string, at: number, marker: string): boolean {
  return text.startsWith(marker, at) && isSpace(text, at + marker.length);
}

function isSpace(text: string, at: number): boolean {
  const character = text[at];
  return character === undefined || character === ' ' || character === '\t' || character === '\n' || character === '\r';
}
