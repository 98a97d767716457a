/** One active Central Management store, and its standby in the paired pool (domain B.1). */

import type { FindingFix, Report } from '../findings.ts';
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair, Topology } from '../resolved/topology.ts';
import { findEntry, type Place } from '../syntax/nodes.ts';
import { addEntry, replace } from './edits.ts';
import type { RuleFamily } from './rule.ts';

function example(first: string, second: string): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: "2013"
${first}  ${second.includes('<<key>>') ? '<<dal-cs-001.litwareinc.com>>' : 'dal-cs-001.litwareinc.com'}:
    site: Dallas
    edition: Enterprise
    release: "2013"
${second.replace('<<key>>', '')}poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`;
}

const active = '    centralManagement: active\n';
const standby = '    centralManagement: standby\n';

export const centralManagement: RuleFamily = {
  definitions: [
    {
      code: 'two-active-central-management',
      severity: 'error',
      title: 'Two active Central Management stores',
      why: 'A deployment has one Central Management store; every server takes its configuration from it. With two, changes made in one are lost in the other.',
      source: 'Microsoft, Central Management (domain B.1, B.7)',
      fix: 'The second one becomes the standby, where both pools are a pair; to be looked at, as it may be the active one.',
      wrong: example(active, '    centralManagement: <<active>>\n'),
      right: example(active, standby),
    },
    {
      code: 'no-active-central-management',
      severity: 'warning',
      title: 'No active Central Management store',
      why: 'Every deployment has one pool that hosts the active Central Management store. When none is said to, operations on Central Management have no target and CentralMgmt.CMSMaster has no source.',
      source: 'Microsoft, Central Management (domain B.1)',
      wrong: example('', '').replace('pools:', '<<pools>>:'),
      right: example(active, standby),
    },
    {
      code: 'cms-standby-missing',
      severity: 'warning',
      title: 'No standby for Central Management in the paired pool',
      why: 'When one pool of a pair hosts the Central Management store, the other one gets a standby copy of it. Without it the loss of the first pool is the loss of the administration.',
      source: 'Microsoft, disaster recovery topologies (domain B.1)',
      fix: '`centralManagement: standby` is added to the pool.',
      wrong: example(active, '<<key>>'),
      right: example(active, standby),
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: checkActive,
      reads: ({ sections, isDoubtful }) => [sections.get('pools'), sections.get('poolPairs'), isDoubtful('pools')],
    },
    { on: 'pair', check: checkStandby },
  ],
};

function checkActive(topology: Topology, report: Report): void {
  const [first, ...others] = topology.pools.all.filter((pool) => pool.centralManagement?.value === 'active');
  if (first?.centralManagement === undefined) {
    reportNone(topology, report);
    return;
  }
  for (const pool of others) {
    if (pool.centralManagement === undefined) continue;
    report({
      code: 'two-active-central-management',
      message: `${pool.name} and ${first.name} both have the active Central Management store; there is only one.`,
      place: pool.centralManagement.place,
      related: [{ place: first.centralManagement.place, message: `${first.name} has it, too.` }],
      ...(arePaired(first, pool, topology) && { fixes: [asStandby(pool.centralManagement.place)] }),
    });
  }
}

function arePaired(one: PoolFacts, other: PoolFacts, { pairs }: Topology): boolean {
  return pairs.some(({ both }) => both?.includes(one) && both.includes(other));
}

/** Not preferred: which of the two is active is for people to say. */
function asStandby(place: Place): FindingFix {
  return { title: 'Make this one the standby', edits: [replace(place, 'standby')], preferred: false };
}

function reportNone(topology: Topology, report: Report): void {
  const section = findEntry(topology.root, 'pools');
  const unclear = topology.pools.all.some(
    (pool) => pool.hasCentralManagementKey && pool.centralManagement === undefined,
  );
  if (section === undefined || topology.pools.all.length === 0 || unclear || topology.isDoubtful('pools')) return;
  report({
    code: 'no-active-central-management',
    message: 'No pool has the active Central Management store ("centralManagement: active").',
    place: section.key,
  });
}

function checkStandby({ both }: ResolvedPair, report: Report): void {
  if (both === undefined) return;
  const [first, second] = both;
  if (first.centralManagement?.value === 'active') requireStandby(second, first, first.centralManagement, report);
  if (second.centralManagement?.value === 'active') requireStandby(first, second, second.centralManagement, report);
}

function requireStandby(pool: PoolFacts, partner: PoolFacts, store: Fact<string>, report: Report): void {
  if (pool.hasCentralManagementKey || pool.node.kind !== 'map') return;
  const behind = ['site', 'edition', 'release', 'fileShare'];
  const edit = addEntry(pool.node, 'centralManagement: standby', behind);
  report({
    code: 'cms-standby-missing',
    message: `${partner.name} has the active Central Management store, and its partner ${pool.name} no standby.`,
    place: pool.key,
    related: [{ place: store.place, message: `${partner.name}: active` }],
    ...(edit && { fixes: [{ title: 'Add "centralManagement: standby"', edits: [edit], preferred: true }] }),
  });
}
