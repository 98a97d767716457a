/** What comments switch off, and comments that switch nothing off. */

import { isRuleCode, ruleCodes } from './diagnostics.ts';
import { type DisableComment, disableComments, type WrittenCode } from './disableComments.ts';
import type { Finding, FindingFix, PlaceEdit } from './findings.ts';
import { nearest } from './shape/nearest.ts';
import { type Place, rangeOf } from './syntax/nodes.ts';
import type { Segment } from './syntax/segments.ts';
import { lineStartOf } from './syntax/textLines.ts';

export interface CommentedText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

/**
 * The findings that no comment switches off, and those about comments that do nothing. A comment for a rule that the
 * settings switch off says nothing wrong, and while something cannot be read nobody knows what it would switch off.
 */
export function suppress(
  findings: readonly Finding[],
  commented: CommentedText,
  isOff: (code: Finding['code']) => boolean,
): readonly Finding[] {
  const { text } = commented;
  const directives = directivesOf(commented);
  const byLine = Map.groupBy(directives, ({ line }) => line);
  const lineOf = (finding: Finding) => lineStartOf(text, rangeOf(finding.place).start);
  const isHeard = (finding: Finding) => !isSuppressed(finding, byLine.get(lineOf(finding)));
  const heard = findings.filter(isHeard);
  const isUnreadable = heard.some(({ code, severity }) => code === 'yaml-syntax' && severity === undefined);
  const isTrusted = (code: WrittenCode, { used }: Directive): boolean => {
    if (used.has(code.text) || code.text === own) return true;
    return isRuleCode(code.text) && (isUnreadable || isOff(code.text));
  };
  const isDue = (code: string, line: number) =>
    heard.some((finding) => finding.code === code && lineOf(finding) === line);
  const unused = directives.flatMap((directive) => aboutComment(directive, isTrusted, isDue));
  return [...heard, ...unused.filter(isHeard)];
}

const own = 'unused-disable-comment';

interface Directive {
  readonly comment: DisableComment;
  /** Offset at which the line begins that it is for; infinite where there is none. */
  readonly line: number;
  /** Codes that switched something off. */
  readonly used: Set<string>;
}

function directivesOf({ text, segments }: CommentedText): readonly Directive[] {
  return segments.flatMap(disableComments).map((comment) => {
    const start = comment.segment.start + comment.start;
    return { comment, line: lineFor(comment.reach, text, start), used: new Set() };
  });
}

function lineFor(reach: string, text: string, start: number): number {
  if (reach === 'line') return lineStartOf(text, start);
  const end = reach === 'next-line' ? text.indexOf('\n', start) : -1;
  return end === -1 ? Number.POSITIVE_INFINITY : end + 1;
}

/** Notes in every comment that is for the finding that it was of use. */
function isSuppressed(finding: Finding, onLine: readonly Directive[] = []): boolean {
  const responsible = onLine.filter(({ comment }) => comment.codes.some(({ text }) => text === finding.code));
  for (const { used } of responsible) used.add(finding.code);
  return responsible.length > 0;
}

function aboutComment(
  directive: Directive,
  isTrusted: (code: WrittenCode, directive: Directive) => boolean,
  isDue: (code: string, line: number) => boolean,
): readonly Finding[] {
  const { comment, line } = directive;
  const { segment, reach, codes } = comment;
  if (!reaches.some((known) => known === reach)) return [unknownReach(comment)];
  if (codes.length === 0) {
    const message = 'This comment names no rule, and switches nothing off.';
    return [{ code: own, message, place: comment, fixes: [removalOfAll(comment)] }];
  }
  const findings: Finding[] = [];
  const removable: WrittenCode[] = [];
  for (const code of codes) {
    if (isTrusted(code, directive)) continue;
    const meant = isRuleCode(code.text) ? undefined : nearest(code.text, ruleCodes);
    if (meant === undefined || !isDue(meant, line)) removable.push(code);
    else findings.push(misspelt({ segment, ...code }, code.text, meant));
  }
  return [...findings, ...aboutCodes(comment, removable)];
}

/** One finding for each code that can go, and a single one where the whole comment can. */
function aboutCodes(comment: DisableComment, removable: readonly WrittenCode[]): readonly Finding[] {
  const { segment, codes } = comment;
  const [first, last] = [codes[0], codes.at(-1)];
  if (first !== undefined && last !== undefined && removable.length === codes.length) {
    const message = removable.map((code) => sentence(code.text, comment)).join(' ');
    const place: Place = { segment, start: first.start, end: last.end };
    return [{ code: own, message, place, fixes: [removalOfAll(comment)] }];
  }
  return removable.map((code) => ({
    code: own,
    message: sentence(code.text, comment),
    place: { segment, start: code.start, end: code.end },
    fixes: [removal(comment, code, removable)],
  }));
}

function sentence(code: string, { reach }: DisableComment): string {
  if (isRuleCode(code)) return `${code} finds nothing on ${reach === 'line' ? 'this line' : 'the line below'}.`;
  const meant = nearest(code, ruleCodes);
  const help = meant === undefined ? '' : ` Did you mean ${meant}? It finds nothing there either.`;
  return `There is no rule "${code}".${help}`;
}

function misspelt(place: Place, written: string, meant: string): Finding {
  const message = `There is no rule "${written}". Did you mean ${meant}?`;
  const fix = { title: `Change to ${meant}`, edits: [{ place, text: meant }], preferred: true };
  return { code: own, message, place, fixes: [fix] };
}

const reaches = ['line', 'next-line'] as const;
const prefix = 'lync-topology-disable-';

function unknownReach(comment: DisableComment): Finding {
  const { segment, reach, start } = comment;
  const meant = nearest(reach, reaches);
  const at = segment.text.indexOf(prefix, start);
  const end = at + prefix.length + reach.length;
  const place: Place = { segment, start: at, end };
  const fix =
    meant === undefined
      ? removalOfAll(comment)
      : { title: `Change to ${prefix}${meant}`, edits: [{ place, text: prefix + meant }], preferred: true };
  const help =
    meant === undefined
      ? `There are ${reaches.map((word) => prefix + word).join(' and ')}.`
      : `Did you mean ${prefix}${meant}?`;
  return { code: own, message: `"${prefix}${reach}" switches nothing off. ${help}`, place, fixes: [fix] };
}

/** Takes a code out with its comma: the one towards the codes that stay. */
function removal({ segment, codes }: DisableComment, code: WrittenCode, removable: readonly WrittenCode[]): FindingFix {
  const index = codes.indexOf(code);
  const kept = codes.findIndex((other) => !removable.includes(other));
  const start = index < kept ? code.start : (codes[index - 1]?.end ?? code.start);
  const end = index < kept ? (codes[index + 1]?.start ?? code.end) : code.end;
  const edits = [{ place: { segment, start, end }, text: '' }];
  return { title: `Take ${code.text} out`, edits, preferred: true };
}

/** Takes the comment out, and its line where nothing else stands on it. */
function removalOfAll(comment: DisableComment): FindingFix {
  return { title: 'Take the comment out', edits: [removalEdit(comment)], preferred: true };
}

function removalEdit({ segment, start, end }: DisableComment): PlaceEdit {
  const { text } = segment;
  const lineStart = lineStartOf(text, start);
  const lineEnd = text.indexOf('\n', end);
  const behind = text.slice(end, lineEnd === -1 ? text.length : lineEnd);
  const isAlone = /^[ \t]*$/.test(text.slice(lineStart, start)) && behind.trim() === '';
  if (isAlone && lineEnd !== -1) return { place: { segment, start: lineStart, end: lineEnd + 1 }, text: '' };
  const from = start - (/[ \t]*$/.exec(text.slice(lineStart, start))?.[0].length ?? 0);
  return { place: { segment, start: from, end }, text: '' };
}
