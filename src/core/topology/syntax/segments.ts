/**
 * Cutting the text into segments that can be parsed on their own, and cutting it again after a change at the cost of
 * what the change touches.
 *
 * A segment is a top-level entry or, below a top-level key with a block map or a block sequence, one entry of that. In
 * YAML nothing in block style reaches over a line that begins at its parent's column, so that the cuts do not change
 * what the text means. Where that is not plain (directives, a root that is not a block map), the whole text is one segment.
 * What follows the end of the document is one that is not read.
 *
 * The cuts are a function of the text alone. After a change they are found again from the last cut before it up to the
 * first old cut behind it that is reached in the state it was made in; from there on everything is as it was.
 */

import { mostCharacters } from './limits.ts';
import { type Line, lineAt } from './lines.ts';
import type { Anchorage } from './nodes.ts';

/** How the entries below a top-level key are laid out: cuts are made at lines of that indentation. */
export interface Layout {
  readonly indentation: number;
  readonly kind: 'map' | 'sequence';
}

/** `unread` is what stands behind a document marker, and a text that is too long. */
export type SegmentRole = 'prologue' | 'item' | 'header' | 'part' | 'whole' | 'unread';

/**
 * Parts follow their header. `layout` is that of the section, in a header and in its parts, and in an item that stands
 * between parts by mistake: what is being typed in the first column must not tear the section behind it apart.
 */
export interface Segment extends Anchorage {
  start: number;
  readonly text: string;
  readonly role: SegmentRole;
  readonly layout: Layout | undefined;
  /** Whether a comment in it switches rules off. */
  readonly suppresses: boolean;
}

export interface Replacement {
  readonly start: number;
  readonly end: number;
  /** Length of the text that stands there now. */
  readonly length: number;
}

/** Cuts a text from scratch. */
export function cut(text: string): readonly Segment[] {
  if (text.length > mostCharacters) return [tooLong(text)];
  const scanned = scan(text, { at: 0, layout: undefined }, newSegment, () => undefined);
  return placed(scanned?.made ?? [newSegment(text, 'whole', undefined)], 0);
}

/**
 * Cuts a text again, given the segments of the text before one replacement. Untouched segments keep their identity, and
 * what was cut before is not valid any more.
 */
export function recut(
  text: string,
  before: readonly Segment[],
  replacement: Replacement,
  oldText: string,
): readonly Segment[] {
  if (text.length > mostCharacters || oldText.length > mostCharacters) return cut(text);
  const first = firstTouched(before, replacement.start, oldText);
  const make = recycling(before.slice(first).filter((segment) => segment.start < replacement.end));
  const shift = replacement.length - (replacement.end - replacement.start);
  const scanned = scan(text, startOf(before, first), make, convergence(before, first, replacement, shift));
  if (scanned === undefined) return placed([make(text, 'whole', undefined)], 0);
  const kept = before.slice(scanned.converged ?? before.length);
  for (const segment of kept) segment.start += shift;
  return [...before.slice(0, first), ...placed(scanned.made, startOf(before, first).at), ...kept];
}

/** Gives segments that follow each other their places. Not before the scan is done: it reads the old ones. */
function placed(segments: readonly Segment[], start: number): readonly Segment[] {
  let at = start;
  for (const segment of segments) {
    segment.start = at;
    at += segment.text.length;
  }
  return segments;
}

interface ScanStart {
  readonly at: number;
  /** That of the section in which the first segment is a part. */
  readonly layout: Layout | undefined;
}

function startOf(before: readonly Segment[], first: number): ScanStart {
  const segment = before[first];
  if (first === 0 || segment === undefined) return { at: 0, layout: undefined };
  return { at: segment.start, layout: before[first - 1]?.layout };
}

/** Tells at which old segment a cut arrives in the state in which that segment was cut. */
function convergence(before: readonly Segment[], first: number, replacement: Replacement, shift: number): Converges {
  let behind = first;
  return (offset, layout) => {
    const oldOffset = offset - shift;
    if (oldOffset < replacement.end) return undefined;
    while ((before[behind]?.start ?? oldOffset) < oldOffset) behind += 1;
    const old = before[behind];
    if (old?.start !== oldOffset || old.role === 'prologue' || old.role === 'whole') return undefined;
    return old.role === 'header' || sameLayout(before[behind - 1]?.layout, layout) ? behind : undefined;
  };
}

/**
 * The segment from which on cuts may differ. Where a segment ends, and whether a section is cut into parts, also depends
 * on the first line of the segment behind it, so that the one before a touched line is cut again as well.
 */
function firstTouched(segments: readonly Segment[], offset: number, text: string): number {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const touched = segmentAt(segments, lineStart);
  const first = segments[touched]?.start === lineStart ? touched - 1 : touched;
  return Math.max(0, segments[first - 1]?.role === 'header' ? first - 1 : first);
}

/** Index of the segment that holds an offset. */
export function segmentAt(segments: readonly Segment[], offset: number): number {
  let [low, high] = [0, segments.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function sameLayout(one: Layout | undefined, other: Layout | undefined): boolean {
  return one?.indentation === other?.indentation && one?.kind === other?.kind;
}

type Converges = (offset: number, layout: Layout | undefined) => number | undefined;

interface Scanned {
  readonly made: readonly Segment[];
  /** Index of the old segment from which on nothing changes. */
  readonly converged: number | undefined;
}

type Make = (text: string, role: SegmentRole, layout: Layout | undefined) => Segment;

/** Makes segments from an offset on, or gives up where the text can only be parsed whole. */
function scan(text: string, from: ScanStart, make: Make, converges: Converges): Scanned | undefined {
  const made: Segment[] = [];
  let { at, layout } = from;
  const add = (end: number, role: SegmentRole, itsLayout: Layout | undefined) => {
    made.push(make(text.slice(at, end), role, itsLayout));
    at = end;
  };
  if (at === 0) {
    const end = endOfPrologue(text);
    if (end === undefined) return undefined;
    add(end, 'prologue', undefined);
  }
  while (at < text.length) {
    const converged = made.length === 0 ? undefined : converges(at, layout);
    if (converged !== undefined) return { made, converged };
    const next = nextSegment(text, at, layout);
    add(next.end, next.role, next.layout);
    layout = next.layout;
  }
  return { made, converged: undefined };
}

interface Extent {
  readonly end: number;
  readonly role: 'item' | 'header' | 'part' | 'unread';
  readonly layout: Layout | undefined;
}

/** The segment that begins at the line `start`. */
function nextSegment(text: string, start: number, layout: Layout | undefined): Extent {
  const first = lineAt(text, start);
  if (first.kind === 'marker') return { end: text.length, role: 'unread', layout: undefined };
  if (layout !== undefined && beginsPart(first, layout)) return extent(text, start, 'part', layout);
  const header = headerAt(text, start);
  return header ?? extent(text, start, 'item', isClosed(text, start) ? layout : undefined);
}

function extent(text: string, start: number, role: 'item' | 'part', layout: Layout | undefined): Extent {
  const first = lineAt(text, start);
  // `: value` belongs to a `? key` before it, and is an entry with an empty key otherwise.
  const isExplicit = text[start + first.indentation] === '?';
  let at = first.next;
  while (at < text.length) {
    const line = lineAt(text, at);
    if (line.kind === 'marker') break;
    const isPart = layout !== undefined && beginsPart(line, layout);
    const begins = beginsItem(line) || (isPart && (role === 'part' || isOrphan(text, at, layout)));
    if (begins && !(isExplicit && line.kind === 'value')) break;
    at = line.next;
  }
  return { end: at, role, layout };
}

const closedPattern = /[A-Za-z0-9_][^:#,[\]{}"'\n]*(?::[ \t]+[A-Za-z0-9_\\/.][^\n]*)?(?:\n|$)/y;

/** Whether a line is a word or a key with a plain value: no entry can stand under it. */
function isClosed(text: string, start: number): boolean {
  closedPattern.lastIndex = start;
  return closedPattern.test(text);
}

/** A key where none can be, which belongs to the section before. */
function isOrphan(text: string, start: number, layout: Layout): boolean {
  return layout.kind === 'map' && isKey(text, start + layout.indentation);
}

function beginsItem({ kind, indentation }: Line): boolean {
  return indentation === 0 && (kind === 'content' || kind === 'directive' || kind === 'value');
}

function beginsPart({ kind, indentation }: Line, layout: Layout): boolean {
  if (indentation !== layout.indentation) return false;
  return layout.kind === 'map' ? kind === 'content' || kind === 'value' : kind === 'item';
}

const headerPattern = /[A-Za-z_][\w.-]*:[ \t]*(?:[ \t]#[^\n]*)?(?:\r?\n|$)/y;
const keyPattern = /[A-Za-z0-9_][^:#,[\]{}"'\n]*:(?=[ \t\r\n]|$)/y;

/** A key alone on its line, followed by the first entry of a block map or sequence: everything up to that entry. */
function headerAt(text: string, start: number): Extent | undefined {
  headerPattern.lastIndex = start;
  if (!headerPattern.test(text)) return undefined;
  const end = skipEmpty(text, lineAt(text, start).next);
  const { kind, indentation } = lineAt(text, end);
  if (kind === 'item') return { end, role: 'header', layout: { indentation, kind: 'sequence' } };
  if (kind !== 'content' || indentation === 0 || !beginsMap(text, end, indentation)) return undefined;
  return { end, role: 'header', layout: { indentation, kind: 'map' } };
}

/**
 * A line that is a key, or a word that is becoming one: while the name of the first entry is being typed, the entry
 * behind it shows what the section is.
 */
function beginsMap(text: string, start: number, indentation: number): boolean {
  if (isKey(text, start + indentation)) return true;
  if (!/[A-Za-z0-9_]/.test(text.charAt(start + indentation))) return false;
  const behind = skipEmpty(text, lineAt(text, start).next);
  return lineAt(text, behind).indentation === indentation && isKey(text, behind + indentation);
}

function isKey(text: string, at: number): boolean {
  keyPattern.lastIndex = at;
  return keyPattern.test(text);
}

/** The first line from an offset on that is neither blank nor a comment. */
function skipEmpty(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const line = lineAt(text, at);
    if (line.kind !== 'blank' && line.kind !== 'comment') break;
    at = line.next;
  }
  return at;
}

const firstKeyPattern = /[A-Za-z_][\w.-]*:(?=[ \t\r\n]|$)/y;

/**
 * End of the comments and the document start before the first key. Undefined where the text does not begin with a key
 * in the first column, and must be parsed whole.
 */
function endOfPrologue(text: string): number | undefined {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  let started = false;
  while (at < text.length) {
    const line = lineAt(text, at);
    if (line.kind === 'blank' || line.kind === 'comment') {
      at = line.next;
    } else if (line.kind === 'marker' && !started && /^---[ \t]*(?:#.*)?\r?\n?$/.test(text.slice(at, line.next))) {
      started = true;
      at = line.next;
    } else {
      firstKeyPattern.lastIndex = at;
      return firstKeyPattern.test(text) ? at : undefined;
    }
  }
  return text.length;
}

function newSegment(text: string, role: SegmentRole, layout: Layout | undefined): Segment {
  return { start: 0, text: detached(text), role, layout, suppresses: text.includes('lync-topology-disable-') };
}

/** No copy: there is no second text beside it whose memory could be saved. */
function tooLong(text: string): Segment {
  return { start: 0, text, role: 'unread', layout: undefined, suppresses: false };
}

/** A copy of its own: a slice would keep the text of the whole file, as it was then, alive. */
function detached(slice: string): string {
  return ` ${slice}`.slice(1);
}

/** Makes segments, and takes an old one where it has the same text and role. Each is taken once. */
function recycling(old: readonly Segment[]): Make {
  const free = Map.groupBy(old, (segment) => segment.text);
  return (text, role, layout) => {
    const candidates = free.get(text) ?? [];
    const found = candidates.findIndex((segment) => segment.role === role && sameLayout(segment.layout, layout));
    return candidates.splice(found, found === -1 ? 0 : 1)[0] ?? newSegment(text, role, layout);
  };
}
