import * as z from 'zod';
import type { BackupModule } from '../topology/vocabulary.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { requirePartner } from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description: 'The pool whose backup pool is asked for.',
      offers: 'pool',
      pipeline: true,
      placeholder: 'FQDN',
    }),
  ),
});

export interface BackupRelationship {
  readonly PoolFqdn: string;
  readonly BackupPoolFqdn: string;
  readonly BackupModules: readonly BackupModule[];
}

export const getCsPoolBackupRelationship: OperationDefinition<typeof parameters, BackupRelationship> = {
  name: 'Get-CsPoolBackupRelationship',
  kind: 'cmdlet',
  title: 'Show backup pool',
  summary: 'Names the backup pool of a pool.',
  description: [
    'The relationship is one to one and the same from both sides: when A backs up B, B backs up A. It is made in the topology only.',
    'BackupModules are the modules that the pair runs.',
  ],
  parameters,
  examples: [
    {
      command: 'Get-CsPoolBackupRelationship -PoolFqdn atl-cs-001.litwareinc.com',
      explanation: 'Names the backup pool of the Atlanta pool.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  describe: ({ PoolFqdn }) => `Backup pool of ${PoolFqdn}`,
  plan: async (_services, given) =>
    makePlan(getCsPoolBackupRelationship, given, {
      title: getCsPoolBackupRelationship.describe(given),
      steps: [{ title: `Read the pair of ${given.PoolFqdn} from the topology`, detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { PoolFqdn }) => ({
    PoolFqdn,
    BackupPoolFqdn: requirePartner(services.deployment, PoolFqdn).fqdn,
    BackupModules: services.backupService.modulesOf(PoolFqdn),
  }),
};
