import assert from 'node:assert/strict';
import type { Suggestion, Suggestions } from '../../../src/core/topology/queries/suggestion.ts';
import { templateText } from '../../../src/core/topology/queries/suggestion.ts';
import { largeTopology } from '../../support/largeTopology.ts';
import { TopologyDocument } from './imports.ts';
import { below, randomTopology, seededRandom } from './randomEdits.ts';
import { type SuggestionCase, suggestionCases } from './suggestionCases.ts';

interface Asked {
  readonly document: TopologyDocument;
  readonly suggestions: Suggestions | undefined;
}

/** The cursor is the last `|` that is not the sign of a block of text. */
function ask(marked: string): Asked {
  const offset = marked.lastIndexOf('|');
  const document = TopologyDocument.open(marked.slice(0, offset) + marked.slice(offset + 1));
  return { document, suggestions: document.suggestionsAt(offset) };
}

function labelsAt(marked: string): readonly string[] {
  return ask(marked).suggestions?.items.map(({ label }) => label) ?? [];
}

function accepted({ document, suggestions }: Asked, item: Suggestion, plain: boolean): string {
  const { start = 0, end = 0 } = suggestions?.range ?? {};
  const text = item.template === undefined || plain ? item.text : templateText(item.template);
  assert.ok(text !== undefined, `${item.label} can be written without a template`);
  return document.text.slice(0, start) + text + document.text.slice(end);
}

function check({ text, accept, result, plain }: SuggestionCase): void {
  const asked = ask(text);
  const { items = [] } = asked.suggestions ?? {};
  if (accept === undefined) {
    assert.deepEqual(items, []);
    return;
  }
  const item = items.find(({ label }) => label === accept);
  assert.ok(item, `${accept} is not among ${items.map(({ label }) => label).join(', ')}`);
  if (result !== undefined) assert.equal(accepted(asked, item, false), result);
  if (plain !== undefined) assert.equal(accepted(asked, item, true), plain);
}

describe('Suggestions', () => {
  for (const one of suggestionCases) {
    it(one.what, () => check(one));
    it(`${one.what}, with CRLF`, () => {
      const crlf = (text: string | undefined) => text?.replaceAll('\r', '').replaceAll('\n', '\r\n');
      const asked = ask(crlf(one.text) ?? '');
      const item = asked.suggestions?.items.find(({ label }) => label === one.accept);
      if (one.accept === undefined) {
        assert.deepEqual(asked.suggestions?.items ?? [], []);
        return;
      }
      assert.ok(item, `${one.accept} is offered`);
      if (one.result !== undefined) assert.equal(crlf(accepted(asked, item, false)), crlf(one.result));
    });
  }

  it('offer pools that are free first, and of those the ones that fit the other pool', () => {
    const pool = (name: string, site: string, release: string) =>
      `  ${name}.x.com: { site: ${site}, edition: Enterprise, release: "${release}" }\n`;
    const pools = `pools:\n${pool('a', 'S', '2013')}${pool('b', 'T', '2013')}${pool('c', 'S', '2015')}${pool('d', 'S', '2015')}${pool('e', 'T', '2015')}`;
    const pairs = 'poolPairs:\n  - pools: [a.x.com, b.x.com]\n  - pools: [c.x.com, |]\n';
    assert.deepEqual(labelsAt(pools + pairs), ['e.x.com', 'd.x.com', 'b.x.com', 'a.x.com']);
  });

  it('offer the modules that apply to the pair, in their order and without those listed', () => {
    const pair = (release: string, more: string, modules: string) =>
      `pools:\n  a.x.com: { release: ${release}${more} }\n  b.x.com: { release: ${release} }\npoolPairs:\n  - pools: [a.x.com, b.x.com]\n    backupModules: [${modules}]\n`;
    assert.deepEqual(labelsAt(pair('"2013"', '', '|')), ['UserServices.PresenceFocus', 'ConfServices.DataConf']);
    assert.deepEqual(labelsAt(pair('"2015"', ', centralManagement: active', 'DataConf, |')), [
      'UserServices.PresenceFocus',
      'CentralMgmt.CMSMaster',
    ]);
    assert.deepEqual(labelsAt(pair('SE', '', 'UserServices.PresenceFocus, |')), [
      'ConfServices.DataConf',
      'ApplicationServer.RGSDataStore',
      'ApplicationServer.RGSFileStore',
    ]);
  });

  it('offer what is required first, and say so', () => {
    const { suggestions } = ask('pools:\n  a.x.com:\n    |\n');
    assert.deepEqual(
      suggestions?.items.slice(0, 4).map(({ label, detail }) => [label, detail]),
      [
        ['site', 'required'],
        ['edition', 'required'],
        ['release', 'required'],
        ['hosting', undefined],
      ],
    );
  });

  it('offer the choices of a gap', () => {
    const { suggestions } = ask('sites: { A: {}, B: {} }\npools:\n  |\n');
    const item = suggestions?.items.find(({ label }) => label === 'New pool');
    const choices = item?.template?.flatMap((part) => (typeof part === 'string' ? [] : [part.choices]));
    assert.deepEqual(choices, [
      undefined,
      ['A', 'B'],
      ['Enterprise', 'Standard', 'Director'],
      ['"2013"', '"2015"', '"2019"', 'SE'],
    ]);
  });

  it('put the rules that are found on the next line first', () => {
    const labels = labelsAt('lyncTopology: 1\n# lync-topology-disable-next-line |\nnonsense: 2\n');
    assert.equal(labels[0], 'unknown-key');
    assert.ok(labels.length > 40);
  });

  it('compare what is typed with the label, and inside quotes with what is written', () => {
    const filterOf = (marked: string, label: string) =>
      ask(marked).suggestions?.items.find((item) => item.label === label)?.filter;
    assert.equal(filterOf('pools:\n  a.x.com:\n    release: 20|\n', '2015'), '2015');
    assert.equal(filterOf('pools:\n  a.x.com:\n    release: "20|"\n', '2015'), '"2015"');
    assert.equal(filterOf('pools:\n  a.x|\n', 'New pool'), 'a.x New pool');
  });

  it('are the best matches where there are thousands, and say that there are more', () => {
    const text = largeTopology(6_000);
    const at = text.indexOf('primary: atl-sql-00007') + 'primary: '.length;
    const document = TopologyDocument.open(text);
    document.update([{ start: at, end: at + 'atl-sql-00007.litwareinc.com\\RTC'.length, text: 'dal-sqm-00123' }]);
    const suggestions = document.suggestionsAt(at + 'dal-sqm-00123'.length);
    assert.equal(suggestions?.incomplete, true);
    assert.equal(suggestions.items[0]?.label, 'dal-sqm-00123.litwareinc.com\\RTC');
    assert.ok(suggestions.items.length <= 150);
  });

  it('of servers that nothing describes are the best matches as well, and a new one', () => {
    const document = TopologyDocument.open(`${largeTopology(3_000)}sqlServers:\n  dal-sqw-00007`);
    const suggestions = document.suggestionsAt(document.text.length);
    assert.equal(suggestions?.incomplete, true);
    assert.deepEqual(
      suggestions.items.map(({ label }) => label),
      ['dal-sqw-00007.litwareinc.com', 'New SQL server'],
    );
  });

  it('never break the syntax of a valid file, whichever is accepted', function () {
    this.timeout(60_000);
    let seen = 0;
    for (let seed = 1; seed <= 20; seed += 1) seen += acceptAtRandom(seed);
    assert.ok(seen > 500, `${seen} items were accepted`);
  });
});

/** How many items were accepted in a random file. */
function acceptAtRandom(seed: number): number {
  const random = seededRandom(seed);
  const text = randomTopology(random, 1 + below(random, 3));
  const document = TopologyDocument.open(text);
  if (document.diagnostics.some(({ code }) => code === 'yaml-syntax')) return 0;
  let seen = 0;
  for (let index = 0; index < 30; index += 1) {
    const offset = below(random, text.length + 1);
    const suggestions = document.suggestionsAt(offset);
    const { items = [] } = suggestions ?? {};
    for (const item of items.filter((_, at) => at < 2 || random() < 0.15)) {
      for (const plain of item.text === undefined ? [false] : [true, false]) {
        const result = accepted({ document, suggestions }, item, plain);
        const broken = TopologyDocument.open(result).diagnostics.find(({ code }) => code === 'yaml-syntax');
        const hint = `seed ${seed}, ${item.label} at ${offset} of ${JSON.stringify(text)}\n${result}`;
        assert.equal(broken?.message, undefined, hint);
        seen += 1;
      }
    }
  }
  return seen;
}
