/** The resolved graph: everything that is defined, by name, and the pairs with the pools they mean. */
import { findEntry, type MapNode, type TreeNode } from '../syntax/nodes.ts';
import type { Tree } from '../syntax/tree.ts';
import {
  type AvailabilityGroupFacts,
  availabilityGroupFacts,
  type BackupServiceFacts,
  backupServiceFacts,
  entriesOf,
  type Fact,
  type NamedFacts,
  type NextHopFacts,
  namedFacts,
  nextHopFacts,
  type PairFacts,
  type PoolFacts,
  pairFacts,
  poolFacts,
  type SqlServerFacts,
  sqlServerFacts,
} from './facts.ts';

/** Things by name. Names are compared without regard to case, as DNS and Windows do. */
export interface Names<Facts extends NamedFacts> {
  readonly all: readonly Facts[];
  get(name: string): Facts | undefined;
}

export interface ResolvedPair {
  readonly facts: PairFacts;
  /** For each listed name the pool that it means, where one is defined. */
  readonly pools: readonly (PoolFacts | undefined)[];
  /** Both pools, where exactly two different ones are listed and defined. */
  readonly both: readonly [PoolFacts, PoolFacts] | undefined;
}

export interface Topology {
  readonly root: MapNode;
  readonly name: Fact<string> | undefined;
  readonly sites: Names<NamedFacts>;
  readonly pools: Names<PoolFacts>;
  readonly pairs: readonly ResolvedPair[];
  readonly sqlServers: Names<SqlServerFacts>;
  readonly availabilityGroups: Names<AvailabilityGroupFacts>;
  readonly edgePools: Names<NextHopFacts>;
  readonly persistentChatPools: Names<NextHopFacts>;
  readonly backupService: BackupServiceFacts | undefined;
  /** Whether a section may define more than is known, so that nothing can be said about what it lacks. */
  readonly isDoubtful: (section: string) => boolean;
}

/** Resolves a tree. What did not change since `before` keeps its identity. */
export function resolve({ root, isDoubtful }: Tree, before?: Topology): Topology {
  const section = (key: string) => entriesOf(findEntry(root, key)?.value);
  const pools = names(section('pools').map(poolFacts), before?.pools);
  const pairs = sequenceItems(root, 'poolPairs').map(pairFacts);
  const backupService = findEntry(root, 'backupService');
  return {
    root,
    name: deploymentName(root),
    sites: names(section('sites').map(namedFacts), before?.sites),
    pools,
    pairs: pairs.map((facts) => resolvePair(facts, pools)),
    sqlServers: names(section('sqlServers').map(sqlServerFacts), before?.sqlServers),
    availabilityGroups: names(section('availabilityGroups').map(availabilityGroupFacts), before?.availabilityGroups),
    edgePools: names(section('edgePools').map(nextHopFacts), before?.edgePools),
    persistentChatPools: names(section('persistentChatPools').map(nextHopFacts), before?.persistentChatPools),
    backupService: backupService === undefined ? undefined : backupServiceFacts(backupService),
    isDoubtful: (key) => isDoubtful(key) || isUnreadable(findEntry(root, key)?.value),
  };
}

/** Something else than a collection stands where one belongs. */
function isUnreadable(node: TreeNode | undefined): boolean {
  return node !== undefined && (node.kind === 'alias' || (node.kind === 'scalar' && node.value !== null));
}

function deploymentName(root: MapNode): Fact<string> | undefined {
  const node = findEntry(root, 'deployment')?.value;
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') return undefined;
  return { value: node.value, place: node };
}

function names<Facts extends NamedFacts>(all: readonly Facts[], before: Names<Facts> | undefined): Names<Facts> {
  if (before !== undefined && sameItems(all, before.all)) return before;
  const byName = new Map<string, Facts>();
  for (const facts of all) {
    const lower = facts.name.toLowerCase();
    if (!byName.has(lower)) byName.set(lower, facts);
  }
  return { all, get: (name) => byName.get(name.toLowerCase()) };
}

function sameItems<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** What a pair meant the last time: still what it means while its pools are the same. */
const resolvedPairs = new WeakMap<PairFacts, ResolvedPair>();

function resolvePair(facts: PairFacts, pools: Names<PoolFacts>): ResolvedPair {
  const resolved = facts.pools.map((name) => pools.get(name.value));
  const before = resolvedPairs.get(facts);
  if (before !== undefined && sameItems(resolved, before.pools)) return before;
  const [first, second] = resolved;
  const two = resolved.length === 2 && first !== undefined && second !== undefined && first !== second;
  const pair: ResolvedPair = { facts, pools: resolved, both: two ? [first, second] : undefined };
  resolvedPairs.set(facts, pair);
  return pair;
}

function sequenceItems(root: MapNode, key: string): readonly TreeNode[] {
  const node = findEntry(root, key)?.value;
  return node?.kind === 'sequence' ? node.items : [];
}
