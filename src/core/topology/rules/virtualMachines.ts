/** Virtual machines under Hyper-V Replica (domain E). */
import type { Report } from '../findings.ts';
import { entriesOf, type Fact } from '../resolved/facts.ts';
import { defaultWindow, type MachineFacts, machineFacts } from '../resolved/machineFacts.ts';
import { findEntry } from '../syntax/nodes.ts';
import { removeEntries } from './edits.ts';
import { removal } from './fixes.ts';
import type { RuleFamily } from './rule.ts';
import { sameName } from './sqlServers.ts';

function example(...lines: readonly string[]): string {
  return ['virtualMachines:', '  ATL-FE-001:', ...lines.map((line) => `    ${line}`), ''].join('\n');
}

const hosts = ['primaryHost: hv-atl-01', 'replicaHost: hv-dal-01'] as const;

export const virtualMachines: RuleFamily = {
  definitions: [
    {
      code: 'replica-host-same',
      severity: 'error',
      title: 'A replica on a host that has the machine already',
      why: 'A replica is there for the loss of a host: it lies on another one than the machine, and the extended replica on a third.',
      source: 'Our conclusion from Microsoft, Hyper-V Replica (domain E.1, E.2)',
      wrong: example('primaryHost: hv-atl-01', 'replicaHost: <<hv-atl-01>>'),
      right: example(...hosts),
    },
    {
      code: 'extended-replica-without-replica',
      severity: 'error',
      title: 'An extended replica without a replica',
      why: 'The extended replica is a replica of the replica: it is fed by the replica host, not by the primary one.',
      source: 'Microsoft, Msvm_ReplicationService (domain E.1)',
      fix: 'The extended replica is taken out; to be looked at, as the replica may be what is missing.',
      wrong: example('primaryHost: hv-atl-01', 'extendedReplicaHost: <<hv-phx-01>>'),
      right: example(...hosts, 'extendedReplicaHost: hv-phx-01'),
    },
    {
      code: 'replica-disk-duplicate',
      severity: 'error',
      title: 'A disk that is listed twice',
      why: 'Each virtual disk is replicated once; names that differ only in case are one file to Windows. Mostly another disk was meant.',
      source: 'Our conclusion from Microsoft, Hyper-V Replica (domain E.1)',
      fix: 'The second one is taken out.',
      wrong: example(...hosts, 'disks: [os.vhdx, data.vhdx, <<os.vhdx>>]'),
      right: example(...hosts, 'disks: [os.vhdx, data.vhdx]'),
    },
    {
      code: 'auto-resynchronize-window',
      severity: 'error',
      title: 'A window for resynchronisation without a length',
      why: 'The window begins and ends at the same time: that may mean never or the whole day. A window may go over midnight. What is left out is 18:30 for the beginning and 06:00 for the end.',
      source: 'Msvm_ReplicationSettingData (domain E.5)',
      wrong: example(...hosts, 'autoResynchronize: { enabled: true, start: "06:00", end: <<"06:00">> }'),
      right: example(...hosts, 'autoResynchronize: { enabled: true, start: "18:30", end: "06:00" }'),
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: ({ sections }, report) => {
        for (const entry of entriesOf(sections.get('virtualMachines')?.value))
          checkMachine(machineFacts(entry), report);
      },
      reads: ({ sections }) => [sections.get('virtualMachines')],
    },
  ],
};

function checkMachine(machine: MachineFacts, report: Report): void {
  checkHosts(machine, report);
  checkExtended(machine, report);
  checkDisks(machine, report);
  checkWindow(machine, report);
}

function checkHosts({ name, primaryHost, replicaHost, extendedReplicaHost }: MachineFacts, report: Report): void {
  const roles: readonly (readonly [string, Fact<string> | undefined])[] = [
    ['The machine itself', primaryHost],
    ['Its replica', replicaHost],
    ['Its extended replica', extendedReplicaHost],
  ];
  for (const [index, [role, host]] of roles.entries()) {
    const earlier = roles
      .slice(0, index)
      .find(([, other]) => other !== undefined && host !== undefined && sameName(other.value, host.value));
    const [what, other] = earlier ?? [];
    if (host === undefined || what === undefined || other === undefined) continue;
    report({
      code: 'replica-host-same',
      message: `${role.replace('Its', `The`)} of ${name} is on ${host.value}, where ${what.replace(/^./, (letter) => letter.toLowerCase())} is; it needs another host.`,
      place: host.place,
      related: [{ place: other.place, message: `${what} is on ${other.value}.` }],
    });
  }
}

function checkExtended(
  { name, node, key, extendedReplicaHost, hasReplicaHostKey }: MachineFacts,
  report: Report,
): void {
  if (extendedReplicaHost === undefined || hasReplicaHostKey) return;
  const entry = findEntry(node, 'extendedReplicaHost');
  const edits = node.kind === 'map' && entry !== undefined ? removeEntries(node, [entry]) : undefined;
  report({
    code: 'extended-replica-without-replica',
    message: `${name} has an extended replica and no replica ("replicaHost") that feeds it.`,
    place: extendedReplicaHost.place,
    related: [{ place: key, message: name }],
    ...(edits && { fixes: [{ title: 'Take the extended replica out', edits, preferred: false }] }),
  });
}

function checkDisks({ name, disks, disksNode }: MachineFacts, report: Report): void {
  const firsts = new Map<string, Fact<string>>();
  for (const disk of disks) {
    const lower = disk.value.toLowerCase();
    const first = firsts.get(lower);
    if (first === undefined) {
      firsts.set(lower, disk);
      continue;
    }
    const fix = removal(disksNode, disk.place, 'Take the second one out', true);
    report({
      code: 'replica-disk-duplicate',
      message: `${name} lists the disk ${disk.value} twice.`,
      place: disk.place,
      related: [{ place: first.place, message: 'It is listed here first.' }],
      ...(fix && { fixes: [fix] }),
    });
  }
}

function checkWindow({ name, autoResynchronize: window }: MachineFacts, report: Report): void {
  if (window === undefined) return;
  const start = window.start?.value ?? (window.hasStartKey ? undefined : defaultWindow.start);
  const end = window.end?.value ?? (window.hasEndKey ? undefined : defaultWindow.end);
  if (start === undefined || start !== end) return;
  const related = window.start && window.end && [{ place: window.start.place, message: `It begins at ${start}.` }];
  report({
    code: 'auto-resynchronize-window',
    message: `The window of ${name} begins and ends at ${start}: that may mean never or the whole day.`,
    place: (window.end ?? window.start)?.place ?? window.node,
    ...(related && { related }),
  });
}
