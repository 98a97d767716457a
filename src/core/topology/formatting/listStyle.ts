/** How a file writes its lists: two columns in from their key, or at its column. YAML has both, and people have a habit. */

import type { MapNode, TreeNode } from '../syntax/nodes.ts';
import { columnOf } from '../syntax/textLines.ts';
import type { Tree } from '../syntax/tree.ts';

interface Lists {
  readonly indented: boolean;
  readonly flush: boolean;
}

/** Whether there are lists, and all of them stand at the column of their key. */
export function hasFlushLists(tree: Tree): boolean {
  let flush = false;
  for (const { layout, role } of tree.segments) {
    if (role !== 'header' || layout?.kind !== 'sequence') continue;
    if (layout.indentation > 0) return false;
    flush = true;
  }
  for (const { value } of tree.root.entries) {
    for (const part of partsOf(value)) {
      const lists = listsIn(part);
      if (lists.indented) return false;
      flush ||= lists.flush;
    }
  }
  return flush;
}

function partsOf(node: TreeNode): readonly TreeNode[] {
  if (node.kind === 'map') return node.entries.map(({ value }) => value);
  return node.kind === 'sequence' ? node.items : [];
}

const listsOfNodes = new WeakMap<TreeNode, Lists>();

function listsIn(node: TreeNode): Lists {
  const known = listsOfNodes.get(node);
  if (known !== undefined) return known;
  const below =
    node.kind === 'map' && !node.flow
      ? [...partsOf(node).map(listsIn), ...listsUnder(node)]
      : partsOf(node).map(listsIn);
  const lists = { indented: below.some(({ indented }) => indented), flush: below.some(({ flush }) => flush) };
  listsOfNodes.set(node, lists);
  return lists;
}

function listsUnder(map: MapNode): readonly Lists[] {
  return map.entries.flatMap(({ key, value }) => {
    if (value.kind !== 'sequence' || value.flow || value.segment !== key.segment) return [];
    const indented = columnIn(value) > columnIn(key);
    return [{ indented, flush: !indented }];
  });
}

function columnIn({ segment, start }: TreeNode): number {
  return columnOf(segment.text, start);
}
