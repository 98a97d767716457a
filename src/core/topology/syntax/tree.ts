/** The tree of a whole text, put together from the trees of its segments. */
import type { Finding } from '../findings.ts';
import { oddCharacters } from './characters.ts';
import { inWords, mostCharacters } from './limits.ts';
import { link } from './link.ts';
import type { Anchorage, Entry, MapNode, Place, ScalarNode, SequenceNode, TreeNode } from './nodes.ts';
import type { Segment } from './segments.ts';
import { type ParsedText, parseYaml } from './yaml.ts';

export interface Tree {
  readonly root: MapNode;
  readonly segments: readonly Segment[];
  /** Syntax errors. */
  readonly findings: readonly Finding[];
  /** Segments with syntax errors, in which anything may be missing. */
  readonly broken: ReadonlySet<Anchorage>;
  /** Whether a top-level key may hold more than the tree shows, because something in or around it could not be read. */
  readonly isDoubtful: (key: string) => boolean;
}

/** What one segment holds: entries of the map, or items of the sequence, that it is a piece of. */
export interface Piece {
  readonly entries: readonly Entry[];
  readonly items: readonly TreeNode[];
  readonly findings: readonly Finding[];
  readonly hasAnchors: boolean;
  readonly hasAliases: boolean;
}

/** Puts a tree together. Only segments that were not seen before are parsed. */
export function growTree(segments: readonly Segment[]): Tree {
  const findings: Finding[] = [];
  const entries: Entry[] = [];
  const pieces = link(segments, pieceOf);
  for (let index = 0; index < segments.length; index += 1) {
    const segment = segments[index];
    const piece = pieces[index];
    if (segment === undefined || piece === undefined) continue;
    for (const finding of piece.findings) findings.push(finding);
    if (segment.role === 'part' && segments[index - 1]?.role === 'item') findings.push(orphan(segment, piece));
    if (segment.role === 'header') entries.push(section(segments, pieces, index, segment));
    else if (segment.role !== 'part') for (const entry of piece.entries) entries.push(entry);
  }
  const segment = segments[0] ?? { start: 0, text: '' };
  const root: MapNode = { kind: 'map', entries, flow: false, segment, start: 0, end: lengthOf(segments) };
  return { root, segments, findings, ...doubts(segments, pieces, root) };
}

/** Which keys may hold more than is seen: what could not be read may have defined anything. */
function doubts(
  segments: readonly Segment[],
  pieces: readonly Piece[],
  root: MapNode,
): Pick<Tree, 'broken' | 'isDoubtful'> {
  const doubtful = new Set<string>();
  const broken = new Set<Anchorage>();
  let lost = false;
  let header = '';
  for (const [index, piece] of pieces.entries()) {
    const segment = segments[index];
    if (segment?.role === 'header') header = headerName(segment);
    if (segment === undefined || piece.findings.every((finding) => finding.severity !== undefined)) continue;
    broken.add(segment);
    if (segment.role === 'part') doubtful.add(header);
    else for (const entry of piece.entries) doubtful.add(entry.name);
    if (segment.role !== 'part') lost = true;
  }
  const has = (key: string) => root.entries.some((entry) => entry.name === key);
  return { broken, isDoubtful: (key) => doubtful.has(key) || (lost && !has(key)) };
}

function headerName(header: Segment): string {
  return header.text.slice(0, header.text.indexOf(':'));
}

function lengthOf(segments: readonly Segment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.start + last.text.length;
}

const pieces = new WeakMap<Segment, Piece>();

function pieceOf(segment: Segment): Piece {
  const known = pieces.get(segment);
  if (known !== undefined) return known;
  const piece = readPiece(segment);
  pieces.set(segment, piece);
  return piece;
}

function readPiece(segment: Segment): Piece {
  if (segment.role === 'unread') return { ...noPiece, findings: unread(segment) };
  const odd = oddCharacters(segment.text).map(
    ({ start, end, message }): Finding => syntaxFinding(message, { segment, start, end }, true),
  );
  const piece = segment.role === 'header' || segment.role === 'prologue' ? noPiece : parsePiece(segment);
  return odd.length === 0 ? piece : { ...piece, findings: [...piece.findings, ...odd] };
}

/** What is wrong with a text that is not read: nothing where only blank lines and comments follow the marker. */
function unread(segment: Segment): readonly Finding[] {
  const { text } = segment;
  const newline = text.indexOf('\n');
  const place = { segment, start: 0, end: Math.min(newline === -1 ? text.length : newline, 200) };
  if (text.length > mostCharacters) {
    const message = `This file has more than ${inWords(mostCharacters)} characters and is not read.`;
    return [syntaxFinding(message, place, false)];
  }
  if (!/^(?!#|\.\.\.(?:\s|$)|---\s*$)[ \t]*[^\s#]/m.test(text.slice(3))) return [];
  const message = 'A topology file is one document; what follows this marker is not read.';
  return [syntaxFinding(message, { ...place, end: 3 }, false)];
}

const noPiece: Piece = { entries: [], items: [], findings: [], hasAnchors: false, hasAliases: false };

function parsePiece(segment: Segment): Piece {
  const parsed = parseYaml(segment);
  const wantsItems = segment.role === 'part' && segment.layout?.kind === 'sequence';
  const { root, problems, hasAnchors, hasAliases } = parsed;
  const findings = problems.map(({ message, start, end, mild, meant }): Finding => {
    const finding = syntaxFinding(message, { segment, start, end }, mild);
    if (meant === undefined) return finding;
    const edit = { place: { segment, start: meant.start, end: meant.end }, text: meant.text };
    return { ...finding, fixes: [{ title: 'Put it in single quotes', edits: [edit], preferred: true }] };
  });
  const fits = root === undefined || (wantsItems ? isBlock(root, 'sequence') : isRootMap(segment, root));
  if (!fits && findings.length === 0) findings.push(misfit(segment, parsed, wantsItems));
  return {
    entries: fits && root?.kind === 'map' ? entriesOf(segment, root) : [],
    items: fits && root?.kind === 'sequence' ? root.items : [],
    findings,
    hasAnchors,
    hasAliases,
  };
}

function syntaxFinding(message: string, place: Place, mild: boolean): Finding {
  const finding: Finding = { code: 'yaml-syntax', message, place };
  return mild ? { ...finding, severity: 'warning' } : finding;
}

/** More than one entry in a segment made for one comes of broken indentation: the others belong somewhere else. */
function entriesOf(segment: Segment, root: MapNode): readonly Entry[] {
  return segment.role === 'whole' ? root.entries : root.entries.slice(0, 1);
}

function isRootMap(segment: Segment, root: TreeNode): boolean {
  return segment.role === 'whole' ? root.kind === 'map' : isBlock(root, 'map');
}

function isBlock(root: TreeNode, kind: 'map' | 'sequence'): boolean {
  return root.kind === kind && !root.flow;
}

function misfit(segment: Segment, parsed: ParsedText, wantsItems: boolean): Finding {
  const { start, end } = parsed.root ?? { start: 0, end: segment.text.length };
  const lineEnd = segment.text.indexOf('\n', start);
  const place: Place = { segment, start, end: lineEnd === -1 ? end : Math.min(end, lineEnd) };
  const message = wantsItems
    ? 'An item that begins with "- " is expected here.'
    : 'A key, a colon and a value are expected here.';
  return { code: 'yaml-syntax', message, place };
}

function orphan(segment: Segment, piece: Piece): Finding {
  const message = 'This is indented under a line that can hold nothing, and is read as part of the section before it.';
  const place = piece.entries[0]?.key ?? { segment, start: 0, end: segment.text.trimEnd().length };
  return { code: 'yaml-syntax', message, place };
}

/** The parts of a section, also those behind an item that stands between them by mistake. */
function partsOf(
  segments: readonly Segment[],
  all: readonly Piece[],
  header: number,
): { parts: readonly Piece[]; end: number } {
  const parts: Piece[] = [];
  let end = header + 1;
  for (let index = header + 1; index < segments.length; index += 1) {
    const segment = segments[index];
    const piece = all[index];
    if (segment?.layout === undefined || segment.role === 'header' || piece === undefined) break;
    if (segment.role !== 'part') continue;
    parts.push(piece);
    end = index + 1;
  }
  return { parts, end };
}

interface Section {
  readonly parts: readonly Piece[];
  readonly end: number;
  readonly entry: Entry;
}

const sections = new WeakMap<Segment, Section>();

/** The entry of a header and its parts: the same one as before while nothing in it moved or changed. */
function section(segments: readonly Segment[], all: readonly Piece[], index: number, header: Segment): Entry {
  const { parts, end } = partsOf(segments, all, index);
  const last = segments[end - 1] ?? header;
  const length = last.start + last.text.length - header.start;
  const known = sections.get(header);
  if (known?.end === length && sameParts(known.parts, parts)) return known.entry;
  const entry = sectionEntry(header, segments[index + 1] ?? header, parts);
  sections.set(header, { parts, end: length, entry });
  return entry;
}

function sameParts(one: readonly Piece[], other: readonly Piece[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

function sectionEntry(header: Segment, first: Segment, parts: readonly Piece[]): Entry {
  const name = headerName(header);
  const key: ScalarNode = { kind: 'scalar', value: name, style: 'plain', segment: header, start: 0, end: name.length };
  const start = first.start - header.start + (header.layout?.indentation ?? 0);
  return { name, key, value: sectionValue(header, start, parts) };
}

function sectionValue(header: Segment, start: number, parts: readonly Piece[]): MapNode | SequenceNode {
  const entries: Entry[] = [];
  const items: TreeNode[] = [];
  for (const part of parts) {
    for (const entry of part.entries) entries.push(entry);
    for (const item of part.items) items.push(item);
  }
  const last = items.at(-1) ?? entries.at(-1)?.value ?? entries.at(-1)?.key;
  const end = last === undefined ? start : Math.max(start, last.segment.start + last.end - header.start);
  const shared = { flow: false, segment: header, start, end };
  return header.layout?.kind === 'sequence'
    ? { kind: 'sequence', items, ...shared }
    : { kind: 'map', entries, ...shared };
}
