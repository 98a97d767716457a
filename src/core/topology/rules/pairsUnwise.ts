/** Pairs that nothing forbids and nobody should want (domain B.1, K.11). */

import type { Report } from '../findings.ts';
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair, Topology } from '../resolved/topology.ts';
import { difference, pairExample } from './pairSupport.ts';
import type { RuleFamily } from './rule.ts';

const mirrored = [
  'databases:',
  '  User: { primary: atl-sql-001.litwareinc.com\\RTC, mirror: atl-sql-002.litwareinc.com\\RTC, witness: atl-sql-003.litwareinc.com\\RTC }',
];
const mirroredToo = [
  'databases:',
  '  User: { primary: dal-sql-001.litwareinc.com\\RTC, mirror: dal-sql-002.litwareinc.com\\RTC, witness: dal-sql-003.litwareinc.com\\RTC }',
];
const single = ['databases:', '  User: { primary: dal-sql-001.litwareinc.com\\RTC }'];

export const pairsUnwise: RuleFamily = {
  definitions: [
    {
      code: 'pair-hosting-mismatch',
      severity: 'warning',
      title: 'A physical and a virtual pool in one pair',
      why: 'Physical pools are to be paired with physical ones and virtual pools with virtual ones, so that the backup pool carries what the other one did. Topology Builder does not know what a server runs on and does not check it.',
      source: 'Microsoft, disaster recovery topologies (domain B.1)',
      wrong: pairExample('<<', { more: ['hosting: physical'] }, { more: ['hosting: virtual'] }),
      right: pairExample('', { more: ['hosting: physical'] }, { more: ['hosting: physical'] }),
    },
    {
      code: 'pair-operating-system-mismatch',
      severity: 'warning',
      title: 'Different operating systems in one pair',
      why: 'The servers of both pools are to run the same operating system. Topology Builder does not check it.',
      source: 'Microsoft, disaster recovery topologies (domain B.1)',
      wrong: pairExample(
        '<<',
        { more: ['operatingSystem: Windows Server 2012'] },
        { more: ['operatingSystem: Windows Server 2012 R2'] },
      ),
      right: pairExample(
        '',
        { more: ['operatingSystem: Windows Server 2012 R2'] },
        { more: ['operatingSystem: Windows Server 2012 R2'] },
      ),
    },
    {
      code: 'pair-availability-mismatch',
      severity: 'warning',
      title: 'Different back-end availability in one pair',
      why: 'Both pools are to protect their back end in the same way: mirrored with mirrored, availability group with availability group. Otherwise the deployment survives a lost SQL server in one data centre and not in the other.',
      source: 'Microsoft, back-end high availability (domain B.1, K.3)',
      wrong: pairExample('<<', { more: mirrored }, { more: single }),
      right: pairExample('', { more: mirrored }, { more: mirroredToo }),
      limits:
        'Looks at the databases of type User. A failover cluster instance looks like a single server here. Standard Edition servers have their own local instance and are not compared.',
    },
    {
      code: 'pair-same-site',
      severity: 'warning',
      title: 'Both pools of a pair in one site',
      why: 'Pairing is there for the loss of a data centre; pools in the same one are lost together.',
      source: 'Our conclusion from Microsoft, disaster recovery topologies (domain B.1)',
      wrong: pairExample('<<', {}, {}, ['Atlanta', 'Atlanta']),
      right: pairExample('', {}, {}, ['Atlanta', 'Dallas']),
    },
    {
      code: 'pair-capacity',
      severity: 'warning',
      title: 'More users than the partner can take over',
      why: 'After a failover one pool carries the users of both. From release 2019 on that is 53,000 users in each paired Enterprise pool and 2,500 on each paired Standard Edition server.',
      source: 'Microsoft, capacity planning (domain K.9, K.11)',
      wrong: pairExample('', { release: '"2019"', more: ['enabledUsers: <<60000>>'] }, { release: '"2019"' }),
      right: pairExample('', { release: '"2019"', more: ['enabledUsers: 50000'] }, { release: '"2019"' }),
      limits:
        'Needs `enabledUsers`. No figures are published for paired pools of releases 2013 and 2015, which are not checked.',
    },
    {
      code: 'unpaired-pool',
      severity: 'information',
      title: 'A pool without a backup pool',
      why: 'When this pool is lost, its users have no pool to fail over to, and its conference content exists nowhere else.',
      source: 'Microsoft, disaster recovery topologies (domain B.1)',
      wrong: `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013" }
  <<phx-cs-001.litwareinc.com>>: { site: Phoenix, edition: Enterprise, release: "2013" }
poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`,
      right: `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013" }
poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`,
      limits: 'Directors home no users and need no backup pool.',
    },
  ],
  rules: [
    { on: 'pair', check: checkHosting },
    { on: 'pair', check: checkOperatingSystems },
    { on: 'pair', check: checkAvailability },
    { on: 'pair', check: checkSites },
    { on: 'pair', check: checkCapacity },
    { on: 'deployment', check: checkUnpaired, reads: readsOfUnpaired, readsContent: true },
  ],
};

function checkHosting(pair: ResolvedPair, report: Report): void {
  difference(
    pair,
    'pair-hosting-mismatch',
    (pool) => pool.hosting,
    report,
    ([first, second]) => ({
      message: `${first.name} is ${first.value} and ${second.name} is ${second.value}; pair like with like.`,
    }),
  );
}

function checkOperatingSystems(pair: ResolvedPair, report: Report): void {
  difference(
    pair,
    'pair-operating-system-mismatch',
    (pool) => pool.operatingSystem,
    report,
    ([first, second]) => ({
      message: `${first.name} runs ${first.value} and ${second.name} runs ${second.value}; both are to run the same operating system.`,
    }),
  );
}

type Availability = 'in an availability group' | 'mirrored' | 'on a single instance';

function checkAvailability(pair: ResolvedPair, report: Report): void {
  difference(pair, 'pair-availability-mismatch', availabilityOf, report, ([first, second]) => ({
    message: `The user databases of ${first.name} are ${first.value}, those of ${second.name} ${second.value}; protect both in the same way.`,
  }));
}

function availabilityOf(pool: PoolFacts): Fact<Availability> | undefined {
  const user = pool.databases.find((placement) => placement.type === 'User');
  if (user === undefined || pool.edition?.value !== 'Enterprise') return undefined;
  if (user.availabilityGroup !== undefined) return { value: 'in an availability group', place: user.key };
  if (user.mirror !== undefined) return { value: 'mirrored', place: user.key };
  return user.primary === undefined || user.hasMirrorKey
    ? undefined
    : { value: 'on a single instance', place: user.key };
}

function checkSites(pair: ResolvedPair, report: Report): void {
  const { both, facts } = pair;
  if (both === undefined || facts.poolsNode === undefined) return;
  const [one, other] = [both[0].site, both[1].site];
  if (one === undefined || other === undefined || one.value.toLowerCase() !== other.value.toLowerCase()) return;
  report({
    code: 'pair-same-site',
    message: `${both[0].name} and ${both[1].name} both stand in ${one.value}, and are lost together with it.`,
    place: facts.poolsNode,
    related: [
      { place: one.place, message: `${both[0].name}: ${one.value}` },
      { place: other.place, message: `${both[1].name}: ${other.value}` },
    ],
  });
}

function checkCapacity({ both, facts }: ResolvedPair, report: Report): void {
  for (const pool of both ?? []) {
    const most = capacityOf(pool);
    if (most === undefined || pool.enabledUsers === undefined || pool.enabledUsers.value <= most) continue;
    const limit = most.toLocaleString('en-US');
    const related = facts.poolsNode && [{ place: facts.poolsNode, message: `${pool.name} is paired here.` }];
    report({
      code: 'pair-capacity',
      message: `${pool.name} has ${pool.enabledUsers.value.toLocaleString('en-US')} users; in a pair it may have ${limit}, so that its partner can take them over.`,
      place: pool.enabledUsers.place,
      ...(related && { related }),
    });
  }
}

function capacityOf(pool: PoolFacts): number | undefined {
  if (pool.release?.value !== '2019' && pool.release?.value !== 'SE') return undefined;
  if (pool.edition?.value === 'Enterprise') return 53_000;
  return pool.edition?.value === 'Standard' ? 2_500 : undefined;
}

function readsOfUnpaired({ pools, sections, isDoubtful }: Topology): readonly unknown[] {
  const editions = pools.all.map(({ edition }) => edition?.value);
  return [pools.keys, sections.get('poolPairs'), isDoubtful('poolPairs'), ...editions];
}

function checkUnpaired(topology: Topology, report: Report): void {
  if (topology.isDoubtful('poolPairs')) return;
  const paired = new Set<string>();
  for (const pair of topology.pairs) for (const lower of pair.facts.lowerPools) paired.add(lower);
  for (const pool of topology.pools.all) {
    if (paired.has(pool.lower) || pool.edition === undefined || pool.edition.value === 'Director') continue;
    report({ code: 'unpaired-pool', message: `${pool.name} has no backup pool.`, place: pool.key });
  }
}
