/** Whether a line fits where the cursor is: under the keys around it, and without taking what follows away from them. */

import { rangeOf, type TreeNode } from '../syntax/nodes.ts';
import { columnOf } from '../syntax/textLines.ts';
import type { Tree } from '../syntax/tree.ts';
import type { CursorContext } from './cursor.ts';

export interface NextLine {
  readonly column: number;
  /** The line begins with a dash. */
  readonly isItem: boolean;
}

/** The next line behind that of an offset that is neither blank nor a comment. */
export function nextLine(text: string, offset: number): NextLine | undefined {
  for (let end = text.indexOf('\n', offset); end !== -1; end = text.indexOf('\n', end + 1)) {
    const line = /[ ]*(?=(\r?\n|$|#)|(-(?=[ \r\n]|$))?)/y;
    line.lastIndex = end + 1;
    const match = line.exec(text);
    if (end + 1 >= text.length || match?.[1] !== undefined) continue;
    return { column: match?.[0].length ?? 0, isItem: match?.[2] !== undefined };
  }
  return undefined;
}

/** Columns that a level is indented by: those of the place itself, or of the first section. */
export function indentationUnit(text: string, { root, segments }: Tree, cursor: CursorContext): number {
  const here = cursor.column - cursor.parentColumn;
  if (!cursor.flow && !cursor.afterDash && cursor.parentColumn >= 0 && here > 0 && here <= 8) return here;
  const section = segments.find(({ role, layout }) => role === 'header' && layout?.kind === 'map');
  if (section?.layout !== undefined) return section.layout.indentation;
  const inner = root.entries.find(
    ({ value }) => value.kind === 'map' && !value.flow && value.entries.length > 0,
  )?.value;
  const column = inner === undefined ? 0 : columnOf(text, rangeOf(inner).start);
  return column > 0 && column <= 8 ? column : 2;
}

/** Whether a key of a map may stand at the cursor. */
export function takesKey(text: string, cursor: CursorContext, node: TreeNode | undefined): boolean {
  if (cursor.flow) return node === undefined || node.kind !== 'map' || node.flow;
  if (!fitsMap(text, cursor, node)) return false;
  if (cursor.hasColon || cursor.afterDash) return true;
  const next = nextLine(text, cursor.range.end);
  return next === undefined || next.column < cursor.column || (next.column === cursor.column && !next.isItem);
}

/** The other keys of the map stand in the same column; a value that is there already has no keys. */
function fitsMap(text: string, { range, column }: CursorContext, node: TreeNode | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind === 'scalar' || node.kind === 'alias') {
    const place = rangeOf(node);
    return place.start === place.end || (place.start >= range.start && place.end <= range.end);
  }
  if (node.kind === 'sequence' || node.flow) return false;
  const others = node.entries.map(({ key }) => rangeOf(key).start).filter((start) => start !== range.start);
  const [first] = others;
  return first === undefined || columnOf(text, first) === column;
}
