/**
 * What an editor does for somebody who presses Enter, or begins an item: the line stands where the format wants what
 * belongs there. Where that is not certain, nothing happens.
 */

import type { TextEdit } from '../diagnostics.ts';
import { type CursorContext, cursorAt } from '../queries/cursor.ts';
import { cursorStart } from '../queries/cursorStart.ts';
import type { TreePath } from '../queries/positions.ts';
import { type Shape, schemaAt, shapeOf } from '../shape/schemaWalk.ts';
import { lineEndOf, lineStartOf, nextLineOf } from '../syntax/textLines.ts';
import type { Tree } from '../syntax/tree.ts';
import { hasFlushLists } from './listStyle.ts';

/** A line that ends in front of where somebody is typing. */
interface LineBefore {
  readonly start: number;
  readonly text: string;
}

interface Typing {
  readonly text: string;
  readonly tree: Tree;
  /** Of the line in which somebody is typing. */
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly before: LineBefore;
}

/** The edits that are due after a character was typed in front of an offset: a line break or a dash. */
export function editsWhileTyping(text: string, tree: Tree, offset: number, typed: string): readonly TextEdit[] {
  const lineStart = lineStartOf(text, offset);
  if (lineStart === 0) return [];
  const lineEnd = lineEndOf(text, offset);
  const start = lineStartOf(text, lineStart - 1);
  const before = { start, text: text.slice(start, lineEndOf(text, start)) };
  const typing: Typing = { text, tree, lineStart, lineEnd, before };
  const line = text.slice(lineStart, lineEnd);
  if (typed === '-') return /^ *-$/.test(line) ? placedDash(typing) : [];
  return /^ *$/.test(line) ? afterLineBreak(typing) : [];
}

const openKey =
  /^( *(?:- +)*)([^\s#'"[\]{},&*!|>%@`-][^\s:#]*|"[^"]*"|'[^']*')[ \t]*:(?:[ \t]+[&!]\S*)*[ \t]*(?:[ \t]#.*)?$/;
const emptyItem = /^( *(?:- +)*)-[ \t]*$/;
const beginning = /^( *)((?:- +)*)(?=[^\s#])/;

function afterLineBreak(typing: Typing): readonly TextEdit[] {
  const { text } = typing.before;
  const open = openKey.exec(text);
  if (open !== null) return belowKey(typing, open[1]?.length ?? 0);
  const empty = emptyItem.exec(text);
  if (empty !== null) return behindEmptyItem(typing, empty[1]?.length ?? 0);
  const [whole = '', , dashes = ''] = beginning.exec(text) ?? [];
  const context = contextAt(typing, typing.before.start + whole.length);
  if (context === undefined || context.flow || whole.length === text.length) return [];
  return behindContent(typing, context, whole.length, dashes);
}

/** A value that is written: the next item of a list of texts, or the next key. */
function behindContent(typing: Typing, context: CursorContext, column: number, dashes: string): readonly TextEdit[] {
  if (!isFinished(typing.before.text.slice(column))) return [];
  if (context.role === 'key') return indented(typing, column, '');
  const isItem = dashes !== '' && typeof context.path.at(-1) === 'number';
  if (!isItem || !holdsTexts(context.path.slice(0, -1))) return [];
  return indented(typing, typing.before.text.slice(0, column).lastIndexOf('-'), '- ');
}

/** Whether nothing that begins on a line goes on behind it: brackets, quotes, a block of text. */
function isFinished(content: string): boolean {
  const bare = content.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '').replace(/(?:^|\s)#.*$/, '');
  const count = (brackets: RegExp): number => bare.match(brackets)?.length ?? 0;
  return count(/[[{]/g) === count(/[\]}]/g) && !/["']/.test(bare) && !/[|>][-+\d]*\s*$/.test(bare);
}

/** Enter on an item with nothing in it ends the list, as it does in other editors of lists. */
function behindEmptyItem(typing: Typing, dash: number): readonly TextEdit[] {
  const context = contextAt(typing, typing.before.start + typing.before.text.length);
  const list = context?.path.slice(0, -1) ?? [];
  if (typeof context?.path.at(-1) !== 'number' || !holdsTexts(list) || typing.before.text.trim() !== '-') return [];
  const column = columnOfParent(typing, dash);
  if (column === undefined) return [];
  return [{ start: typing.before.start, end: typing.lineEnd, text: ' '.repeat(column) }];
}

function belowKey(typing: Typing, column: number): readonly TextEdit[] {
  const shape = shapeBelow(typing, column);
  const existing = columnBelow(typing, column);
  if (shape === 'list') return indented(typing, existing?.column ?? column + listIndentation(typing), '- ');
  if (shape !== 'map' && shape !== 'record') return [];
  return existing?.isItem === true ? [] : indented(typing, existing?.column ?? column + 2, '');
}

/** A dash that begins the list of the key on the line before. */
function placedDash(typing: Typing): readonly TextEdit[] {
  const column = openKey.exec(typing.before.text)?.[1]?.length;
  if (column === undefined || shapeBelow(typing, column) !== 'list') return [];
  if (columnBelow(typing, column) !== undefined) return [];
  return indented(typing, column + listIndentation(typing), '-');
}

function indented({ text, lineStart, lineEnd }: Typing, column: number, mark: string): readonly TextEdit[] {
  const wanted = `${' '.repeat(column)}${mark}`;
  return text.slice(lineStart, lineEnd) === wanted ? [] : [{ start: lineStart, end: lineEnd, text: wanted }];
}

/** What the format wants below the key that stands in that column of the line before. */
function shapeBelow(typing: Typing, column: number): Shape | undefined {
  const context = contextAt(typing, typing.before.start + column);
  if (context === undefined || context.role !== 'key' || context.flow) return undefined;
  const word = typing.text.slice(context.range.start, context.range.end);
  const schema = schemaAt([...context.path, word.replace(/^(["'])(.*)\1$/, '$2')]);
  return schema && shapeOf(schema);
}

function holdsTexts(list: TreePath): boolean {
  const item = schemaAt([...list, 0]);
  return item !== undefined && !['map', 'record', 'list'].includes(shapeOf(item));
}

/** What is there already below a key, behind the line in which somebody is typing. */
function columnBelow(
  typing: Typing,
  column: number,
): { readonly column: number; readonly isItem: boolean } | undefined {
  const behind = /^(?:[ \t]*(?:#.*)?\r?\n)*( *)([^\s#].{0,1})/.exec(
    typing.text.slice(nextLineOf(typing.text, typing.lineEnd), nextLineOf(typing.text, typing.lineEnd) + 2000),
  );
  const [, indentation = '', content = ''] = behind ?? [];
  const isItem = /^-(?: |$)/.test(content);
  const isBelow = indentation.length > column || (isItem && indentation.length === column && !isDashed(typing, column));
  return behind !== null && isBelow ? { column: indentation.length, isItem } : undefined;
}

/** Whether the key in that column of the line before is the first of an item. */
function isDashed({ before }: Typing, column: number): boolean {
  return before.text.slice(0, column).includes('-');
}

/** The column of the key that holds the list whose dash stands in that column. */
function columnOfParent({ text, before }: Typing, dash: number): number | undefined {
  for (let start = before.start; start > 0; ) {
    start = lineStartOf(text, start - 1);
    const line = text.slice(start, lineEndOf(text, start));
    if (/^\s*(?:#.*)?$/.test(line) || (line.startsWith(`${' '.repeat(dash)}-`) && !openKey.test(line))) continue;
    const column = openKey.exec(line)?.[1]?.length;
    return column !== undefined && column <= dash ? column : undefined;
  }
  return undefined;
}

function listIndentation({ tree }: Typing): number {
  return hasFlushLists(tree) ? 0 : 2;
}

function contextAt({ text, tree }: Typing, offset: number): CursorContext | undefined {
  const start = cursorStart(tree.segments, offset);
  return start === undefined ? undefined : cursorAt(text, offset, start);
}
