import * as z from 'zod';
import type { BackupServiceConfiguration } from '../topology/model.ts';
import { parseTimeSpan } from '../topology/values.ts';
import { identity, type PresentedConfiguration, present } from './backupServiceConfiguration.ts';
import type { OperationDefinition, PlanStep } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';

const leastInterval = 5_000;
const mostInterval = 10_800_000;

const amount = z.int({ error: 'a whole number is needed' }).min(1, { error: 'it must be 1 or more' });

function cap(description: string): z.ZodOptional<typeof amount> {
  const most = amount.max(2_147_483_647, { error: 'it must not be more than 2147483647' });
  return most.optional().meta(meta({ description, placeholder: 'N' }));
}

const parameters = z.strictObject({
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
  EnableRgsBackupService: z
    .int({ error: '1 or 0 is needed' })
    .min(0, { error: 'it must be 1 or 0' })
    .max(1, { error: 'it must be 1 or 0' })
    .optional()
    .meta(
      meta({
        description: '1 carries Response Groups of every pair whose pools are both of release 2019 or SE, 0 does not.',
        placeholder: '1|0',
      }),
    ),
});
type Parameters = z.infer<typeof parameters>;

export const setCsBackupServiceConfiguration: OperationDefinition<typeof parameters, PresentedConfiguration> = {
  name: 'Set-CsBackupServiceConfiguration',
  kind: 'cmdlet',
  title: 'Change backup service configuration',
  summary: 'Changes the sync interval or a cap of the Backup Service, for every pool.',
  description: [
    'Takes effect from the next cycle on and is kept in the data directory. The documentation advises against changing the sync interval: shorter costs load, longer costs data when a site is lost.',
    'What is not given stays as it is. The result is the configuration as it is afterwards.',
  ],
  parameters,
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

function changes(now: PresentedConfiguration, given: Parameters): readonly PlanStep[] {
  const { Identity: _, EnableRgsBackupService: rgs, ...others } = given;
  const wanted = { ...others, EnableRgsBackupService: rgs === undefined ? undefined : rgs === 1 };
  const current: Readonly<Record<string, unknown>> = { ...now };
  const steps = Object.entries(wanted)
    .filter(([name, value]) => value !== undefined && value !== current[name])
    .map(([name, value]) => ({ title: `Set ${name} to ${value}`, detail: `It is ${current[name]} now.` }));
  return steps.length > 0 ? steps : [{ title: 'Change nothing', detail: 'Every value given is the present one.' }];
}

function changeOf(given: Parameters): Partial<BackupServiceConfiguration> {
  const interval = given.SyncInterval === undefined ? undefined : parseTimeSpan(given.SyncInterval);
  return {
    ...(interval !== undefined && { syncInterval: interval }),
    ...(given.MaxBatchesPerCmsSync !== undefined && { maxBatchesPerCmsSync: given.MaxBatchesPerCmsSync }),
    ...(given.MaxBatchesPerUserStoreSync !== undefined && {
      maxBatchesPerUserStoreSync: given.MaxBatchesPerUserStoreSync,
    }),
    ...(given.MaxDataConfPackageSizeKB !== undefined && { maxDataConfPackageSizeKB: given.MaxDataConfPackageSizeKB }),
    ...(given.MaxConcurrentCalls !== undefined && { maxConcurrentCalls: given.MaxConcurrentCalls }),
    ...(given.EnableRgsBackupService !== undefined && { enableRgsBackupService: given.EnableRgsBackupService === 1 }),
  };
}
