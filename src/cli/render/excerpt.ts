/** The line that a finding is about, cut so that what it is about can be seen, and marks below it. */
import type { Range } from '../../core/topology/diagnostics.ts';
import type { Lines } from '../checkedFile.ts';
import { type Cell, cellsOf } from './displayWidth.ts';

export interface Excerpt {
  /** Number of the line, from 1. */
  readonly number: number;
  readonly source: string;
  /** Spaces that bring the marks below the range. */
  readonly lead: string;
  readonly marks: string;
}

/** Columns shown before a range that does not fit with the start of its line. */
const contextBefore = 20;
const more = '…';

/** A line can be as long as a file; no more characters than these on either side of the start are looked at. */
const reach = 1_000;

/**
 * The first line of the range in at most `width` columns. Nothing for a line without text: there is nothing to see.
 */
export function excerptOf(lines: Lines, range: Range, width: number): Excerpt | undefined {
  const { start, text } = lines.lineAt(range.start);
  if (text.trim() === '') return undefined;
  const { line } = lines.positionAt(range.start);
  const from = Math.max(0, range.start - start - reach);
  const cells = cellsOf(text.slice(from, range.start - start + reach));
  const first = indexOf(cells, range.start - start - from);
  const behind = Math.max(first + 1, indexOf(cells, range.end - start - from));
  return { number: line + 1, ...cut(cells, first, behind, width) };
}

/** The cell that holds an offset of the line; the number of cells for one behind the line. */
function indexOf(cells: readonly Cell[], offset: number): number {
  const index = cells.findIndex(({ end }) => end > offset);
  return index === -1 ? cells.length : index;
}

function cut(
  cells: readonly Cell[],
  first: number,
  behind: number,
  width: number,
): Pick<Excerpt, 'source' | 'lead' | 'marks'> {
  const fits = widthOf(cells) <= width;
  const from = fits ? 0 : startOfView(cells, first, behind, width);
  const to = fits ? cells.length : endOfView(cells, from, width);
  const before = from > 0 ? more : '';
  const after = to < cells.length ? more : '';
  const shown = cells.slice(from, to).map((cell) => cell.shown);
  return {
    source: `${before}${shown.join('')}${after}`,
    lead: ' '.repeat(before.length + widthOf(cells.slice(from, first))),
    marks: '^'.repeat(Math.max(1, widthOf(cells.slice(first, Math.min(behind, to))))),
  };
}

/** The line is shown from its start where the range is seen then, and else from a little before the range. */
function startOfView(cells: readonly Cell[], first: number, behind: number, width: number): number {
  const room = width - 2 * more.length;
  if (widthOf(cells.slice(0, behind)) <= room) return 0;
  const length = widthOf(cells.slice(first, behind));
  const context = Math.min(contextBefore, Math.max(0, room - length));
  let from = first;
  for (let taken = 0; from > 0; from -= 1) {
    taken += cells[from - 1]?.width ?? 0;
    if (taken > context) break;
  }
  return from;
}

function endOfView(cells: readonly Cell[], from: number, width: number): number {
  const room = width - 2 * more.length;
  let to = from;
  for (let taken = 0; to < cells.length; to += 1) {
    taken += cells[to]?.width ?? 0;
    if (taken > room) break;
  }
  return to;
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}
