import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { TopologyDocument } from './imports.ts';

const litware = readFileSync(new URL('../../../samples/litware/litware.topology.yaml', import.meta.url), 'utf8');

/** The document and the offset of the first character of a piece of its text. */
function litwareAt(piece: string): { readonly document: TopologyDocument; readonly offset: number } {
  const offset = litware.indexOf(piece);
  assert.notEqual(offset, -1, piece);
  return { document: TopologyDocument.open(litware), offset };
}

function labels(document: TopologyDocument, offset: number): readonly string[] {
  return document.suggestionsAt(offset)?.items.map((item) => item.label) ?? [];
}

describe('Topology queries', () => {
  it('finds no error and no warning in the sample', () => {
    const { diagnostics, operable, deployment } = TopologyDocument.open(litware);
    const severe = diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning');
    assert.deepEqual(severe, []);
    assert.equal(operable, true);
    assert.equal(deployment.pools.length, 2);
    assert.deepEqual(deployment.poolPairs[0]?.backupModules.length, 3);
  });

  it('knows the innermost key or value at an offset', () => {
    const { document, offset } = litwareAt('dal-cs-001.litwareinc.com]');
    const node = document.nodeAt(offset);
    assert.deepEqual(node?.path, ['poolPairs', 0, 'pools', 1]);
    assert.equal(node?.part, 'value');
    assert.equal(litware.slice(node?.range.start, node?.range.end), 'dal-cs-001.litwareinc.com');
    assert.equal(document.nodeAt(litware.indexOf('poolPairs'))?.part, 'key');
    assert.equal(document.nodeAt(0), undefined);
  });

  it('knows where things are named, by their path', () => {
    const document = TopologyDocument.open(litware);
    const range = document.rangeOf('pools', 'atl-cs-001.litwareinc.com', 'databases', 'User');
    assert.equal(litware.slice(range?.start, range?.end), 'User');
    assert.equal(document.rangeOf('pools', 'nowhere.litwareinc.com'), undefined);
    const pair = document.rangeOf('poolPairs', 0, 'pools', 0);
    assert.equal(litware.slice(pair?.start, pair?.end), 'atl-cs-001.litwareinc.com');
  });

  it('finds the definition and every use of a name, without regard to case', () => {
    const document = TopologyDocument.open(litware);
    const occurrences = document.occurrencesOf('pool', 'ATL-CS-001.litwareinc.com');
    assert.deepEqual(
      occurrences.map((occurrence) => [occurrence.role, occurrence.path.join('/')]),
      [
        ['definition', 'pools/atl-cs-001.litwareinc.com'],
        ['reference', 'poolPairs/0/pools/0'],
      ],
    );
    assert.equal(document.occurrencesOf('sqlInstance', 'atl-sql-001.litwareinc.com\\RTC').length, 2);
  });

  it('tells what kind of name stands at an offset', () => {
    const { document, offset } = litwareAt('Atlanta\n');
    assert.equal(document.symbolAt(offset)?.kind, 'site');
    assert.equal(document.symbolAt(offset)?.role, 'reference');
    assert.equal(document.symbolAt(litware.indexOf('edition'))?.kind, undefined);
  });

  it('offers the pools that are not in the pair yet, with what they are', () => {
    const { document, offset } = litwareAt('dal-cs-001.litwareinc.com]');
    const items = document.suggestionsAt(offset + 3)?.items ?? [];
    assert.deepEqual(
      items.map((item) => [item.label, item.detail]),
      [['dal-cs-001.litwareinc.com', 'Enterprise pool in Dallas, release 2013']],
    );
  });

  it('offers backup modules that are not listed yet', () => {
    const { document, offset } = litwareAt('CentralMgmt.CMSMaster');
    // Those of the Response Groups are for release 2019 and later.
    assert.deepEqual(labels(document, offset), ['CentralMgmt.CMSMaster']);
  });

  it('offers keys that are not written yet, and the words of a value', () => {
    const { document, offset } = litwareAt('edition: Enterprise');
    assert.ok(labels(document, offset).includes('edition'), 'the key at the cursor');
    assert.ok(labels(document, offset).includes('hosting'));
    assert.ok(!labels(document, offset).includes('release'), 'written already');
    assert.deepEqual(labels(document, offset + 9), ['Enterprise', 'Standard', 'Director']);
    const release = document.suggestionsAt(litware.indexOf('"2013"'))?.items ?? [];
    assert.deepEqual(
      release.map((item) => item.text),
      ['"2013"', '"2015"', '"2019"', 'SE'],
    );
  });
});
