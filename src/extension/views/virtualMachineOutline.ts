/** The virtual machines in the status tree: each with its replicas, their state, and how far a resynchronisation has come. */
import { l10n } from 'vscode';
import type { DeploymentStatus, JobStatus, ReplicationStatus, VirtualMachineStatus } from '../../core/status.ts';
import { moment, percent, progressWords } from '../amounts.ts';
import type { NodeDescription } from './liveTree.ts';
import { fact, row, tooltip } from './outlineParts.ts';
import { type Icon, icon, type Level, worst } from './states.ts';

export function virtualMachineRows(status: DeploymentStatus): NodeDescription[] {
  const machines = status.virtualMachines ?? [];
  if (machines.length === 0) return [];
  return [
    row({
      id: 'virtualMachines',
      label: l10n.t('Virtual machines'),
      icon: icon('vm', worst(machines.map(machineLevel))),
      context: ['virtualMachines'],
      open: true,
      children: machines.map((machine) => machineRow(machine, status.jobs)),
    }),
  ];
}

function machineRow(machine: VirtualMachineStatus, jobs: readonly JobStatus[]): NodeDescription {
  const { name, relationships } = machine;
  const words =
    relationships.length === 0
      ? l10n.t('not replicated')
      : [...new Set(relationships.map((replica) => stateWords(replica, jobs)))].join(', ');
  return row({
    id: machine.id,
    label: name,
    description: words,
    tooltip: tooltip(
      name,
      relationships.map(({ explanation }) => explanation),
      [fact(l10n.t('Host'), machine.primaryHost), fact(l10n.t('Disks'), machine.disks.join(', '))],
    ),
    icon: machineIcon(machine),
    context: ['virtualMachine', ...(relationships.length === 0 ? [] : ['replicated']), ...activities(machine)],
    subject: { kind: 'virtualMachine', machine: name },
    spoken: l10n.t('Virtual machine {0}, {1}', name, words),
    children: relationships.map((replica) => replicaRow(machine, replica, jobs)),
  });
}

/** What the replicas of a machine do now, as far as commands depend on it. */
function activities({ relationships }: VirtualMachineStatus): string[] {
  const isAny = (...states: readonly ReplicationStatus['ReplicationState'][]): boolean =>
    relationships.some(({ ReplicationState }) => states.includes(ReplicationState));
  return [
    ...(isAny(3) ? ['replicating'] : []),
    ...(isAny(10) ? ['resynchronizing'] : []),
    ...(isAny(7, 11) ? ['suspended'] : []),
    ...(isAny(7, 8, 9, 11) ? ['resynchronizable'] : []),
    ...(relationships.some(({ job }) => job !== undefined) ? ['job'] : []),
  ];
}

function replicaRow(
  machine: VirtualMachineStatus,
  replica: ReplicationStatus,
  jobs: readonly JobStatus[],
): NodeDescription {
  const words = stateWords(replica, jobs);
  const progress = jobOf(replica, jobs)?.progress;
  const extended = replica.RelationshipType === 'Extended';
  const sentences = replica.error === undefined ? [] : [replica.error.remedy];
  return row({
    id: replica.id,
    label: extended ? l10n.t('Extended replica') : l10n.t('Replica'),
    description: `${words} · ${replica.ReplicaServer}`,
    tooltip: tooltip(
      l10n.t('{0} to {1}', replica.PrimaryServer, replica.ReplicaServer),
      [replica.explanation, ...sentences],
      [
        fact(l10n.t('Health'), healthWords(replica)),
        ...(progress === undefined ? [] : [fact(l10n.t('Job'), progressWords(progress))]),
        ...(replica.synchronizedAt === undefined ? [] : [fact(l10n.t('The same at'), moment(replica.synchronizedAt))]),
        ...(replica.startAt === undefined ? [] : [fact(l10n.t('Starts at'), moment(replica.startAt))]),
      ],
    ),
    icon: replicaIcon(replica),
    context: ['replica', extended ? 'extended' : 'simple'],
    spoken: l10n.t('Replica of {0} on {1}, {2}', machine.name, replica.ReplicaServer, words),
  });
}

function jobOf(replica: ReplicationStatus, jobs: readonly JobStatus[]): JobStatus | undefined {
  return jobs.find(({ id }) => id === replica.job);
}

/** The documentation's words (domain E.2); while it resynchronises, how far it has come. */
function stateWords(replica: ReplicationStatus, jobs: readonly JobStatus[]): string {
  switch (replica.ReplicationState) {
    case 3:
      return l10n.t('Replicating');
    case 7:
      return l10n.t('Suspended');
    case 8:
      return l10n.t('Critical');
    case 9:
      return l10n.t('Waiting to start resynchronization');
    case 11:
      return l10n.t('Resynchronization suspended');
    case 10: {
      const progress = jobOf(replica, jobs)?.progress;
      const part = progress === undefined ? undefined : percent(progress);
      return part === undefined ? l10n.t('Resynchronizing') : l10n.t('Resynchronizing · {0} %', Math.floor(part));
    }
  }
}

function healthWords({ ReplicationHealth }: ReplicationStatus): string {
  if (ReplicationHealth === 1) return l10n.t('Ok');
  return ReplicationHealth === 2 ? l10n.t('Warning') : l10n.t('Critical');
}

function replicaLevel({ ReplicationState, ReplicationHealth }: ReplicationStatus): Level {
  if (ReplicationState === 10) return 'busy';
  if (ReplicationHealth === 1) return 'good';
  return ReplicationHealth === 2 ? 'attention' : 'error';
}

function replicaIcon(replica: ReplicationStatus): Icon {
  if (replica.ReplicationState === 10) return icon('sync~spin', 'busy');
  return icon(replica.ReplicationState === 3 ? 'pass' : 'warning', replicaLevel(replica));
}

function machineLevel({ relationships }: VirtualMachineStatus): Level {
  return worst(relationships.map(replicaLevel));
}

function machineIcon(machine: VirtualMachineStatus): Icon {
  const busy = machine.relationships.some(({ ReplicationState }) => ReplicationState === 10);
  return busy ? icon('sync~spin', 'busy') : icon('vm', machineLevel(machine));
}
