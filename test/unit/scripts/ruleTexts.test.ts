import assert from 'node:assert/strict';
import { withoutRuleTexts } from '../../../scripts/ruleTexts.ts';
import { ruleDefinitions } from '../../../src/core/topology/rules/all.ts';

describe('The texts of rule pages in a bundle', () => {
  const rule = ruleDefinitions.find(
    ({ wrong, source }) => !/[`$\\]/.test(wrong) && wrong.length > 30 && source.length > 30,
  );
  assert.ok(rule !== undefined);
  const { wrong, source, why, title } = rule;

  it('are left out, however they are quoted', () => {
    const before = `a={wrong:\`${wrong}\`,source:${JSON.stringify(source)},right:${JSON.stringify(wrong)},n:1}`;
    assert.equal(withoutRuleTexts(before), 'a={wrong:"",source:"",right:"",n:1}');
  });

  it('are left where something else is meant', () => {
    const other = `a={why:${JSON.stringify(why)},title:${JSON.stringify(title)},source:"a text that no rule has, of the same length"}`;
    assert.equal(withoutRuleTexts(other), other);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: code in a string
    const computed = 'a={wrong:`${b}: a text that is computed when it runs`}';
    assert.equal(withoutRuleTexts(computed), computed);
  });
});
