/** "Add the mirror" and "Add the witness", on instances that are named as those of other databases (domain C.5). */
import { type SqlInstance, sqlInstanceName } from '../model.ts';
import type { Fact, PlacementFacts, PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { addEntry } from '../rules/edits.ts';
import { yamlText } from '../shape/values.ts';
import { besides, type Example } from './instanceNames.ts';
import { type Asking, type Refactoring, refactoring } from './refactoring.ts';

export function mirroring({ document, position }: Asking): readonly Refactoring[] {
  const [section, name, databases, type] = position?.path ?? [];
  if (section !== 'pools' || databases !== 'databases' || typeof name !== 'string') return [];
  const { topology } = document;
  const pool = topology.pools.get(name);
  const placement = pool?.databases.find((candidate) => candidate.type === type);
  if (pool === undefined || placement === undefined || !hasMirroring(pool)) return [];
  return [...mirrorOf(topology, pool, placement), ...witnessOf(topology, pool, placement)];
}

/** Mirroring ended with release 2015. */
function hasMirroring({ release }: PoolFacts): boolean {
  return release?.value === '2013' || release?.value === '2015';
}

function mirrorOf(topology: Topology, pool: PoolFacts, placement: PlacementFacts): readonly Refactoring[] {
  const { primary, hasMirrorKey, availabilityGroup, witness } = placement;
  if (primary === undefined || hasMirrorKey || availabilityGroup !== undefined) return [];
  const examples = examplesOf(topology, pool, ({ primary: from, mirror: to }) => [from, to]);
  const taken = [primary, witness].flatMap(nameOf);
  return offer('mirror', placement, besides(sqlInstanceName(primary.value), examples, taken));
}

function witnessOf(topology: Topology, pool: PoolFacts, placement: PlacementFacts): readonly Refactoring[] {
  const { primary, mirror, hasWitnessKey } = placement;
  if (primary === undefined || mirror === undefined || hasWitnessKey) return [];
  const examples = examplesOf(topology, pool, ({ mirror: from, witness: to }) => [from, to]);
  const taken = [primary, mirror].flatMap(nameOf);
  return offer('witness', placement, besides(sqlInstanceName(mirror.value), examples, taken));
}

function offer(
  key: 'mirror' | 'witness',
  { node, type }: PlacementFacts,
  instance: string | undefined,
): readonly Refactoring[] {
  if (instance === undefined || node.kind !== 'map') return [];
  const edit = addEntry(node, `${key}: ${yamlText(instance)}`, ['primary', 'mirror']);
  return refactoring(`Add the ${key} ${instance} to ${type}`, [edit]);
}

type Both = readonly [Fact<SqlInstance> | undefined, Fact<SqlInstance> | undefined];

/** Those of the pool itself first, then those of its partner, then those of all others. */
function examplesOf(
  topology: Topology,
  pool: PoolFacts,
  read: (placement: PlacementFacts) => Both,
): readonly Example[] {
  const partners = topology.pairs.find(({ pools }) => pools.includes(pool))?.pools ?? [];
  const near = [pool, ...partners].flatMap((one) => one ?? []);
  const examples = (pools: readonly PoolFacts[]): readonly Example[] =>
    pools.flatMap(({ databases }) => databases.flatMap((placement) => exampleOf(read(placement))));
  const close = examples(near);
  return close.length > 0 ? close : examples(topology.pools.all);
}

function exampleOf([from, to]: Both): readonly Example[] {
  return from === undefined || to === undefined ? [] : [[sqlInstanceName(from.value), sqlInstanceName(to.value)]];
}

function nameOf(fact: Fact<SqlInstance> | undefined): readonly string[] {
  return fact === undefined ? [] : [sqlInstanceName(fact.value)];
}
