/** What Edge pools hand over to (domain B.5). */
import type { Report } from '../findings.ts';
import type { NextHopFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import type { RuleFamily } from './rule.ts';

const pools = `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013", centralManagement: standby }
  phx-cs-001.litwareinc.com: { site: Phoenix, edition: Enterprise, release: "2013" }
poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`;
const edge = (nextHop: string) => `edgePools:
  edge-atl.litwareinc.com: { site: Atlanta, nextHop: ${nextHop} }
`;

export const edgePools: RuleFamily = {
  definitions: [
    {
      code: 'edge-next-hop-unpaired',
      severity: 'warning',
      title: 'An Edge pool that hands over to a pool without a backup',
      why: 'External access, federation and meetings with guests go through the next hop of the Edge pool. When that pool is lost, the Edge pool is pointed to its backup pool; without one there is none to point it to.',
      source: 'Microsoft, failing over a pool (domain B.5)',
      wrong: `${pools}${edge('<<phx-cs-001.litwareinc.com>>')}`,
      right: `${pools}${edge('atl-cs-001.litwareinc.com')}`,
      limits: 'A Director as next hop cannot be paired and is not reported.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: (topology, report) => {
        if (topology.edgePools.all.length === 0 || topology.isDoubtful('poolPairs')) return;
        const paired = new Set(topology.pairs.flatMap(({ facts }) => facts.lowerPools));
        for (const edgePool of topology.edgePools.all) checkNextHop(edgePool, topology, paired, report);
      },
      reads: ({ edgePools: { all }, pools: named, sections, isDoubtful }) => {
        const nextHops = all.map(({ nextHop }) => nextHop && named.get(nextHop.value));
        return all.length === 0 ? [] : [...all, ...nextHops, sections.get('poolPairs'), isDoubtful('poolPairs')];
      },
    },
  ],
};

function checkNextHop(
  { name, nextHop }: NextHopFacts,
  topology: Topology,
  paired: ReadonlySet<string>,
  report: Report,
): void {
  const pool = nextHop && topology.pools.get(nextHop.value);
  if (nextHop === undefined || pool?.edition === undefined || pool.edition.value === 'Director') return;
  if (paired.has(pool.lower)) return;
  report({
    code: 'edge-next-hop-unpaired',
    message: `${name} hands over to ${pool.name}, which has no backup pool: external access ends when it is lost.`,
    place: nextHop.place,
    related: [{ place: pool.key, message: `${pool.name} is in no pair.` }],
  });
}
