import assert from 'node:assert/strict';
import { selectionsAt } from '../../../src/core/topology/queries/selections.ts';
import { readCursor } from './deploymentToGoAround.ts';
import { TopologyDocument } from './imports.ts';

function selections(marked: string): readonly string[] {
  const { text, offset } = readCursor(marked);
  return selectionsAt(TopologyDocument.open(text).tree, text, offset).map(({ start, end }) => text.slice(start, end));
}

describe('Selections', () => {
  it('grow from the label of a name to the whole text', () => {
    const marked = '# c\npools:\n  a.b:\n    frontEnds: [fe-1.litw¦are.com, x.y]\n    site: A\n';
    assert.deepEqual(selections(marked), [
      'litware',
      'fe-1.litware.com',
      '[fe-1.litware.com, x.y]',
      'frontEnds: [fe-1.litware.com, x.y]',
      'frontEnds: [fe-1.litware.com, x.y]\n    site: A',
      'a.b:\n    frontEnds: [fe-1.litware.com, x.y]\n    site: A',
      'pools:\n  a.b:\n    frontEnds: [fe-1.litware.com, x.y]\n    site: A',
      marked.replace('¦', ''),
    ]);
  });

  it('take the text in quotes before the quotes', () => {
    assert.deepEqual(selections('sites: { "New ¦York": {} }').slice(0, 3), ['York', 'New York', '"New York"']);
  });

  it('take the server of an instance before the instance', () => {
    const marked = 'pools: { a.b: { databases: { User: { primary: sql-1.a.b¦\\RTC } } } }';
    assert.deepEqual(selections(marked).slice(0, 3), ['b', 'sql-1.a.b', 'sql-1.a.b\\RTC']);
  });

  it('take a comment whole', () => {
    assert.deepEqual(selections('a: b # one tw¦o\r\n').slice(0, 2), ['two', '# one two']);
  });

  it('know words of any script', () => {
    assert.deepEqual(selections('sites:\r\n  Zür¦ich-漢: {}\r\n')[0], 'Zürich-漢');
  });

  it('are the whole text where nothing stands, and in an empty text', () => {
    assert.deepEqual(selections('sites: {}\n\n¦\n'), ['sites: {}\n\n\n']);
    assert.deepEqual(selections('¦'), ['']);
  });

  it('grow strictly, wherever they begin', () => {
    const text = 'pools:\n  a.b: &x { site: "A b" } # c\n  c.d: *x\n  g.h: "b"c\n  e.f: [\n';
    const { tree } = TopologyDocument.open(text);
    for (let offset = 0; offset <= text.length; offset += 1) {
      const found = selectionsAt(tree, text, offset);
      for (const [index, { start, end }] of found.entries()) {
        assert.ok(start <= offset && offset <= end);
        const inner = found[index - 1];
        if (inner !== undefined)
          assert.ok(start <= inner.start && end >= inner.end && end - start > inner.end - inner.start);
      }
      assert.deepEqual(found.at(-1), { start: 0, end: text.length });
    }
  });
});
