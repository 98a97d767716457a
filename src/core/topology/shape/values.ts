/** From tree nodes to plain values and back to the nodes that a path means. */
import { findEntry, type TreeNode } from '../syntax/nodes.ts';

export type Path = readonly PropertyKey[];

/** The plain value of a node. What an unresolved alias stands for is undefined. */
export function plainValue(node: TreeNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return node.items.map(plainValue);
    case 'map': {
      const value: Record<string, unknown> = {};
      for (const entry of node.entries) {
        if (Object.hasOwn(value, entry.name)) continue;
        const property = { value: plainValue(entry.value), enumerable: true, writable: true, configurable: true };
        Object.defineProperty(value, entry.name, property);
      }
      return value;
    }
    case 'alias':
      return undefined;
  }
}

/** The node under a path, or undefined where nothing is written. */
export function descend(node: TreeNode, path: Path): TreeNode | undefined {
  let current: TreeNode | undefined = node;
  for (const step of path) {
    if (current?.kind === 'map') current = findEntry(current, String(step))?.value;
    else if (current?.kind === 'sequence') current = typeof step === 'number' ? current.items[step] : undefined;
    else return undefined;
  }
  return current;
}

/** Whether the path leads through an alias that could not be resolved: nothing is known about what lies there. */
export function leadsThroughAlias(node: TreeNode, path: Path): boolean {
  return (
    path.some((_, index) => descend(node, path.slice(0, index))?.kind === 'alias') ||
    descend(node, path)?.kind === 'alias'
  );
}

/** A value as it is written in YAML: plain where that is safe, in quotes otherwise. */
export function yamlText(value: string): string {
  const plain = /^[A-Za-z0-9\\][A-Za-z0-9._\\$/()+ -]*$/.test(value) && !/[ ]$/.test(value);
  if (/^[0-9.]+:[0-9]{2}:[0-9]{2}$/.test(value)) return value;
  const readsAsSomethingElse = /^(?:true|false|null|[-+.0-9][-+.0-9eExXoOa-fA-F_]*)$/i.test(value);
  if (plain && !readsAsSomethingElse) return value;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
