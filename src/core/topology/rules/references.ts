/** Names that are used and that nothing defines. */
import type { NamedFacts, PlacementFacts, PoolFacts } from '../resolved/facts.ts';
import type { Names, Topology } from '../resolved/topology.ts';
import { nearest } from '../shape/nearest.ts';
import { yamlText } from '../shape/values.ts';
import type { Place } from '../syntax/nodes.ts';
import { replace } from './edits.ts';
import type { Report, RuleFamily } from './rule.ts';

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
  rules: [{ on: 'deployment', check: checkReferences }],
};

function checkReferences(topology: Topology, report: Report): void {
  const site: Target = { what: 'site', section: 'sites', names: topology.sites };
  const pool: Target = { what: 'pool', section: 'pools', names: topology.pools };
  const check = (target: Target, fact: { readonly value: string; readonly place: Place } | undefined) => {
    if (fact === undefined || target.names.get(fact.value) !== undefined || topology.isDoubtful(target.section)) return;
    reportUndefined(target, fact.value, fact.place, report);
  };
  for (const { facts } of topology.pairs) for (const name of facts.pools) check(pool, name);
  for (const edge of topology.edgePools.all) {
    check(site, edge.site);
    check(pool, edge.nextHop);
  }
  for (const chat of topology.persistentChatPools.all) {
    check(pool, chat.nextHop);
    for (const name of chat.serverSites) check(site, name);
  }
  for (const facts of topology.pools.all) {
    check(site, facts.site);
    checkPlacements(facts, topology, check, report);
  }
}

type Check = (target: Target, fact: { readonly value: string; readonly place: Place } | undefined) => void;

function checkPlacements(pool: PoolFacts, topology: Topology, check: Check, report: Report): void {
  const group: Target = {
    what: 'availability group',
    section: 'availabilityGroups',
    names: topology.availabilityGroups,
  };
  for (const placement of pool.databases) {
    check(group, placement.availabilityGroup);
    checkInstances(placement, topology, report);
  }
}

/** An instance that its server, which is described with its instances, does not have. */
function checkInstances(placement: PlacementFacts, topology: Topology, report: Report): void {
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
