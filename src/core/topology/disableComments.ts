/**
 * Comments that switch rules off for a line: reading them, and writing one for a diagnostic.
 *
 *     # lync-topology-disable-line CODE[, CODE] [-- reason]
 *     # lync-topology-disable-next-line CODE[, CODE] [-- reason]
 */

import { type Diagnostic, isRuleCode, type Range, ruleCodes, type TextEdit } from './diagnostics.ts';
import { nearest } from './shape/nearest.ts';
import { isInsideScalar, lexed } from './syntax/comments.ts';
import type { Place } from './syntax/nodes.ts';
import { type Segment, segmentAt } from './syntax/segments.ts';
import { lineBreakOf, lineEndOf, lineStartOf } from './syntax/textLines.ts';

/** A word that stands where the code of a rule belongs. */
export interface WrittenCode extends Range {
  readonly text: string;
}

/** One comment that switches rules off; offsets are relative to its segment. */
export interface DisableComment extends Place {
  readonly segment: Segment;
  /** `line`, `next-line`, or what is written instead. */
  readonly reach: string;
  readonly codes: readonly WrittenCode[];
}

const known = new WeakMap<Segment, readonly DisableComment[]>();

/** The comments of a segment, in the order of the text. A `#` in a text is no comment. */
export function disableComments(segment: Segment): readonly DisableComment[] {
  if (!segment.suppresses) return [];
  const before = known.get(segment);
  if (before !== undefined) return before;
  const found = lexed(segment).comments.flatMap((comment) => readComment(segment, comment));
  known.set(segment, found);
  return found;
}

/** The edits that switch the rule of a diagnostic off: at the end of its line, and in a comment above it. */
export interface DisableEdits {
  /** Absent where the line goes on in a text. */
  readonly line?: TextEdit;
  /** Absent where the line begins in a text. */
  readonly nextLine?: TextEdit;
}

/** What cannot be read stays unread whatever a comment says, and a comment about comments helps nobody. */
const notSwitchedOff: readonly string[] = ['yaml-syntax', 'unused-disable-comment'];

/** What is written to switch a rule off where a diagnostic begins. Comments that are there already are extended. */
export function disableEdits(
  { text, segments }: { readonly text: string; readonly segments: readonly Segment[] },
  { code, range }: Pick<Diagnostic, 'code' | 'range'>,
): DisableEdits {
  if (notSwitchedOff.includes(code)) return {};
  const start = lineStartOf(text, range.start);
  const line = editOfLine(text, segments, start, code);
  const nextLine = editAbove(text, segments, start, code);
  return { ...(line && { line }), ...(nextLine && { nextLine }) };
}

const directive = /(?:^|[ \t])(#[ \t]*lync-topology-disable-([a-z-]*))/g;

function readComment(segment: Segment, { start, end }: Range): readonly DisableComment[] {
  const comment = segment.text.slice(start, end);
  const matches = [...comment.matchAll(directive)];
  return matches.map((match, index): DisableComment => {
    const behind = start + match.index + match[0].length;
    const next = matches[index + 1];
    const stop = next === undefined ? end : start + next.index;
    const codes = readCodes(segment.text.slice(behind, stop), behind);
    const from = behind - (match[1]?.length ?? 0);
    return { segment, start: from, end: stop, reach: match[2] ?? '', codes };
  });
}

/** Codes behind each other, with commas or without; from the first other word on it is a reason. */
function readCodes(text: string, at: number): readonly WrittenCode[] {
  const codes: WrittenCode[] = [];
  const word = /([ \t]*,)?[ \t]*([^\s,]+)/y;
  for (let match = word.exec(text); match !== null; match = word.exec(text)) {
    const [whole, comma, written = ''] = match;
    const isDue = codes.length === 0 || comma !== undefined;
    if (/^-*$/.test(written) || !(isDue || isNearCode(written))) break;
    const end = at + match.index + whole.length;
    codes.push({ text: written, start: end - written.length, end });
  }
  return codes;
}

function isNearCode(written: string): boolean {
  return isRuleCode(written) || nearest(written, ruleCodes) !== undefined;
}

function editOfLine(text: string, segments: readonly Segment[], start: number, code: string): TextEdit | undefined {
  const end = lineEndOf(text, start);
  const segment = segments[segmentAt(segments, start)];
  if (segment === undefined || isInsideScalar(segment, end - segment.start)) return undefined;
  const existing = commentAt(segments, start, end, 'line');
  if (existing !== undefined) return appendTo(existing, code);
  const trimmed = start + text.slice(start, end).trimEnd().length;
  return { start: trimmed, end, text: ` # lync-topology-disable-line ${code}` };
}

function editAbove(text: string, segments: readonly Segment[], start: number, code: string): TextEdit | undefined {
  if (start > 0) {
    const above = lineStartOf(text, start - 1);
    const existing = commentAt(segments, above, lineEndOf(text, above), 'next-line');
    if (existing !== undefined) return appendTo(existing, code);
  }
  const segment = segments[segmentAt(segments, start)];
  if (segment === undefined || isInsideScalar(segment, start - segment.start)) return undefined;
  const at = start === 0 && text.startsWith('\uFEFF') ? 1 : start;
  const indentation = /^[ \t]*/.exec(text.slice(at, lineEndOf(text, start)))?.[0] ?? '';
  const newline = lineBreakOf(text);
  return { start: at, end: at, text: `${indentation}# lync-topology-disable-next-line ${code}${newline}` };
}

/** The comment of that reach that begins on a line, if it names a rule. */
function commentAt(
  segments: readonly Segment[],
  start: number,
  end: number,
  reach: string,
): DisableComment | undefined {
  const segment = segments[segmentAt(segments, start)];
  if (segment === undefined) return undefined;
  const isOnLine = (place: Place) => place.start + segment.start >= start && place.start + segment.start < end;
  return disableComments(segment).find(
    (comment) => comment.reach === reach && comment.codes.length > 0 && isOnLine(comment),
  );
}

function appendTo({ segment, codes }: DisableComment, code: string): TextEdit | undefined {
  const last = codes.at(-1);
  if (last === undefined) return undefined;
  const at = segment.start + last.end;
  return { start: at, end: at, text: `, ${code}` };
}
