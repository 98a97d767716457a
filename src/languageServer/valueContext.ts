/**
 * Which value somebody is about to write at a place. Read from the text rather than from the tree: while a value is being
 * typed the text often does not parse, and the line with its indentation says enough.
 */
import type { Range } from '../core/topology/diagnostics.ts';

export interface ValueContext {
  /** The key whose value, or whose list's item, stands here. */
  readonly key: string;
  /** The key of the first level above it. */
  readonly section: string;
  /** What is typed already and would be replaced. */
  readonly typed: Range;
  /** The other items of a list. */
  readonly siblings: readonly string[];
}

/** How far back an opening bracket is looked for, in characters. */
const bracketDistance = 8_000;
const keyAtEnd = /([\w.-]+):\s*$/;

export function valueContextAt(text: string, offset: number): ValueContext | undefined {
  const start = wordStart(text, offset);
  const end = wordEnd(text, offset);
  const found = keyOfFlow(text, start) ?? keyOfLine(text, start) ?? keyOfBlockList(text, start);
  if (found === undefined) return undefined;
  const section = sectionAt(text, start);
  return section === undefined ? undefined : { ...found, section, typed: { start, end } };
}

type FoundKey = Pick<ValueContext, 'key' | 'siblings'>;

/** `key: [one, two, |` or `{ key: |`. */
function keyOfFlow(text: string, offset: number): FoundKey | undefined {
  const open = openBracket(text, offset);
  if (open === undefined) return undefined;
  const inside = text.slice(open + 1, offset);
  const key = text[open] === '[' ? keyAtEnd.exec(text.slice(Math.max(0, open - 200), open)) : keyAtEnd.exec(inside);
  if (key?.[1] === undefined) return undefined;
  if (text[open] === '{') return { key: key[1], siblings: [] };
  const close = text.indexOf(']', offset);
  const after = close === -1 ? '' : text.slice(wordEnd(text, offset), close);
  return { key: key[1], siblings: flowItems(`${inside},${after.includes(':') ? '' : after}`) };
}

function openBracket(text: string, offset: number): number | undefined {
  let depth = 0;
  for (let index = offset - 1; index >= Math.max(0, offset - bracketDistance); index--) {
    const character = text[index];
    if (character === ']' || character === '}') depth++;
    if (character !== '[' && character !== '{') continue;
    if (depth === 0) return index;
    depth--;
  }
  return undefined;
}

function flowItems(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim().replace(/^["']|["']$/g, ''))
    .filter((item) => item !== '');
}

/** `key: |`. */
function keyOfLine(text: string, offset: number): FoundKey | undefined {
  const key = /^[ \t]*(?:-[ \t]+)*([\w.-]+):[ \t]+$/.exec(text.slice(lineStart(text, offset), offset))?.[1];
  return key === undefined ? undefined : { key, siblings: [] };
}

/** A line `- |` below a line `key:`. */
function keyOfBlockList(text: string, offset: number): FoundKey | undefined {
  const start = lineStart(text, offset);
  const indentation = /^([ \t]*)-[ \t]+$/.exec(text.slice(start, offset))?.[1]?.length;
  if (indentation === undefined) return undefined;
  const siblings: string[] = [];
  for (const line of linesBefore(text, start)) {
    const item = /^([ \t]*)-[ \t]+(.*)$/.exec(line);
    if (item?.[1]?.length === indentation && !/:(\s|$)/.test(item[2] ?? '')) siblings.push((item[2] ?? '').trim());
    const parent = /^([ \t]*(?:-[ \t]+)*)([\w.-]+):[ \t]*(#.*)?$/.exec(line);
    if (parent?.[1] !== undefined && parent[2] !== undefined && parent[1].length <= indentation)
      return { key: parent[2], siblings };
  }
  return undefined;
}

function sectionAt(text: string, offset: number): string | undefined {
  for (const line of linesBefore(
    text,
    text.indexOf('\n', offset) === -1 ? text.length : text.indexOf('\n', offset) + 1,
  )) {
    const key = /^([\w-]+):/.exec(line)?.[1];
    if (key !== undefined) return key;
  }
  return undefined;
}

function* linesBefore(text: string, start: number): Generator<string> {
  let end = start;
  while (end > 0) {
    const lineEnd = text[end - 1] === '\n' ? end - 1 : end;
    const begin = lineEnd === 0 ? 0 : text.lastIndexOf('\n', lineEnd - 1) + 1;
    yield text.slice(begin, lineEnd).replace(/\r$/, '');
    end = begin;
  }
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

const separator = /[\s,[\]{}:#"']/;

function wordStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !separator.test(text[start - 1] ?? ' ')) start--;
  return start;
}

function wordEnd(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && !separator.test(text[end] ?? ' ')) end++;
  return end;
}
