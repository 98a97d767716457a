/** The resolved graph: everything that is defined, by name, and the pairs with the pools they mean. */
import type { ResolvedRuleOptions } from '../rules/ruleOptions.ts';
import type { Entry, MapNode, TreeNode } from '../syntax/nodes.ts';
import type { Tree } from '../syntax/tree.ts';
import { type ChatPoolFacts, chatPoolFacts } from './chatPoolFacts.ts';
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
  /** The names in lower case: the same array for as long as they are the same names, whatever is said about them. */
  readonly keys: readonly string[];
  get(name: string): Facts | undefined;
  getLower(lower: string): Facts | undefined;
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
  /** The entries of the file, by key: the same one for as long as nothing in it changes. */
  readonly sections: ReadonlyMap<string, Entry>;
  readonly name: Fact<string> | undefined;
  readonly sites: Names<NamedFacts>;
  readonly pools: Names<PoolFacts>;
  readonly pairs: readonly ResolvedPair[];
  readonly sqlServers: Names<SqlServerFacts>;
  readonly availabilityGroups: Names<AvailabilityGroupFacts>;
  readonly edgePools: Names<NextHopFacts>;
  readonly persistentChatPools: Names<ChatPoolFacts>;
  readonly backupService: BackupServiceFacts | undefined;
  /** Whether a section may define more than is known, so that nothing can be said about what it lacks. */
  readonly isDoubtful: (section: string) => boolean;
  /** What rules go by besides the text; the same object for as long as it is the same. */
  readonly options: ResolvedRuleOptions;
}

/** Resolves a tree. What did not change since `before` keeps its identity. */
export function resolve({ root, isDoubtful }: Tree, options: ResolvedRuleOptions, before?: Topology): Topology {
  const sections = sectionsOf(root);
  const resolved = <Facts extends NamedFacts>(
    key: SectionOfNames,
    read: (entry: Entry) => Facts,
    old?: Names<Facts>,
  ) => {
    const entry = sections.get(key);
    if (old !== undefined && entry !== undefined && before?.sections.get(key) === entry) return old;
    return names(entriesOf(entry?.value).map(read), old);
  };
  const pools = resolved('pools', poolFacts, before?.pools);
  const backupService = sections.get('backupService');
  return {
    root,
    sections,
    name: deploymentName(sections.get('deployment')?.value),
    sites: resolved('sites', namedFacts, before?.sites),
    pools,
    pairs: itemsOf(sections.get('poolPairs')?.value).map((node) => resolvePair(pairFacts(node), pools)),
    sqlServers: resolved('sqlServers', sqlServerFacts, before?.sqlServers),
    availabilityGroups: resolved('availabilityGroups', availabilityGroupFacts, before?.availabilityGroups),
    edgePools: resolved('edgePools', nextHopFacts, before?.edgePools),
    persistentChatPools: resolved('persistentChatPools', chatPoolFacts, before?.persistentChatPools),
    backupService: backupService === undefined ? undefined : backupServiceFacts(backupService),
    isDoubtful: doubts(sections, isDoubtful),
    options,
  };
}

/** On its own, because a function that was made in `resolve` would keep every topology before this one alive. */
function doubts(sections: ReadonlyMap<string, Entry>, isDoubtful: (key: string) => boolean): (key: string) => boolean {
  return (key) => isDoubtful(key) || isUnreadable(sections.get(key)?.value);
}

type SectionOfNames = 'sites' | 'pools' | 'sqlServers' | 'availabilityGroups' | 'edgePools' | 'persistentChatPools';

/** The first entry of each key. */
function sectionsOf(root: MapNode): ReadonlyMap<string, Entry> {
  const sections = new Map<string, Entry>();
  for (const entry of root.entries) if (!sections.has(entry.name)) sections.set(entry.name, entry);
  return sections;
}

/** Something else than a collection stands where one belongs. */
function isUnreadable(node: TreeNode | undefined): boolean {
  return node !== undefined && (node.kind === 'alias' || (node.kind === 'scalar' && node.value !== null));
}

function deploymentName(node: TreeNode | undefined): Fact<string> | undefined {
  if (node?.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') return undefined;
  return { value: node.value, place: node };
}

function names<Facts extends NamedFacts>(all: readonly Facts[], before: Names<Facts> | undefined): Names<Facts> {
  if (before !== undefined && sameItems(all, before.all)) return before;
  const byName = new Map<string, Facts>();
  for (const facts of all) if (!byName.has(facts.lower)) byName.set(facts.lower, facts);
  const keys = all.map((facts) => facts.lower);
  return {
    all,
    keys: before !== undefined && sameItems(keys, before.keys) ? before.keys : keys,
    get: (name) => byName.get(name.toLowerCase()),
    getLower: (lower) => byName.get(lower),
  };
}

function sameItems<Item>(one: readonly Item[], other: readonly Item[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/** What a pair meant the last time: still what it means while its pools are the same. */
const resolvedPairs = new WeakMap<PairFacts, ResolvedPair>();

function resolvePair(facts: PairFacts, pools: Names<PoolFacts>): ResolvedPair {
  const resolved = facts.lowerPools.map((lower) => pools.getLower(lower));
  const before = resolvedPairs.get(facts);
  if (before !== undefined && sameItems(resolved, before.pools)) return before;
  const [first, second] = resolved;
  const two = resolved.length === 2 && first !== undefined && second !== undefined && first !== second;
  const pair: ResolvedPair = { facts, pools: resolved, both: two ? [first, second] : undefined };
  resolvedPairs.set(facts, pair);
  return pair;
}

function itemsOf(node: TreeNode | undefined): readonly TreeNode[] {
  return node?.kind === 'sequence' ? node.items : [];
}
