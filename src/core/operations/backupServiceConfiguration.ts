/** `Get-` and `Set-CsBackupServiceConfiguration`: the one global configuration (domain A.7). */
import * as z from 'zod';
import type { BackupServiceConfiguration } from '../topology/model.ts';
import { formatTimeSpan, parseTimeSpan } from '../topology/values.ts';
import type { OperationDefinition, PlanStep } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';

const leastInterval = 5_000;
const mostInterval = 10_800_000;

const identity = z
  .string()
  .refine((name) => name.toLowerCase() === 'global', {
    error: 'there is one configuration, and its Identity is Global',
  })
  .optional()
  .meta(meta({ description: 'Global, the only one there is.', placeholder: 'Global' }));

const amount = z.int({ error: 'a whole number is needed' }).min(1, { error: 'it must be 1 or more' });

function cap(description: string): z.ZodOptional<typeof amount> {
  const most = amount.max(2_147_483_647, { error: 'it must not be more than 2147483647' });
  return most.optional().meta(meta({ description, placeholder: 'N' }));
}

const setParameters = z.strictObject({
  Identity: identity,
  SyncInterval: z
    .string()
    .refine(
      (text) => {
        const interval = parseTimeSpan(text);
        return interval !== undefined && interval >= leastInterval && interval <= mostInterval;
      },
      { error: 'it must be a time span between 00:00:05 and 03:00:00' },
    )
    .optional()
    .meta(meta({ description: 'Pause between two cycles, 00:00:05 to 03:00:00.', placeholder: 'TIMESPAN' })),
  MaxBatchesPerCmsSync: cap('Batches that CentralMgmt.CMSMaster exports in one cycle.'),
  MaxBatchesPerUserStoreSync: cap('Batches that UserServices.PresenceFocus exports in one cycle.'),
  MaxDataConfPackageSizeKB: cap('Most content that ConfServices.DataConf exports in one cycle, in KB.'),
  MaxConcurrentCalls: cap('Streams that the Backup Service works on at the same time.'),
});
type SetParameters = z.infer<typeof setParameters>;

const getParameters = z.strictObject({ Identity: identity });

export interface PresentedConfiguration {
  readonly Identity: 'Global';
  readonly SyncInterval: string;
  readonly MaxBatchesPerCmsSync: number;
  readonly MaxBatchesPerUserStoreSync: number;
  readonly MaxDataConfPackageSizeKB: number;
  readonly MaxConcurrentCalls: number;
}

export const getCsBackupServiceConfiguration: OperationDefinition<typeof getParameters, PresentedConfiguration> = {
  name: 'Get-CsBackupServiceConfiguration',
  kind: 'cmdlet',
  title: 'Show backup service configuration',
  summary: 'Shows the sync interval and the caps of a Backup Service cycle.',
  description: [
    'There is one configuration for the whole deployment. The topology file gives its first values; what Set-CsBackupServiceConfiguration changed is kept in the data directory.',
    'The caps bound what one cycle carries: a backlog beyond them is what NonSteadyState means.',
  ],
  parameters: getParameters,
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

export const setCsBackupServiceConfiguration: OperationDefinition<typeof setParameters, PresentedConfiguration> = {
  name: 'Set-CsBackupServiceConfiguration',
  kind: 'cmdlet',
  title: 'Change backup service configuration',
  summary: 'Changes the sync interval or a cap of the Backup Service, for every pool.',
  description: [
    'Takes effect from the next cycle on and is kept in the data directory. The documentation advises against changing the sync interval: shorter costs load, longer costs data when a site is lost.',
    'What is not given stays as it is. The result is the configuration as it is afterwards.',
  ],
  parameters: setParameters,
  examples: [
    {
      command: 'Set-CsBackupServiceConfiguration -SyncInterval 00:01:00',
      explanation: 'Cycles run every minute.',
    },
    {
      command: 'Set-CsBackupServiceConfiguration -MaxDataConfPackageSizeKB 204800 -WhatIf',
      explanation: 'Shows what would change, and changes nothing.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'changes',
  describe: () => 'Change the Backup Service configuration',
  plan: async (services, given) =>
    makePlan(setCsBackupServiceConfiguration, given, {
      title: 'Change the Backup Service configuration',
      steps: changes(present(services.backupService.configuration()), given),
    }),
  execute: async (services, given) => {
    const change = changeOf(given);
    const empty = Object.keys(change).length === 0;
    return present(empty ? services.backupService.configuration() : services.backupService.setConfiguration(change));
  },
};

function present(configuration: BackupServiceConfiguration): PresentedConfiguration {
  return {
    Identity: 'Global',
    SyncInterval: formatTimeSpan(configuration.syncInterval),
    MaxBatchesPerCmsSync: configuration.maxBatchesPerCmsSync,
    MaxBatchesPerUserStoreSync: configuration.maxBatchesPerUserStoreSync,
    MaxDataConfPackageSizeKB: configuration.maxDataConfPackageSizeKB,
    MaxConcurrentCalls: configuration.maxConcurrentCalls,
  };
}

function changes(now: PresentedConfiguration, given: SetParameters): readonly PlanStep[] {
  const { Identity: _, ...wanted } = given;
  const current: Readonly<Record<string, unknown>> = { ...now };
  const steps = Object.entries(wanted)
    .filter(([name, value]) => value !== undefined && value !== current[name])
    .map(([name, value]) => ({ title: `Set ${name} to ${value}`, detail: `It is ${current[name]} now.` }));
  return steps.length > 0 ? steps : [{ title: 'Change nothing', detail: 'Every value given is the present one.' }];
}

function changeOf(given: SetParameters): Partial<BackupServiceConfiguration> {
  const interval = given.SyncInterval === undefined ? undefined : parseTimeSpan(given.SyncInterval);
  return {
    ...(interval !== undefined && { syncInterval: interval }),
    ...(given.MaxBatchesPerCmsSync !== undefined && { maxBatchesPerCmsSync: given.MaxBatchesPerCmsSync }),
    ...(given.MaxBatchesPerUserStoreSync !== undefined && {
      maxBatchesPerUserStoreSync: given.MaxBatchesPerUserStoreSync,
    }),
    ...(given.MaxDataConfPackageSizeKB !== undefined && { maxDataConfPackageSizeKB: given.MaxDataConfPackageSizeKB }),
    ...(given.MaxConcurrentCalls !== undefined && { maxConcurrentCalls: given.MaxConcurrentCalls }),
  };
}
