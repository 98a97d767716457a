/** Semantic tokens in the form of the protocol: five numbers each, relative to the token before. */
import { SemanticTokenModifiers, SemanticTokenTypes } from 'vscode-languageserver/node';
import type { Range } from '../core/topology/diagnostics.ts';
import type { Token, TokenGroup, TokenKind } from '../core/topology/queries/semanticTokens.ts';
import type { Anchorage } from '../core/topology/syntax/nodes.ts';
import { lengthIn, lineOf, lineStartsIn, type PositionEncoding } from './text.ts';

/**
 * Types of the standard legend. A site is a namespace of pools; what serves clients is a class, the computers that it is made
 * of are structs, an SQL instance is a variable, a group of them an interface.
 */
const types: Readonly<Record<TokenKind, SemanticTokenTypes>> = {
  key: SemanticTokenTypes.property,
  word: SemanticTokenTypes.enumMember,
  backupModule: SemanticTokenTypes.enumMember,
  cmdlet: SemanticTokenTypes.function,
  role: SemanticTokenTypes.type,
  adminRole: SemanticTokenTypes.type,
  site: SemanticTokenTypes.namespace,
  pool: SemanticTokenTypes.class,
  edgePool: SemanticTokenTypes.class,
  persistentChatPool: SemanticTokenTypes.class,
  frontEnd: SemanticTokenTypes.struct,
  chatServer: SemanticTokenTypes.struct,
  fileServer: SemanticTokenTypes.struct,
  sqlServer: SemanticTokenTypes.struct,
  virtualMachine: SemanticTokenTypes.struct,
  hyperVHost: SemanticTokenTypes.struct,
  sqlInstance: SemanticTokenTypes.variable,
  availabilityGroup: SemanticTokenTypes.interface,
};

/** The legend: indices of it stand in the tokens. */
export const tokenTypes: readonly string[] = [...new Set(Object.values(types))];
export const tokenModifiers: readonly string[] = [
  SemanticTokenModifiers.declaration,
  SemanticTokenModifiers.deprecated,
];

/** Five numbers a token: line and character from the token before, length, type, modifiers. */
export type Encoded = Uint32Array;

/** Tokens of a group, the first one from the start of its segment; and where the last one stands. */
interface EncodedGroup {
  readonly encoding: PositionEncoding;
  readonly data: Encoded;
  readonly lastLine: number;
  readonly lastCharacter: number;
}

const groups = new WeakMap<TokenGroup, EncodedGroup>();

/** The tokens of a text, or of a part of it. Encoded groups are kept with what they were made from. */
export function encodeTokens(
  all: readonly TokenGroup[],
  lineOf: (offset: number) => number,
  encoding: PositionEncoding,
  range?: Range,
): Encoded {
  const wanted = range === undefined ? all : all.filter(({ segment }) => touches(segment, range));
  const encoded = wanted.map((group) => encodeGroup(group, encoding));
  const data = new Uint32Array(encoded.reduce((sum, group) => sum + group.data.length, 0));
  let at = 0;
  let line = 0;
  let character = 0;
  for (const [index, group] of encoded.entries()) {
    const segment = wanted[index]?.segment;
    if (segment === undefined || group.data.length === 0) continue;
    data.set(group.data, at);
    const base = lineOf(segment.start);
    const first = base + (group.data[0] ?? 0);
    data[at] = first - line;
    data[at + 1] = (group.data[1] ?? 0) - (first === line ? character : 0);
    at += group.data.length;
    line = base + group.lastLine;
    character = group.lastCharacter;
  }
  return data;
}

function touches({ start, text }: Anchorage, range: Range): boolean {
  return start <= range.end && start + text.length >= range.start;
}

function encodeGroup(group: TokenGroup, encoding: PositionEncoding): EncodedGroup {
  const before = groups.get(group);
  if (before?.encoding === encoding) return before;
  const { text } = group.segment;
  const starts = lineStarts(group.segment);
  const data: number[] = [];
  let lastLine = 0;
  let lastCharacter = 0;
  for (const token of group.tokens) {
    const style = [tokenTypes.indexOf(types[token.kind]), modifiersOf(token)] as const;
    for (const piece of perLine(token, text)) {
      const line = lineOf(starts, piece.start);
      const character = lengthIn(text.slice(starts[line], piece.start), encoding);
      const length = lengthIn(text.slice(piece.start, piece.end), encoding);
      data.push(line - lastLine, character - (line === lastLine ? lastCharacter : 0), length, ...style);
      lastLine = line;
      lastCharacter = character;
    }
  }
  const encoded: EncodedGroup = { encoding, data: Uint32Array.from(data), lastLine, lastCharacter };
  groups.set(group, encoded);
  return encoded;
}

function modifiersOf({ declaration, deprecated }: Token): number {
  return (declaration === true ? 1 : 0) + (deprecated === true ? 2 : 0);
}

/** A text in quotes may be written over several lines, which not every client takes as one token. */
function* perLine({ start, end }: Range, text: string): Generator<Range> {
  let at = start;
  for (const match of text.slice(start, end).matchAll(/\r\n|\r|\n/g)) {
    if (start + match.index > at) yield { start: at, end: start + match.index };
    at = start + match.index + match[0].length;
    while (at < end && (text[at] === ' ' || text[at] === '\t')) at += 1;
  }
  if (end > at) yield { start: at, end };
}

const startsOfLines = new WeakMap<Anchorage, readonly number[]>();

/** Lines as the protocol counts them; a segment begins with one. */
function lineStarts(segment: Anchorage): readonly number[] {
  const before = startsOfLines.get(segment);
  if (before !== undefined) return before;
  const starts = [0, ...lineStartsIn(segment.text, 0, segment.text.length)];
  startsOfLines.set(segment, starts);
  return starts;
}

/** What turns the numbers before into those after: one stretch that is replaced, or nothing. */
export function difference(
  before: Encoded,
  after: Encoded,
): { start: number; deleteCount: number; data: number[] } | undefined {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  if (start === before.length && start === after.length) return undefined;
  let behind = 0;
  while (behind < shorter - start && before[before.length - 1 - behind] === after[after.length - 1 - behind])
    behind += 1;
  return {
    start,
    deleteCount: before.length - behind - start,
    data: Array.from(after.subarray(start, after.length - behind)),
  };
}
