/** What a single rule is expected to find in a marked fragment. */
import assert from 'node:assert/strict';
import type { Diagnostic, Fix, RuleCode, Severity } from '../../../../src/core/topology/diagnostics.ts';
import type { RuleOptions } from '../../../../src/core/topology/rules/ruleOptions.ts';
import { TopologyDocument } from '../imports.ts';
import { applied, completed, readMarks } from '../marked.ts';

/** Asserts that the rule finds exactly what is marked in the fragment, nothing where there are no marks. */
export function expectFound(code: RuleCode, marked: string, options: RuleOptions = {}): readonly Diagnostic[] {
  const { text, ranges } = readMarks(completed(marked));
  const found = TopologyDocument.open(text, { rules: options }).diagnostics.filter((item) => item.code === code);
  assert.deepEqual(
    found.map(({ range, message }) => ({ range: text.slice(range.start, range.end), at: range.start, message })),
    found.map(({ message }, index) => {
      const { start = -1, end = -1 } = ranges[index] ?? {};
      return { range: text.slice(start, end), at: start, message };
    }),
  );
  assert.equal(found.length, ranges.length, `${code} is found ${found.length} times in\n${marked}`);
  return found;
}

/** Asserts that the rule finds the one thing that is marked, under that severity. */
export function expectOne(code: RuleCode, severity: Severity, marked: string, options?: RuleOptions): Diagnostic {
  const [found, ...others] = expectFound(code, marked, options);
  assert.ok(found !== undefined && others.length === 0, 'one mark');
  assert.equal(found.severity, severity);
  return found;
}

/** What is written at the second places of a finding. */
export function relatedTexts(marked: string, { related = [] }: Diagnostic): readonly string[] {
  const { text } = readMarks(completed(marked));
  return related.map(({ range }) => text.slice(range.start, range.end));
}

/** Asserts what a fix makes of the fragment. */
export function expectFixed(marked: string, fix: Fix | undefined, fixed: string): void {
  assert.ok(fix !== undefined, 'a fix');
  assert.equal(applied(readMarks(completed(marked)).text, fix.edits), completed(fixed));
}
