/** Names that are used and that nothing defines. */

import type { Report } from '../findings.ts';
import type { Fact, NamedFacts, PlacementFacts, PoolFacts } from '../resolved/facts.ts';
import type { Names, ResolvedPair, Topology } from '../resolved/topology.ts';
import { nearest } from '../shape/nearest.ts';
import { yamlText } from '../shape/values.ts';
import type { Place } from '../syntax/nodes.ts';
import { replace } from './edits.ts';
import type { RuleFamily, Surroundings } from './rule.ts';

interface Target {
  /** `pool`, `site`. */
  readonly what: string;
  /** The section that defines names of this kind. */
  readonly section: string;
  readonly names: Names<NamedFacts>;
}

export const references: RuleFamily = {
  definitions: [
    {
      code: 'undefined-reference',
      severity: 'error',
      title: 'A name that nothing defines',
      why: 'A pool, a site, an availability group or an instance is used here and described nowhere, so that whatever hangs on it cannot be understood. Mostly it is a slip of the hand.',
      source: 'Topology format 1',
      wrong: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, <<dal-cs-01.litwareinc.com>>]
`,
      right: `poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`,
      limits:
        'Where the section that defines the names cannot be read for a syntax error, nothing is reported: the name may well be in it. SQL servers need not be described; where one is described with its instances, others are reported.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: checkPoolNames,
      reads: ({ pools, pairs, isDoubtful }) => [pools.keys, isDoubtful('pools'), ...unresolved(pairs)],
    },
    { on: 'deployment', check: checkNextHops, reads: readsOfNextHops },
    { on: 'pool', check: checkPool },
  ],
};

function unresolved(pairs: readonly ResolvedPair[]): readonly ResolvedPair[] {
  return pairs.filter((pair) => pair.pools.includes(undefined));
}

function checkPoolNames(topology: Topology, report: Report): void {
  const target = poolsOf(topology);
  for (const { facts } of unresolved(topology.pairs))
    for (const name of facts.pools) check(target, name, topology, report);
}

function readsOfNextHops({ pools, sites, edgePools, persistentChatPools, isDoubtful }: Topology): readonly unknown[] {
  return [pools.keys, sites.keys, edgePools, persistentChatPools, isDoubtful('pools'), isDoubtful('sites')];
}

function checkNextHops(topology: Topology, report: Report): void {
  for (const facts of [...topology.edgePools.all, ...topology.persistentChatPools.all]) {
    check(poolsOf(topology), facts.nextHop, topology, report);
    check(sitesOf(topology), facts.site, topology, report);
    for (const name of facts.serverSites) check(sitesOf(topology), name, topology, report);
  }
}

function checkPool(pool: PoolFacts, around: Surroundings, report: Report): void {
  check(sitesOf(around), pool.site, around, report);
  for (const placement of pool.databases) {
    const group = { what: 'availability group', section: 'availabilityGroups', names: around.availabilityGroups };
    check(group, placement.availabilityGroup, around, report);
    checkInstances(placement, around, report);
  }
}

function poolsOf({ pools }: Pick<Topology, 'pools'>): Target {
  return { what: 'pool', section: 'pools', names: pools };
}

function sitesOf({ sites }: Pick<Topology, 'sites'>): Target {
  return { what: 'site', section: 'sites', names: sites };
}

function check(
  target: Target,
  fact: Fact<string> | undefined,
  { isDoubtful }: Pick<Topology, 'isDoubtful'>,
  report: Report,
): void {
  if (fact === undefined || target.names.get(fact.value) !== undefined || isDoubtful(target.section)) return;
  reportUndefined(target, fact.value, fact.place, report);
}

/** An instance that its server, which is described with its instances, does not have. */
function checkInstances(placement: PlacementFacts, topology: Surroundings, report: Report): void {
  if (topology.sqlServers.all.length === 0) return;
  for (const fact of [placement.primary, placement.mirror, placement.witness]) {
    const server = fact === undefined ? undefined : topology.sqlServers.get(fact.value.server);
    const instances = server?.instances?.map((instance) => instance.value) ?? [];
    if (fact === undefined || server === undefined || instances.length === 0 || fact.value.instance === '') continue;
    const { instance } = fact.value;
    if (instances.some((name) => name.toLowerCase() === instance.toLowerCase())) continue;
    report({
      code: 'undefined-reference',
      message: `${server.name} has no instance "${instance}": it is described with ${instances.join(', ')}.`,
      place: fact.place,
      related: [{ place: server.key, message: `${server.name} is described here.` }],
    });
  }
}

function reportUndefined(target: Target, name: string, place: Place, report: Report): void {
  const meant = nearest(
    name,
    target.names.all.map((facts) => facts.name),
  );
  const help = meant === undefined ? `Nothing under "${target.section}" has that name.` : `Did you mean "${meant}"?`;
  report({
    code: 'undefined-reference',
    message: `There is no ${target.what} "${name}". ${help}`,
    place,
    ...(meant !== undefined && {
      fixes: [{ title: `Change to "${meant}"`, edits: [replace(place, yamlText(meant))], preferred: true }],
    }),
  });
}
