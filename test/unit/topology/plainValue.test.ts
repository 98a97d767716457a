import assert from 'node:assert/strict';
import { TopologyDocument } from '../../../src/core/topology/document.ts';
import { plainValue } from '../../../src/core/topology/shape/values.ts';

describe('The plain value of a tree', () => {
  const read = (text: string): unknown => plainValue(TopologyDocument.open(text).tree.root);

  it('is what is written, the first of a key that stands twice', () => {
    const value = read('a: [1, "two", { b: null }]\n__proto__: c\na: 2\nd: *missing\n');
    assert.deepEqual(Object.entries(Object(value)), [
      ['a', [1, 'two', { b: null }]],
      ['__proto__', 'c'],
      ['d', undefined],
    ]);
  });

  it('holds what an anchor holds once, however many aliases stand for it', () => {
    const value = Object(read('a: &a { x: [1] }\nb: *a\nc: [*a, *a]\n'));
    assert.deepEqual(value, { a: { x: [1] }, b: { x: [1] }, c: [{ x: [1] }, { x: [1] }] });
    assert.equal(value.b, value.a);
    assert.equal(value.c[1], value.a);
  });
});
