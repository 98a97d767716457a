/** The servers of availability groups: edition, domain (domain K.3, K.4, K.11). */

import type { RelatedPlace, Report } from '../findings.ts';
import { sqlInstanceName } from '../model.ts';
import type { AvailabilityGroupFacts, Fact, PoolFacts } from '../resolved/facts.ts';
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

export interface UsedGroup {
  readonly group: AvailabilityGroupFacts;
  /** Where the pool names it first. */
  readonly fact: Fact<string>;
}

/** The groups that a pool uses, each once. */
export function groupsOf(
  pool: PoolFacts,
  { availabilityGroups }: Pick<Surroundings, 'availabilityGroups'>,
): readonly UsedGroup[] {
  const used = new Map<AvailabilityGroupFacts, UsedGroup>();
  for (const { availabilityGroup: fact } of pool.databases) {
    const group = fact === undefined ? undefined : availabilityGroups.get(fact.value);
    if (fact !== undefined && group !== undefined && !used.has(group)) used.set(group, { group, fact });
  }
  return [...used.values()];
}
