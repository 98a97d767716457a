/** What a virtual machine says about itself, each fact with its place. */
import type { Entry, TreeNode } from '../syntax/nodes.ts';
import { timeOfDayPattern } from '../values.ts';
import {
  booleanFact,
  type Fact,
  type NamedFacts,
  named,
  parsedFact,
  perEntry,
  textFact,
  textFacts,
  valueAt,
} from './facts.ts';

export interface MachineFacts extends NamedFacts {
  readonly primaryHost: Fact<string> | undefined;
  readonly replicaHost: Fact<string> | undefined;
  readonly extendedReplicaHost: Fact<string> | undefined;
  /** Whether something is written there, understood or not. */
  readonly hasReplicaHostKey: boolean;
  readonly disks: readonly Fact<string>[];
  readonly disksNode: TreeNode | undefined;
  readonly autoResynchronize: WindowFacts | undefined;
}

/** The window of domain E.5, where the topology gives none. */
export const defaultWindow = { start: '18:30', end: '06:00' };

/** Times of day as `hh:mm`. */
export interface WindowFacts {
  readonly node: TreeNode;
  readonly enabled: Fact<boolean> | undefined;
  readonly start: Fact<string> | undefined;
  readonly end: Fact<string> | undefined;
  /** Whether something is written there, understood or not. */
  readonly hasStartKey: boolean;
  readonly hasEndKey: boolean;
}

export const machineFacts: (entry: Entry) => MachineFacts = perEntry((entry) => {
  const { value: node } = entry;
  return {
    ...named(entry),
    primaryHost: textFact(node, 'primaryHost'),
    replicaHost: textFact(node, 'replicaHost'),
    extendedReplicaHost: textFact(node, 'extendedReplicaHost'),
    hasReplicaHostKey: valueAt(node, 'replicaHost') !== undefined,
    disks: textFacts(valueAt(node, 'disks')),
    disksNode: valueAt(node, 'disks'),
    autoResynchronize: windowOf(valueAt(node, 'autoResynchronize')),
  };
});

function windowOf(node: TreeNode | undefined): WindowFacts | undefined {
  if (node?.kind !== 'map') return undefined;
  const time = (text: string) => (timeOfDayPattern.test(text) ? text : undefined);
  return {
    node,
    enabled: booleanFact(node, 'enabled'),
    start: parsedFact(node, 'start', time),
    end: parsedFact(node, 'end', time),
    hasStartKey: valueAt(node, 'start') !== undefined,
    hasEndKey: valueAt(node, 'end') !== undefined,
  };
}
