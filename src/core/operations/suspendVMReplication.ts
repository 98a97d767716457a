import * as z from 'zod';
import type { RelationshipType } from '../status.ts';
import type { OperationDefinition } from './definition.ts';
import { makePlan } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';
import { machineName, machineRoles, relationshipType } from './virtualMachines.ts';

const parameters = z.strictObject({ VMName: machineName, ReplicationRelationshipType: relationshipType });

export interface SuspendResult {
  readonly VMName: string;
  readonly ReplicationRelationshipType: RelationshipType;
}

export const suspendVMReplication: OperationDefinition<typeof parameters, SuspendResult> = {
  name: 'Suspend-VMReplication',
  kind: 'cmdlet',
  title: 'Suspend replication',
  summary: 'Suspends the replication of a virtual machine, or the resynchronisation that runs.',
  description: [
    'A resynchronisation that compares and sends stops where it is and goes on there with Resume-VMReplication. While it merges it cannot be suspended. To end it instead, cancel its job: the replica stays as it was, still requires a resynchronisation, and the next one begins from the beginning.',
    'The suspension outlives the engine, and drops a start that was scheduled. A suspended machine is not resynchronised by its automatic window; and it can be resynchronised on request although nothing requires it.',
  ],
  parameters,
  examples: [
    { command: 'Suspend-VMReplication -VMName ATL-FE-001', explanation: 'Suspends replication to the replica.' },
  ],
  roles: machineRoles,
  effect: 'changes',
  describe: ({ VMName }) => `Suspend replication of ${VMName}`,
  preconditions: async (services, given) => {
    services.hyperV.find(given.VMName, given.ReplicationRelationshipType ?? 'Simple');
    return [initializedPrecondition(services)];
  },
  plan: async (services, given) => {
    const { from, to } = services.hyperV.find(given.VMName, given.ReplicationRelationshipType ?? 'Simple');
    return makePlan(suspendVMReplication, given, {
      title: suspendVMReplication.describe(given),
      preconditions: [initializedPrecondition(services)],
      steps: [{ title: `Suspend replication from ${from} to ${to}`, detail: 'Resume-VMReplication ends that.' }],
    });
  },
  execute: async (services, given) => {
    const { machine, type } = services.hyperV.find(given.VMName, given.ReplicationRelationshipType ?? 'Simple');
    services.hyperV.suspend(machine.name, type);
    return { VMName: machine.name, ReplicationRelationshipType: type };
  },
};
