/** Availability groups that reach over two sites (domain K.4, K.11). */

import type { Report } from '../findings.ts';
import type { AvailabilityGroupFacts, Fact, PoolFacts } from '../resolved/facts.ts';
import type { Names, Topology } from '../resolved/topology.ts';
import { groupsOf, type UsedGroup } from './availabilityGroupServers.ts';
import { perPool } from './perPool.ts';
import type { RuleFamily } from './rule.ts';
import { sameName } from './sqlServers.ts';

function sites(replicas: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2015"
    databases:
      User:
        primary: atl-sql-001.litwareinc.com\\RTC
  dal-cs-001.litwareinc.com:
    site: Dallas
    edition: Enterprise
    release: "2015"
    databases:
      User:
        primary: dal-sql-001.litwareinc.com\\RTC
availabilityGroups:
  dal-sql-ag.litwareinc.com:
    replicas: [dal-sql-001.litwareinc.com\\RTC, ${replicas}]
`;
}

export const availabilityGroupSites: RuleFamily = {
  definitions: [
    {
      code: 'availability-group-cross-site',
      severity: 'warning',
      title: 'A group stretched over two sites',
      why: 'A pool and its databases stand in one site; nothing is published about a group over two. The synchronous commit then waits for the line between the sites. What protects against the loss of a site is pairing.',
      source: 'Our conclusion from Microsoft, capacity planning (domain K.4, K.11)',
      wrong: sites('<<atl-sql-001.litwareinc.com\\RTC>>'),
      right: sites('dal-sql-002.litwareinc.com\\RTC'),
      limits:
        'A server stands in the site of the pools that have databases on it. Of a server that no pool names besides its group, the site is not known and nothing is said.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: checkSites,
      // Without groups there is nothing to look at, whatever is typed in the pools.
      reads: ({ availabilityGroups: groups, pools }) =>
        groups.all.length === 0 ? [] : [groups, ...pools.all.map((pool) => useOf(pool, groups).text)],
      readsContent: true,
    },
  ],
};

type Groups = Names<AvailabilityGroupFacts>;

/** A pool that uses a server or a group, and its site. */
interface Located {
  readonly pool: PoolFacts;
  readonly site: string;
  readonly place: Fact<unknown>['place'];
}

interface UsedServer {
  /** In lower case. */
  readonly server: string;
  readonly place: Fact<unknown>['place'];
}

function checkSites({ availabilityGroups: groups, pools }: Topology, report: Report): void {
  if (groups.all.length === 0) return;
  const servers = new Sites();
  const firstUses = new Map<AvailabilityGroupFacts, Located>();
  for (const pool of pools.all) {
    if (pool.site === undefined) continue;
    const use = useOf(pool, groups);
    const site = pool.site.value;
    for (const { server, place } of use.servers) servers.add(server, { pool, site, place });
    for (const { group, fact } of use.groups) {
      const first = firstUses.get(group);
      if (first === undefined) firstUses.set(group, { pool, site, place: fact.place });
      else if (!sameName(first.site, site)) reportPools(group, first, { pool, site, place: fact.place }, report);
    }
  }
  for (const group of groups.all) checkReplicas(group, servers, report);
}

/** Where servers stand: in the site of the pools that have databases on them. One that pools of two sites use is unclear. */
class Sites {
  readonly #located = new Map<string, Located | undefined>();

  add(server: string, use: Located): void {
    const before = this.#located.get(server);
    if (!this.#located.has(server)) this.#located.set(server, use);
    else if (before !== undefined && !sameName(before.site, use.site)) this.#located.set(server, undefined);
  }

  get(server: string): Located | undefined {
    return this.#located.get(server);
  }
}

/** What of groups and their servers a pool uses: the servers that hold a replica, and the groups; and that as one text. */
const useOf = perPool((pool, groups: Groups) => {
  const replicaServers = replicaServersOf(groups);
  const servers = pool.databases.flatMap(({ primary, mirror, witness }) =>
    [primary, mirror, witness].flatMap((fact): readonly UsedServer[] => {
      const server = fact?.value.server.toLowerCase();
      return fact === undefined || server === undefined || !replicaServers.has(server)
        ? []
        : [{ server, place: fact.place }];
    }),
  );
  const used: readonly UsedGroup[] = groupsOf(pool, { availabilityGroups: groups });
  const names = [servers.map(({ server }) => server), used.map(({ group }) => group.lower)];
  return { servers, groups: used, text: JSON.stringify([pool.site?.value, ...names]) };
});

const replicaServers = new WeakMap<Groups, ReadonlySet<string>>();

function replicaServersOf(groups: Groups): ReadonlySet<string> {
  const known = replicaServers.get(groups);
  if (known !== undefined) return known;
  const servers = new Set(groups.all.flatMap(lowerServersOf));
  replicaServers.set(groups, servers);
  return servers;
}

function lowerServersOf({ replicas }: AvailabilityGroupFacts): readonly string[] {
  return replicas.map(({ value }) => value.server.toLowerCase());
}

function checkReplicas(group: AvailabilityGroupFacts, servers: Sites, report: Report): void {
  const known = group.replicas.flatMap((replica) => {
    const where = servers.get(replica.value.server.toLowerCase());
    return where === undefined ? [] : [{ replica, where }];
  });
  const [one, ...others] = known;
  const far = others.find(({ where }) => one !== undefined && !sameName(where.site, one.where.site));
  if (one === undefined || far === undefined) return;
  report({
    code: 'availability-group-cross-site',
    message: `${group.name} has replicas in ${one.where.site} and in ${far.where.site}; keep a group in the site of its pool, and pair pools for the loss of a site.`,
    place: far.replica.place,
    related: [one, far].map(({ replica, where }) => ({
      place: where.place,
      message: `${replica.value.server} is used by ${where.pool.name} in ${where.site}.`,
    })),
  });
}

function reportPools(
  group: AvailabilityGroupFacts,
  first: Located,
  { pool, site, place }: Located,
  report: Report,
): void {
  report({
    code: 'availability-group-cross-site',
    message: `${group.name} holds databases of ${first.pool.name} in ${first.site} and of ${pool.name} in ${site}; a pool and its databases belong in one site.`,
    place,
    related: [{ place: first.place, message: `${first.pool.name} in ${first.site} uses it, too.` }],
  });
}
