/** "Pair this pool with …": one offer for each pool that can back it up (domain B.1). */

import type { PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { yamlText } from '../shape/values.ts';
import { findEntry } from '../syntax/nodes.ts';
import { columnOf } from '../syntax/textLines.ts';
import type { Asking, Refactoring } from './refactoring.ts';
import { addToSection, type NewPart } from './sections.ts';

const mostOffers = 5;

export function pairing({ document, position }: Asking): readonly Refactoring[] {
  if (position?.path[0] !== 'pools' || position.path.length !== 2 || position.part !== 'key') return [];
  const { topology } = document;
  const pool = topology.pools.get(position.text);
  if (pool === undefined || topology.isDoubtful('poolPairs')) return [];
  const paired = new Set(topology.pairs.flatMap(({ facts }) => facts.lowerPools));
  if (paired.has(pool.lower)) return [];
  const candidates = topology.pools.all.filter((other) => !paired.has(other.lower) && isCompatible(pool, other));
  return bestFirst(pool, candidates).map((other) => ({
    title: `Pair ${pool.name} with ${other.name}`,
    edits: () => addToSection(document, 'poolPairs', 'sequence', pairOf(topology, pool, other)) ?? [],
  }));
}

/** Same edition and release; a Director is never paired. */
function isCompatible(one: PoolFacts, other: PoolFacts): boolean {
  if (one.lower === other.lower || one.edition === undefined || one.release === undefined) return false;
  if (one.edition.value === 'Director' || one.edition.value !== other.edition?.value) return false;
  return one.release.value === other.release?.value;
}

function bestFirst(pool: PoolFacts, candidates: readonly PoolFacts[]): readonly PoolFacts[] {
  const ranked = candidates.map((other) => ({ other, rank: rankOf(pool, other) }));
  return ranked
    .toSorted((one, other) => other.rank - one.rank)
    .slice(0, mostOffers)
    .map(({ other }) => other);
}

/** Another site counts most, then what should be the same on both sides, then a name that is alike. */
function rankOf(one: PoolFacts, other: PoolFacts): number {
  const otherSite = one.site?.value !== other.site?.value ? 1000 : 0;
  const hosting = one.hosting?.value === other.hosting?.value ? 200 : 0;
  const system = one.operatingSystem?.value === other.operatingSystem?.value ? 100 : 0;
  return otherSite + hosting + system + Math.min(99, sameEnding(one.lower, other.lower));
}

function sameEnding(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one.at(-1 - length) === other.at(-1 - length)) length += 1;
  return length;
}

/** As the last pair of the file is written. */
function pairOf(topology: Topology, one: PoolFacts, other: PoolFacts): NewPart {
  const names = [one, other].map(({ name }) => yamlText(name));
  const flow = `pools: [${names.join(', ')}]`;
  const indentation = listIndentation(topology);
  if (indentation === undefined) return { flow: `{ ${flow} }`, block: flow };
  const lines = names.map((name) => `\n${' '.repeat(indentation)}- ${name}`);
  return { flow: `{ ${flow} }`, block: `pools:${lines.join('')}` };
}

/** Column of the dashes below `pools` in the last pair, where they stand on lines of their own. */
function listIndentation({ pairs }: Topology): number | undefined {
  const last = pairs.at(-1)?.facts;
  const key = findEntry(last?.node, 'pools')?.key;
  const list = last?.poolsNode;
  if (key === undefined || list?.kind !== 'sequence' || list.flow || list.segment !== key.segment) return undefined;
  return columnOf(list.segment.text, list.start);
}
