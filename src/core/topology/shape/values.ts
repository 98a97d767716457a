/** From tree nodes to plain values and back to the nodes that a path means. */
import { type Entry, findEntry, type TreeNode } from '../syntax/nodes.ts';

export type Path = readonly PropertyKey[];

/** Plain values of what was met before, by its entries or items: what an anchor holds is met once for every alias. */
type Met = Map<readonly unknown[], unknown>;

/** The plain value of a node. What an unresolved alias stands for is undefined. */
export function plainValue(node: TreeNode, met: Met = new Map()): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'sequence':
      return once(met, node.items, () => node.items.map((item) => plainValue(item, met)));
    case 'map':
      return once(met, node.entries, () => plainMap(node.entries, met));
    case 'alias':
      return undefined;
  }
}

function plainMap(entries: readonly Entry[], met: Met): unknown {
  const value: Record<string, unknown> = {};
  for (const entry of entries) {
    if (Object.hasOwn(value, entry.name)) continue;
    const property = { value: plainValue(entry.value, met), enumerable: true, writable: true, configurable: true };
    Object.defineProperty(value, entry.name, property);
  }
  return value;
}

function once(met: Met, content: readonly unknown[], make: () => unknown): unknown {
  const before = met.get(content);
  if (before !== undefined) return before;
  const value = make();
  met.set(content, value);
  return value;
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
