import assert from 'node:assert/strict';
import { outline } from '../../../src/core/topology/queries/outline.ts';
import type { OutlineItem } from '../../../src/core/topology/queries/outlineItem.ts';
import { rangeOf } from '../../../src/core/topology/syntax/nodes.ts';
import { goneAround } from './deploymentToGoAround.ts';
import { TopologyDocument } from './imports.ts';

function itemsOf(text: string): readonly OutlineItem[] {
  return outline(TopologyDocument.open(text).tree.root);
}

/** One line for each item, indented by its depth: kind, name, and the detail behind a colon. */
function drawn(items: readonly OutlineItem[], indentation = ''): readonly string[] {
  return items.flatMap(({ kind, name, detail, children }) => [
    `${indentation}${kind} ${name}${detail === '' ? '' : `: ${detail}`}`,
    ...drawn(children, `${indentation}  `),
  ]);
}

function lineFor(drawing: readonly string[], name: string): string | undefined {
  return drawing.find((line) => line.includes(name))?.trim();
}

/** Every item lies in what it is below, has a name, and is selected inside of itself. */
function checkNesting(items: readonly OutlineItem[], text: string, outer = { start: 0, end: text.length }): void {
  for (const { name, place, selection, children } of items) {
    const range = rangeOf(place);
    const selected = rangeOf(selection);
    assert.notEqual(name.trim(), '', JSON.stringify(text));
    assert.ok(range.start >= outer.start && range.end <= outer.end, `${name} in ${JSON.stringify(text)}`);
    assert.ok(selected.start >= range.start && selected.end <= range.end, `${name} in ${JSON.stringify(text)}`);
    checkNesting(children, text, range);
  }
}

describe('Outline', () => {
  const drawing = drawn(itemsOf(goneAround));

  it('shows pools with what they are, their Front Ends and their databases', () => {
    const start = drawing.indexOf('section pools: 2');
    assert.deepEqual(drawing.slice(start, start + 9), [
      'section pools: 2',
      '  pool atl-cs-001.litwareinc.com: Enterprise, Atlanta, release 2013',
      '    server atl-fe-001.litwareinc.com: Front End Server',
      '    server atl-fe-002.litwareinc.com: Front End Server',
      '    database User: atl-sql-001.litwareinc.com\\RTC ↔ atl-sql-002.litwareinc.com\\RTC',
      '    database CentralMgmt: atl-sql-001.litwareinc.com\\RTC ↔ atl-sql-002.litwareinc.com\\RTC',
      '  pool NYC-se-001.litwareinc.com: Standard, New York, release 2013',
      '    server nyc-se-001.litwareinc.com: Front End Server',
      '    database User: nyc-se-001.litwareinc.com\\RTC',
    ]);
  });

  it('shows the other sections in their own words', () => {
    assert.equal(
      lineFor(drawing, 'pair '),
      'pair atl-cs-001.litwareinc.com ↔ nyc-se-001.litwareinc.com: 2 backup modules',
    );
    assert.equal(lineFor(drawing, 'deployment'), 'value deployment: Litware');
    assert.equal(lineFor(drawing, 'site Atlanta'), 'site Atlanta: Primary data centre');
    assert.equal(lineFor(drawing, 'edge-atl'), 'pool edge-atl.litwareinc.com: ATLANTA, → ATL-CS-001.litwareinc.com');
    assert.equal(lineFor(drawing, 'pc1'), 'server pc1.litwareinc.com: Atlanta, active');
    assert.equal(lineFor(drawing, 'ATL-FE-001'), 'virtualMachine ATL-FE-001: hv-atl-01 → hv-dal-01');
    assert.equal(lineFor(drawing, 'syncInterval'), 'value syncInterval: 00:02:00');
    assert.equal(lineFor(drawing, 'DrOperators'), 'role DrOperators: CsServerAdministrator');
  });

  it('nests, in a finished file, with CRLF, and cut off anywhere', () => {
    checkNesting(itemsOf(goneAround), goneAround);
    for (let end = 0; end < goneAround.length; end += 7) {
      const text = goneAround.slice(0, end).replaceAll('\n', '\r\n');
      checkNesting(itemsOf(text), text);
    }
  });

  it('shows what an anchor marks where it is written', () => {
    const text =
      'pools:\n  a.b: &p { site: A, frontEnds: [fe.a.b], databases: { User: { primary: s } } }\n  c.d: *p\nedgePools: *p\n';
    checkNesting(itemsOf(text), text);
    assert.deepEqual(drawn(itemsOf(text)).slice(1), [
      '  pool a.b: A',
      '    server fe.a.b: Front End Server',
      '    database User: s',
      '  pool c.d: A',
      'section edgePools: 3',
    ]);
  });

  it('shows a pair that has no pools yet, and nothing that has no name', () => {
    assert.deepEqual(drawn(itemsOf('poolPairs:\n  - backupModules: []\n  - \n"": x\npools:\n  "": {}\n')), [
      'section poolPairs: 2',
      '  pair Pair without pools: 0 backup modules',
      'section pools: 1',
    ]);
  });

  it('takes what an edit does not touch from before', () => {
    const document = TopologyDocument.open(goneAround);
    const before = poolsOf(document);
    const at = goneAround.indexOf('atl-fe-002');
    document.update([{ start: at, end: at, text: 'x' }]);
    const after = poolsOf(document);
    assert.notEqual(after[0], before[0]);
    assert.equal(after[1], before[1]);
  });

  it('says the same of a text that was moved to another section', () => {
    const machine = '  atl.litwareinc.com: { primaryHost: h, site: Atlanta, edition: Standard, release: SE }\n';
    const document = TopologyDocument.open(`virtualMachines:\n${machine}`);
    assert.match(drawn(outline(document.tree.root)).join(), /virtualMachine atl.litwareinc.com: h/);
    document.update([{ start: 0, end: 'virtualMachines'.length, text: 'pools' }]);
    assert.deepEqual(drawn(outline(document.tree.root)), drawn(itemsOf(document.text)));
  });
});

function poolsOf(document: TopologyDocument): readonly OutlineItem[] {
  return outline(document.tree.root).find(({ name }) => name === 'pools')?.children ?? [];
}
