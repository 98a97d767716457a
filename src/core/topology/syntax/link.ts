/**
 * Anchors and aliases across segments.
 *
 * An alias becomes the value of its anchor, at the place of the alias; what lies in that value keeps its own place. A
 * segment is linked again only when it, or what its aliases stand for, changed. Expansion is bounded: an alias that
 * stands for too much is refused, so that a few lines cannot stand for billions of values.
 */
import type { Finding } from '../findings.ts';
import type { AliasNode, Entry, TreeNode } from './nodes.ts';
import type { Segment } from './segments.ts';
import type { Piece } from './tree.ts';

/** The most values that one alias, and all aliases of a file together, may stand for. */
const mostOfOne = 10_000;
const mostOfAll = 250_000;

interface Target {
  readonly node: TreeNode;
  /** Number of values in it, with aliases followed. */
  readonly size: number;
}

type Anchors = ReadonlyMap<string, Target>;

interface Linked {
  readonly piece: Piece;
  /** Anchors that aliases of this segment found in segments before it, by name; absent ones as undefined. */
  readonly found: ReadonlyMap<string, Target | undefined>;
  readonly refuseAll: boolean;
  /** Anchors that this segment defines. */
  readonly defined: Anchors;
  /** Number of values that aliases of this segment stand for. */
  readonly cost: number;
}

const linkedSegments = new WeakMap<Segment, Linked>();

/** The pieces of all segments, with aliases followed. */
export function link(segments: readonly Segment[], pieceOf: (segment: Segment) => Piece): readonly Piece[] {
  const pieces = segments.map(pieceOf);
  if (!pieces.some((piece) => piece.hasAliases)) return pieces;
  const anchors = new Map<string, Target>();
  let cost = 0;
  return pieces.map((piece, index) => {
    const segment = segments[index];
    if (segment === undefined || !(piece.hasAnchors || piece.hasAliases)) return piece;
    let linked = linkSegment(segment, piece, anchors, false);
    if (cost + linked.cost > mostOfAll) linked = linkSegment(segment, piece, anchors, true);
    cost += linked.cost;
    for (const [name, target] of linked.defined) anchors.set(name, target);
    return linked.piece;
  });
}

function linkSegment(segment: Segment, piece: Piece, anchors: Anchors, refuseAll: boolean): Linked {
  const known = linkedSegments.get(segment);
  if (known !== undefined && known.refuseAll === refuseAll && sameTargets(known.found, anchors)) return known;
  const linking = new Linking(anchors, refuseAll);
  const entries = piece.entries.map((entry) => linking.entry(entry));
  const items = piece.items.map((item) => linking.node(item).node);
  const findings = [...piece.findings, ...linking.findings];
  const linked: Linked = {
    piece: piece.hasAliases ? { ...piece, entries, items, findings } : piece,
    found: linking.found,
    refuseAll,
    defined: linking.defined,
    cost: linking.cost,
  };
  linkedSegments.set(segment, linked);
  return linked;
}

function sameTargets(found: ReadonlyMap<string, Target | undefined>, anchors: Anchors): boolean {
  return [...found].every(([name, target]) => anchors.get(name)?.node === target?.node);
}

/** The walk over one segment, in the order of its text. */
class Linking {
  readonly findings: Finding[] = [];
  readonly found = new Map<string, Target | undefined>();
  readonly defined = new Map<string, Target>();
  cost = 0;
  readonly #before: Anchors;
  readonly #refuseAll: boolean;
  readonly #open = new Set<string>();

  constructor(before: Anchors, refuseAll: boolean) {
    this.#before = before;
    this.#refuseAll = refuseAll;
  }

  entry(entry: Entry): Entry {
    const key = this.node(entry.key).node;
    const value = this.node(entry.value).node;
    return key === entry.key && value === entry.value ? entry : { ...entry, value };
  }

  /** The node with its aliases followed: the same one where it has none. */
  node(node: TreeNode): Target {
    if (node.kind === 'alias') return this.#alias(node);
    const { anchor } = node;
    if (anchor === undefined) return this.#inside(node);
    this.#open.add(anchor);
    const target = this.#inside(node);
    this.#open.delete(anchor);
    this.defined.set(anchor, target);
    return target;
  }

  #inside(node: Exclude<TreeNode, AliasNode>): Target {
    if (node.kind === 'scalar') return { node, size: 1 };
    let size = 1;
    const followed = (child: TreeNode): TreeNode => {
      const target = this.node(child);
      size += target.size;
      return target.node;
    };
    if (node.kind === 'sequence') {
      const items = node.items.map(followed);
      const same = items.every((item, index) => item === node.items[index]);
      return { node: same ? node : { ...node, items }, size };
    }
    const entries = node.entries.map((entry) => {
      this.node(entry.key);
      const value = followed(entry.value);
      return value === entry.value ? entry : { ...entry, value };
    });
    const same = entries.every((entry, index) => entry === node.entries[index]);
    return { node: same ? node : { ...node, entries }, size };
  }

  #alias(alias: AliasNode): Target {
    const { name } = alias;
    if (this.#open.has(name)) return this.#refuse(alias, `"*${name}" stands inside of what it stands for.`);
    const target = this.#target(name);
    if (target === undefined) return this.#refuse(alias, `No anchor "&${name}" stands before this alias.`);
    if (target.size > mostOfOne || this.#refuseAll) {
      return this.#refuse(alias, `"*${name}" is not followed: aliases of this file stand for too many values.`);
    }
    this.cost += target.size;
    const { segment, start, end } = alias;
    return { node: { ...withoutAnchor(target.node), segment, start, end }, size: target.size };
  }

  #target(name: string): Target | undefined {
    const own = this.defined.get(name);
    if (own !== undefined) return own;
    const outer = this.#before.get(name);
    this.found.set(name, outer);
    return outer;
  }

  #refuse(alias: AliasNode, message: string): Target {
    this.findings.push({ code: 'yaml-syntax', message, place: alias });
    return { node: alias, size: 1 };
  }
}

function withoutAnchor(node: TreeNode): TreeNode {
  if (node.anchor === undefined) return node;
  const { anchor: _, ...rest } = node;
  return rest;
}
