/** Pairs are one to one and symmetric, of equals (domain B.1). */

import type { Report } from '../findings.ts';
import type { PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair, Topology } from '../resolved/topology.ts';
import type { Place } from '../syntax/nodes.ts';
import { removal } from './fixes.ts';
import { difference, pairExample } from './pairSupport.ts';
import type { RuleFamily } from './rule.ts';

export const pairs: RuleFamily = {
  definitions: [
    {
      code: 'pair-needs-two-pools',
      severity: 'error',
      title: 'A pair that is not two pools',
      why: 'A pair is two pools, each the backup pool of the other. A third pool cannot share a backup, and one alone has none.',
      source: 'Topology Builder pairs a pool with exactly one other (domain B.1)',
      fix: 'A pool beyond the second one is taken out; to be looked at, as it may be another that does not belong there.',
      wrong: `poolPairs:
  - pools: <<[atl-cs-001.litwareinc.com]>>
`,
      right: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`,
    },
    {
      code: 'pair-with-itself',
      severity: 'error',
      title: 'A pool paired with itself',
      why: 'A pool that is its own backup has none.',
      source: 'Our conclusion: Topology Builder offers only other pools (domain B.1)',
      fix: 'The second one of the same is taken out, where two pools are left.',
      wrong: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, <<atl-cs-001.litwareinc.com>>]
`,
      right: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`,
    },
    {
      code: 'pool-in-two-pairs',
      severity: 'error',
      title: 'A pool in more than one pair',
      why: 'Pairing is symmetric and one to one: if A is the backup of B, then B is the backup of A, and of nothing else.',
      source: 'Topology Builder lists only pools that are not paired yet (domain B.1)',
      wrong: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
  - pools: [<<dal-cs-001.litwareinc.com>>, phx-cs-001.litwareinc.com]
`,
      right: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`,
    },
    {
      code: 'pair-edition-mismatch',
      severity: 'error',
      title: 'Pools of different editions in one pair',
      why: 'An Enterprise pool can be paired only with an Enterprise pool, and a Standard Edition server only with another. Topology Builder accepts other combinations; they are not supported and fail when they are needed.',
      source: 'Microsoft, disaster recovery topologies (domain B.1)',
      wrong: pairExample('<<', { edition: 'Enterprise' }, { edition: 'Standard' }),
      right: pairExample('', { edition: 'Enterprise' }, { edition: 'Enterprise' }),
    },
    {
      code: 'pair-release-mismatch',
      severity: 'error',
      title: 'Pools of different releases in one pair',
      why: 'Failover of a pool in disaster mode is not supported while the pools of a pair run different releases. During an upgrade, take the second pool to the new release right after the first. Release 2019 and Subscription Edition are one build line: together they are a warning.',
      source: 'Microsoft, upgrade (domain K.7, K.11)',
      wrong: pairExample('<<', { release: '"2013"' }, { release: '"2015"' }),
      right: pairExample('', { release: '"2015"' }, { release: '"2015"' }),
    },
    {
      code: 'pair-director',
      severity: 'error',
      title: 'A Director in a pair',
      why: 'A Director homes no users and runs no user services: there is nothing to back up on it, and nothing that it could take over.',
      source: 'Our conclusion (domain B.1)',
      wrong: `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }
  dal-dir-001.litwareinc.com: { site: Dallas, edition: Director, release: "2013" }
poolPairs:
  - pools: [atl-cs-001.litwareinc.com, <<dal-dir-001.litwareinc.com>>]
`,
      right: `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013" }
poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`,
    },
  ],
  rules: [
    { on: 'pair', check: checkCount },
    { on: 'pair', check: checkItself },
    { on: 'deployment', check: checkOnePairPerPool, reads: (topology) => [topology.sections.get('poolPairs')] },
    { on: 'pair', check: checkEditions },
    { on: 'pair', check: checkReleases },
    { on: 'pair', check: checkDirectors },
  ],
};

function checkCount({ facts }: ResolvedPair, report: Report): void {
  const { poolsNode } = facts;
  if (poolsNode?.kind !== 'sequence' || poolsNode.items.length === 2) return;
  const count = poolsNode.items.length;
  if (count < 2) {
    const has = count === 0 ? 'none' : 'only one';
    const message = `A pair has exactly two pools; this one has ${has}.`;
    report({ code: 'pair-needs-two-pools', message, place: poolsNode });
    return;
  }
  for (const item of poolsNode.items.slice(2)) {
    const fix = removal(poolsNode, item, 'Take this pool out of the pair', false);
    report({
      code: 'pair-needs-two-pools',
      message: `A pair has exactly two pools; this one has ${count}.`,
      place: item,
      ...(fix && { fixes: [fix] }),
    });
  }
}

function checkItself({ facts }: ResolvedPair, report: Report): void {
  const [first, ...others] = facts.pools;
  if (first === undefined) return;
  for (const other of others) {
    if (other.value.toLowerCase() !== first.value.toLowerCase()) continue;
    // Of three pools two of which are the same, the other two are the pair.
    const fix = facts.pools.length === 3 && removal(facts.poolsNode, other.place, 'Take the second one out', true);
    report({
      code: 'pair-with-itself',
      message: `${other.value} is paired with itself.`,
      place: other.place,
      related: [{ place: first.place, message: 'It stands in this pair here already.' }],
      ...(fix && { fixes: [fix] }),
    });
  }
}

function checkOnePairPerPool(topology: Topology, report: Report): void {
  const seen = new Map<string, { readonly pair: ResolvedPair; readonly place: Place }>();
  for (const pair of topology.pairs) {
    for (const [index, { value, place }] of pair.facts.pools.entries()) {
      const lower = pair.facts.lowerPools[index] ?? '';
      const before = seen.get(lower);
      if (before === undefined) seen.set(lower, { pair, place });
      else if (before.pair !== pair) {
        report({
          code: 'pool-in-two-pairs',
          message: `${value} is in another pair already; a pool has one backup pool.`,
          place,
          related: [{ place: before.place, message: `${value} is paired here.` }],
        });
      }
    }
  }
}

function isDirector(pool: PoolFacts): boolean {
  return pool.edition?.value === 'Director';
}

function checkEditions(pair: ResolvedPair, report: Report): void {
  if (pair.both?.some(isDirector)) return;
  difference(
    pair,
    'pair-edition-mismatch',
    (pool) => pool.edition,
    report,
    ([first, second]) => ({
      message: `${first.name} is ${editionNames[first.value]} and ${second.name} is ${editionNames[second.value]}; only pools of one edition can back each other up.`,
    }),
  );
}

const editionNames = {
  Enterprise: 'an Enterprise pool',
  Standard: 'a Standard Edition server',
  Director: 'a Director',
} as const;

function checkReleases(pair: ResolvedPair, report: Report): void {
  difference(
    pair,
    'pair-release-mismatch',
    (pool) => pool.release,
    report,
    ([first, second]) => {
      const oneBuildLine = [first.value, second.value].every((release) => release === '2019' || release === 'SE');
      const consequence = oneBuildLine
        ? 'it is not documented whether they count as different versions'
        : 'failover in disaster mode is not supported between releases';
      return {
        message: `${first.name} runs release ${first.value} and ${second.name} runs ${second.value}; ${consequence}.`,
        ...(oneBuildLine && { severity: 'warning' }),
      };
    },
  );
}

function checkDirectors({ facts, pools }: ResolvedPair, report: Report): void {
  for (const [index, pool] of pools.entries()) {
    const name = facts.pools[index];
    if (pool?.edition?.value !== 'Director' || name === undefined) continue;
    report({
      code: 'pair-director',
      message: `${pool.name} is a Director, which homes no users and cannot be paired.`,
      place: name.place,
      related: [{ place: pool.edition.place, message: `${pool.name} is a Director.` }],
    });
  }
}
