/** Whether two texts of a segment say the same: the last word on whether a segment is laid out. */
import type { TreeNode } from '../syntax/nodes.ts';
import { parseYaml } from '../syntax/yaml.ts';

/** Values, styles, anchors and the texts of keys are compared, and that nothing is reported that was not before. */
export function meansTheSame(before: string, after: string): boolean {
  const [one, other] = [before, after].map((text) => parseYaml({ start: 0, text }));
  if (one === undefined || other === undefined || other.problems.length > one.problems.length) return false;
  if (one.root === undefined || other.root === undefined) return one.root === other.root;
  return sameNodes(one.root, other.root);
}

function sameNodes(one: TreeNode, other: TreeNode): boolean {
  if (one.anchor !== other.anchor) return false;
  if (one.kind === 'scalar' && other.kind === 'scalar')
    return one.style === other.style && Object.is(one.value, other.value);
  if (one.kind === 'alias' && other.kind === 'alias') return one.name === other.name;
  if (one.kind === 'sequence' && other.kind === 'sequence')
    return one.flow === other.flow && all(one.items, other.items);
  if (one.kind !== 'map' || other.kind !== 'map' || one.flow !== other.flow) return false;
  const names = one.entries.every(({ name, key }, index) => {
    const match = other.entries[index];
    return name === match?.name && sameNodes(key, match.key);
  });
  const values = [one, other].map(({ entries }) => entries.map(({ value }) => value));
  return names && all(values[0] ?? [], values[1] ?? []);
}

function all(one: readonly TreeNode[], other: readonly TreeNode[]): boolean {
  return (
    one.length === other.length &&
    one.every((node, index) => {
      const match = other[index];
      return match !== undefined && sameNodes(node, match);
    })
  );
}
