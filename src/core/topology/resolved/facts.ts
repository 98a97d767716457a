/**
 * What one pool, pair or server says about itself, each fact with the place where it says so.
 *
 * Reading is lenient: a fact that is missing or not understood is absent, and everything that needs it stays silent.
 * Facts are computed once per tree entry and keep their identity with it.
 */
import type { SqlInstance, UncPath } from '../model.ts';
import { type Entry, findEntry, type Place, type TreeNode } from '../syntax/nodes.ts';
import { parseSqlInstance, parseTimeSpan, parseUncPath } from '../values.ts';
import { type DatabaseType, databaseTypes, type Edition, editions, type Release, releases } from '../vocabulary.ts';

/** A value and where it is written. */
export interface Fact<Value> {
  readonly value: Value;
  readonly place: Place;
}

/** Something that is defined under a name. */
export interface NamedFacts {
  readonly name: string;
  /** The name in lower case, under which it is known: names are compared without regard to case. */
  readonly lower: string;
  readonly key: Place;
  readonly node: TreeNode;
}

export interface PoolFacts extends NamedFacts {
  readonly site: Fact<string> | undefined;
  readonly edition: Fact<Edition> | undefined;
  readonly release: Fact<Release> | undefined;
  readonly hosting: Fact<'physical' | 'virtual'> | undefined;
  readonly operatingSystem: Fact<string> | undefined;
  readonly frontEnds: readonly Fact<string>[];
  /** The whole list, absent where the pool leaves it out. */
  readonly frontEndsNode: TreeNode | undefined;
  readonly fileShare: Fact<UncPath> | undefined;
  readonly centralManagement: Fact<'active' | 'standby'> | undefined;
  /** Whether something is written there, understood or not. */
  readonly hasCentralManagementKey: boolean;
  readonly enabledUsers: Fact<number> | undefined;
  readonly databases: readonly PlacementFacts[];
}

export interface PlacementFacts {
  readonly type: DatabaseType;
  readonly key: Place;
  readonly node: TreeNode;
  readonly primary: Fact<SqlInstance> | undefined;
  readonly mirror: Fact<SqlInstance> | undefined;
  readonly witness: Fact<SqlInstance> | undefined;
  readonly availabilityGroup: Fact<string> | undefined;
  /** Whether something is written there, understood or not. */
  readonly hasMirrorKey: boolean;
  readonly hasWitnessKey: boolean;
}

export interface PairFacts {
  readonly node: TreeNode;
  /** The whole list of pools, absent where it is not a list. */
  readonly poolsNode: TreeNode | undefined;
  readonly pools: readonly Fact<string>[];
  /** The names of the pools in lower case. */
  readonly lowerPools: readonly string[];
  /** Absent where the pair leaves its modules out. */
  readonly modulesNode: TreeNode | undefined;
  /** Module names as they are written. */
  readonly modules: readonly Fact<string>[];
  readonly automaticVoiceFailover: Fact<boolean> | undefined;
}

export interface SqlServerFacts extends NamedFacts {
  readonly version: Fact<string> | undefined;
  readonly edition: Fact<string> | undefined;
  readonly domain: Fact<string> | undefined;
  readonly instances: readonly Fact<string>[] | undefined;
}

export interface AvailabilityGroupFacts extends NamedFacts {
  readonly replicas: readonly Fact<SqlInstance>[];
  /** The whole list, absent where the group leaves it out. */
  readonly replicasNode: TreeNode | undefined;
  readonly listenerPort: Fact<number> | undefined;
  readonly commit: Fact<'synchronous' | 'asynchronous'> | undefined;
  readonly failover: Fact<'automatic' | 'manual'> | undefined;
}

/** An Edge pool or a Persistent Chat pool, as far as it hangs on others. */
export interface NextHopFacts extends NamedFacts {
  readonly site: Fact<string> | undefined;
  readonly nextHop: Fact<string> | undefined;
  readonly serverSites: readonly Fact<string>[];
}

export interface BackupServiceFacts {
  readonly syncInterval: Fact<number> | undefined;
  readonly counts: ReadonlyMap<string, Fact<number>>;
}

/** A pure function of a tree entry, computed once. */
export function perEntry<Result>(read: (entry: Entry) => Result): (entry: Entry) => Result {
  const known = new WeakMap<Entry, Result>();
  return (entry) => {
    const before = known.get(entry);
    if (before !== undefined) return before;
    const result = read(entry);
    known.set(entry, result);
    return result;
  };
}

export const poolFacts: (entry: Entry) => PoolFacts = perEntry((entry) => {
  const { value: node } = entry;
  return {
    ...named(entry),
    site: textFact(node, 'site'),
    edition: wordFact(node, 'edition', editions),
    release: wordFact(node, 'release', releases),
    hosting: wordFact(node, 'hosting', ['physical', 'virtual'] as const),
    operatingSystem: textFact(node, 'operatingSystem'),
    frontEnds: textFacts(valueAt(node, 'frontEnds')),
    frontEndsNode: valueAt(node, 'frontEnds'),
    fileShare: parsedFact(node, 'fileShare', parseUncPath),
    centralManagement: wordFact(node, 'centralManagement', ['active', 'standby'] as const),
    hasCentralManagementKey: findEntry(node, 'centralManagement') !== undefined,
    enabledUsers: numberFact(node, 'enabledUsers'),
    databases: placements(valueAt(node, 'databases')),
  };
});

const pairsByNode = new WeakMap<TreeNode, PairFacts>();

export function pairFacts(node: TreeNode): PairFacts {
  const known = pairsByNode.get(node);
  if (known !== undefined) return known;
  const modulesNode = valueAt(node, 'backupModules');
  const pools = textFacts(valueAt(node, 'pools'));
  const facts: PairFacts = {
    node,
    poolsNode: valueAt(node, 'pools'),
    pools,
    lowerPools: pools.map((pool) => pool.value.toLowerCase()),
    modulesNode,
    modules: textFacts(modulesNode),
    automaticVoiceFailover: booleanFact(valueAt(node, 'voiceFailover'), 'automatic'),
  };
  pairsByNode.set(node, facts);
  return facts;
}

export const namedFacts: (entry: Entry) => NamedFacts = perEntry(named);

export const sqlServerFacts: (entry: Entry) => SqlServerFacts = perEntry((entry) => {
  const instances = valueAt(entry.value, 'instances');
  return {
    ...named(entry),
    version: textFact(entry.value, 'version'),
    edition: textFact(entry.value, 'edition'),
    domain: textFact(entry.value, 'domain'),
    instances: instances?.kind === 'sequence' ? textFacts(instances) : undefined,
  };
});

export const availabilityGroupFacts: (entry: Entry) => AvailabilityGroupFacts = perEntry((entry) => ({
  ...named(entry),
  replicas: textFacts(valueAt(entry.value, 'replicas')).flatMap((fact) => parsed(fact, parseSqlInstance) ?? []),
  replicasNode: valueAt(entry.value, 'replicas'),
  listenerPort: numberFact(entry.value, 'listenerPort'),
  commit: wordFact(entry.value, 'commit', ['synchronous', 'asynchronous'] as const),
  failover: wordFact(entry.value, 'failover', ['automatic', 'manual'] as const),
}));

export const nextHopFacts: (entry: Entry) => NextHopFacts = perEntry((entry) => ({
  ...named(entry),
  site: textFact(entry.value, 'site'),
  nextHop: textFact(entry.value, 'nextHop'),
  serverSites: entriesOf(valueAt(entry.value, 'servers')).flatMap((server) => textFact(server.value, 'site') ?? []),
}));

export const backupServiceFacts: (entry: Entry) => BackupServiceFacts = perEntry((entry) => {
  const counts = new Map<string, Fact<number>>();
  for (const { name } of entriesOf(entry.value)) {
    const count = numberFact(entry.value, name);
    if (count !== undefined) counts.set(name, count);
  }
  return { syncInterval: parsedFact(entry.value, 'syncInterval', parseTimeSpan), counts };
});

/** The entries of a map, the first one of each key; none where the node is not a map. */
export function entriesOf(node: TreeNode | undefined): readonly Entry[] {
  if (node?.kind !== 'map') return [];
  const names = new Set(node.entries.map((entry) => entry.name));
  if (names.size === node.entries.length) return node.entries;
  return node.entries.filter((entry) => names.delete(entry.name));
}

export function valueAt(node: TreeNode | undefined, key: string): TreeNode | undefined {
  return findEntry(node, key)?.value;
}

export function named(entry: Entry): NamedFacts {
  return { name: entry.name, lower: entry.name.toLowerCase(), key: entry.key, node: entry.value };
}

export function textFact(node: TreeNode | undefined, key: string): Fact<string> | undefined {
  return textOf(valueAt(node, key));
}

function textOf(node: TreeNode | undefined): Fact<string> | undefined {
  if (node?.kind !== 'scalar' || node.style === 'absent') return undefined;
  const { value } = node;
  // A release or version without its quotes is a number: reported as such, and understood all the same.
  if (typeof value === 'number') return { value: String(value), place: node };
  return typeof value === 'string' && value !== '' ? { value, place: node } : undefined;
}

export function textFacts(node: TreeNode | undefined): readonly Fact<string>[] {
  if (node?.kind !== 'sequence') return [];
  return node.items.flatMap((item) => textOf(item) ?? []);
}

function wordFact<Word extends string>(node: TreeNode, key: string, words: readonly Word[]): Fact<Word> | undefined {
  const fact = textFact(node, key);
  const value = words.find((word) => word === fact?.value);
  return fact === undefined || value === undefined ? undefined : { value, place: fact.place };
}

export function parsedFact<Value>(
  node: TreeNode,
  key: string,
  parse: (text: string) => Value | undefined,
): Fact<Value> | undefined {
  const fact = textFact(node, key);
  return fact === undefined ? undefined : parsed(fact, parse);
}

function parsed<Value>(fact: Fact<string>, parse: (text: string) => Value | undefined): Fact<Value> | undefined {
  const value = parse(fact.value);
  return value === undefined ? undefined : { value, place: fact.place };
}

function numberFact(node: TreeNode, key: string): Fact<number> | undefined {
  const value = valueAt(node, key);
  if (value?.kind !== 'scalar' || typeof value.value !== 'number') return undefined;
  return { value: value.value, place: value };
}

export function booleanFact(node: TreeNode | undefined, key: string): Fact<boolean> | undefined {
  const value = valueAt(node, key);
  if (value?.kind !== 'scalar' || typeof value.value !== 'boolean') return undefined;
  return { value: value.value, place: value };
}

function placements(node: TreeNode | undefined): readonly PlacementFacts[] {
  return entriesOf(node).flatMap((entry) => {
    const type = databaseTypes.find((candidate) => candidate === entry.name);
    return type === undefined ? [] : [placement(type, entry)];
  });
}

export function placement(type: DatabaseType, entry: Entry): PlacementFacts {
  const { key, value: node } = entry;
  return {
    type,
    key,
    node,
    primary: parsedFact(node, 'primary', parseSqlInstance),
    mirror: parsedFact(node, 'mirror', parseSqlInstance),
    witness: parsedFact(node, 'witness', parseSqlInstance),
    availabilityGroup: textFact(node, 'availabilityGroup'),
    hasMirrorKey: findEntry(node, 'mirror') !== undefined,
    hasWitnessKey: findEntry(node, 'witness') !== undefined,
  };
}
