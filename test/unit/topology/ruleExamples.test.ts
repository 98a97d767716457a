import assert from 'node:assert/strict';
import { ruleCodes, severities } from '../../../src/core/topology/diagnostics.ts';
import { ruleDefinitions } from '../../../src/core/topology/rules/all.ts';
import { applied, completed, diagnosticsOf, preferredFix, readMarks } from './marked.ts';

describe('Rule catalogue', () => {
  it('defines every code exactly once', () => {
    const defined = ruleDefinitions.map((definition) => definition.code);
    assert.deepEqual(defined.toSorted(), ruleCodes.toSorted());
  });

  for (const rule of ruleDefinitions) {
    describe(rule.code, () => {
      const wrong = readMarks(completed(rule.wrong));
      const right = completed(rule.right);
      const found = diagnosticsOf(wrong.text).filter((diagnostic) => diagnostic.code === rule.code);

      it('has a severity, a title, a reason and a source', () => {
        assert.ok(severities.includes(rule.severity));
        for (const text of [rule.title, rule.why, rule.source]) assert.ok(text.trim().length > 0);
        assert.match(rule.why, /\.$/);
      });

      it('finds its wrong example at the marks, under its own severity', () => {
        assert.ok(wrong.ranges.length > 0, 'the example has no mark');
        assert.deepEqual(
          found.map((diagnostic) => diagnostic.range),
          wrong.ranges,
        );
        for (const diagnostic of found) assert.equal(diagnostic.severity, rule.severity);
      });

      it('finds nothing else that is an error in its wrong example', () => {
        const others = diagnosticsOf(wrong.text).filter(
          (diagnostic) => diagnostic.code !== rule.code && diagnostic.severity === 'error',
        );
        assert.deepEqual(others, []);
      });

      it('says nothing about its right example, and neither does a rule that warns', () => {
        const remaining = diagnosticsOf(right).filter(
          (diagnostic) =>
            diagnostic.code === rule.code || diagnostic.severity === 'error' || diagnostic.severity === 'warning',
        );
        const expected = remaining.filter((diagnostic) => diagnostic.code !== 'no-active-central-management');
        assert.deepEqual(expected, []);
      });

      const fixes = found.flatMap((diagnostic) => preferredFix(diagnostic) ?? []);
      if (fixes.length > 0) {
        it('is fixed by its fix, which brings nothing new and leaves nothing to do', () => {
          const fixed = applied(
            wrong.text,
            fixes.flatMap((fix) => fix.edits),
          );
          const before = new Set(diagnosticsOf(wrong.text).map((diagnostic) => diagnostic.code));
          const after = diagnosticsOf(fixed);
          assert.deepEqual(
            after.filter((diagnostic) => diagnostic.code === rule.code),
            [],
          );
          assert.deepEqual(
            after.filter((diagnostic) => !before.has(diagnostic.code)),
            [],
          );
          assert.equal(fixed, right, 'the fix makes the right example of the wrong one');
        });
      }
    });
  }
});
