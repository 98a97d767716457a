import assert from 'node:assert/strict';
import { folds } from '../../../src/core/topology/queries/folding.ts';
import { TopologyDocument } from './imports.ts';

/** Kind and lines, from 0, of what is folded, in the order of the text. */
function foldsOf(text: string): readonly string[] {
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length - 1;
  return folds(TopologyDocument.open(text).tree)
    .map(({ start, end, kind, bracket }) => ({ start: lineOf(start), end: lineOf(end), kind, bracket }))
    .filter(({ start, end }) => end > start)
    .sort((one, other) => one.start - other.start || other.end - one.end)
    .map(({ start, end, kind, bracket }) => `${kind} ${start}-${end}${bracket ? ' bracket' : ''}`);
}

describe('Folding', () => {
  it('folds sections, pools and every map and list over more than one line', () => {
    const text = `pools:
  a.b:
    site: A
    frontEnds:
      - x.y
      - z.y
  c.d: { site: A }
poolPairs:
  - pools:
      - a.b
`;
    const expected = ['block 0-6', 'block 1-5', 'block 3-5', 'block 7-9', 'block 8-9', 'block 8-9'];
    assert.deepEqual(foldsOf(text), expected);
    assert.deepEqual(foldsOf(text.replaceAll('\n', '\r\n')), expected);
  });

  it('folds what stands between brackets, and says where one begins a line', () => {
    const text = 'pools: {\n  a.b: {\n    site: A },\n  c.d: [\n    x\n  ]\n}\n';
    assert.deepEqual(foldsOf(text), ['block 0-6 bracket', 'block 1-2', 'block 3-5 bracket']);
  });

  it('folds texts over several lines', () => {
    const text = 'sites:\n  A:\n    description: |\n      one\n      # two\n      # three\n  B: {}\n';
    assert.deepEqual(foldsOf(text), ['block 0-6', 'block 1-5', 'block 2-5']);
  });

  it('folds runs of comments, and none in a text', () => {
    const text = '# one\n  # two\n\n# alone\nsites:\n  # three\n  # four\n  A: {} # five\n  # six\n';
    assert.deepEqual(foldsOf(text), ['comment 0-1', 'block 4-7', 'comment 5-6']);
  });

  it('folds regions, also nested ones and over sections', () => {
    const text =
      '# region one\nsites:\n  # region two\n  A: {}\n  #endregion\npools: {}\n# endregion\n# endregion\n#region\n';
    assert.deepEqual(foldsOf(text), ['region 0-6', 'block 1-3', 'region 2-4']);
  });

  it('folds what an anchor marks where it is written', () => {
    const text = 'pools:\n  a.b: &p\n    site: A\n  c.d:\n    *p\nedgePools: *p\n';
    assert.deepEqual(foldsOf(text), ['block 0-4', 'block 1-2']);
  });

  it('folds what is there of a text that is being typed', () => {
    assert.deepEqual(foldsOf('pools:\n  a.b:\n    site: A\n    frontEnds: [\n  c.d:\n    site'), [
      'block 0-5',
      'block 1-3',
      'block 4-5',
    ]);
  });

  it('looks for no comments in what is too long to be read', () => {
    const comments = '# x\n'.repeat(300_000);
    assert.deepEqual(foldsOf(comments), []);
    assert.equal(foldsOf(comments.slice(0, 4_000)).length, 1);
  });
});
