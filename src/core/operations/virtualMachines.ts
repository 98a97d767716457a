/** What the cmdlets of Hyper-V Replica have in common. */
import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import type { RelationshipType } from '../status.ts';
import type { Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { precondition } from './plans.ts';

export const machineName = z.string().meta(
  meta({
    description: 'The virtual machine, as the topology calls it.',
    offers: 'virtualMachine',
    pipeline: true,
    placeholder: 'NAME',
  }),
);

export const relationshipType = z
  .enum(['Simple', 'Extended'])
  .optional()
  .meta(
    meta({
      description:
        'Simple, the default: from the machine to its replica. Extended: from the replica to the extended replica.',
      placeholder: 'TYPE',
    }),
  );

/** Not part of the roles of the servers: those who may administer servers (domain A.10). */
export const machineRoles = ['CsAdministrator', 'CsServerAdministrator'];

export function replicationPreconditions(
  services: EngineServices,
  machine: string,
  type: RelationshipType,
): readonly Precondition[] {
  return services.hyperV
    .checks(machine, type)
    .map(({ statement, evidence, error }) =>
      error === undefined
        ? { statement, met: true, evidence }
        : precondition(statement, false, evidence, () => ({ ...error.toJSON(), kind: 'refused' })),
    );
}
