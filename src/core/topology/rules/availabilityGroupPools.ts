/** The databases of a pool in availability groups: what may be there, and what stands beside it (domain K.3–K.5, K.11). */

import type { FindingFix, Report } from '../findings.ts';
import { sqlInstanceName } from '../model.ts';
import type { ChatPoolFacts } from '../resolved/chatPoolFacts.ts';
import type { Fact, PlacementFacts, PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { findEntry } from '../syntax/nodes.ts';
import { groupExample as example, groupListener, twoReplicas } from './availabilityGroupExample.ts';
import { removeEntries } from './edits.ts';
import type { RuleFamily, Surroundings } from './rule.ts';
import { sameName } from './sqlServers.ts';
import { localTypes, removeMirror } from './standardEdition.ts';

const replicas = twoReplicas;
const inGroup = `  availabilityGroup: ${groupListener}`;
const user = ['User:', inGroup];

export const availabilityGroupPools: RuleFamily = {
  definitions: [
    {
      code: 'availability-group-release',
      severity: 'error',
      title: 'An availability group in a release that has none',
      why: 'Availability groups came with release 2015. Lync Server 2013 protects its back end with mirroring or a failover cluster instance.',
      source: 'Microsoft, database software support (domain K.3, K.11)',
      wrong: example({
        replicas,
        release: '"2013"',
        databases: ['User:', `  availabilityGroup: <<${groupListener}>>`],
      }),
      right: example({ replicas, databases: user }),
    },
    {
      code: 'availability-group-with-mirror',
      severity: 'error',
      title: 'A mirror beside an availability group',
      why: 'A database is in an availability group or mirrored, not both. When a pool moves from one to the other, its mirrors are broken and cleared before the group is made.',
      source:
        'Microsoft, Always On availability group; that both together are an error is our conclusion (domain K.5, K.11)',
      fix: 'The mirror is taken out; to be looked at, as the availability group may be what is wrong.',
      wrong: example({ replicas, databases: [...user, '  mirror: <<dal-sql-002.litwareinc.com\\RTC>>'] }),
      right: example({ replicas, databases: user }),
    },
    {
      code: 'availability-group-primary-not-listener',
      severity: 'warning',
      title: 'A pool that still names a node of its group',
      why: 'A new store on an availability group is published with a node as its SQL server, so that the databases can be made there. The last step names the listener instead. Until then the pool stays with that node, and a failover of the group leaves it without databases.',
      source: 'Microsoft, Always On availability group; how an open step is told is our conclusion (domain K.5, K.11)',
      fix: 'The node is taken out; to be looked at, as the topology with the listener must be published first.',
      wrong: example({ replicas, databases: [...user, '  primary: <<dal-sql-001.litwareinc.com\\RTC>>'] }),
      right: example({ replicas, databases: user }),
    },
    {
      code: 'availability-group-incomplete',
      severity: 'warning',
      title: 'Only some of the databases of a pool are in a group',
      why: 'The databases for users, applications and Central Management of a pool belong together. When the server of one that is in no group is lost, the pool is impaired in spite of the group.',
      source: 'Our conclusion from Microsoft, Always On availability group (domain K.4, K.11)',
      wrong: example({
        replicas,
        databases: [...user, '<<Application>>:', '  primary: dal-sql-003.litwareinc.com\\RTC'],
      }),
      right: example({ replicas, databases: [...user, 'Application:', inGroup] }),
      limits: 'Archiving and Monitoring may be in a group, and often lie on a server of their own; they are left out.',
    },
    {
      code: 'availability-group-persistent-chat',
      severity: 'error',
      title: 'Persistent Chat in an availability group',
      why: 'The databases of Persistent Chat must not be in an availability group. They have mirroring within a site and log shipping to the other one.',
      source: 'Microsoft, Always On availability group, Persistent Chat (domain K.4, K.11)',
      wrong: example({
        replicas,
        databases: [...user, 'PersistentChat:', `  availabilityGroup: <<${groupListener}>>`],
      }),
      right: example({
        replicas,
        databases: [...user, 'PersistentChat:', '  primary: dal-sql-011.litwareinc.com\\CHAT'],
      }),
    },
  ],
  rules: [
    {
      on: 'pool',
      check: (pool, around, report) => {
        for (const placement of pool.databases) checkPlacement(pool, placement, around, report);
        checkCompleteness(pool, around, report);
      },
    },
    {
      on: 'deployment',
      check: ({ persistentChatPools }, report) => {
        for (const pool of persistentChatPools.all) checkChatPool(pool, report);
      },
      reads: ({ persistentChatPools }: Topology) => [persistentChatPools],
    },
  ],
};

function checkPlacement(pool: PoolFacts, placement: PlacementFacts, around: Surroundings, report: Report): void {
  const { availabilityGroup: group } = placement;
  if (group === undefined) return;
  if (placement.type.startsWith('PersistentChat')) {
    reportChat(pool.name, placement.type, group, report);
    return;
  }
  checkRelease(pool, placement.type, group, report);
  checkMirror(pool, placement, group, around, report);
  checkPrimary(pool, placement, group, report);
}

function checkRelease({ name, release }: PoolFacts, type: string, group: Fact<string>, report: Report): void {
  if (release?.value !== '2013') return;
  report({
    code: 'availability-group-release',
    message: `${type} of ${name} is in ${group.value}, and release 2013 has no availability groups; they came with 2015.`,
    place: group.place,
    related: [{ place: release.place, message: `${name}: ${release.value}` }],
  });
}

function checkMirror(
  pool: PoolFacts,
  placement: PlacementFacts,
  group: Fact<string>,
  around: Surroundings,
  report: Report,
): void {
  const fact = placement.mirror ?? placement.witness;
  if (fact === undefined) return;
  const release = pool.release?.value;
  // From 2019 on there is no mirroring, so that it is the group that is meant. Before, nobody but the writer knows.
  const isClear = (release === '2019' || release === 'SE') && around.availabilityGroups.get(group.value) !== undefined;
  const fix = removeMirror(placement, isClear);
  report({
    code: 'availability-group-with-mirror',
    message: `${placement.type} of ${pool.name} is in ${group.value} and has a ${fact === placement.mirror ? 'mirror' : 'witness'}; it is one or the other.`,
    place: fact.place,
    related: [{ place: group.place, message: `It is in ${group.value}.` }],
    ...(fix && { fixes: [fix] }),
  });
}

function checkPrimary(pool: PoolFacts, placement: PlacementFacts, group: Fact<string>, report: Report): void {
  const { primary, type, node } = placement;
  if (primary === undefined || sameName(primary.value.server, group.value)) return;
  const entry = findEntry(node, 'primary');
  const edits = node.kind === 'map' && entry !== undefined ? removeEntries(node, [entry]) : undefined;
  const fix: FindingFix | undefined = edits && {
    title: 'The listener is published: take the node out',
    edits,
    preferred: false,
  };
  report({
    code: 'availability-group-primary-not-listener',
    message: `${type} of ${pool.name} names ${sqlInstanceName(primary.value)} beside the listener ${group.value}: publish the pool with the listener as its SQL server, then update the databases on each replica.`,
    place: primary.place,
    related: [{ place: group.place, message: `The listener is ${group.value}.` }],
    ...(fix && { fixes: [fix] }),
  });
}

/** Some in a group and some not. What names a listener as its server is in the group, too. */
function checkCompleteness(pool: PoolFacts, { availabilityGroups }: Surroundings, report: Report): void {
  const placements = pool.databases.filter(({ type }) => localTypes.has(type));
  const inside = placements.find(({ availabilityGroup: group }) => group !== undefined);
  if (inside?.availabilityGroup === undefined) return;
  for (const { type, key, availabilityGroup: group, primary } of placements) {
    if (group !== undefined || primary === undefined) continue;
    if (availabilityGroups.get(primary.value.server) !== undefined) continue;
    report({
      code: 'availability-group-incomplete',
      message: `${inside.type} of ${pool.name} is in ${inside.availabilityGroup.value} and ${type} is in no group; put both into one.`,
      place: key,
      related: [{ place: inside.availabilityGroup.place, message: `${inside.type} is in a group.` }],
    });
  }
}

function checkChatPool({ name, databases }: ChatPoolFacts, report: Report): void {
  for (const { type, availabilityGroup: group } of databases)
    if (group !== undefined) reportChat(name, type, group, report);
}

function reportChat(pool: string, type: string, group: Fact<string>, report: Report): void {
  report({
    code: 'availability-group-persistent-chat',
    message: `${type} of ${pool} is in ${group.value}; databases of Persistent Chat must not be in an availability group. Give a primary instance, and mirror it or ship its log.`,
    place: group.place,
  });
}
