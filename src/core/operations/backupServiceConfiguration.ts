/** What `Get-` and `Set-CsBackupServiceConfiguration` share: the one global configuration (domain A.7). */
import * as z from 'zod';
import type { BackupServiceConfiguration } from '../topology/model.ts';
import { formatTimeSpan } from '../topology/values.ts';
import { meta } from './fields.ts';

export const identity = z
  .string()
  .refine((name) => name.toLowerCase() === 'global', {
    error: 'there is one configuration, and its Identity is Global',
  })
  .optional()
  .meta(meta({ description: 'Global, the only one there is.', placeholder: 'Global' }));

export interface PresentedConfiguration {
  readonly Identity: 'Global';
  readonly SyncInterval: string;
  readonly MaxBatchesPerCmsSync: number;
  readonly MaxBatchesPerUserStoreSync: number;
  readonly MaxDataConfPackageSizeKB: number;
  readonly MaxConcurrentCalls: number;
  readonly EnableRgsBackupService: boolean;
}

export function present(configuration: BackupServiceConfiguration): PresentedConfiguration {
  return {
    Identity: 'Global',
    SyncInterval: formatTimeSpan(configuration.syncInterval),
    MaxBatchesPerCmsSync: configuration.maxBatchesPerCmsSync,
    MaxBatchesPerUserStoreSync: configuration.maxBatchesPerUserStoreSync,
    MaxDataConfPackageSizeKB: configuration.maxDataConfPackageSizeKB,
    MaxConcurrentCalls: configuration.maxConcurrentCalls,
    EnableRgsBackupService: configuration.enableRgsBackupService,
  };
}
