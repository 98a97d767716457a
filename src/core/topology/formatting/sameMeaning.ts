/** Whether two texts of a segment say the same: the last word on whether it is laid out or rewritten. */
import type { TreeNode } from '../syntax/nodes.ts';
import { parseYaml } from '../syntax/yaml.ts';

/** `sameForm`: what stands in braces or brackets stays there, and what stands on lines as well. */
type Likeness = 'sameForm' | 'anyForm';

/** Values, styles, anchors and the texts of keys are compared, and that nothing is reported that was not before. */
export function meansTheSame(before: string, after: string, likeness: Likeness = 'sameForm'): boolean {
  const [one, other] = [before, after].map((text) => parseYaml({ start: 0, text }));
  if (one === undefined || other === undefined || other.problems.length > one.problems.length) return false;
  if (one.root === undefined || other.root === undefined) return one.root === other.root;
  return sameNodes(one.root, other.root, likeness);
}

function sameNodes(one: TreeNode, other: TreeNode, likeness: Likeness): boolean {
  if (one.anchor !== other.anchor) return false;
  if (one.kind === 'scalar' && other.kind === 'scalar')
    return one.style === other.style && Object.is(one.value, other.value);
  if (one.kind === 'alias' && other.kind === 'alias') return one.name === other.name;
  const nodes = [one, other].map(nodesIn);
  if (one.kind !== other.kind || nodes[0] === undefined || nodes[1] === undefined) return false;
  const flow = [one, other].map((node) => 'flow' in node && node.flow);
  return (likeness === 'anyForm' || flow[0] === flow[1]) && sameLists(nodes[0], nodes[1], likeness);
}

/** Keys and values of a map, or the items of a list. */
function nodesIn(node: TreeNode): readonly TreeNode[] | undefined {
  if (node.kind === 'map') return node.entries.flatMap(({ key, value }) => [key, value]);
  return node.kind === 'sequence' ? node.items : undefined;
}

function sameLists(one: readonly TreeNode[], other: readonly TreeNode[], likeness: Likeness): boolean {
  return (
    one.length === other.length &&
    one.every((node, index) => {
      const match = other[index];
      return match !== undefined && sameNodes(node, match, likeness);
    })
  );
}
