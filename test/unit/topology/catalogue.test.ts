import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestFile, manifestText, ruleTexts, textsFile, textsText } from '../../../scripts/ruleSettings.ts';
import { documentationOf, ruleCodes } from '../../../src/core/topology/diagnostics.ts';
import { ruleDefinitions } from '../../../src/core/topology/rules/all.ts';
import { completed, diagnosticsOf, readMarks } from './marked.ts';

const root = new URL('../../../', import.meta.url);

describe('Rule catalogue, published', () => {
  it('has a setting for the severity of every rule, with its text (node scripts/ruleSettings.ts)', () => {
    for (const [file, written] of [[manifestFile, manifestText] as const, [textsFile, textsText] as const]) {
      const text = readFileSync(file, 'utf8');
      assert.equal(text, written(text));
    }
    assert.deepEqual(Object.keys(ruleTexts()).sort(), ruleCodes.map((code) => `rule.${code}`).sort());
  });

  it('has a page for every rule that says how it is mended and switched off', () => {
    for (const { code, fix } of ruleDefinitions) {
      const page = new URL(documentationOf(code), root);
      assert.ok(existsSync(page), `${code} has no page: node scripts/rulePages.ts`);
      const text = readFileSync(page, 'utf8');
      assert.ok(text.includes(`"${code}": "off"`), `${code}: the setting`);
      assert.ok(fix === undefined || text.includes(fix), `${code}: the fix`);
    }
  });

  it('says of those rules that they have a fix whose example is offered one, and of a few that have one elsewhere', () => {
    const withFix = ruleDefinitions.filter(({ code, wrong }) =>
      diagnosticsOf(readMarks(completed(wrong)).text).some(
        (diagnostic) => diagnostic.code === code && (diagnostic.fixes ?? []).length > 0,
      ),
    );
    const elsewhere = ['yaml-syntax', 'missing-key', 'pair-needs-two-pools', 'pair-with-itself'];
    assert.deepEqual(
      ruleDefinitions.filter(({ fix }) => fix !== undefined).map(({ code }) => code),
      ruleDefinitions.filter((rule) => withFix.includes(rule) || elsewhere.includes(rule.code)).map(({ code }) => code),
    );
  });

  it('says of a fix that it is to be looked at where it is not the one right answer', () => {
    for (const { code, fix = '', wrong } of ruleDefinitions) {
      const { text } = readMarks(completed(wrong));
      const fixes = diagnosticsOf(text).flatMap((found) => (found.code === code ? (found.fixes ?? []) : []));
      for (const { preferred } of fixes) assert.equal(preferred, !fix.includes('to be looked at'), code);
    }
  });

  it('has a test of its own for every rule, beside the one of its examples', () => {
    const folder = join(import.meta.dirname, '.');
    const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.test.ts') && !name.includes('catalogue'),
    );
    const text = tests.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    const untested = ruleCodes.filter((code) => !text.includes(`'${code}'`));
    assert.deepEqual(untested, []);
  });
});
