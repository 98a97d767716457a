/** Availability groups in themselves: listener, replicas, how they commit and fail over (domain K.4, K.11). */

import type { FindingFix, Report } from '../findings.ts';
import { sqlInstanceName } from '../model.ts';
import type { AvailabilityGroupFacts, Fact } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { groupExample as example, type GroupExample } from './availabilityGroupExample.ts';
import { removeItem, replace } from './edits.ts';
import type { RuleFamily } from './rule.ts';
import { sameName } from './sqlServers.ts';

const first = 'dal-sql-001.litwareinc.com\\RTC';
const second = 'dal-sql-002.litwareinc.com\\RTC';
const both: GroupExample = { replicas: `[${first}, ${second}]` };

export const availabilityGroups: RuleFamily = {
  definitions: [
    {
      code: 'availability-group-listener',
      severity: 'error',
      title: 'A listener that the product cannot reach',
      why: 'The Front Ends know only the name of the listener. It answers on port 1433, and it has a name and an address of its own, so that it can move from replica to replica.',
      source:
        'Microsoft, Always On availability group; that the name must not be a server is our conclusion (domain K.4, K.11)',
      fix: 'The port becomes 1433.',
      wrong: example({ ...both, group: ['listenerPort: <<1434>>'] }),
      right: example({ ...both, group: ['listenerPort: 1433'] }),
    },
    {
      code: 'availability-group-replicas',
      severity: 'error',
      title: 'Too few, too many or coinciding replicas',
      why: 'A group has a primary replica and one to eight others, each on a server of its own. One replica alone, or two on the same server, are lost together with that server.',
      source: 'SQL Server, availability groups (domain K.4, K.11)',
      fix: 'A replica that is listed twice is taken out.',
      wrong: example({ replicas: `[${first}, ${second}, <<${second}>>]` }),
      right: example(both),
    },
    {
      code: 'availability-group-commit-mode',
      severity: 'warning',
      title: 'A group that may lose data or does not fail over by itself',
      why: 'Every replica is to commit synchronously and to fail over automatically. Otherwise what users did last is lost with the primary replica, or the pool waits for somebody who fails the group over.',
      source: 'Microsoft, Always On availability group (domain K.4, K.11)',
      fix: 'The group commits synchronously and fails over automatically.',
      wrong: example({ ...both, group: ['commit: <<asynchronous>>', 'failover: <<manual>>'] }),
      right: example({ ...both, group: ['commit: synchronous', 'failover: automatic'] }),
      limits:
        'Readable secondaries, and replicas that are failover cluster instances, are not to be either; the file does not tell.',
    },
    {
      code: 'availability-group-instance-name',
      severity: 'warning',
      title: 'Replicas with different instance names',
      why: 'All replicas are to have the same instance name. A SQL Server expert disputes it, because equal paths are what matters; the product’s documentation kept it.',
      source: 'Microsoft, back-end high availability; an issue of that documentation (domain K.4, K.11)',
      wrong: example({ replicas: `[${first}, <<dal-sql-002.litwareinc.com\\LYNC>>]` }),
      right: example(both),
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: ({ availabilityGroups: groups }, report) => {
        for (const group of groups.all) checkGroup(group, report);
      },
      reads: ({ availabilityGroups: groups }: Topology) => [groups],
    },
  ],
};

function checkGroup(group: AvailabilityGroupFacts, report: Report): void {
  checkListener(group, report);
  checkCount(group, report);
  checkHosts(group, report);
  checkMode(group, report);
  checkInstanceNames(group, report);
}

function checkListener(
  { name, key, lower, listenerPort: port, replicas }: AvailabilityGroupFacts,
  report: Report,
): void {
  if (port !== undefined && port.value !== 1433) {
    report({
      code: 'availability-group-listener',
      message: `The listener ${name} has port ${port.value}; the product reaches it on port 1433 only.`,
      place: port.place,
      fixes: [changeTo('1433', port)],
    });
  }
  const replica = replicas.find(({ value }) => value.server.toLowerCase() === lower);
  if (replica === undefined) return;
  report({
    code: 'availability-group-listener',
    message: `${name} is the listener and a replica's server; the listener needs a name and an address of its own.`,
    place: key,
    related: [{ place: replica.place, message: `${replica.value.server} holds a replica.` }],
  });
}

function changeTo(text: string, { place }: Fact<unknown>): FindingFix {
  return { title: `Change to ${text}`, edits: [replace(place, text)], preferred: true };
}

/** The primary replica and eight others. */
const mostReplicas = 9;

function checkCount({ name, replicasNode }: AvailabilityGroupFacts, report: Report): void {
  if (replicasNode?.kind !== 'sequence') return;
  const count = replicasNode.items.length;
  if (count >= 2 && count <= mostReplicas) return;
  const has = count === 0 ? 'no replicas' : count === 1 ? 'one replica' : `${count} replicas`;
  report({
    code: 'availability-group-replicas',
    message: `${name} has ${has}; a group has two to ${mostReplicas}.`,
    place: replicasNode,
  });
}

function checkHosts({ name, replicas, replicasNode }: AvailabilityGroupFacts, report: Report): void {
  for (const [index, { value, place }] of replicas.entries()) {
    const before = replicas.slice(0, index).find((other) => sameName(other.value.server, value.server));
    if (before === undefined) continue;
    const isSame = sameName(before.value.instance, value.instance);
    const complete = replicasNode?.kind === 'sequence' && replicasNode.items.length === replicas.length;
    const edit = isSame && complete ? removeItem(replicasNode, index) : undefined;
    const what = isSame ? `${sqlInstanceName(value)} is listed twice` : `Two replicas run on ${value.server}`;
    report({
      code: 'availability-group-replicas',
      message: `${what} in ${name}; each replica needs a server of its own.`,
      place,
      related: [{ place: before.place, message: `${sqlInstanceName(before.value)} stands here.` }],
      ...(edit && { fixes: [{ title: 'Take the second one out', edits: [edit], preferred: true }] }),
    });
  }
}

function checkMode({ name, commit, failover }: AvailabilityGroupFacts, report: Report): void {
  if (commit?.value === 'asynchronous') {
    report({
      code: 'availability-group-commit-mode',
      message: `${name} commits asynchronously: what was written last is lost with the primary replica.`,
      place: commit.place,
      fixes: [changeTo('synchronous', commit)],
    });
  }
  if (failover?.value === 'manual') {
    report({
      code: 'availability-group-commit-mode',
      message: `${name} fails over by hand only: when the primary replica is lost, its pools wait for somebody.`,
      place: failover.place,
      fixes: [changeTo('automatic', failover)],
    });
  }
}

function checkInstanceNames({ name, replicas: [one, ...others] }: AvailabilityGroupFacts, report: Report): void {
  if (one === undefined) return;
  for (const { value, place } of others) {
    if (sameName(one.value.instance, value.instance)) continue;
    report({
      code: 'availability-group-instance-name',
      message: `The replica ${sqlInstanceName(value)} of ${name} has another instance name than ${sqlInstanceName(one.value)}; all replicas are to have the same.`,
      place,
      related: [{ place: one.place, message: sqlInstanceName(one.value) }],
    });
  }
}
