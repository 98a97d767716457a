/** In a comment: how a rule is switched off, and which rules have something to say about the line. */

import { type Diagnostic, ruleCodes } from '../diagnostics.ts';
import { ruleDefinition } from '../rules/all.ts';
import { lexed } from '../syntax/comments.ts';
import type { Segment } from '../syntax/segments.ts';
import { lineStartOf } from '../syntax/textLines.ts';
import { bestMatches } from './matching.ts';
import type { Suggestion, Suggestions } from './suggestion.ts';

interface Commented {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Undefined where the offset is in no comment; nothing to choose from in a comment about something else. */
export function suggestionsInComment(source: Commented, segment: Segment, offset: number): Suggestions | undefined {
  const { text } = source;
  const lineStart = lineStartOf(text, offset);
  if (!text.slice(lineStart, offset).includes('#')) return undefined;
  const at = offset - segment.start;
  const comment = lexed(segment).comments.find(({ start, end }) => at > start && at <= end);
  if (comment === undefined) return undefined;
  const before = segment.text.slice(comment.start, at);
  const written = /^#[ \t]*lync-topology-disable-(line|next-line)[ \t]+((?:[a-z-]+[ \t,]+)*)([a-z-]*)$/.exec(before);
  if (written !== null) return codes(source, offset, lineStart, written);
  const directive = /^#[ \t]*([a-z-]*)$/.exec(before);
  return directive === null ? nothing(offset) : directives(source, offset, directive[1] ?? '');
}

function nothing(offset: number): Suggestions {
  return { range: { start: offset, end: offset }, items: [], incomplete: false, flow: false };
}

function codes(source: Commented, offset: number, lineStart: number, written: RegExpExecArray): Suggestions {
  const [, reach, others = '', typed = ''] = written;
  const { text } = source;
  const listed = new Set(others.split(/[ \t,]+/));
  const start = reach === 'line' ? lineStart : lineEndOf(text, offset) + 1;
  const end = lineEndOf(text, start);
  const there = source.diagnostics.filter(({ range }) => range.start >= start && range.start <= end);
  const first = [...new Set(there.map(({ code }) => code))];
  const all = [...first, ...ruleCodes.filter((code) => !first.includes(code))].filter((code) => !listed.has(code));
  const items = all.map((code): Suggestion => {
    const title = ruleDefinition(code)?.title;
    const detail = first.includes(code) ? 'found here' : title;
    const shared = { label: code, text: code, kind: 'rule', filter: code, subject: { about: 'rule', code } } as const;
    return detail === undefined ? shared : { ...shared, detail };
  });
  return wordAt(text, offset, typed, items);
}

const reaches = {
  'lync-topology-disable-line': 'switches rules off for this line',
  'lync-topology-disable-next-line': 'switches rules off for the next line',
} as const;

function directives({ text }: Commented, offset: number, typed: string): Suggestions {
  const items = Object.entries(reaches).map(
    ([label, detail]): Suggestion => ({ label, text: `${label} `, kind: 'directive', filter: label, detail }),
  );
  return wordAt(text, offset, typed, items);
}

function wordAt(text: string, offset: number, typed: string, items: readonly Suggestion[]): Suggestions {
  const rest = /^[a-z-]*/.exec(text.slice(offset, offset + 80))?.[0] ?? '';
  const range = { start: offset - typed.length, end: offset + rest.length };
  return { range, items: bestMatches(items, typed, ({ label }) => label).items, incomplete: false, flow: false };
}

function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}
