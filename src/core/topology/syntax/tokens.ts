/**
 * The text of one segment as its tokens, each with the block that it stands in: what a formatter needs, which moves the
 * white space between tokens and never a token. Nothing of the text is lost between them but spaces and line breaks.
 */
import { type CST, Parser } from 'yaml';
import type { Anchorage } from './nodes.ts';
import { lineStartOf } from './textLines.ts';

export type TokenKind =
  | 'scalar'
  | 'alias'
  | 'property'
  | 'colon'
  | 'dash'
  | 'comma'
  | 'open'
  | 'close'
  | 'comment'
  | 'blockHeader'
  | 'blockContent'
  | 'marker';

/** A block map or a block list. */
export interface Level {
  readonly kind: 'map' | 'sequence';
  readonly parent: Level | undefined;
  /** Column at which its keys or dashes stand. */
  column: number;
  /** From its first token to behind its last one. */
  start: number;
  end: number;
}

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  /** The line break behind the content of a block of text does not belong to it. */
  readonly end: number;
  readonly level: Level | undefined;
  /** A key, what belongs to a key, or a dash: it stands at the column of its level where it begins a line. */
  readonly isEntry: boolean;
}

interface Reader {
  readonly text: string;
  readonly tokens: Token[];
  /** Something that is too rare to be laid out: an explicit key, or what the parser did not understand. */
  isUnusual: boolean;
}

const tokensOfSegments = new WeakMap<Anchorage, readonly Token[]>();

/** The tokens of a segment, read once. */
export function tokensOfSegment(segment: Anchorage): readonly Token[] | undefined {
  const known = tokensOfSegments.get(segment);
  if (known !== undefined) return known;
  const tokens = tokensOf(segment.text);
  if (tokens !== undefined) tokensOfSegments.set(segment, tokens);
  return tokens;
}

/** The tokens in the order of the text, or undefined where the text holds something that is not laid out. */
function tokensOf(text: string): readonly Token[] | undefined {
  const reader: Reader = { text, tokens: [], isUnusual: false };
  try {
    for (const token of new Parser().parse(text)) read(reader, token, undefined, true);
  } catch (error) {
    // The library recurses with the nesting.
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
  return reader.isUnusual ? undefined : reader.tokens;
}

const kinds: Readonly<Partial<Record<CST.Token['type'], TokenKind>>> = {
  scalar: 'scalar',
  'single-quoted-scalar': 'scalar',
  'double-quoted-scalar': 'scalar',
  alias: 'alias',
  anchor: 'property',
  tag: 'property',
  'map-value-ind': 'colon',
  'seq-item-ind': 'dash',
  comma: 'comma',
  'flow-map-start': 'open',
  'flow-seq-start': 'open',
  'flow-map-end': 'close',
  'flow-seq-end': 'close',
  comment: 'comment',
  'block-scalar-header': 'blockHeader',
  'byte-order-mark': 'marker',
  'doc-start': 'marker',
  'doc-end': 'marker',
  directive: 'marker',
};

function read(reader: Reader, token: CST.Token, level: Level | undefined, isEntry: boolean): void {
  switch (token.type) {
    case 'document':
      readAll(reader, token.start, level, true);
      if (token.value !== undefined) read(reader, token.value, level, true);
      readAll(reader, token.end, level, false);
      break;
    case 'block-map':
      readMap(reader, token, level);
      break;
    case 'block-seq':
      readSequence(reader, token, level);
      break;
    case 'flow-collection':
      readFlow(reader, token, level);
      break;
    case 'block-scalar':
      readAll(reader, token.props, level, false);
      addBlockContent(reader, token, level);
      break;
    case 'space':
    case 'newline':
    case 'doc-mode':
      break;
    default:
      add(reader, token, level, isEntry);
      if ('end' in token) readAll(reader, token.end, level, false);
  }
}

function readAll(
  reader: Reader,
  tokens: readonly CST.Token[] | undefined,
  level: Level | undefined,
  isEntry: boolean,
): void {
  for (const token of tokens ?? []) read(reader, token, level, isEntry);
}

function readMap(reader: Reader, map: CST.BlockMap, parent: Level | undefined): void {
  const level = newLevel(reader, 'map', parent, map.offset);
  for (const item of map.items) {
    if (item.explicitKey === true) reader.isUnusual = true;
    readAll(reader, item.start, level, true);
    if (item.key) read(reader, item.key, level, true);
    for (const token of item.sep ?? []) read(reader, token, level, !item.key && token.type === 'map-value-ind');
    if (item.value) read(reader, item.value, level, false);
  }
}

function readSequence(reader: Reader, sequence: CST.BlockSequence, parent: Level | undefined): void {
  const level = newLevel(reader, 'sequence', parent, sequence.offset);
  for (const item of sequence.items) {
    for (const token of item.start) read(reader, token, level, token.type === 'seq-item-ind');
    if (item.value) read(reader, item.value, level, false);
  }
}

function readFlow(reader: Reader, flow: CST.FlowCollection, level: Level | undefined): void {
  read(reader, flow.start, level, false);
  for (const item of flow.items) {
    readAll(reader, item.start, level, false);
    if (item.key) read(reader, item.key, level, false);
    readAll(reader, item.sep, level, false);
    if (item.value) read(reader, item.value, level, false);
  }
  readAll(reader, flow.end, level, false);
}

function newLevel(reader: Reader, kind: Level['kind'], parent: Level | undefined, start: number): Level {
  return { kind, parent, column: columnOf(reader.text, start), start, end: start };
}

/** A byte order mark takes no column. */
function columnOf(text: string, offset: number): number {
  const lineStart = lineStartOf(text, offset);
  return offset - lineStart - (lineStart < offset && text[lineStart] === '\uFEFF' ? 1 : 0);
}

function addBlockContent(reader: Reader, { offset, props, source }: CST.BlockScalar, level: Level | undefined): void {
  const start = props.reduce((end, prop) => ('source' in prop ? prop.offset + prop.source.length : end), offset);
  const end = start + source.replace(/\r?\n$/, '').length;
  if (end > start) push(reader, { kind: 'blockContent', start, end, level, isEntry: false });
}

function add(reader: Reader, token: CST.Token, level: Level | undefined, isEntry: boolean): void {
  const kind = kinds[token.type];
  if (kind === undefined || !('source' in token)) {
    reader.isUnusual = true;
    return;
  }
  const end = token.offset + token.source.length;
  if (end > token.offset) push(reader, { kind, start: token.offset, end, level, isEntry });
}

function push(reader: Reader, token: Token): void {
  reader.tokens.push(token);
  if (token.kind === 'comment') return;
  if (token.isEntry && token.level !== undefined && token.start < token.level.start)
    beginAt(reader, token.level, token);
  for (let level = token.level; level !== undefined; level = level.parent) level.end = token.end;
}

/** An anchor or a tag stands before the first key. */
function beginAt(reader: Reader, level: Level, { start }: Token): void {
  level.start = start;
  level.column = columnOf(reader.text, start);
}
