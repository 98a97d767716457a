/** The one place that knows the `yaml` library: text of one segment in, our own nodes and syntax errors out. */

import type { Alias, Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { deepestNesting, inWords, longestLine, mostCharactersAtOnce } from './limits.ts';
import type { Anchorage, Entry, ScalarNode, ScalarValue, TreeNode } from './nodes.ts';
import { parsePlainYaml } from './plainYaml.ts';
import { inSingleQuotes, type Requoted } from './quotes.ts';

export interface SyntaxProblem {
  readonly message: string;
  /** Relative to the segment. */
  readonly start: number;
  readonly end: number;
  readonly mild: boolean;
  /** What was meant, where that is plain. */
  readonly meant?: Requoted;
}

export interface ParsedText {
  /** Absent where the text holds nothing but comments, and where it could not be read at all. */
  readonly root: TreeNode | undefined;
  readonly problems: readonly SyntaxProblem[];
  /** Whether an anchor or an alias occurs, which tie a segment to others. */
  readonly hasAnchors: boolean;
  readonly hasAliases: boolean;
}

/** What the conversion of one text gathers. */
interface Reading {
  readonly text: string;
  readonly segment: Anchorage;
  readonly problems: SyntaxProblem[];
  hasAnchors: boolean;
  hasAliases: boolean;
}

/** Parses the text of one segment. Never throws, whatever the text. */
export function parseYaml(segment: Anchorage): ParsedText {
  const plain = segment.text.length > longestLine ? undefined : parsePlainYaml(segment);
  return plain === undefined ? parseWithLibrary(segment) : { ...plain, problems: [] };
}

/** The same, without the quick way for what is plain. */
export function parseWithLibrary(segment: Anchorage): ParsedText {
  const { text } = segment;
  if (text.length > mostCharactersAtOnce) return refused(text, 0, largeSection);
  const tooLong = lineTooLong(text);
  if (tooLong !== undefined) return refused(text, tooLong, longLine);
  const tooDeep = nestedTooDeeply(text);
  if (tooDeep !== undefined) return refused(text, tooDeep, deepNesting);
  const reading: Reading = { text, segment, problems: [], hasAnchors: false, hasAliases: false };
  let root: TreeNode | undefined;
  try {
    const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
    collectProblems(reading, document);
    root = document.contents === null ? undefined : convert(reading, document.contents, 0);
  } catch (error) {
    // The library recurses with the nesting; what is nested beyond the stack is refused like what is nested too deeply.
    if (!(error instanceof RangeError)) throw error;
    return refused(text, 0, deepNesting);
  }
  return {
    root,
    problems: onePerLine(reading),
    hasAnchors: reading.hasAnchors,
    hasAliases: reading.hasAliases,
  };
}

/** Start of the first line that is too long. */
function lineTooLong(text: string): number | undefined {
  if (text.length <= longestLine) return undefined;
  let start = 0;
  while (text.length - start > longestLine) {
    const end = text.indexOf('\n', start);
    if (end === -1 || end - start > longestLine) return start;
    start = end + 1;
  }
  return undefined;
}

/** Offset of the place where the nesting of flow collections, compact sequences or indentation is beyond the limit. */
function nestedTooDeeply(text: string): number | undefined {
  let depth = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const character = text.charCodeAt(offset);
    if (character === 0x5b || character === 0x7b) depth += 1;
    else if (character === 0x5d || character === 0x7d) depth = Math.max(0, depth - 1);
    if (depth > deepestNesting) return offset;
  }
  const compact = /(?:[-?:][ \t]+){100}/.exec(text)?.index;
  if (compact !== undefined) return compact;
  return nestedTooDeeplyByIndentation(text);
}

function nestedTooDeeplyByIndentation(text: string): number | undefined {
  const indentations: number[] = [];
  for (const line of text.matchAll(/^( *)(?=[^ \t\r\n#])/gm)) {
    const indentation = line[1]?.length ?? 0;
    while ((indentations.at(-1) ?? -1) >= indentation) indentations.pop();
    indentations.push(indentation);
    if (indentations.length > deepestNesting) return line.index + indentation;
  }
  return undefined;
}

const deepNesting = `This is nested more than ${deepestNesting} levels deep and is not read.`;
const longLine = `This line has more than ${inWords(longestLine)} characters and is not read.`;
const largeSection = `This has more than ${inWords(mostCharactersAtOnce)} characters in one piece and is not read; begin each key on a line of its own.`;

function refused(text: string, at: number, message: string): ParsedText {
  const lineEnd = text.indexOf('\n', at);
  const end = lineEnd === -1 ? text.length : Math.max(at + 1, lineEnd);
  const problem = { message, start: at, end: Math.min(end, text.length), mild: false };
  return { root: undefined, problems: [problem], hasAnchors: false, hasAliases: false };
}

function collectProblems(reading: Reading, document: Document.Parsed): void {
  for (const problem of document.errors) addProblem(reading, problem.code, problem.message, problem.pos, false);
  for (const problem of document.warnings) addProblem(reading, problem.code, problem.message, problem.pos, true);
}

function addProblem(reading: Reading, code: string, message: string, pos: readonly number[], mild: boolean): void {
  const start = Math.min(pos[0] ?? 0, reading.text.length);
  const end = Math.min(Math.max(pos[1] ?? start + 1, start), reading.text.length);
  const said = ownMessages[code] ?? unknownTag(message) ?? `${message}.`;
  const meant = code === 'BAD_DQ_ESCAPE' ? inSingleQuotes(reading.text, start) : undefined;
  reading.problems.push({ message: said, start, end, mild, ...(meant && { meant }) });
}

function unknownTag(message: string): string | undefined {
  const tag = /^Unresolved tag: (.*)$/.exec(message)?.[1];
  return tag === undefined
    ? undefined
    : `The tag ${tag} means nothing in a topology file; the value is read without it.`;
}

/** Our sentences for the mistakes that people make most; the library's own for the rest. */
const ownMessages: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Tabs cannot be used as indentation in YAML; use spaces.',
  MULTIPLE_DOCS: 'A topology file is one document; what follows this marker is not read.',
  BLOCK_AS_IMPLICIT_KEY: 'A colon followed by a space makes this a second key on the line; put the value in quotes.',
  BAD_DQ_ESCAPE: 'Not an escape sequence. In double quotes write every backslash twice, or take the quotes off.',
};

/**
 * The first problem of each line, and the first of those that say the same: what follows is nearly always a consequence.
 */
function onePerLine(reading: Reading): readonly SyntaxProblem[] {
  if (reading.problems.length < 2) return reading.problems;
  const sorted = reading.problems.toSorted((a, b) => a.start - b.start);
  const kept: SyntaxProblem[] = [];
  let lineEnd = -1;
  for (const problem of sorted) {
    if (problem.start < lineEnd) continue;
    if (kept.at(-1)?.message !== problem.message) kept.push(problem);
    const next = reading.text.indexOf('\n', problem.start);
    lineEnd = next === -1 ? Number.POSITIVE_INFINITY : next + 1;
  }
  return kept;
}

function convert(reading: Reading, node: Node, at: number): TreeNode {
  if (isAlias(node)) return convertAlias(reading, node, at);
  if (isMap(node)) return convertMap(reading, node, at);
  if (isSeq(node)) return convertSequence(reading, node, at);
  if (isScalar(node)) return convertScalar(reading, node, at);
  return absent(reading, at);
}

function anchorOf(reading: Reading, node: { anchor?: string }): { anchor?: string } {
  if (node.anchor === undefined) return {};
  reading.hasAnchors = true;
  return { anchor: node.anchor };
}

function convertAlias(reading: Reading, node: Alias, at: number): TreeNode {
  reading.hasAliases = true;
  const [start, end] = node.range ?? [at, at];
  return { kind: 'alias', name: node.source, segment: reading.segment, start, end };
}

function convertScalar(reading: Reading, node: Scalar, at: number): ScalarNode {
  const [start, end] = node.range ?? [at, at];
  const plain = node.type === 'PLAIN' || node.type === undefined;
  const style = plain ? (start === end ? 'absent' : 'plain') : node.type?.startsWith('BLOCK') ? 'block' : 'quoted';
  const value = scalarValue(node.value);
  return { kind: 'scalar', value, style, segment: reading.segment, start, end, ...anchorOf(reading, node) };
}

function scalarValue(value: unknown): ScalarValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value);
}

function absent(reading: Reading, at: number): ScalarNode {
  return { kind: 'scalar', value: null, style: 'absent', segment: reading.segment, start: at, end: at };
}

function convertSequence(reading: Reading, node: YAMLSeq, at: number): TreeNode {
  const [start, flowEnd] = node.range ?? [at, at];
  const properties = anchorOf(reading, node);
  const items: TreeNode[] = [];
  for (const item of node.items) items.push(convertItem(reading, item, items.at(-1)?.end ?? start));
  const flow = node.flow === true;
  const end = flow ? flowEnd : Math.max(start, items.at(-1)?.end ?? start);
  return { kind: 'sequence', items, flow, segment: reading.segment, start, end, ...properties };
}

function convertItem(reading: Reading, item: unknown, at: number): TreeNode {
  if (isNode(item)) return convert(reading, item, at);
  // `[ a: b ]` is a sequence with a pair in it, which stands for a map of one entry.
  if (isPair(item)) {
    const entries = convertPair(reading, item, at);
    const start = entries[0]?.key.start ?? at;
    const end = entries[0]?.value.end ?? start;
    return { kind: 'map', entries, flow: true, segment: reading.segment, start, end: Math.max(start, end) };
  }
  return absent(reading, at);
}

function convertMap(reading: Reading, node: YAMLMap, at: number): TreeNode {
  const [start, flowEnd] = node.range ?? [at, at];
  const properties = anchorOf(reading, node);
  const entries: Entry[] = [];
  for (const pair of node.items) entries.push(...convertPair(reading, pair, entries.at(-1)?.value.end ?? start));
  const flow = node.flow === true;
  const end = flow ? flowEnd : Math.max(start, entries.at(-1)?.value.end ?? start);
  return { kind: 'map', entries, flow, segment: reading.segment, start, end, ...properties };
}

/** One entry, or none where the key is not a name. */
function convertPair(reading: Reading, pair: Pair, at: number): readonly Entry[] {
  const { key, value } = pair;
  const converted = isNode(key) ? convert(reading, key, at) : absent(reading, at);
  if (converted.kind !== 'scalar') {
    const { start, end } = converted;
    reading.problems.push({ message: 'A key must be a plain name here.', start, end, mild: false });
    if (isNode(value)) convert(reading, value, end);
    return [];
  }
  if (converted.value === '<<' && converted.style === 'plain') {
    const { start, end } = converted;
    reading.problems.push({ message: mergeKey, start, end, mild: false });
    if (isNode(value)) convert(reading, value, end);
    return [];
  }
  const name = typeof converted.value === 'string' ? converted.value : sourceOf(reading, converted);
  const entryValue = isNode(value) ? convert(reading, value, converted.end) : absent(reading, converted.end);
  return [{ name, key: converted, value: entryValue }];
}

/** YAML 1.1 had them, many tools still read them, and YAML 1.2 has none: better said than guessed. */
const mergeKey = 'Merge keys ("<<") are not read; write the keys out, or give the whole value with an alias.';

function sourceOf(reading: Reading, node: ScalarNode): string {
  return reading.text.slice(node.start, node.end);
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isMap(value) || isSeq(value) || isScalar(value);
}

function isPair(value: unknown): value is Pair {
  return typeof value === 'object' && value !== null && 'key' in value && 'value' in value && !isNode(value);
}
