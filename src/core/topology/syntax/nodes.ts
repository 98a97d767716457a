/**
 * The parsed tree of a topology file.
 *
 * Nodes are immutable and keep their identity as long as the text of their segment does not change, so that anything
 * computed from a node may be remembered by it. Offsets in a node are relative to its segment; only the segment moves.
 */
import type { Range } from '../diagnostics.ts';

/** A piece of the text that is parsed on its own. `start` is the one thing that moves when text before it changes. */
export interface Anchorage {
  start: number;
  readonly text: string;
}

/** A stretch of text, relative to a segment. */
export interface Place {
  readonly segment: Anchorage;
  readonly start: number;
  readonly end: number;
}

export type ScalarValue = string | number | boolean | null;

interface NodeBase extends Place {
  readonly anchor?: string;
}

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** `absent` stands where a value could be and nothing is written. */
  readonly style: 'plain' | 'quoted' | 'block' | 'absent';
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
  readonly flow: boolean;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly items: readonly TreeNode[];
  readonly flow: boolean;
}

/** An alias whose anchor is missing, or that was refused. What it stands for is not known. */
export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
}

export type TreeNode = ScalarNode | MapNode | SequenceNode | AliasNode;

export interface Entry {
  /** The key as text; a key such as `2013` is the text that is written. */
  readonly name: string;
  readonly key: ScalarNode;
  readonly value: TreeNode;
}

/** The range of a place in the text as it is now. */
export function rangeOf(place: Place): Range {
  return { start: place.segment.start + place.start, end: place.segment.start + place.end };
}

/** The entry of that key: the first one, where a key stands twice. */
export function findEntry(node: TreeNode | undefined, key: string): Entry | undefined {
  if (node?.kind !== 'map') return undefined;
  return node.entries.find((entry) => entry.name === key);
}
