import * as z from 'zod';
import { defaultBackupServiceConfiguration } from '../topology/model.ts';
import { identity, type PresentedConfiguration, present } from './backupServiceConfiguration.ts';
import type { OperationDefinition, PlanStep } from './definition.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({ Identity: identity });

export const removeCsBackupServiceConfiguration: OperationDefinition<typeof parameters, PresentedConfiguration> = {
  name: 'Remove-CsBackupServiceConfiguration',
  kind: 'cmdlet',
  title: 'Reset backup service configuration',
  summary: 'Gives every setting of the Backup Service its documented default again, for every pool.',
  description: [
    'There is one configuration, Global, and it cannot be taken away: removing it resets its settings to the defaults of the documentation, whatever was set before and whatever the topology file gives as initial values.',
    'Takes effect from the next cycle on and is kept in the data directory. The result is the configuration as it is afterwards.',
  ],
  parameters,
  examples: [
    {
      command: 'Remove-CsBackupServiceConfiguration -Identity Global',
      explanation: 'Cycles run every two minutes again, with the caps of the documentation.',
    },
    {
      command: 'Remove-CsBackupServiceConfiguration -Identity Global -WhatIf',
      explanation: 'Shows which settings would change, and changes nothing.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'changes',
  describe: () => 'Reset the Backup Service configuration',
  plan: async (services, given) =>
    makePlan(removeCsBackupServiceConfiguration, given, {
      title: 'Reset the Backup Service configuration to its defaults',
      steps: resets(present(services.backupService.configuration())),
    }),
  execute: async (services) => present(services.backupService.setConfiguration(defaultBackupServiceConfiguration)),
};

function resets(now: PresentedConfiguration): readonly PlanStep[] {
  const current: Readonly<Record<string, unknown>> = { ...now };
  const steps = Object.entries(present(defaultBackupServiceConfiguration))
    .filter(([name, value]) => value !== current[name])
    .map(([name, value]) => ({ title: `Set ${name} to ${value}`, detail: `It is ${current[name]} now.` }));
  return steps.length > 0 ? steps : [{ title: 'Change nothing', detail: 'Every setting has its default now.' }];
}
