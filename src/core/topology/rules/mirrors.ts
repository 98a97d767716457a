/** SQL Server mirroring of a pool's databases (domain C.5). */

import type { RelatedPlace, Report } from '../findings.ts';
import { type SqlInstance, sqlInstanceName } from '../model.ts';
import type { Fact, PlacementFacts, PoolFacts, SqlServerFacts } from '../resolved/facts.ts';
import type { Place } from '../syntax/nodes.ts';
import type { RuleFamily, Surroundings } from './rule.ts';

interface ExampleOptions {
  readonly release?: string;
  readonly servers?: readonly string[];
  readonly more?: readonly string[];
}

function example(
  placement: readonly string[],
  { release = '"2013"', servers = [], more = [] }: ExampleOptions = {},
): string {
  return [
    'pools:',
    '  atl-cs-001.litwareinc.com:',
    '    site: Atlanta',
    '    edition: Enterprise',
    `    release: ${release}`,
    '    centralManagement: active',
    '    databases:',
    '      User:',
    ...placement.map((line) => `        ${line}`),
    ...more,
    ...(servers.length === 0 ? [] : ['sqlServers:', ...servers.map((line) => `  ${line}`)]),
    '',
  ].join('\n');
}

const primary = 'primary: atl-sql-001.litwareinc.com\\RTC';
const mirror = 'mirror: atl-sql-002.litwareinc.com\\RTC';
const markedMirror = 'mirror: <<atl-sql-002.litwareinc.com\\RTC>>';
const witness = 'witness: atl-sql-003.litwareinc.com\\RTC';
const whole = [primary, mirror, witness];

export const mirrors: RuleFamily = {
  definitions: [
    {
      code: 'mirror-same-instance',
      severity: 'error',
      title: 'A mirror on the instance of its primary',
      why: 'Mirroring takes two instances. On the same one there is no second copy, and SQL Server refuses it.',
      source: 'Our conclusion: SQL Server needs two instances (domain C.5)',
      wrong: example([primary, 'mirror: <<atl-sql-001.litwareinc.com\\RTC>>', witness.replace('003', '004')]),
      right: example(whole),
    },
    {
      code: 'witness-on-partner-server',
      severity: 'error',
      title: 'A witness on the server of a partner',
      why: 'The witness decides which partner goes on when they lose each other. On the server of one of them it is lost together with it, and the database with both.',
      source: 'SQL Server strongly advises a separate computer; that this is an error is our decision (domain C.5)',
      wrong: example([primary, mirror, 'witness: <<atl-sql-002.litwareinc.com\\WITNESS>>']),
      right: example(whole),
    },
    {
      code: 'witness-without-mirror',
      severity: 'error',
      title: 'A witness without a mirror',
      why: 'A witness watches two partners. It is set and removed together with the mirror.',
      source: 'Microsoft, deploying SQL mirroring (domain C.5)',
      wrong: example([primary, 'witness: <<atl-sql-003.litwareinc.com\\RTC>>']),
      right: example(whole),
    },
    {
      code: 'mirror-version-mismatch',
      severity: 'error',
      title: 'Different SQL Server versions in one mirroring session',
      why: 'Primary, mirror and witness must run the same version of SQL Server.',
      source: 'Microsoft, deploying SQL mirroring (domain C.5)',
      wrong: example([primary, markedMirror, witness], {
        servers: [
          'atl-sql-001.litwareinc.com: { version: "2012" }',
          'atl-sql-002.litwareinc.com: { version: "2008 R2" }',
        ],
      }),
      right: example(whole, {
        servers: ['atl-sql-001.litwareinc.com: { version: "2012" }', 'atl-sql-002.litwareinc.com: { version: "2012" }'],
      }),
      limits: 'Needs the versions under `sqlServers`.',
    },
    {
      code: 'mirror-edition-mismatch',
      severity: 'error',
      title: 'Different SQL Server editions of primary and mirror',
      why: 'Primary and mirror must run the same edition of SQL Server. The witness may run any, Express included.',
      source: 'Microsoft, deploying SQL mirroring (domain C.5)',
      wrong: example([primary, markedMirror, witness], {
        servers: [
          'atl-sql-001.litwareinc.com: { edition: Enterprise }',
          'atl-sql-002.litwareinc.com: { edition: Standard }',
        ],
      }),
      right: example(whole, {
        servers: [
          'atl-sql-001.litwareinc.com: { edition: Enterprise }',
          'atl-sql-002.litwareinc.com: { edition: Enterprise }',
        ],
      }),
      limits: 'Needs the editions under `sqlServers`.',
    },
    {
      code: 'mirror-domain-mismatch',
      severity: 'error',
      title: 'SQL servers of one mirroring session in different domains',
      why: 'Topology Builder and the cmdlets set up mirroring only where primary, mirror and witness are in one Active Directory domain.',
      source: 'Microsoft, deploying SQL mirroring (domain C.5)',
      wrong: example([primary, 'mirror: <<atl-sql-002.contoso.com\\RTC>>', witness]),
      right: example(whole),
      limits:
        'The domain is the one given under `sqlServers`, and the DNS suffix of the server where none is given. Where the two differ, give the domain.',
    },
    {
      code: 'mirror-release',
      severity: 'error',
      title: 'Mirroring in a release that has none',
      why: 'From release 2019 on SQL Server mirroring cannot be deployed: the cmdlets are still there, the feature is gone. Use an availability group or a failover cluster instance.',
      source: 'Microsoft, deprecated features of 2019 (domain C.5, K.3, K.11)',
      wrong: example([primary, markedMirror, witness], { release: '"2019"' }),
      right: example([primary], { release: '"2019"' }),
    },
    {
      code: 'mirror-without-witness',
      severity: 'information',
      title: 'A mirror without a witness',
      why: 'Without a witness nothing fails over by itself: when the principal is lost, somebody has to run Invoke-CsDatabaseFailover. That may be what you want.',
      source: 'SQL Server operating modes (domain C.6)',
      wrong: example([primary, markedMirror]),
      right: example(whole),
    },
    {
      code: 'mirror-incomplete-set',
      severity: 'warning',
      title: 'Only some of the databases of a pool are mirrored',
      why: 'The databases for users, applications and Central Management of a pool are mirrored as one unit. When the server of one that is not mirrored is lost, the pool is impaired in spite of the mirror.',
      source: 'Microsoft, deploying SQL mirroring (domain C.5)',
      wrong: example(whole, { more: ['      <<CentralMgmt>>:', '        primary: atl-sql-001.litwareinc.com\\RTC'] }),
      right: example(whole, { more: ['      CentralMgmt:', ...whole.map((line) => `        ${line}`)] }),
      limits: 'Archiving, Monitoring and Persistent Chat have mirrors of their own and are left out.',
    },
  ],
  rules: [
    {
      on: 'pool',
      check: (pool, _, report) => forEachPlacement(pool, (placement) => checkInstances(placement, report)),
    },
    {
      on: 'pool',
      check: (pool, around, report) => forEachPlacement(pool, (placement) => checkServers(placement, around, report)),
    },
    {
      on: 'pool',
      check: (pool, _, report) => forEachPlacement(pool, (placement) => checkRelease(pool, placement, report)),
    },
    { on: 'pool', check: (pool, _, report) => checkCompleteness(pool, report) },
  ],
};

function forEachPlacement(pool: PoolFacts, check: (placement: PlacementFacts) => void): void {
  for (const placement of pool.databases) check(placement);
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function checkInstances(placement: PlacementFacts, report: Report): void {
  const { type, primary: first, mirror: second, witness: third } = placement;
  if (
    first !== undefined &&
    second !== undefined &&
    same(sqlInstanceName(first.value), sqlInstanceName(second.value))
  ) {
    report({
      code: 'mirror-same-instance',
      message: `The mirror of ${type} is its primary instance, ${sqlInstanceName(first.value)}; it needs another one.`,
      place: second.place,
      related: [{ place: first.place, message: 'The primary instance.' }],
    });
  }
  if (third === undefined) return;
  const partner = [first, second].find((fact) => fact !== undefined && same(fact.value.server, third.value.server));
  if (partner !== undefined) {
    report({
      code: 'witness-on-partner-server',
      message: `The witness of ${type} runs on ${third.value.server}, which is a partner itself; it needs a third computer.`,
      place: third.place,
      related: [{ place: partner.place, message: `The ${partner === first ? 'primary' : 'mirror'} instance.` }],
    });
  }
  if (!placement.hasMirrorKey && placement.availabilityGroup === undefined) {
    report({ code: 'witness-without-mirror', message: `${type} has a witness and no mirror.`, place: third.place });
  }
}

/** A fact about the server of an instance, as text for comparison and for people. */
interface ServerFact {
  readonly value: string;
  readonly place: Place | undefined;
}

type ReadServer = (instance: SqlInstance, facts: SqlServerFacts | undefined) => ServerFact | undefined;

function checkServers(placement: PlacementFacts, around: Surroundings, report: Report): void {
  const { type, primary: first, mirror: second, witness: third } = placement;
  if (first === undefined || second === undefined) return;
  const compare = (fact: Fact<SqlInstance>, read: ReadServer, say: (one: ServerFact, other: ServerFact) => void) => {
    const one = read(first.value, around.sqlServers.get(first.value.server));
    const other = read(fact.value, around.sqlServers.get(fact.value.server));
    if (one !== undefined && other !== undefined && !same(one.value, other.value)) say(one, other);
  };
  const partners: readonly (readonly [string, Fact<SqlInstance>])[] =
    third === undefined
      ? [['mirror', second]]
      : [
          ['mirror', second],
          ['witness', third],
        ];
  for (const [role, fact] of partners) {
    compare(fact, readVersion, (one, other) => {
      const message = `The ${role} of ${type} runs SQL Server ${other.value} and the primary ${one.value}; they must be the same.`;
      report({
        code: 'mirror-version-mismatch',
        message,
        place: fact.place,
        related: relatedTo(first.place, one, other),
      });
    });
    compare(fact, readDomain, (one, other) => {
      const message = `The ${role} of ${type} is in domain ${other.value} and the primary in ${one.value}; they must be in one.`;
      report({
        code: 'mirror-domain-mismatch',
        message,
        place: fact.place,
        related: relatedTo(first.place, one, other),
      });
    });
  }
  compare(second, readEdition, (one, other) => {
    const message = `The mirror of ${type} runs SQL Server ${other.value} Edition and the primary ${one.value}; they must be the same.`;
    report({
      code: 'mirror-edition-mismatch',
      message,
      place: second.place,
      related: relatedTo(first.place, one, other),
    });
  });
}

const readVersion: ReadServer = (_, facts) => facts?.version;
const readEdition: ReadServer = (_, facts) => facts?.edition;

const readDomain: ReadServer = ({ server }, facts) => {
  if (facts?.domain !== undefined) return facts.domain;
  const dot = server.indexOf('.');
  return dot === -1 ? undefined : { value: server.slice(dot + 1), place: undefined };
};

function relatedTo(primaryPlace: Place, one: ServerFact, other: ServerFact): readonly RelatedPlace[] {
  const described = [one, other].flatMap(({ value, place }) =>
    place === undefined ? [] : [{ place, message: value }],
  );
  return [{ place: primaryPlace, message: `The primary instance: ${one.value}` }, ...described];
}

function checkRelease(pool: PoolFacts, placement: PlacementFacts, report: Report): void {
  const release = pool.release?.value;
  const fact = placement.mirror ?? placement.witness;
  if (pool.release === undefined || fact === undefined) return;
  if (release === '2019' || release === 'SE') {
    report({
      code: 'mirror-release',
      message: `${pool.name} runs release ${release}, which has no SQL Server mirroring.`,
      place: fact.place,
      related: [{ place: pool.release.place, message: `${pool.name}: ${release}` }],
    });
  } else if (placement.mirror !== undefined && !placement.hasWitnessKey) {
    report({
      code: 'mirror-without-witness',
      message: `${placement.type} of ${pool.name} has a mirror and no witness: it does not fail over by itself.`,
      place: placement.mirror.place,
    });
  }
}

/** The types that are mirrored as one unit. */
const unit: ReadonlySet<string> = new Set(['User', 'Application', 'CentralMgmt']);

function checkCompleteness(pool: PoolFacts, report: Report): void {
  const placements = pool.databases.filter((placement) => unit.has(placement.type));
  const mirrored = placements.find((placement) => placement.mirror !== undefined);
  if (mirrored?.mirror === undefined) return;
  for (const placement of placements) {
    if (placement.hasMirrorKey || placement.primary === undefined || placement.availabilityGroup !== undefined)
      continue;
    report({
      code: 'mirror-incomplete-set',
      message: `${mirrored.type} of ${pool.name} is mirrored and ${placement.type} is not; they are one unit.`,
      place: placement.key,
      related: [{ place: mirrored.mirror.place, message: `The mirror of ${mirrored.type}.` }],
    });
  }
}
