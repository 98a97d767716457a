/**
 * What may be written at an offset, also where the text is not whole yet: in which map or list the cursor stands, whether
 * a key or a value is due, and which word is there already. Reads lines, not the tree, because what is being typed is
 * what the tree does not hold.
 */

import type { Range } from '../diagnostics.ts';
import { columnOf } from '../syntax/textLines.ts';
import type { TreePath } from './positions.ts';

export interface CursorContext {
  readonly role: 'key' | 'value';
  /** For a key the path of the map that it would stand in; for a value the path of the value itself. */
  readonly path: TreePath;
  /** What completion replaces: the word that the cursor is in. */
  readonly range: Range;
  /** The part of the word before the cursor. */
  readonly prefix: string;
  /** Inside `{ }` or `[ ]`. */
  readonly flow: boolean;
  /** Column of the word, for text that spans lines. */
  readonly column: number;
  /** Column of the key or the dash that the word stands under; -1 at the top. */
  readonly parentColumn: number;
  /** The quote that the word stands in. */
  readonly quote: '"' | "'" | undefined;
  /** A colon follows the word: it is a key that has its value already. */
  readonly hasColon: boolean;
  /** The word follows a dash on its line. */
  readonly afterDash: boolean;
}

/** A key or an item that is still open at the cursor. */
export interface Level {
  readonly column: number;
  readonly step: string | number;
}

/** An open `{` or `[`. */
interface Flow {
  readonly open: '{' | '[';
  index: number;
  key: string | undefined;
  wordStart: number;
}

interface Scan {
  readonly text: string;
  readonly cursor: number;
  readonly levels: Level[];
}

const keyPattern = /^("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s#'"[\]{},&*!|>%@`-][^\s:#]*|-[^\s:#]+)[ \t]*:(?=[ \t\r]|$)/;

/** The start of a line from which on the text can be read, with the keys and items that are open there. */
export interface CursorStart {
  readonly offset: number;
  readonly levels: readonly Level[];
}

/**
 * The context of an offset, or undefined where nothing can be completed: in a comment, behind a finished value, or in a
 * block of text.
 */
export function cursorAt(text: string, offset: number, from: CursorStart): CursorContext | undefined {
  const scan: Scan = { text, cursor: offset, levels: [...from.levels] };
  let lineStart = from.offset;
  while (lineStart <= offset) {
    const result = scanLine(scan, lineStart);
    if (typeof result !== 'number') return result.context;
    lineStart = result;
  }
  return undefined;
}

/** The start of the next line to look at, or the answer. */
type LineResult = number | { readonly context: CursorContext | undefined };

function scanLine(scan: Scan, lineStart: number): LineResult {
  const { text, cursor } = scan;
  const lineEnd = endOfLine(text, lineStart);
  const isCursorLine = cursor <= lineEnd;
  let at = lineStart;
  let afterDash = false;
  while (text[at] === ' ') at += 1;
  const empty = at >= lineEnd || text[at] === '\r';
  if (isCursorLine && cursor < at && !empty) return { context: undefined };
  if (isCursorLine && cursor < at) at = cursor;
  if ((empty || text[at] === '#') && !isCursorLine) return lineEnd + 1;
  if (isCursorLine && (text[at] === '#' || isNoPlace(text, at, lineStart))) return { context: undefined };
  while (text[at] === '-' && (at + 1 >= lineEnd || text[at + 1] === ' ') && !(isCursorLine && cursor <= at)) {
    openItem(scan.levels, at - lineStart);
    afterDash = true;
    at += 1;
    // A space belongs between a dash and what is written behind it.
    if (isCursorLine && cursor === at) return { context: undefined };
    while (text[at] === ' ' && !(isCursorLine && cursor <= at)) at += 1;
  }
  return scanContent(scan, { start: lineStart, end: lineEnd, afterDash }, at);
}

/** A document marker, a directive, a tab as indentation, or an anchor, alias, tag or explicit key. */
function isNoPlace(text: string, at: number, lineStart: number): boolean {
  if (at === lineStart && /^(?:---|\.\.\.|%)/.test(text.slice(at, at + 3))) return true;
  return /^(?:[&*!%@`\t]|\?(?:\s|$))/.test(text.slice(at, at + 2));
}

interface CursorLine {
  readonly start: number;
  readonly end: number;
  /** An item begins on this line. */
  readonly afterDash: boolean;
}

function scanContent(scan: Scan, line: CursorLine, at: number): LineResult {
  const { text, cursor } = scan;
  const isCursorLine = cursor <= line.end;
  const column = at - line.start;
  const key = keyPattern.exec(text.slice(at, line.end));
  if (key === null) {
    closeLevels(scan.levels, column);
    return scanValue(scan, at, line, column, line.afterDash ? 'value' : 'key');
  }
  const word = key[1] ?? '';
  if (isCursorLine && cursor <= at + word.length) {
    closeLevels(scan.levels, column);
    const quote = quoteAt(text, at);
    // In front of a quote nothing is typed yet, behind the closing one the word is done.
    if (quote !== undefined && cursor === at + word.length) return { context: undefined };
    const inQuotes = cursor === at ? undefined : quote;
    const context = wordContext(scan, 'key', at, at + word.length, line, column);
    return { context: { ...context, quote: inQuotes, hasColon: true } };
  }
  closeLevels(scan.levels, column);
  scan.levels.push({ column, step: unquoted(word) });
  let value = at + key[0].length;
  if (isCursorLine && cursor <= value) return { context: undefined };
  while (text[value] === ' ' && value < cursor) value += 1;
  return scanValue(scan, value, line, column, 'value');
}

/** What follows a key or a dash, or a word that may itself become a key. */
function scanValue(scan: Scan, at: number, line: CursorLine, column: number, role: 'key' | 'value'): LineResult {
  const { text, cursor } = scan;
  const lineEnd = line.end;
  const first = text[at];
  if (first === '{' || first === '[') {
    if (cursor <= at) return { context: undefined };
    return scanFlow(scan, at);
  }
  if ((first === '|' || first === '>') && cursor > at) return skipBlock(scan, lineEnd, column);
  if (cursor > lineEnd) return lineEnd + 1;
  const startsOtherwise = /^ +[{["'|>&*!]/.test(text.slice(at, lineEnd));
  if (startsOtherwise || isNoPlace(text, at, -1) || text[cursor] === '#') return { context: undefined };
  const quote = quoteAt(text, at);
  if (quote !== undefined) return { context: quotedContext(scan, role, at, quote, line, column) };
  const comment = /(?:^|\s)#/.exec(text.slice(at, lineEnd));
  const end = comment === null ? lineEnd : at + comment.index;
  if (cursor > end) return { context: undefined };
  const wordEnd = at + text.slice(at, end).trimEnd().length;
  return { context: wordContext(scan, role, at, Math.max(wordEnd, cursor), line, column) };
}

function wordContext(
  scan: Scan,
  role: 'key' | 'value',
  start: number,
  end: number,
  line: CursorLine,
  column: number,
): CursorContext {
  return {
    role,
    path: scan.levels.map((level) => level.step),
    range: { start, end: Math.max(end, start) },
    prefix: scan.text.slice(start, scan.cursor),
    flow: false,
    column,
    parentColumn: scan.levels.at(-1)?.column ?? -1,
    quote: undefined,
    hasColon: false,
    afterDash: line.afterDash,
  };
}

/** A word in quotes, up to the closing one; up to the cursor where that is not written yet. */
function quotedContext(
  scan: Scan,
  role: 'key' | 'value',
  at: number,
  quote: '"' | "'",
  line: CursorLine,
  column: number,
): CursorContext | undefined {
  const end = endOfQuotedWord(scan, at, /^[ \t\r]*(?:$|[ \t]#)/, line.end);
  const inQuotes = scan.cursor === at ? undefined : quote;
  return end === undefined ? undefined : { ...wordContext(scan, role, at, end, line, column), quote: inQuotes };
}

/** Undefined where the cursor is behind the quotes, or where something else stands behind them. */
function endOfQuotedWord(scan: Scan, at: number, behind: RegExp, lineEnd: number): number | undefined {
  const { text, cursor } = scan;
  const close = endOfQuotes(text, at);
  if (text[close] !== text[at] || close > lineEnd) return cursor === at ? undefined : cursor;
  if (close < cursor) return undefined;
  return behind.test(text.slice(close + 1, lineEnd)) ? close + 1 : undefined;
}

function quoteAt(text: string, at: number): '"' | "'" | undefined {
  const character = text[at];
  return character === '"' || character === "'" ? character : undefined;
}

function openItem(levels: Level[], column: number): void {
  let index = 0;
  for (let last = levels.at(-1); last !== undefined && last.column >= column; last = levels.at(-1)) {
    if (last.column === column && typeof last.step === 'string') break;
    if (last.column === column && typeof last.step === 'number') index = last.step + 1;
    levels.pop();
  }
  levels.push({ column, step: index });
}

/** Closes what a key or a word in that column ends. An item whose dash stands left of it stays open. */
function closeLevels(levels: Level[], column: number): void {
  while ((levels.at(-1)?.column ?? -1) >= column) levels.pop();
}

function skipBlock(scan: Scan, headerEnd: number, column: number): LineResult {
  let lineStart = headerEnd + 1;
  while (lineStart <= scan.text.length) {
    const lineEnd = endOfLine(scan.text, lineStart);
    const line = scan.text.slice(lineStart, lineEnd);
    const indentation = line.length - line.trimStart().length;
    const inside = line.trim() === '' || indentation > column;
    if (!inside) return lineStart;
    if (scan.cursor <= lineEnd && line.trim() !== '') return { context: undefined };
    if (scan.cursor <= lineEnd) return lineStart;
    lineStart = lineEnd + 1;
  }
  return { context: undefined };
}

function scanFlow(scan: Scan, open: number): LineResult {
  const { text, cursor } = scan;
  const stack: Flow[] = [];
  for (let at = open; at < text.length; at += 1) {
    if (at >= cursor) return { context: flowContext(scan, stack) };
    const character = text[at];
    const top = stack.at(-1);
    if (character === '"' || character === "'") {
      at = endOfQuotes(text, at);
      if (at >= cursor) return { context: flowContext(scan, stack) };
    } else if (character === '#' && /\s/.test(text[at - 1] ?? ' ')) {
      at = endOfLine(text, at);
      if (at >= cursor) return { context: undefined };
    } else if (character === '{' || character === '[') {
      stack.push({ open: character, index: 0, key: undefined, wordStart: at + 1 });
    } else if (character === '}' || character === ']') {
      stack.pop();
      if (stack.length === 0) return cursor <= endOfLine(text, at) ? { context: undefined } : endOfLine(text, at) + 1;
    } else if (character === ',' && top !== undefined) {
      top.index += 1;
      top.key = undefined;
      top.wordStart = at + 1;
    } else if (
      character === ':' &&
      top?.key === undefined &&
      top !== undefined &&
      /[\s,}\]]/.test(text[at + 1] ?? ' ')
    ) {
      top.key = unquoted(text.slice(top.wordStart, at).trim());
      top.wordStart = at + 1;
    }
  }
  return { context: flowContext(scan, stack) };
}

function flowContext(scan: Scan, stack: readonly Flow[]): CursorContext | undefined {
  const top = stack.at(-1);
  if (top === undefined) return undefined;
  const { text, cursor } = scan;
  let start = top.wordStart;
  while (start < cursor && /\s/.test(text[start] ?? '')) start += 1;
  if (isNoPlace(text, start, -1) || text[cursor] === '#' || isTooFarLeft(scan, start)) return undefined;
  const quote = quoteAt(text, start);
  const end = quote === undefined ? endOfFlowWord(scan, start) : endOfQuotedFlowWord(scan, start);
  if (end === undefined) return undefined;
  const path: (string | number)[] = scan.levels.map((level) => level.step);
  for (const flow of stack) {
    if (flow.open === '[') path.push(flow.index);
    else if (flow.key !== undefined) path.push(flow.key);
  }
  return {
    role: top.open === '{' && top.key === undefined ? 'key' : 'value',
    path,
    range: { start, end },
    prefix: text.slice(start, cursor),
    flow: true,
    column: 0,
    parentColumn: -1,
    quote: start === cursor ? undefined : quote,
    hasColon: /^[ \t]*:/.test(text.slice(end, endOfLine(text, end))),
    afterDash: false,
  };
}

/** A line inside brackets is indented further than the key that they are the value of. */
function isTooFarLeft({ text, levels }: Scan, start: number): boolean {
  return columnOf(text, start) <= (levels.at(-1)?.column ?? -1);
}

/** Undefined where something follows that the word would run into. */
function endOfFlowWord(scan: Scan, start: number): number | undefined {
  const { text, cursor } = scan;
  const rest = /^[^,\]}\n:#"'[{]*/.exec(text.slice(cursor, endOfLine(text, cursor)))?.[0] ?? '';
  if (start === cursor && /^\s+\S/.test(rest)) return undefined;
  const end = cursor + rest.trimEnd().length;
  return isSeparate(scan, end) ? end : undefined;
}

function endOfQuotedFlowWord(scan: Scan, start: number): number | undefined {
  const end = endOfQuotedWord(scan, start, /^[ \t\r]*(?:$|[,\]}:]|[ \t]#)/, endOfLine(scan.text, scan.cursor));
  return end !== undefined && isSeparate(scan, end) ? end : undefined;
}

/** Whether a word that ends there is not continued: by a bracket or a comma, or because the collection is not closed yet. */
function isSeparate({ text, levels }: Scan, end: number): boolean {
  const behind = /(?:[ \t\r\n]|(?<=[ \t\n])#[^\n]*)*/y;
  behind.lastIndex = end;
  behind.exec(text);
  const next = Math.max(end, behind.lastIndex);
  if (next >= text.length || /[,\]}:]/.test(text[next] ?? '')) return true;
  const lineStart = text.lastIndexOf('\n', next) + 1;
  return lineStart > end && next - lineStart <= (levels.at(-1)?.column ?? -1);
}

function endOfQuotes(text: string, start: number): number {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1;
    else if (text[at] === quote || text[at] === '\n') return at;
  }
  return text.length;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

function unquoted(word: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(word);
  return quoted?.[2] ?? word;
}
