import assert from 'node:assert/strict';
import {
  type CheckedFile,
  checkBytes,
  checkFile,
  isChecked,
  type UncheckedFile,
} from '../../../src/cli/checkedFile.ts';
import { sarifLog } from '../../../src/cli/render/sarif.ts';
import { ruleCodes, type SeverityOverrides } from '../../../src/core/topology/diagnostics.ts';
import { ruleDefinitions } from '../../../src/core/topology/rules/all.ts';
import { createSarifValidator } from '../../support/sarifSchema.ts';
import { completed, readMarks } from '../topology/marked.ts';

interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

interface Location {
  readonly id?: number;
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
    readonly region: Region;
  };
}

/** What of a log the tests read. */
interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly help: Help }[] } };
  readonly invocations: readonly [
    {
      readonly executionSuccessful: boolean;
      readonly ruleConfigurationOverrides?: readonly unknown[];
      readonly toolExecutionNotifications?: readonly { readonly message: { readonly text: string } }[];
    },
  ];
  readonly results: readonly {
    readonly ruleId: string;
    readonly level: string;
    readonly locations: readonly [Location];
    readonly relatedLocations?: readonly Location[];
    readonly partialFingerprints: Readonly<Record<string, string>>;
    readonly fixes?: readonly {
      readonly artifactChanges: readonly {
        readonly replacements: readonly {
          readonly deletedRegion: Region;
          readonly insertedContent: { text: string };
        }[];
      }[];
    }[];
  }[];
}

interface Help {
  readonly text: string;
  readonly markdown: string;
}

const folder = '/checkout/some folder';
const assertValid = createSarifValidator();

function run(files: readonly (CheckedFile | UncheckedFile)[], overrides: SeverityOverrides = {}): Run {
  const log: { runs: [Run] } = JSON.parse(JSON.stringify(sarifLog(files, { version: '1.2.3', overrides, folder })));
  assertValid(log);
  return log.runs[0];
}

function checked(text: string, overrides: SeverityOverrides = {}, name = 'a b/wrong.topology.yaml'): CheckedFile {
  const file = checkBytes(name, Buffer.from(text), overrides);
  assert.ok(isChecked(file));
  return file;
}

const example = (code: string): string => {
  const definition = ruleDefinitions.find((rule) => rule.code === code);
  assert.ok(definition !== undefined, code);
  return completed(readMarks(definition.wrong).text);
};

describe('SARIF', () => {
  it("is valid by the standard's schema for everything that rules find", () => {
    const files = ruleDefinitions.map(({ code }) => checked(example(code), {}, `${code} #1.topology.yaml`));
    const { results } = run(files);
    assert.ok(results.length >= ruleDefinitions.length, `${results.length} results`);
    assert.ok(
      results.some(({ relatedLocations = [] }) => relatedLocations.length > 0),
      'some have related locations',
    );
    assert.ok(
      results.some(({ fixes = [] }) => fixes.length > 0),
      'some have fixes',
    );
  });

  it('would not be valid with a property that the standard does not know', () => {
    assert.throws(() => assertValid({ version: '2.1.0', runs: [], other: 1 }), /additionalProperties/);
    assert.throws(
      () => assertValid({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x', informationUri: 'a b' } } }] }),
      /format/,
    );
  });

  it('describes every rule', () => {
    const { tool } = run([]);
    assert.deepEqual(
      tool.driver.rules.map(({ id }) => id),
      ruleCodes,
    );
    for (const { id, help } of tool.driver.rules)
      assert.ok(help.text.length > id.length && help.markdown.length > 0, id);
  });

  it('names the file relative to where it was run, and the place as editors show it', () => {
    const text = example('undefined-reference').replaceAll('\n', '\r\n');
    const [{ ruleId, locations } = { ruleId: '', locations: [] }] = run([checked(text)]).results.filter(
      (result) => result.ruleId === 'undefined-reference',
    );
    assert.equal(ruleId, 'undefined-reference');
    const { artifactLocation, region } = locations[0]?.physicalLocation ?? {};
    assert.deepEqual(artifactLocation, { uri: 'a%20b/wrong.topology.yaml', uriBaseId: '%SRCROOT%' });
    const found = checked(text).diagnostics.find(({ code }) => code === 'undefined-reference');
    const line = text.split('\r\n')[(region?.startLine ?? 0) - 1] ?? '';
    assert.equal(
      line.slice((region?.startColumn ?? 0) - 1, (region?.endColumn ?? 0) - 1),
      text.slice(found?.range.start, found?.range.end),
    );
  });

  it('names a file elsewhere by its whole address', () => {
    const [result] = run([checked(example('undefined-reference'), {}, '/elsewhere/x.topology.yaml')]).results;
    assert.deepEqual(result?.locations[0].physicalLocation.artifactLocation, {
      uri: 'file:///elsewhere/x.topology.yaml',
    });
  });

  it('knows a finding again after lines before it came, and tells two of a kind apart', () => {
    const text = example('undefined-reference');
    const marks = (of: string): readonly string[] =>
      run([checked(of)]).results.map(({ partialFingerprints }) => partialFingerprints['lyncTopologyFinding/v1'] ?? '');
    const before = marks(text);
    assert.ok(before.length > 0 && before.every((mark) => /^[0-9a-f]{16}:\d+$/.test(mark)));
    assert.deepEqual(marks(`# a line\n# another\n${text}`), before);
    assert.equal(new Set(before).size, before.length);
    // Several keys are missing at one place.
    const same = marks('sites: {}\n');
    assert.ok(same.length > 1 && new Set(same).size === same.length, same.join());
  });

  it('says which severities were set for the run', () => {
    const overrides: SeverityOverrides = { 'undefined-reference': 'warning', 'unpaired-pool': 'off' };
    const { results, invocations } = run([checked(example('undefined-reference'), overrides)], overrides);
    assert.equal(results.find(({ ruleId }) => ruleId === 'undefined-reference')?.level, 'warning');
    assert.deepEqual(invocations[0].ruleConfigurationOverrides, [
      {
        descriptor: { id: 'undefined-reference', index: ruleCodes.indexOf('undefined-reference') },
        configuration: { enabled: true, level: 'warning' },
      },
      {
        descriptor: { id: 'unpaired-pool', index: ruleCodes.indexOf('unpaired-pool') },
        configuration: { enabled: false },
      },
    ]);
  });

  it('says which files could not be read', () => {
    const { invocations, results } = run([checkFile('no such.topology.yaml', {})]);
    const [{ executionSuccessful, toolExecutionNotifications = [] }] = invocations;
    assert.deepEqual([executionSuccessful, results.length, toolExecutionNotifications.length], [false, 0, 1]);
    assert.match(toolExecutionNotifications[0]?.message.text ?? '', /no such\.topology\.yaml/);
    assert.equal(run([]).invocations[0].executionSuccessful, true);
  });

  it('has fixes that make the text right', () => {
    const rule = ruleDefinitions.find(({ code }) => code === 'cms-module-without-cms');
    const text = example('cms-module-without-cms');
    const fix = run([checked(text)]).results.find(({ ruleId }) => ruleId === rule?.code)?.fixes?.[0];
    const replacements = fix?.artifactChanges[0]?.replacements ?? [];
    assert.ok(replacements.length > 0);
    const lines = text.split('\n');
    const offset = (line: number, column: number): number =>
      lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    let fixed = text;
    for (const { deletedRegion: region, insertedContent } of replacements.toReversed()) {
      const start = offset(region.startLine, region.startColumn);
      fixed = fixed.slice(0, start) + insertedContent.text + fixed.slice(offset(region.endLine, region.endColumn));
    }
    assert.equal(fixed, completed(rule?.right ?? ''));
  });
});
