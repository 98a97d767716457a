/**
 * What stands in for what: pools that back each other up, instances that fail over to their mirrors, pools that are the next
 * hop of others. Each relation leads from the one that needs to the one that helps.
 */
import { entriesOf } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { findEntry, type Place, type TreeNode } from '../syntax/nodes.ts';
import { identityOf } from './nameIndex.ts';

export type RelatedKind = 'pool' | 'edgePool' | 'persistentChatPool' | 'sqlInstance';

export interface RelatedThing {
  readonly kind: RelatedKind;
  readonly name: string;
}

export type RelationKind = 'backup' | 'nextHop' | 'failover' | 'logShipping';

export interface Relation {
  readonly kind: RelationKind;
  readonly from: RelatedThing;
  readonly to: RelatedThing;
  /** Types of databases, where the relation is about databases. */
  readonly types: readonly string[];
  /** Where the relation is written. */
  readonly places: readonly Place[];
}

/** Relations that lead away from a thing. */
export function relationsFrom(topology: Topology, thing: RelatedThing): readonly Relation[] {
  const identity = identityOfThing(thing);
  return merged(relationsOf(topology).filter(({ from }) => identityOfThing(from) === identity));
}

/** Relations that lead to a thing. */
export function relationsTo(topology: Topology, thing: RelatedThing): readonly Relation[] {
  const identity = identityOfThing(thing);
  return merged(relationsOf(topology).filter(({ to }) => identityOfThing(to) === identity));
}

/** In words, about the thing that the relation leads to. */
export function wordsAboutHelper({ kind, from, types }: Relation): string {
  switch (kind) {
    case 'backup':
      return `backs up ${from.name}`;
    case 'nextHop':
      return `is next hop of ${from.name}`;
    case 'failover':
      return `takes over ${types.join(', ')} of ${from.name}`;
    case 'logShipping':
      return `receives the log of ${from.name} for ${types.join(', ')}`;
  }
}

/** In words, about the thing that the relation leads away from. */
export function wordsAboutHelped({ kind, to, types }: Relation): string {
  switch (kind) {
    case 'backup':
      return `is backed by ${to.name}`;
    case 'nextHop':
      return `hands over to its next hop ${to.name}`;
    case 'failover':
      return `fails over to ${to.name} with ${types.join(', ')}`;
    case 'logShipping':
      return `ships the log of ${types.join(', ')} to ${to.name}`;
  }
}

function identityOfThing({ kind, name }: RelatedThing): string {
  return `${kind} ${identityOf(kind, name)}`;
}

const known = new WeakMap<Topology, readonly Relation[]>();

/** Every relation, one for each type of databases. */
function relationsOf(topology: Topology): readonly Relation[] {
  const before = known.get(topology);
  if (before !== undefined) return before;
  const all = [...backups(topology), ...nextHops(topology), ...placements(topology)];
  known.set(topology, all);
  return all;
}

/** One relation for all types of databases that two instances share. */
function merged(all: readonly Relation[]): readonly Relation[] {
  const groups = Map.groupBy(all, ({ kind, from, to }) => [kind, identityOfThing(from), identityOfThing(to)].join());
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const types = [...new Set(group.flatMap((relation) => relation.types))];
    return [{ ...first, types, places: group.flatMap(({ places }) => places) }];
  });
}

function* backups({ pairs }: Topology): Generator<Relation> {
  for (const { both, facts } of pairs) {
    if (both === undefined) continue;
    for (const [from, to] of [both, both.toReversed()]) {
      const fact = facts.pools.find(({ value }) => value.toLowerCase() === to?.lower);
      if (from === undefined || to === undefined || fact === undefined) continue;
      yield { kind: 'backup', from: pool(from.name), to: pool(to.name), types: [], places: [fact.place] };
    }
  }
}

function* nextHops({ pools, edgePools, persistentChatPools }: Topology): Generator<Relation> {
  const sections = [
    ['edgePool', edgePools],
    ['persistentChatPool', persistentChatPools],
  ] as const;
  for (const [kind, { all }] of sections) {
    for (const { name, nextHop } of all) {
      const to = nextHop === undefined ? undefined : pools.get(nextHop.value);
      if (to === undefined || nextHop === undefined) continue;
      yield { kind: 'nextHop', from: { kind, name }, to: pool(to.name), types: [], places: [nextHop.place] };
    }
  }
}

function pool(name: string): RelatedThing {
  return { kind: 'pool', name };
}

function* placements({ pools, persistentChatPools }: Topology): Generator<Relation> {
  for (const { name, node } of pools.all) yield* placementsOf(pool(name), node);
  for (const { name, node } of persistentChatPools.all) yield* placementsOf({ kind: 'persistentChatPool', name }, node);
}

/** From the pool and from the instance to the instance that takes over. */
function* placementsOf(owner: RelatedThing, node: TreeNode): Generator<Relation> {
  for (const { name: type, value } of entriesOf(findEntry(node, 'databases')?.value)) {
    const primary = instanceAt(value, 'primary');
    const mirror = instanceAt(value, 'mirror');
    const backup = instanceAt(value, 'backup');
    const backupMirror = instanceAt(value, 'backupMirror');
    for (const [kind, from, to] of [
      ['failover', { thing: owner }, mirror],
      ['failover', primary, mirror],
      ['logShipping', primary, backup],
      ['failover', backup, backupMirror],
    ] as const) {
      if (from === undefined || to === undefined) continue;
      yield { kind, from: from.thing, to: to.thing, types: [type], places: [to.place] };
    }
  }
}

function instanceAt(node: TreeNode, key: string): { readonly thing: RelatedThing; readonly place: Place } | undefined {
  const value = findEntry(node, key)?.value;
  if (value?.kind !== 'scalar' || typeof value.value !== 'string' || value.value === '') return undefined;
  return { thing: { kind: 'sqlInstance', name: value.value }, place: value };
}
