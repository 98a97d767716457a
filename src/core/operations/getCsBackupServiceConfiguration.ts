import * as z from 'zod';
import { identity, type PresentedConfiguration, present } from './backupServiceConfiguration.ts';
import type { OperationDefinition } from './definition.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({ Identity: identity });

export const getCsBackupServiceConfiguration: OperationDefinition<typeof parameters, PresentedConfiguration> = {
  name: 'Get-CsBackupServiceConfiguration',
  kind: 'cmdlet',
  title: 'Show backup service configuration',
  summary: 'Shows the sync interval and the caps of a Backup Service cycle.',
  description: [
    'There is one configuration for the whole deployment. The topology file gives its first values; what Set-CsBackupServiceConfiguration changed is kept in the data directory.',
    'The caps bound what one cycle carries: a backlog beyond them is what NonSteadyState means.',
  ],
  parameters,
  examples: [{ command: 'Get-CsBackupServiceConfiguration', explanation: 'Shows the configuration.' }],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  describe: () => 'Backup Service configuration',
  plan: async (_services, given) =>
    makePlan(getCsBackupServiceConfiguration, given, {
      title: 'Backup Service configuration',
      steps: [{ title: 'Read the configuration', detail: 'Nothing is changed.' }],
    }),
  execute: async (services) => present(services.backupService.configuration()),
};
