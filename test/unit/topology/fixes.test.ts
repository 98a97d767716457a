import assert from 'node:assert/strict';
import type { Diagnostic } from './imports.ts';
import { applied, completed, diagnosticsOf } from './marked.ts';
import { below, knowingEdit, randomTopology, seededRandom } from './randomEdits.ts';

/** A fragment and what the first fix of the named code makes of it: flow and block lists, line ends, comments. */
const cases: readonly (readonly [string, string, string, string])[] = [
  [
    'adds an item to a block list, before the comment of its last line ends',
    'cms-module-missing',
    'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules:\n    - UserServices.PresenceFocus # users\nbackupService: {}\n',
    'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules:\n    - UserServices.PresenceFocus # users\n    - CentralMgmt.CMSMaster\nbackupService: {}\n',
  ],
  [
    'adds an item to an empty list',
    'cms-module-missing',
    'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules: []\n',
    'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules: [CentralMgmt.CMSMaster]\n',
  ],
  [
    'takes an item out of a block list with its line',
    'duplicate-backup-module',
    'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules:\n      - ConfServices.DataConf\n      - ConfServices.DataConf # again\n      - CentralMgmt.CMSMaster\n',
    'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules:\n      - ConfServices.DataConf\n      - CentralMgmt.CMSMaster\n',
  ],
  [
    'takes the first item out of a flow list',
    'cms-module-without-cms',
    'pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }\n  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013" }\npoolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules: [CentralMgmt.CMSMaster, ConfServices.DataConf]\n',
    'pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }\n  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013" }\npoolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n    backupModules: [ConfServices.DataConf]\n',
  ],
  [
    'adds a key to a flow map',
    'cms-standby-missing',
    'pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }\n  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013" }\npoolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n',
    'pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }\n  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013", centralManagement: standby }\npoolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n',
  ],
];

describe('Fixes', function () {
  this.timeout(300_000);

  for (const [title, code, fragment, expected] of cases) {
    for (const newline of ['\n', '\r\n']) {
      it(`${title}${newline === '\n' ? '' : ', with Windows line ends'}`, () => {
        const text = completed(fragment).replaceAll('\n', newline);
        const fix = diagnosticsOf(text).find((diagnostic) => diagnostic.code === code)?.fixes?.[0];
        assert.ok(fix !== undefined, 'a fix');
        assert.equal(applied(text, fix.edits), completed(expected).replaceAll('\n', newline));
      });
    }
  }

  it('remove what they are for and break nothing, in random texts', () => {
    let tried = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seededRandom(seed);
      const base = randomTopology(random, 2 + below(random, 3));
      for (let index = 0; index < 4; index += 1) {
        const edit = knowingEdit(random, base);
        tried += tryFixes(index === 0 ? base : applied(base, [edit]));
      }
    }
    assert.ok(tried > 200, `${tried} fixes tried`);
  });
});

function tryFixes(text: string): number {
  const before = diagnosticsOf(text);
  const fixes = before.flatMap((diagnostic) => (diagnostic.fixes ?? []).map((fix) => ({ diagnostic, fix })));
  for (const { diagnostic, fix } of fixes) {
    const after = diagnosticsOf(applied(text, fix.edits));
    const hint = `${diagnostic.message} ${fix.title}: ${JSON.stringify(text)}`;
    assert.ok(count(after, diagnostic) < count(before, diagnostic), `still there: ${hint}`);
    assert.ok(ofSyntax(after) <= ofSyntax(before), `breaks the syntax: ${hint}`);
  }
  return fixes.length;
}

function count(diagnostics: readonly Diagnostic[], like: Diagnostic): number {
  return diagnostics.filter(({ code, message }) => code === like.code && message === like.message).length;
}

function ofSyntax(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ code }) => code === 'yaml-syntax').length;
}

describe('Fixes of what an alias brought from elsewhere', () => {
  it('are offered and not preferred, since others use it as well', () => {
    const pools = `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
    databases: &shared
      User: { primary: atl-sql-001.litwareinc.com\\RTC, mirror: atl-sql-002.litwareinc.com\\RTC, witness: atl-sql-003.litwareinc.com\\RTC }
  atl-se-001.litwareinc.com:
    site: Atlanta
    edition: Standard
    release: "2013"
    databases: *shared
`;
    const fixes = diagnosticsOf(completed(pools))
      .filter((diagnostic) => diagnostic.code === 'standard-edition-shape')
      .flatMap((diagnostic) => diagnostic.fixes ?? []);
    assert.ok(fixes.length > 0, 'a fix is offered');
    assert.deepEqual(
      fixes.filter((fix) => fix.preferred),
      [],
    );
  });
});
