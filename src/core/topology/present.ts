/** From findings to diagnostics: absolute ranges, severities in force, suppressions, order. */
import {
  type Diagnostic,
  documentationOf,
  type Fix,
  isRuleCode,
  type RelatedLocation,
  type RuleCode,
  type Severity,
  type SeverityOverrides,
  severities,
} from './diagnostics.ts';
import type { Finding, FindingFix, RelatedPlace } from './findings.ts';
import { ruleDefinition } from './rules/all.ts';
import { rangeOf } from './syntax/nodes.ts';

/** Diagnostics in the order of the text, which is needed only where a comment in it switches rules off. */
export function presentFindings(
  findings: readonly Finding[],
  overrides: SeverityOverrides,
  text: string | undefined,
): readonly Diagnostic[] {
  const suppressed = text === undefined ? undefined : suppressions(text);
  const diagnostics: Diagnostic[] = [];
  for (const finding of findings) {
    const severity = severityOf(finding, overrides);
    if (severity === 'off') continue;
    const diagnostic = present(finding, severity);
    const line = text === undefined ? 0 : lineStart(text, diagnostic.range.start);
    if (!suppressed?.get(line)?.has(finding.code)) diagnostics.push(diagnostic);
  }
  return withoutRepetitions(diagnostics.sort(inOrderOfText));
}

function present(finding: Finding, severity: Severity): Diagnostic {
  return {
    code: finding.code,
    severity,
    message: finding.message,
    range: rangeOf(finding.place),
    ...(finding.related && { related: finding.related.map(presentRelated) }),
    ...(finding.fixes && { fixes: finding.fixes.map(presentFix) }),
    documentation: documentationOf(finding.code),
  };
}

function presentRelated(related: RelatedPlace): RelatedLocation {
  return { range: rangeOf(related.place), message: related.message };
}

function presentFix(fix: FindingFix): Fix {
  const edits = fix.edits.map((edit) => ({ ...rangeOf(edit.place), text: edit.text }));
  return { title: fix.title, edits: edits.sort((a, b) => a.start - b.start), preferred: fix.preferred };
}

/** The severity in force. A setting changes the rule's severity, but does not make worse what the rule reports as mild. */
function severityOf(finding: Finding, overrides: SeverityOverrides): Severity | 'off' {
  const byRule = overrides[finding.code] ?? ruleDefinition(finding.code)?.severity ?? 'error';
  if (byRule === 'off' || finding.severity === undefined) return byRule;
  return severities.indexOf(finding.severity) > severities.indexOf(byRule) ? finding.severity : byRule;
}

function inOrderOfText(one: Diagnostic, other: Diagnostic): number {
  const byPlace = one.range.start - other.range.start || one.range.end - other.range.end;
  if (byPlace !== 0) return byPlace;
  if (one.code !== other.code) return one.code < other.code ? -1 : 1;
  return one.message < other.message ? -1 : one.message > other.message ? 1 : 0;
}

/** What lies under an anchor is found once for every alias, and said once. Several keys may be missing at one place. */
function withoutRepetitions(sorted: readonly Diagnostic[]): readonly Diagnostic[] {
  return sorted.filter((diagnostic, index) => {
    const before = sorted[index - 1];
    if (before === undefined || before.code !== diagnostic.code) return true;
    if (before.range.start !== diagnostic.range.start || before.range.end !== diagnostic.range.end) return true;
    return diagnostic.code === 'missing-key' && before.message !== diagnostic.message;
  });
}

/** Rules that are switched off by a comment, by the offset at which the line begins. */
type Suppressions = ReadonlyMap<number, ReadonlySet<RuleCode>>;

const comment = /(?:^|[ \t])#[ \t]*lync-topology-disable-(line|next-line)((?:[ \t,]+[a-z-]+)+)/gm;

function suppressions(text: string): Suppressions {
  const found = new Map<number, Set<RuleCode>>();
  for (const match of text.matchAll(comment)) {
    const line = match[1] === 'line' ? lineStart(text, match.index) : nextLineStart(text, match.index);
    const codes = (match[2] ?? '').split(/[ \t,]+/).filter(isRuleCode);
    found.set(line, new Set([...(found.get(line) ?? []), ...codes]));
  }
  return found;
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function nextLineStart(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? Number.POSITIVE_INFINITY : end + 1;
}
