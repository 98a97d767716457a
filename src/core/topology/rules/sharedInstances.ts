/** One SQL Server instance under databases of two pools (domain C.2). */
import type { Report } from '../findings.ts';
import { type SqlInstance, sqlInstanceName } from '../model.ts';
import type { ChatPoolFacts } from '../resolved/chatPoolFacts.ts';
import type { AvailabilityGroupFacts } from '../resolved/facts.ts';
import type { Names, Topology } from '../resolved/topology.ts';
import type { Place } from '../syntax/nodes.ts';
import { type DatabaseType, databasesByType } from '../vocabulary.ts';
import { perPool } from './perPool.ts';
import type { RuleFamily } from './rule.ts';

function example(instance: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
    centralManagement: active
    databases:
      User: { primary: atl-sql-001.litwareinc.com\\RTC }
  atl-cs-002.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
    databases:
      User: { primary: ${instance} }
`;
}

export const sharedInstances: RuleFamily = {
  definitions: [
    {
      code: 'database-collation-of-types',
      severity: 'warning',
      title: 'One SQL Server instance for the same databases of two pools',
      why: 'The databases of a type have the same names in every pool, and an instance holds each name once. A second pool needs an instance of its own, on the same server or on another one.',
      source: 'Our conclusion: the names of the databases are fixed (domain C.2)',
      wrong: example('<<atl-sql-001.litwareinc.com\\RTC>>'),
      right: example('atl-sql-001.litwareinc.com\\RTC2'),
      limits:
        'Reported where two pools have databases of the same type (`User`, `Application`, `CentralMgmt`), or two Persistent Chat pools theirs, on one instance, as primary, mirror or log-shipping secondary, or as replica of an availability group. Archiving and Monitoring stores may serve several pools and are left out; so are witnesses, of which one can serve many.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: checkPools,
      reads: ({ pools, availabilityGroups }) => pools.all.map((pool) => usesOf(pool, availabilityGroups).text),
      readsContent: true,
    },
    { on: 'deployment', check: checkChatPools, reads: ({ persistentChatPools }) => [persistentChatPools] },
  ],
};

/** Databases of a type on an instance, and whose they are. */
interface Use {
  /** Type and instance in lower case. */
  readonly key: string;
  readonly type: DatabaseType;
  readonly instance: SqlInstance;
  readonly place: Place;
  readonly pool: string;
}

const exclusive: ReadonlySet<DatabaseType> = new Set<DatabaseType>(['User', 'Application', 'CentralMgmt']);

function checkPools({ pools, availabilityGroups }: Topology, report: Report): void {
  reportShared(
    pools.all.flatMap((pool) => usesOf(pool, availabilityGroups).uses),
    report,
  );
}

function checkChatPools({ persistentChatPools }: Topology, report: Report): void {
  reportShared(persistentChatPools.all.flatMap(usesOfChatPool), report);
}

function reportShared(uses: readonly Use[], report: Report): void {
  const firsts = new Map<string, Use>();
  for (const use of uses) {
    const first = firsts.get(use.key);
    if (first === undefined) firsts.set(use.key, use);
    else if (first.pool !== use.pool && first.place !== use.place) {
      const names = databasesByType[use.type].join(', ');
      report({
        code: 'database-collation-of-types',
        message: `${sqlInstanceName(use.instance)} holds ${names} of ${first.pool} already; ${use.pool} needs another instance for its own.`,
        place: use.place,
        related: [{ place: first.place, message: `${use.type} of ${first.pool}.` }],
      });
    }
  }
}

interface PoolUses {
  readonly uses: readonly Use[];
  /** All of it as one text. */
  readonly text: string;
}

const usesOf = perPool((pool, groups: Names<AvailabilityGroupFacts>): PoolUses => {
  const uses = pool.databases
    .filter(({ type }) => exclusive.has(type))
    .flatMap(({ type, primary, mirror, availabilityGroup }) => {
      const replicas = availabilityGroup && groups.get(availabilityGroup.value)?.replicas;
      const inGroup = (replicas ?? []).map(({ value }) => ({ value, place: availabilityGroup?.place }));
      return [primary, mirror, ...inGroup].flatMap((fact) => useOf(pool.name, type, fact));
    });
  return { uses, text: [pool.name, ...uses.map(({ key }) => key)].join('\n') };
});

function usesOfChatPool({ name, databases }: ChatPoolFacts): readonly Use[] {
  return databases.flatMap(({ type, primary, mirror, backup, backupMirror }) =>
    [primary, mirror, backup, backupMirror].flatMap((fact) => useOf(name, type, fact)),
  );
}

function useOf(
  pool: string,
  type: DatabaseType,
  fact: { readonly value: SqlInstance; readonly place: Place | undefined } | undefined,
): readonly Use[] {
  if (fact?.place === undefined) return [];
  const key = `${type} ${sqlInstanceName(fact.value).toLowerCase()}`;
  return [{ key, type, instance: fact.value, place: fact.place, pool }];
}
