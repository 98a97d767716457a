/** From findings to diagnostics: absolute ranges, severities in force, suppressions, order. */
import {
  type Diagnostic,
  documentationOf,
  type Fix,
  type RelatedLocation,
  type Severity,
  type SeverityOverrides,
  severities,
} from './diagnostics.ts';
import type { Finding, FindingFix, RelatedPlace } from './findings.ts';
import { ruleDefinition } from './rules/all.ts';
import { type CommentedText, suppress } from './suppression.ts';
import { rangeOf } from './syntax/nodes.ts';

/** Diagnostics in the order of the text. It is needed itself only where a comment in it switches rules off. */
export function presentFindings(
  findings: readonly Finding[],
  overrides: SeverityOverrides,
  commented: CommentedText | undefined,
): readonly Diagnostic[] {
  const heard = commented === undefined ? findings : suppress(findings, commented, (code) => overrides[code] === 'off');
  const diagnostics: Diagnostic[] = [];
  for (const finding of heard) {
    const severity = severityOf(finding, overrides);
    if (severity !== 'off') diagnostics.push(present(finding, severity));
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
