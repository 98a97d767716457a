/** Names that are used and that nothing defines. */

import type { Report } from '../findings.ts';
import { type SqlInstance, sqlInstanceName } from '../model.ts';
import type { Fact, NamedFacts, PoolFacts } from '../resolved/facts.ts';
import type { Names, ResolvedPair, Topology } from '../resolved/topology.ts';
import { nearest } from '../shape/nearest.ts';
import type { Place } from '../syntax/nodes.ts';
import { change } from './fixes.ts';
import type { RuleFamily, Surroundings } from './rule.ts';
import { sameName } from './sqlServers.ts';

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
      fix: 'The name that was meant, where one is a slip of the hand away.',
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

function readsOfNextHops(topology: Topology): readonly unknown[] {
  const { pools, sites, edgePools, persistentChatPools, isDoubtful } = topology;
  // What servers say matters only to the instances of chat pools.
  const sqlServers = persistentChatPools.all.length === 0 ? undefined : topology.sqlServers;
  return [pools.keys, sites.keys, edgePools, persistentChatPools, sqlServers, isDoubtful('pools'), isDoubtful('sites')];
}

function checkNextHops(topology: Topology, report: Report): void {
  for (const facts of [...topology.edgePools.all, ...topology.persistentChatPools.all]) {
    check(poolsOf(topology), facts.nextHop, topology, report);
    check(sitesOf(topology), facts.site, topology, report);
    for (const name of facts.serverSites) check(sitesOf(topology), name, topology, report);
  }
  for (const { databases } of topology.persistentChatPools.all) {
    for (const { primary, mirror, witness, backup, backupMirror } of databases)
      checkInstances([primary, mirror, witness, backup, backupMirror], topology, report);
  }
}

function checkPool(pool: PoolFacts, around: Surroundings, report: Report): void {
  check(sitesOf(around), pool.site, around, report);
  for (const placement of pool.databases) {
    const group = { what: 'availability group', section: 'availabilityGroups', names: around.availabilityGroups };
    check(group, placement.availabilityGroup, around, report);
    checkInstances([placement.primary, placement.mirror, placement.witness], around, report);
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

/** Instances that their server, which is described with its instances, does not have. */
function checkInstances(
  facts: readonly (Fact<SqlInstance> | undefined)[],
  { sqlServers }: Pick<Topology, 'sqlServers'>,
  report: Report,
): void {
  for (const fact of facts) {
    const server = fact && sqlServers.get(fact.value.server);
    const instances = server?.instances?.map((instance) => instance.value) ?? [];
    if (fact === undefined || server === undefined || instances.length === 0 || fact.value.instance === '') continue;
    if (!instances.some((name) => sameName(name, fact.value.instance))) reportInstance(fact, server, instances, report);
  }
}

function reportInstance(
  { value, place }: Fact<SqlInstance>,
  server: NamedFacts,
  instances: readonly string[],
  report: Report,
): void {
  const near = nearest(value.instance, instances);
  const meant = near && sqlInstanceName({ server: value.server, instance: near });
  const help = near === undefined ? '' : ` Did you mean "${near}"?`;
  report({
    code: 'undefined-reference',
    message: `${server.name} has no instance "${value.instance}": it is described with ${instances.join(', ')}.${help}`,
    place,
    related: [{ place: server.key, message: `${server.name} is described here.` }],
    ...(meant !== undefined && { fixes: [change(place, meant)] }),
  });
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
      fixes: [change(place, meant)],
    }),
  });
}
