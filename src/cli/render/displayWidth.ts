/** Text as a terminal shows it: cell by cell, harmless, with a known width. */

/** What one character of the text takes on the screen. */
export interface Cell {
  readonly shown: string;
  /** Columns: 0 for what is drawn upon the character before it, 2 for what is drawn wide. */
  readonly width: number;
  /** Offset in the text, and the one behind it. */
  readonly start: number;
  readonly end: number;
}

/** Columns between two tab stops. */
const tabStop = 4;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The cells of one line. Tabs become spaces, and what would move the cursor becomes a picture of itself. */
export function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { segment, index } of segmenter.segment(line)) {
    const shown = segment === '\t' ? ' '.repeat(tabStop - (column % tabStop)) : printable(segment);
    const width = segment === '\t' ? shown.length : widthOf(shown);
    cells.push({ shown, width, start: index, end: index + segment.length });
    column += width;
  }
  return cells;
}

/** Text of one line that cannot move the cursor, change colours or turn its neighbours around. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, pictureOf).toWellFormed();
}

/** Unicode has a picture for each of the control characters of ASCII. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x24_00 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}

/** Blocks of East Asian wide and full-width characters, and of emoji (Unicode Standard Annex 11). */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1F64F}\u{1F680}-\u{1F6FF}\u{1F900}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u;
const unseen = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Columns that one character, with what is combined with it, takes. */
function widthOf(character: string): number {
  if (unseen.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
