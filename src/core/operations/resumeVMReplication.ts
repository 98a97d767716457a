import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import type { ConcreteJob } from '../hyperV/concreteJob.ts';
import { leasesOf } from '../hyperV/relationships.ts';
import { returnCodes } from '../hyperV/returnCodes.ts';
import type { RelationshipType } from '../status.ts';
import { formatBytes } from './amounts.ts';
import type { OperationDefinition, OperationRun } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { initializedPrecondition, noConflictPrecondition } from './subjects.ts';
import { machineName, machineRoles, relationshipType, replicationPreconditions } from './virtualMachines.ts';

const parameters = z.strictObject({
  VMName: machineName,
  Resynchronize: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Compares the disks with those of the replica and sends what differs.' })),
  ResynchronizeStartTime: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'When the resynchronisation starts, at most seven days ahead; now when left out.',
        placeholder: 'TIME',
      }),
    ),
  ReplicationRelationshipType: relationshipType,
  AsJob: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Returns at once with the job that resynchronises, instead of waiting for its end.' })),
  Continue: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Goes on with a suspended resynchronisation; so does leaving it out.' })),
});
type Parameters = z.infer<typeof parameters>;

export interface ResumeResult {
  readonly VMName: string;
  readonly ReplicationRelationshipType: RelationshipType;
  /** 0 completed, 4096 a job was started or scheduled (domain E.1). */
  readonly ReturnValue: number;
  readonly Job?: ConcreteJob;
  readonly ComparedBytes?: number;
  readonly SentBytes?: number;
  readonly Passes?: number;
}

export const resumeVMReplication: OperationDefinition<typeof parameters, ResumeResult> = {
  name: 'Resume-VMReplication',
  kind: 'cmdlet',
  title: 'Resume or resynchronise a replica',
  summary: 'Resumes the replication of a virtual machine, or resynchronises its replica.',
  description: [
    'With -Resynchronize the disks of both sides are compared block by block, and the blocks that differ are gathered beside the replica and then merged into it. Until the merge the replica is as it was: a resynchronisation can be suspended, resumed and cancelled, and leaves the replica untouched when it fails. The merge is brought to its end, also by the next engine.',
    'The machine may keep writing. A pass during which a disk was written is followed by another one; from the third pass on a file named .quiesce in the folder of the machine asks whatever writes there to hold still. So the replica ends as a state that the machine had. When twelve passes do not find one, it fails with 32772 (timeout).',
    'Nothing ships changes between resynchronisations here: a disk that was written afterwards makes the state "waiting to start resynchronization" and the health critical. A replica that needs none is refused (32775); Suspend-VMReplication first forces one.',
    'Return codes of Msvm_ReplicationService.Resynchronize: 0 completed, 4096 job started, 32768 failed (a full disk, a file that is no virtual disk), 32769 access denied, 32770 not supported (no replica in the topology), 32771 status unknown (a disk cannot be looked at), 32772 timeout, 32773 invalid parameter, 32774 in use (another job works on it), 32775 invalid state, 32776 incorrect data type (a start time that is none), 32777 not available (a host is stopped), 32778 out of memory (more blocks differ than the memory of this machine, or 1 GB, keeps track of), 32779 file not found.',
    'With -AsJob the command returns at once with 4096 and the job, which is looked at with Get-VMReplication, suspended and cancelled like any other. A command that is the engine itself, because no window and no serve is there, waits for the end of the job all the same.',
    'A start time is kept by the engine. It begins when an engine runs in the background at that time, or as soon as one does; setting the clock does not move it. autoResynchronize in the topology starts required ones by itself in its window, which may go over midnight.',
  ],
  parameters,
  examples: [
    {
      command: 'Resume-VMReplication -VMName ATL-FE-001 -Resynchronize',
      explanation: 'Makes the replica the same as the machine, and waits for it.',
    },
    {
      command:
        'Resume-VMReplication -VMName ATL-FE-001 -Resynchronize -ReplicationRelationshipType Extended -ResynchronizeStartTime 2026-11-22T02:00',
      explanation: 'Has the extended replica resynchronised from the replica at two in the night.',
    },
  ],
  roles: machineRoles,
  effect: 'changes',
  describe: ({ VMName, Resynchronize, ReplicationRelationshipType }) => {
    const replica = ReplicationRelationshipType === 'Extended' ? 'extended replica' : 'replica';
    return Resynchronize === true ? `Resynchronise the ${replica} of ${VMName}` : `Resume replication of ${VMName}`;
  },
  leases: (services, given) => (waits(given) ? leasesOf(relationshipOf(services, given)) : []),
  preconditions: async (services, given) => {
    const initialized = initializedPrecondition(services);
    const relationship = relationshipOf(services, given);
    if (!initialized.met || given.Resynchronize !== true) return [initialized];
    return [
      initialized,
      ...replicationPreconditions(services, given.VMName, relationship.type),
      noConflictPrecondition(services, leasesOf(relationship), `the replica of ${relationship.machine.name}`),
    ];
  },
  plan: async (services, given, signal) => {
    const { machine, from, to } = relationshipOf(services, given);
    return makePlan(resumeVMReplication, given, {
      title: resumeVMReplication.describe(given),
      preconditions: (await resumeVMReplication.preconditions?.(services, given, signal)) ?? [],
      steps:
        given.Resynchronize === true
          ? [
              { title: `Compare the disks of ${machine.name} on ${from} and ${to}`, detail: machine.disks.join(', ') },
              {
                title: `Send the blocks that differ to ${to}`,
                detail: 'The replica stays as it was until all are there.',
              },
              { title: 'Merge them into the replica and read them back', detail: 'From here on it is not cancelled.' },
            ]
          : [{ title: `Resume replication from ${from} to ${to}`, detail: 'A suspended resynchronisation goes on.' }],
    });
  },
  execute: async (services, given, run) => {
    if (waits(given)) return resynchronizeNow(services, given, run);
    const { machine, type } = relationshipOf(services, given);
    const common = { VMName: machine.name, ReplicationRelationshipType: type };
    if (given.Resynchronize === true) {
      const request = { machine: machine.name, type, startTime: given.ResynchronizeStartTime };
      return { ...common, ...services.hyperV.resynchronize(request) };
    }
    services.hyperV.resume(machine.name, type);
    return { ...common, ReturnValue: returnCodes.completed };
  },
};

/** The job of the operation is that of the resynchronisation. */
function waits(given: Parameters): boolean {
  return given.Resynchronize === true && given.ResynchronizeStartTime === undefined && given.AsJob !== true;
}

function relationshipOf(services: EngineServices, given: Parameters) {
  return services.hyperV.find(given.VMName, given.ReplicationRelationshipType ?? 'Simple');
}

async function resynchronizeNow(services: EngineServices, given: Parameters, run: OperationRun): Promise<ResumeResult> {
  const { machine, type } = relationshipOf(services, given);
  const result = await services.hyperV.run(machine.name, type, run);
  run.verbose(
    `${formatBytes(result.comparedBytes)} compared in ${result.passes} passes, ${formatBytes(result.sentBytes)} sent.`,
  );
  return {
    VMName: machine.name,
    ReplicationRelationshipType: type,
    ReturnValue: returnCodes.completed,
    ComparedBytes: result.comparedBytes,
    SentBytes: result.sentBytes,
    Passes: result.passes,
  };
}
