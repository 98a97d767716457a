import assert from 'node:assert/strict';
import { definitionsAt, usesAt } from '../../../src/core/topology/queries/definitions.ts';
import { linkedNamesAt } from '../../../src/core/topology/queries/linkedNames.ts';
import { cursorIn, goneAround, readCursor } from './deploymentToGoAround.ts';
import { TopologyDocument } from './imports.ts';

const { root } = TopologyDocument.open(goneAround).tree;

/** Number of the line, from 1, with the text that is selected there. */
function target(marked: string, occurrence = 0): readonly string[] {
  const found = definitionsAt(root, cursorIn(marked, occurrence));
  return (found?.targets ?? []).map(({ range, selection }) => {
    assert.ok(range.start <= selection.start && range.end >= selection.end);
    return `${lineOf(selection.start)} ${goneAround.slice(selection.start, selection.end)}`;
  });
}

function lineOf(offset: number): number {
  return goneAround.slice(0, offset).split('\n').length;
}

function uses(marked: string, occurrence = 0): readonly string[] {
  return usesAt(root, cursorIn(marked, occurrence)).map(
    ({ role, range }) => `${lineOf(range.start)} ${role} ${goneAround.slice(range.start, range.end)}`,
  );
}

describe('Definitions', () => {
  it('leads from a pool in a pair, and from a next hop in other case, to where the pool is described', () => {
    assert.deepEqual(target('pools: [¦atl-cs-001'), ['10 atl-cs-001.litwareinc.com']);
    assert.deepEqual(target('nextHop: ATL-CS-001.litwareinc.com¦'), ['10 atl-cs-001.litwareinc.com']);
    const [range] = definitionsAt(root, cursorIn('pools: [atl-¦cs-001'))?.targets ?? [];
    assert.match(goneAround.slice(range?.range.start, range?.range.end), /^atl-cs-001[\s\S]*RTC }$/);
  });

  it('leads from a site to where it is described, whatever the quotes', () => {
    assert.deepEqual(target("site: '¦New York'"), ['7 New York']);
    assert.deepEqual(target('site: ATL¦ANTA'), ['6 Atlanta']);
  });

  it('leads from the server and from the instance of a value to where each is described', () => {
    assert.deepEqual(target('primary: atl-sql-¦001.litwareinc.com\\RTC'), ['43 atl-sql-001.litwareinc.com']);
    assert.deepEqual(target('primary: atl-sql-001.litwareinc.com\\R¦TC'), ['43 RTC']);
    const found = definitionsAt(root, cursorIn('primary: atl-sql-001.litwareinc.com\\R¦TC'));
    assert.equal(goneAround.slice(found?.origin.start, found?.origin.end), 'RTC', 'what is underlined');
  });

  it('leads from the servers of a Standard Edition server to the pool, and to no pool from others', () => {
    assert.deepEqual(target('primary: ¦nyc-se-001.litwareinc.com'), ['23 NYC-se-001.litwareinc.com']);
    assert.deepEqual(target('primary: nyc-se-001.litwareinc.com\\¦RTC'), ['23 NYC-se-001.litwareinc.com']);
    assert.deepEqual(target('fileShare: \\\\nyc¦-se-001'), ['23 NYC-se-001.litwareinc.com']);
    assert.deepEqual(target('mirror: "atl-sql-¦002'), [], 'described nowhere');
  });

  it('knows nothing of modules, keys, hosts, shares and comments', () => {
    for (const marked of ['[User¦Services', 'sit¦e: Atlanta', 'hv-¦atl-01', 'Lync¦Share', '# Lit¦ware', '2013¦'])
      assert.deepEqual(target(marked), [], marked);
  });

  it('leads from what is defined to itself', () => {
    assert.deepEqual(target('¦ATL-FE-001'), ['62 ATL-FE-001']);
    assert.deepEqual(target('Dr¦Operators'), ['66 DrOperators']);
  });

  it('works in a text that is being typed', () => {
    const { text, offset } = readCursor('sites:\n  A: {}\npools:\n  a.b:\n    site: A¦\n    edition: [\n  c.d\n');
    const found = definitionsAt(TopologyDocument.open(text).tree.root, offset);
    assert.deepEqual(found?.targets, [{ range: { start: 9, end: 14 }, selection: { start: 9, end: 10 } }]);
  });

  it('names the range of an alias where the alias stands', () => {
    const { text, offset } = readCursor('sites: { A: {} }\npools:\n  a.b: { site: &s A }\n  c.d: { site: ¦*s }\n');
    const found = definitionsAt(TopologyDocument.open(text).tree.root, offset);
    assert.equal(text.slice(found?.origin.start, found?.origin.end), '*s');
    assert.equal(text.slice(found?.targets[0]?.selection.start, found?.targets[0]?.selection.end), 'A');
  });
});

describe('Uses of a name', () => {
  it('finds the pool under every spelling, and what is the same computer', () => {
    assert.deepEqual(uses('¦atl-cs-001.litwareinc.com:'), [
      '10 definition atl-cs-001.litwareinc.com',
      '33 reference atl-cs-001.litwareinc.com',
      '46 reference ATL-CS-001.litwareinc.com',
      '50 reference atl-cs-001.litwareinc.com',
    ]);
    assert.deepEqual(uses("'¦NYC-se-001"), [
      '23 definition NYC-se-001.litwareinc.com',
      '27 definition nyc-se-001.litwareinc.com',
      '28 reference nyc-se-001.litwareinc.com',
      '30 reference nyc-se-001.litwareinc.com',
      '33 reference nyc-se-001.litwareinc.com',
    ]);
  });

  it('tells the server of an instance from the instance', () => {
    assert.deepEqual(uses('mirror: "¦atl-sql-002'), [
      '21 reference atl-sql-002.litwareinc.com',
      '22 reference atl-sql-002.litwareinc.com',
      '58 reference atl-sql-002.litwareinc.com',
    ]);
    assert.deepEqual(uses('instances: [¦RTC'), [
      '20 reference RTC',
      '22 reference RTC',
      '43 definition RTC',
      '57 reference RTC',
    ]);
  });

  it('takes the long and the short name of a module for one', () => {
    assert.deepEqual(uses('¦DataConf'), ['34 reference DataConf']);
    const text = 'poolPairs:\n  - backupModules: [DataConf, ConfServices.DataConf]\n';
    assert.equal(usesAt(TopologyDocument.open(text).tree.root, text.indexOf('DataConf')).length, 2);
  });

  it('says by which path each is reached, after an item before it came or went', () => {
    const document = TopologyDocument.open('poolPairs:\n  - pools: [a.b, c.d]\n  - pools: [c.d, e.f]\n');
    const paths = (): readonly string[] =>
      usesAt(document.tree.root, document.text.lastIndexOf('c.d')).map(({ path }) => path.join('/'));
    assert.deepEqual(paths(), ['poolPairs/0/pools/1', 'poolPairs/1/pools/0']);
    document.update([{ start: 11, end: 11, text: '  - pools: [x.y, c.d]\n' }]);
    assert.deepEqual(paths(), ['poolPairs/0/pools/1', 'poolPairs/1/pools/1', 'poolPairs/2/pools/0']);
    document.update([{ start: 11, end: document.text.indexOf('  - pools: [c.d'), text: '' }]);
    assert.deepEqual(paths(), ['poolPairs/0/pools/0']);
  });

  it('counts what an anchor marks once', () => {
    const text = 'pools:\n  a.b:\n    databases:\n      User: &u { primary: s\\I }\n      CentralMgmt: *u\n';
    assert.equal(usesAt(TopologyDocument.open(text).tree.root, text.indexOf('s\\I')).length, 1);
  });
});

describe('Names that are typed together', () => {
  it('are a site or a pool where it is defined, and the places where the same text stands for it', () => {
    const linked = linkedNamesAt(root, cursorIn('Atl¦anta: {'));
    assert.deepEqual(
      linked?.ranges.map(({ start, end }) => `${lineOf(start)} ${goneAround.slice(start, end)}`),
      ['6 Atlanta', '11 Atlanta', '52 Atlanta'],
    );
    assert.match('Atlanta 2', new RegExp(`^${linked?.wordPattern}$`));
    assert.equal(linkedNamesAt(root, cursorIn('¦atl-cs-001.litwareinc.com:'))?.ranges.length, 3);
  });

  it('are not those of a reference, of other kinds, or of a name that is defined twice', () => {
    for (const marked of ['site: Atl¦anta', '¦atl-fe-001.litwareinc', '¦atl-ag', 'pools: [¦atl'])
      assert.equal(linkedNamesAt(root, cursorIn(marked)), undefined, marked);
    const twice = 'sites:\n  A: {}\n  a: {}\npools:\n  a.b: { site: A }\n';
    assert.equal(linkedNamesAt(TopologyDocument.open(twice).tree.root, 9), undefined);
  });
});
