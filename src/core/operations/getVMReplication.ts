import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import type { ConcreteJob } from '../hyperV/concreteJob.ts';
import { requireMachine } from '../hyperV/relationships.ts';
import { replicationHealthNames, replicationStateNames } from '../hyperV/stateNames.ts';
import type { RelationshipType, ReplicationStatus, VirtualMachineStatus } from '../status.ts';
import type { OperationDefinition } from './definition.ts';
import { makePlan, requireAll } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';
import { machineName, machineRoles, relationshipType } from './virtualMachines.ts';

const parameters = z.strictObject({
  VMName: machineName.optional().meta({ ...machineName.meta(), description: 'Only this virtual machine.' }),
  ReplicationRelationshipType: relationshipType,
});

export interface VMReplication {
  readonly VMName: string;
  readonly ReplicationState: string;
  readonly ReplicationHealth: string;
  /** Of the side that is read. */
  readonly ReplicationMode: 'Primary' | 'Replica';
  readonly PrimaryServer: string;
  readonly ReplicaServer: string;
  readonly RelationshipType: RelationshipType;
  readonly LastReplicationTime?: string;
  readonly ResynchronizeStartTime?: string;
  readonly Job?: ConcreteJob;
  readonly Explanation: string;
}

export const getVMReplication: OperationDefinition<typeof parameters, readonly VMReplication[]> = {
  name: 'Get-VMReplication',
  kind: 'cmdlet',
  title: 'Show replication of virtual machines',
  summary: 'Shows state and health of the replication of virtual machines, and the job that resynchronises one.',
  description: [
    'Measured now: whether the hosts run, whether the disks are there, and whether either side was written since both were last the same. A replica that requires a resynchronisation is WaitingForStartResynchronize with health Critical.',
  ],
  parameters,
  examples: [{ command: 'Get-VMReplication', explanation: 'Every virtual machine that has a replica.' }],
  roles: [...machineRoles, 'CsViewOnlyAdministrator'],
  effect: 'reads',
  columns: ['VMName', 'ReplicationState', 'ReplicationHealth', 'RelationshipType', 'PrimaryServer', 'ReplicaServer'],
  describe: ({ VMName }) => `Replication of ${VMName ?? 'virtual machines'}`,
  plan: async (_services, given) =>
    makePlan(getVMReplication, given, {
      title: getVMReplication.describe(given),
      steps: [{ title: 'Look at the hosts and disks', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { VMName, ReplicationRelationshipType }) => {
    const wanted = VMName === undefined ? undefined : requireMachine(services.deployment, VMName).name;
    requireAll([initializedPrecondition(services)]);
    return services.hyperV
      .status()
      .filter(({ name }) => wanted === undefined || name === wanted)
      .flatMap((machine) => machine.relationships.map((relationship) => present(services, machine, relationship)))
      .filter(({ RelationshipType }) => (ReplicationRelationshipType ?? RelationshipType) === RelationshipType);
  },
};

function present(
  services: EngineServices,
  machine: VirtualMachineStatus,
  relationship: ReplicationStatus,
): VMReplication {
  const { RelationshipType, PrimaryServer, ReplicaServer, synchronizedAt, startAt, job } = relationship;
  return {
    VMName: machine.name,
    ReplicationState: replicationStateNames[relationship.ReplicationState],
    ReplicationHealth: replicationHealthNames[relationship.ReplicationHealth],
    ReplicationMode: RelationshipType === 'Simple' ? 'Primary' : 'Replica',
    PrimaryServer,
    ReplicaServer,
    RelationshipType,
    ...(synchronizedAt !== undefined && { LastReplicationTime: synchronizedAt }),
    ...(startAt !== undefined && { ResynchronizeStartTime: startAt }),
    ...(job !== undefined && { Job: services.hyperV.job(job, RelationshipType) }),
    Explanation: relationship.explanation,
  };
}
