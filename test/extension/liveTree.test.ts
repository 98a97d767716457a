import assert from 'node:assert/strict';
import { createLiveTree, type LiveNode, type NodeDescription } from '../../src/extension/views/liveTree.ts';

function node(id: string, description: string, children: readonly NodeDescription[] = []): NodeDescription {
  return { id, label: id, description, icon: { name: 'pass' }, context: ' thing ', spoken: id, children };
}

function ids(nodes: readonly LiveNode[] | 'everything'): readonly string[] | 'everything' {
  return nodes === 'everything' ? nodes : nodes.map(({ id }) => id);
}

describe('a live tree', () => {
  it('reports only the node that looks other, and keeps every node object', () => {
    const tree = createLiveTree();
    tree.update([node('pool', '', [node('one', 'Steady State'), node('two', 'Steady State')])]);
    const before = ['pool', 'one', 'two'].map((id) => tree.find(id));
    const changed = tree.update([node('pool', '', [node('one', 'Steady State'), node('two', 'Final State')])]);
    assert.deepEqual(ids(changed), ['two']);
    assert.deepEqual(
      ['pool', 'one', 'two'].map((id) => tree.find(id)),
      before,
    );
    assert.equal(tree.find('two'), before[2]);
    assert.equal(tree.find('two')?.shown.description, 'Final State');
  });

  it('reports nothing when nothing looks other', () => {
    const tree = createLiveTree();
    tree.update([node('pool', '', [node('one', 'Steady State')])]);
    assert.deepEqual(tree.update([node('pool', '', [node('one', 'Steady State')])]), []);
  });

  it('reports the parent of a node that came or went, and neighbours keep their objects', () => {
    const tree = createLiveTree();
    tree.update([node('pool', '', [node('one', '')])]);
    const one = tree.find('one');
    assert.deepEqual(ids(tree.update([node('pool', '', [node('new', ''), node('one', '')])])), ['pool']);
    assert.equal(tree.find('one'), one);
    assert.deepEqual(ids(tree.update([node('pool', '', [node('one', '')])])), ['pool']);
    assert.equal(tree.find('new'), undefined);
    assert.equal(tree.find('one'), one);
  });

  it('does not report a descendant of a node that is reported', () => {
    const tree = createLiveTree();
    tree.update([node('pool', 'a', [node('one', 'a')])]);
    assert.deepEqual(ids(tree.update([node('pool', 'b', [node('one', 'b')])])), ['pool']);
  });

  it('reports everything when the first level is another', () => {
    const tree = createLiveTree();
    tree.update([node('pool', '')]);
    assert.equal(tree.update([node('next', ''), node('pool', '')]), 'everything');
  });
});
