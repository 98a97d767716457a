/** The servers of availability groups: edition, domain, site (domain K.3, K.4, K.11). */

import type { RelatedPlace, Report } from '../findings.ts';
import { type SqlInstance, sqlInstanceName } from '../model.ts';
import type { AvailabilityGroupFacts, Fact, PlacementFacts, PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { groupExample as example, twoReplicas } from './availabilityGroupExample.ts';
import type { RuleFamily, Surroundings } from './rule.ts';
import { dnsSuffix, readDomain, sameName } from './sqlServers.ts';
import { localTypes } from './standardEdition.ts';

function editions(second: string): string {
  return example({
    replicas: second === 'Enterprise' ? twoReplicas : twoReplicas.replace('dal-sql-002.litwareinc.com\\RTC', '<<$&>>'),
    servers: [
      'dal-sql-001.litwareinc.com: { edition: Enterprise }',
      `dal-sql-002.litwareinc.com: { edition: ${second} }`,
    ],
  });
}

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

export const availabilityGroupServers: RuleFamily = {
  definitions: [
    {
      code: 'availability-group-edition',
      severity: 'error',
      title: 'An availability group without SQL Server Enterprise',
      why: 'Availability groups for the product need SQL Server Enterprise Edition; SQL Server Standard Edition has failover cluster instances only, and basic availability groups do not count. A Standard Edition server of the product has its own SQL Server Express, which cannot be in a group.',
      source: 'Microsoft, back-end high availability; supported pool pairing options (domain K.3, K.11)',
      wrong: editions('Standard'),
      right: editions('Enterprise'),
      limits: 'Needs the editions under `sqlServers`.',
    },
    {
      code: 'availability-group-domain',
      severity: 'error',
      title: 'A replica in another domain than the pool',
      why: 'All Front Ends and SQL servers of a pool are in one Active Directory domain.',
      source: 'Microsoft, topology basics (domain K.4, K.11)',
      wrong: example({
        replicas: twoReplicas.replace('002.litwareinc.com', '002.contoso.com'),
        databases: ['User:', '  availabilityGroup: <<dal-sql-ag.litwareinc.com>>'],
      }),
      right: example({ replicas: twoReplicas }),
      limits:
        'The domain of a replica is the one given under `sqlServers`, and the DNS suffix of the server where none is given; that of a pool is the DNS suffix of its first Front End, or of the pool where it lists none. Where they differ, give the domain.',
    },
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
      check: checkServerEditions,
      reads: ({ availabilityGroups: groups, sqlServers }) => [groups, sqlServers],
    },
    {
      on: 'pool',
      check: (pool, around, report) => {
        checkPoolEdition(pool, report);
        checkDomains(pool, around, report);
      },
    },
    {
      on: 'deployment',
      check: checkSites,
      // Without groups there is nothing to look at, whatever is typed in the pools.
      reads: ({ availabilityGroups: groups, sections }) =>
        groups.all.length === 0 ? [] : [groups, sections.get('pools')],
    },
  ],
};

function checkServerEditions({ availabilityGroups: groups, sqlServers }: Topology, report: Report): void {
  for (const group of groups.all) {
    for (const { value, place } of group.replicas) {
      const edition = sqlServers.get(value.server)?.edition;
      if (edition === undefined || edition.value === 'Enterprise') continue;
      report({
        code: 'availability-group-edition',
        message: `The replica ${sqlInstanceName(value)} of ${group.name} runs SQL Server ${edition.value} Edition; an availability group needs Enterprise.`,
        place,
        related: [{ place: edition.place, message: `${value.server}: ${edition.value}` }],
      });
    }
  }
}

function checkPoolEdition({ name, edition, databases }: PoolFacts, report: Report): void {
  if (edition?.value !== 'Standard') return;
  for (const { type, availabilityGroup } of databases) {
    if (availabilityGroup === undefined || !localTypes.has(type)) continue;
    report({
      code: 'availability-group-edition',
      message: `${name} is a Standard Edition server; its ${type} databases lie on its own SQL Server Express and not in an availability group.`,
      place: availabilityGroup.place,
      related: [{ place: edition.place, message: `${name} is a Standard Edition server.` }],
    });
  }
}

function checkDomains(pool: PoolFacts, around: Surroundings, report: Report): void {
  const domain = dnsSuffix(pool.frontEnds[0]?.value ?? pool.name);
  if (domain === undefined) return;
  for (const { fact, group } of groupsOf(pool, around)) {
    for (const { value, place } of group.replicas) {
      const other = readDomain(value, around.sqlServers.get(value.server));
      if (other === undefined || sameName(other.value, domain)) continue;
      const described: readonly RelatedPlace[] =
        other.place === undefined ? [] : [{ place: other.place, message: `${value.server}: ${other.value}` }];
      report({
        code: 'availability-group-domain',
        message: `The replica ${sqlInstanceName(value)} of ${group.name} is in domain ${other.value} and ${pool.name} in ${domain}; they must be in one.`,
        place: fact.place,
        related: [{ place, message: `${sqlInstanceName(value)} is a replica of ${group.name}.` }, ...described],
      });
    }
  }
}

interface UsedGroup {
  readonly group: AvailabilityGroupFacts;
  /** Where the pool names it first. */
  readonly fact: Fact<string>;
}

/** The groups that a pool uses, each once. */
export function groupsOf(pool: PoolFacts, { availabilityGroups }: Surroundings): readonly UsedGroup[] {
  const used = new Map<AvailabilityGroupFacts, UsedGroup>();
  for (const { availabilityGroup: fact } of pool.databases) {
    const group = fact === undefined ? undefined : availabilityGroups.get(fact.value);
    if (fact !== undefined && group !== undefined && !used.has(group)) used.set(group, { group, fact });
  }
  return [...used.values()];
}

interface Located {
  readonly site: string;
  readonly place: Fact<unknown>['place'];
  readonly pool: string;
}

function checkSites({ availabilityGroups: groups, pools }: Topology, report: Report): void {
  if (groups.all.length === 0) return;
  const replicas = groups.all.flatMap((group) => group.replicas.map(({ value }) => value.server.toLowerCase()));
  const located = locate(pools.all, new Set(replicas));
  for (const group of groups.all) {
    checkSitesOfReplicas(group, located, report);
    checkSitesOfPools(group, pools.all, report);
  }
}

function checkSitesOfReplicas(
  group: AvailabilityGroupFacts,
  located: ReadonlyMap<string, Located>,
  report: Report,
): void {
  const known = group.replicas.flatMap((replica) => {
    const where = located.get(replica.value.server.toLowerCase());
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
      message: `${replica.value.server} is used by ${where.pool} in ${where.site}.`,
    })),
  });
}

/** One finding for each pool that uses a group of a pool in another site. */
function checkSitesOfPools(group: AvailabilityGroupFacts, pools: readonly PoolFacts[], report: Report): void {
  let first: { readonly pool: PoolFacts; readonly site: string; readonly fact: Fact<string> } | undefined;
  for (const pool of pools) {
    const used = pool.databases.find(({ availabilityGroup: fact }) => fact?.value.toLowerCase() === group.lower);
    const fact = used?.availabilityGroup;
    if (fact === undefined || pool.site === undefined) continue;
    first ??= { pool, site: pool.site.value, fact };
    if (sameName(first.site, pool.site.value)) continue;
    report({
      code: 'availability-group-cross-site',
      message: `${group.name} holds databases of ${first.pool.name} in ${first.site} and of ${pool.name} in ${pool.site.value}; a pool and its databases belong in one site.`,
      place: fact.place,
      related: [{ place: first.fact.place, message: `${first.pool.name} in ${first.site} uses it, too.` }],
    });
  }
}

/** The servers among those asked for, with the site of the pools that have databases on them; those of two sites are unclear. */
function locate(pools: readonly PoolFacts[], servers: ReadonlySet<string>): ReadonlyMap<string, Located> {
  const located = new Map<string, Located>();
  const unclear = new Set<string>();
  for (const pool of pools) {
    if (pool.site === undefined) continue;
    for (const { server, place } of serversOf(pool)) {
      if (!servers.has(server)) continue;
      const before = located.get(server);
      if (before === undefined) located.set(server, { site: pool.site.value, place, pool: pool.name });
      else if (!sameName(before.site, pool.site.value)) unclear.add(server);
    }
  }
  for (const server of unclear) located.delete(server);
  return located;
}

interface UsedServer {
  /** In lower case. */
  readonly server: string;
  readonly place: Fact<SqlInstance>['place'];
}

/** Once per pool: there may be thousands, and a key changes one of them. */
const serversByPool = new WeakMap<PoolFacts, readonly UsedServer[]>();

function serversOf(pool: PoolFacts): readonly UsedServer[] {
  const known = serversByPool.get(pool);
  if (known !== undefined) return known;
  const servers = pool.databases
    .flatMap(instancesOf)
    .map(({ value, place }) => ({ server: value.server.toLowerCase(), place }));
  serversByPool.set(pool, servers);
  return servers;
}

function instancesOf({ primary, mirror, witness }: PlacementFacts): readonly Fact<SqlInstance>[] {
  return [primary, mirror, witness].filter((fact) => fact !== undefined);
}
