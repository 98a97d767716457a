/** Replication relationships: from a machine to its replica, and from the replica to the extended replica. */
import { LyncTopologyError } from '../errors.ts';
import type { RelationshipType } from '../status.ts';
import type { DataDirectory } from '../storage/layout.ts';
import type { Deployment, VirtualMachine } from '../topology/model.ts';

export interface Relationship {
  /** `machine/<name>/replica` or `machine/<name>/extended`; also its lease. */
  readonly id: string;
  readonly machine: VirtualMachine;
  readonly type: RelationshipType;
  /** Hosts. */
  readonly from: string;
  readonly to: string;
}

export function relationshipsOf(machine: VirtualMachine): readonly Relationship[] {
  const { name, primaryHost, replicaHost, extendedReplicaHost } = machine;
  if (replicaHost === undefined) return [];
  const simple = {
    id: `machine/${name}/replica`,
    machine,
    type: 'Simple',
    from: primaryHost,
    to: replicaHost,
  } as const;
  if (extendedReplicaHost === undefined) return [simple];
  return [
    simple,
    { id: `machine/${name}/extended`, machine, type: 'Extended', from: replicaHost, to: extendedReplicaHost },
  ];
}

/** What works on the relationship holds: the replica is read by one and written by the other. */
export function leasesOf({ id, machine, type }: Relationship): readonly string[] {
  return type === 'Simple' ? [id] : [`machine/${machine.name}/replica`, id];
}

/** Throws `machine-unknown`, `machine-not-replicated`. */
export function requireRelationship(deployment: Deployment, name: string, type: RelationshipType): Relationship {
  const machine = requireMachine(deployment, name);
  const found = relationshipsOf(machine).find((relationship) => relationship.type === type);
  if (found !== undefined) return found;
  const key = type === 'Simple' ? 'replicaHost' : 'extendedReplicaHost';
  throw new LyncTopologyError({
    code: 'machine-not-replicated',
    kind: 'refused',
    object: machine.name,
    message: `The topology gives the virtual machine ${machine.name} no ${type === 'Simple' ? 'replica' : 'extended replica'}.`,
    remedy: `Add ${key} to it under virtualMachines in the topology file, or name another machine.`,
  });
}

/** Throws `machine-unknown`. */
export function requireMachine(deployment: Deployment, name: string): VirtualMachine {
  const machines = deployment.virtualMachines ?? [];
  const found = machines.find((machine) => machine.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const known = machines.map((machine) => machine.name).join(', ');
  throw new LyncTopologyError({
    code: 'machine-unknown',
    kind: 'refused',
    object: name,
    message: `The topology has no virtual machine ${name}.`,
    remedy: known === '' ? 'Add it under virtualMachines in the topology file.' : `Its virtual machines are ${known}.`,
  });
}

/** Where the files of a relationship lie. */
export interface RelationshipFiles {
  readonly sourceFolder: string;
  readonly targetFolder: string;
  readonly quiesceMark: string;
  readonly mergeMark: string;
  /** There while the source is itself a replica that is half merged. */
  readonly sourceMergeMark: string;
  readonly recordFile: string;
  readonly disks: readonly {
    readonly name: string;
    readonly source: string;
    readonly target: string;
    readonly redo: string;
  }[];
}

export function filesOf(dataDirectory: DataDirectory, { machine, from, to }: Relationship): RelationshipFiles {
  const sourceFolder = dataDirectory.machineFolder(from, machine.name);
  const targetFolder = dataDirectory.machineFolder(to, machine.name);
  const own = (folder: string, name: string): string => `${folder}/.${name}`;
  return {
    sourceFolder,
    targetFolder,
    quiesceMark: own(sourceFolder, 'quiesce'),
    mergeMark: own(targetFolder, 'merging'),
    sourceMergeMark: own(sourceFolder, 'merging'),
    recordFile: own(targetFolder, 'synchronized'),
    disks: machine.disks.map((name) => ({
      name,
      source: dataDirectory.virtualDisk(from, machine.name, name),
      target: dataDirectory.virtualDisk(to, machine.name, name),
      redo: own(targetFolder, `${name}.redo`),
    })),
  };
}
