/** SQL Server mirroring of the databases of pools and of Persistent Chat pools (domain C.5). */

import type { FindingFix, Report } from '../findings.ts';
import { type SqlInstance, sqlInstanceName } from '../model.ts';
import type { Fact, PlacementFacts, PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { yamlText } from '../shape/values.ts';
import { findEntry } from '../syntax/nodes.ts';
import { addEntry, removeEntries } from './edits.ts';
import { checkInstances, checkServers, type MirrorSession, sessionOf, sessionsOfChatPool } from './mirrorSessions.ts';
import type { RuleFamily } from './rule.ts';
import { sameName } from './sqlServers.ts';

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
      code: 'mirror-on-same-server',
      severity: 'warning',
      title: 'A mirror on the server of its primary',
      why: 'Two instances on one server can mirror each other, each with a port of its own. When the server is lost, both are.',
      source: 'Our conclusion from Microsoft, deploying SQL mirroring (domain C.5)',
      wrong: example([primary, 'mirror: <<atl-sql-001.litwareinc.com\\MIRROR>>', witness]),
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
      fix: 'The witness is taken out; to be looked at, as the mirror may be what is missing.',
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
      fix: 'Mirror and witness are taken out; to be looked at, as the release may be wrong.',
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
      fix: 'The mirror and the witness that the other databases of the same instance have are added.',
      wrong: example(whole, { more: ['      <<CentralMgmt>>:', '        primary: atl-sql-001.litwareinc.com\\RTC'] }),
      right: example(whole, { more: ['      CentralMgmt:', ...whole.map((line) => `        ${line}`)] }),
      limits: 'Archiving, Monitoring and Persistent Chat have mirrors of their own and are left out.',
    },
  ],
  rules: [
    {
      on: 'pool',
      check: (pool, around, report) => {
        for (const placement of pool.databases) {
          checkSession(sessionOf(placement), around, report);
          checkRelease(pool, placement, report);
        }
        checkCompleteness(pool, report);
      },
    },
    {
      on: 'deployment',
      check: (topology, report) => {
        const sessions = topology.persistentChatPools.all.flatMap(sessionsOfChatPool);
        for (const session of sessions) checkSession(session, topology, report);
      },
      reads: ({ persistentChatPools, sqlServers }) => [persistentChatPools, sqlServers],
    },
  ],
};

function checkSession(session: MirrorSession, around: Pick<Topology, 'sqlServers'>, report: Report): void {
  checkInstances(session, report);
  checkServers(session, around, report);
}

function checkRelease(pool: PoolFacts, placement: PlacementFacts, report: Report): void {
  const release = pool.release?.value;
  const fact = placement.mirror ?? placement.witness;
  if (pool.release === undefined || fact === undefined) return;
  if (release === '2019' || release === 'SE') {
    const fix = withoutMirror(placement);
    report({
      code: 'mirror-release',
      message: `${pool.name} runs release ${release}, which has no SQL Server mirroring.`,
      place: fact.place,
      related: [{ place: pool.release.place, message: `${pool.name}: ${release}` }],
      ...(fix && { fixes: [fix] }),
    });
  } else if (placement.mirror !== undefined && !placement.hasWitnessKey) {
    report({
      code: 'mirror-without-witness',
      message: `${placement.type} of ${pool.name} has a mirror and no witness: it does not fail over by itself.`,
      place: placement.mirror.place,
    });
  }
}

/** Takes mirror and witness out. Not preferred: the release may be what was mistyped. */
function withoutMirror({ node }: PlacementFacts): FindingFix | undefined {
  const entries = ['mirror', 'witness'].flatMap((key) => findEntry(node, key) ?? []);
  const edits = node.kind === 'map' ? removeEntries(node, entries) : undefined;
  const title = entries.length === 2 ? 'Take mirror and witness out' : `Take the ${entries[0]?.name} out`;
  return edits && { title, edits, preferred: false };
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
    const fix = completion(placement, mirrored);
    report({
      code: 'mirror-incomplete-set',
      message: `${mirrored.type} of ${pool.name} is mirrored and ${placement.type} is not; they are one unit.`,
      place: placement.key,
      related: [{ place: mirrored.mirror.place, message: `The mirror of ${mirrored.type}.` }],
      ...(fix && { fixes: [fix] }),
    });
  }
}

/** Gives databases on the same primary instance the same mirror and witness: they are one unit. */
function completion({ node, primary, hasWitnessKey }: PlacementFacts, like: PlacementFacts): FindingFix | undefined {
  const { mirror, witness } = like;
  if (node.kind !== 'map' || mirror === undefined || primary === undefined || like.primary === undefined)
    return undefined;
  if (!sameName(sqlInstanceName(primary.value), sqlInstanceName(like.primary.value))) return undefined;
  const entry = (key: string, { value }: Fact<SqlInstance>) =>
    addEntry(node, `${key}: ${yamlText(sqlInstanceName(value))}`, ['primary']);
  const added = [entry('mirror', mirror), witness && !hasWitnessKey ? entry('witness', witness) : undefined];
  const edits = added.filter((edit) => edit !== undefined);
  const [first] = edits;
  if (first === undefined) return undefined;
  const whole = { place: first.place, text: edits.map(({ text }) => text).join('') };
  return { title: `Mirror as ${like.type} is`, edits: [whole], preferred: true };
}
