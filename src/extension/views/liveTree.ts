/**
 * A tree whose nodes live as long as the things they show. A view describes what it wants to show as plain data; the tree
 * compares that with what it shows, changes the nodes in place and reports only those that differ. So expansion,
 * selection and focus survive any number of updates.
 */
import type { Subject } from './subject.ts';

/** What a node shows. */
export interface NodeDescription {
  /** Stable path of the thing; never holds text that changes. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** Markdown. */
  readonly tooltip?: string;
  readonly icon: { readonly name: string; readonly color?: string };
  /** What menus in the manifest look for: words with a space around each. */
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** How a node with children appears the first time. */
  readonly open?: boolean;
  readonly command?: { readonly command: string; readonly title: string };
  readonly subject?: Subject;
  readonly children: readonly NodeDescription[];
}

export interface LiveNode {
  readonly id: string;
  readonly parent: LiveNode | undefined;
  shown: NodeDescription;
  children: readonly LiveNode[];
}

export interface LiveTree {
  readonly roots: readonly LiveNode[];
  find(id: string): LiveNode | undefined;
  /** Takes over a new description. Gives the nodes to refresh, or `everything` when the first level itself is another. */
  update(descriptions: readonly NodeDescription[]): readonly LiveNode[] | 'everything';
}

export function createLiveTree(): LiveTree {
  let roots: readonly LiveNode[] = [];
  const nodes = new Map<string, LiveNode>();

  const update = (
    parent: LiveNode | undefined,
    before: readonly LiveNode[],
    descriptions: readonly NodeDescription[],
    changed: LiveNode[],
  ): { children: readonly LiveNode[]; restructured: boolean } => {
    const known = new Map(before.map((node) => [node.id, node]));
    const children = descriptions.map((description) => {
      const node = known.get(description.id) ?? create(description, parent);
      known.delete(description.id);
      const looksOther = !sameLooks(node.shown, description);
      node.shown = description;
      const inner = update(node, node.children, description.children, changed);
      node.children = inner.children;
      if (looksOther || inner.restructured) changed.push(node);
      return node;
    });
    for (const gone of known.values()) forget(gone);
    const restructured =
      children.length !== before.length || children.some((child, index) => child.id !== before[index]?.id);
    return { children: restructured ? children : before, restructured };
  };

  const create = (description: NodeDescription, parent: LiveNode | undefined): LiveNode => {
    const node: LiveNode = { id: description.id, parent, shown: description, children: [] };
    nodes.set(node.id, node);
    return node;
  };

  const forget = (node: LiveNode): void => {
    nodes.delete(node.id);
    for (const child of node.children) forget(child);
  };

  return {
    get roots() {
      return roots;
    },
    find: (id) => nodes.get(id),
    update: (descriptions) => {
      const changed: LiveNode[] = [];
      const { children, restructured } = update(undefined, roots, descriptions, changed);
      roots = children;
      return restructured ? 'everything' : withoutDescendants(changed);
    },
  };
}

/** Whether two descriptions of a node draw the same row; children and what commands are given are not drawn. */
function sameLooks(one: NodeDescription, other: NodeDescription): boolean {
  return (
    one === other ||
    (one.label === other.label &&
      one.description === other.description &&
      one.tooltip === other.tooltip &&
      one.icon.name === other.icon.name &&
      one.icon.color === other.icon.color &&
      one.context === other.context &&
      one.spoken === other.spoken &&
      one.command?.command === other.command?.command)
  );
}

/** Refreshing a node reads its children anew, so its descendants need not be named as well. */
function withoutDescendants(nodes: readonly LiveNode[]): readonly LiveNode[] {
  const all = new Set(nodes);
  return nodes.filter((node) => {
    for (let above = node.parent; above !== undefined; above = above.parent) if (all.has(above)) return false;
    return true;
  });
}
