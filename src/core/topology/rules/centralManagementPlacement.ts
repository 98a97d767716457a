/** Central Management where it can have no part (domain B.1, C.5). */
import type { Report } from '../findings.ts';
import type { PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { findEntry } from '../syntax/nodes.ts';
import { removeEntries } from './edits.ts';
import type { RuleFamily } from './rule.ts';

const pool = (name: string, site: string, ...more: readonly string[]) =>
  [
    `  ${name}.litwareinc.com:`,
    ...[`site: ${site}`, 'edition: Enterprise', 'release: "2013"', ...more].map((line) => `    ${line}`),
    '',
  ].join('\n');
const paired = 'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n';
const firstTwo =
  pool('atl-cs-001', 'Atlanta', 'centralManagement: active') +
  pool('dal-cs-001', 'Dallas', 'centralManagement: standby');
const database = (name: string) => ['databases:', `  ${name}: { primary: phx-sql-001.litwareinc.com\\RTC }`];

export const centralManagementPlacement: RuleFamily = {
  definitions: [
    {
      code: 'cms-standby-misplaced',
      severity: 'warning',
      title: 'A standby for Central Management that nothing feeds',
      why: 'The standby copy of the Central Management store is kept by the Backup Service of a pair: it is in the pool that is paired with the one that hosts the active store. Anywhere else it stays empty.',
      source: 'Microsoft, disaster recovery topologies (domain B.1)',
      fix: 'The line is taken out; to be looked at, as the pair may be what is missing.',
      wrong: `pools:\n${firstTwo}${pool('phx-cs-001', 'Phoenix', 'centralManagement: <<standby>>')}${paired}`,
      right: `pools:\n${firstTwo}${pool('phx-cs-001', 'Phoenix')}${paired}`,
    },
    {
      code: 'cms-database-without-cms',
      severity: 'warning',
      title: 'Central Management databases on a pool that hosts none',
      why: 'Only the pool with the active store and its partner with the standby have the databases of Central Management. Where the pool says nothing of it, either the databases are not there, or `centralManagement` is missing and the rules and operations for it leave the pool out.',
      source: 'Microsoft, deploying SQL mirroring: CentralMgmt where it is hosted (domain B.1, C.5)',
      wrong: `pools:\n${firstTwo}${pool('phx-cs-001', 'Phoenix', ...database('<<CentralMgmt>>'))}`,
      right: `pools:\n${firstTwo}${pool('phx-cs-001', 'Phoenix', ...database('User'))}`,
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: checkStandbys,
      reads: ({ sections, isDoubtful }) => [
        sections.get('pools'),
        sections.get('poolPairs'),
        isDoubtful('pools'),
        isDoubtful('poolPairs'),
      ],
    },
    { on: 'pool', check: (one, _, report) => checkDatabase(one, report) },
  ],
};

function checkStandbys(topology: Topology, report: Report): void {
  // Without any pair nothing is said about who backs up whom.
  if (topology.pairs.length === 0 || topology.isDoubtful('pools') || topology.isDoubtful('poolPairs')) return;
  const standbys = topology.pools.all.filter(({ centralManagement }) => centralManagement?.value === 'standby');
  if (standbys.length === 0) return;
  const active = topology.pools.all.find(({ centralManagement }) => centralManagement?.value === 'active');
  for (const standby of standbys) checkStandby(standby, active, topology, report);
}

function checkStandby(standby: PoolFacts, active: PoolFacts | undefined, topology: Topology, report: Report): void {
  const pair = topology.pairs.find(({ facts }) => facts.lowerPools.includes(standby.lower));
  const isFed = pair?.pools.some((other) => other !== standby && (other === undefined || mayBeActive(other)));
  if (standby.centralManagement === undefined || active === undefined || isFed) return;
  const entry = findEntry(standby.node, 'centralManagement');
  const edits = standby.node.kind === 'map' && entry !== undefined ? removeEntries(standby.node, [entry]) : undefined;
  report({
    code: 'cms-standby-misplaced',
    message: `${standby.name} is a standby for Central Management and is not paired with ${active.name}, which hosts it.`,
    place: standby.centralManagement.place,
    related: [{ place: active.key, message: `${active.name} hosts Central Management.` }],
    ...(edits && { fixes: [{ title: 'Take "centralManagement: standby" out', edits, preferred: false }] }),
  });
}

/** Says that it is, or something that is not understood. */
function mayBeActive({ centralManagement, hasCentralManagementKey }: PoolFacts): boolean {
  return centralManagement?.value === 'active' || (hasCentralManagementKey && centralManagement === undefined);
}

function checkDatabase(one: PoolFacts, report: Report): void {
  const placement = one.databases.find(({ type }) => type === 'CentralMgmt');
  if (placement === undefined || one.hasCentralManagementKey) return;
  report({
    code: 'cms-database-without-cms',
    message: `${one.name} has databases of Central Management and does not say what part it has in it ("centralManagement").`,
    place: placement.key,
    related: [{ place: one.key, message: one.name }],
  });
}
