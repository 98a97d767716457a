/** What a release runs on: SQL Server, Windows Server, and what its Backup Service carries (domain K.3, K.6, K.8, K.11). */

import type { RelatedPlace, Report } from '../findings.ts';
import type { SqlInstance } from '../model.ts';
import type { AvailabilityGroupFacts, Fact, PoolFacts } from '../resolved/facts.ts';
import type { Names, ResolvedPair } from '../resolved/topology.ts';
import { canonicalBackupModule, type Release } from '../vocabulary.ts';
import { groupsOf } from './availabilityGroupServers.ts';
import { pairExample } from './pairSupport.ts';
import { perPool } from './perPool.ts';
import type { RuleFamily, Surroundings } from './rule.ts';
import { yearOf } from './sqlServers.ts';

function onSqlServer(primary: string, version: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2019"
    databases:
      User:
        primary: ${primary}
sqlServers:
  atl-sql-001.litwareinc.com: { version: "${version}" }
`;
}

function onWindows(operatingSystem: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2019"
    operatingSystem: ${operatingSystem}
`;
}

const later = { release: '"2019"' };

export const releases: RuleFamily = {
  definitions: [
    {
      code: 'sql-version-release',
      severity: 'error',
      title: 'A SQL Server version that the release does not support',
      why: 'Release 2019 supports SQL Server 2016, 2017 and 2019, and Lync Server 2013 nothing later than 2012. Of Subscription Edition it is concluded that it is like 2019: an older version is a warning.',
      source: 'Microsoft, system requirements (domain K.3, K.11)',
      wrong: onSqlServer('<<atl-sql-001.litwareinc.com\\RTC>>', '2014'),
      right: onSqlServer('atl-sql-001.litwareinc.com\\RTC', '2019'),
      limits:
        'Needs the versions under `sqlServers`. About SQL Server 2022 and later with Subscription Edition nothing is published, and nothing is said.',
    },
    {
      code: 'operating-system-release',
      severity: 'error',
      title: 'An operating system that the release does not support',
      why: 'Release 2019 runs on Windows Server 2016 or 2019, with the desktop and not as Server Core. A new operating system means a new pool. Of Subscription Edition it is concluded that it is like 2019: an older one is a warning.',
      source: 'Microsoft, system requirements (domain K.6, K.11)',
      wrong: onWindows('<<Windows Server 2012 R2>>'),
      right: onWindows('Windows Server 2019'),
      limits:
        'Needs `operatingSystem`, which stands for all servers of the pool: they must have the same. About Windows Server 2022 and later with Subscription Edition nothing is published, and nothing is said.',
    },
    {
      code: 'rgs-backup-global',
      severity: 'information',
      title: 'Response Groups need a switch of the whole deployment',
      why: 'The Backup Service carries Response Groups once every Front End of both pools has the update of July 2019 or a later one, the databases were updated, and EnableRgsBackupService is set. That switch is global: it holds for every pair, so the other pairs need the update, too.',
      source: 'Microsoft, Response Group backup (domain K.8, K.11)',
      wrong: rgsExample(', <<ApplicationServer.RGSDataStore>>'),
      right: rgsExample(''),
    },
  ],
  rules: [
    { on: 'pool', check: checkSqlServers },
    { on: 'pool', check: (pool, _, report) => checkOperatingSystem(pool, report) },
    { on: 'pair', check: checkResponseGroups },
  ],
};

function rgsExample(more: string): string {
  return `${pairExample('', later, later)}    backupModules: [UserServices.PresenceFocus${more}]\n`;
}

/** A server that a pool uses, where the pool names it or the group that it is in. */
interface UsedServer {
  readonly server: string;
  readonly lower: string;
  readonly place: Fact<unknown>['place'];
  /** The replica, where the pool names a group. */
  readonly replica?: Fact<SqlInstance>;
}

function checkSqlServers(pool: PoolFacts, around: Surroundings, report: Report): void {
  const { release } = pool;
  if (release === undefined) return;
  for (const { server, lower, place, replica } of serversOf(pool, around.availabilityGroups)) {
    const version = around.sqlServers.getLower(lower)?.version;
    const verdict = version && judgeSqlServer(release.value, yearOf(version.value));
    if (version === undefined || verdict === undefined) continue;
    const related: readonly RelatedPlace[] = [
      { place: version.place, message: `${server}: SQL Server ${version.value}` },
      { place: release.place, message: `${pool.name}: ${release.value}` },
      ...(replica === undefined ? [] : [{ place: replica.place, message: `${server} holds a replica.` }]),
    ];
    report({
      code: 'sql-version-release',
      message: `${server} runs SQL Server ${version.value}; release ${release.value} of ${pool.name} ${verdict.supports}.`,
      place,
      ...(verdict.mild && { severity: 'warning' }),
      related,
    });
  }
}

/** Each server once: a pool names it for every type of its databases. */
const serversOf = perPool((pool, availabilityGroups: Names<AvailabilityGroupFacts>): readonly UsedServer[] => {
  const servers = new Map<string, UsedServer>();
  const add = ({ value: { server } }: Fact<SqlInstance>, place: UsedServer['place'], replica?: Fact<SqlInstance>) => {
    const lower = server.toLowerCase();
    if (!servers.has(lower)) servers.set(lower, { server, lower, place, ...(replica && { replica }) });
  };
  for (const { primary, mirror, witness } of pool.databases)
    for (const fact of [primary, mirror, witness]) if (fact !== undefined) add(fact, fact.place);
  for (const { group, fact } of groupsOf(pool, { availabilityGroups }))
    for (const replica of group.replicas) add(replica, fact.place, replica);
  return [...servers.values()];
});

interface Verdict {
  /** What the release supports, as the end of a sentence. */
  readonly supports: string;
  readonly mild?: boolean;
}

function judgeSqlServer(release: Release, year: number | undefined): Verdict | undefined {
  if (year === undefined) return undefined;
  if (release === '2013' && year > 2012) return { supports: 'supports nothing later than 2012' };
  if (release === '2019' && ![2016, 2017, 2019].includes(year)) return { supports: 'supports 2016, 2017 and 2019' };
  return release === 'SE' && year < 2016 ? { supports: 'is taken to need 2016 or later', mild: true } : undefined;
}

function checkOperatingSystem({ name, operatingSystem, release }: PoolFacts, report: Report): void {
  if (operatingSystem === undefined || release === undefined) return;
  const verdict = judgeWindows(release.value, operatingSystem.value);
  if (verdict === undefined) return;
  report({
    code: 'operating-system-release',
    message: `${name} runs ${operatingSystem.value}; release ${release.value} ${verdict.supports}.`,
    place: operatingSystem.place,
    ...(verdict.mild && { severity: 'warning' }),
    related: [{ place: release.place, message: `${name}: ${release.value}` }],
  });
}

function judgeWindows(release: Release, name: string): Verdict | undefined {
  const year = yearOf(name);
  if (year === undefined || (release !== '2019' && release !== 'SE')) return undefined;
  const mild = release === 'SE';
  if (/\bcore\b/i.test(name)) return { supports: 'does not run on Server Core', mild };
  if (mild) return year < 2016 ? { supports: 'is taken to need Windows Server 2016 or later', mild } : undefined;
  return year === 2016 || year === 2019 ? undefined : { supports: 'runs on Windows Server 2016 or 2019' };
}

/** Where the modules are there at all: before 2019 they are an error of their own. */
function checkResponseGroups({ facts, both }: ResolvedPair, report: Report): void {
  if (both?.every((pool) => pool.release?.value === '2019' || pool.release?.value === 'SE') !== true) return;
  const modules = facts.modules.filter(({ value }) => canonicalBackupModule(value)?.startsWith('ApplicationServer.'));
  const [first, ...others] = modules;
  if (first === undefined) return;
  report({
    code: 'rgs-backup-global',
    message: `${first.value} needs the update of July 2019 or later on ${both[0].name} and ${both[1].name}, and EnableRgsBackupService, which holds for every pair of the deployment.`,
    place: first.place,
    ...(others.length > 0 && { related: others.map(({ place, value }) => ({ place, message: `${value}, too.` })) }),
  });
}
