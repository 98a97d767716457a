/** Parameters that several operations have, in the spellings the documentation uses. */
import * as z from 'zod';
import { LyncTopologyError } from '../errors.ts';
import {
  type BackupModule,
  backupModules,
  canonicalBackupModule,
  type DatabaseType,
  databaseTypes,
} from '../topology/vocabulary.ts';
import { formatList } from './amounts.ts';
import type { ParameterMeta } from './definition.ts';
import { didYouMean } from './nearest.ts';

/** Checks that what describes a parameter is a `ParameterMeta`. */
export function meta(description: ParameterMeta): Record<string, unknown> {
  return { ...description };
}

/** `-BackupModule`, in any spelling of the documentation (domain A.2), or `All`. */
export const backupModule = z.string().transform((name): BackupModule | 'All' => {
  if (name.toLowerCase() === 'all') return 'All';
  const module = canonicalBackupModule(name);
  if (module !== undefined) return module;
  throw new LyncTopologyError({
    code: 'module-unknown',
    kind: 'refused',
    object: name,
    message: `There is no Backup Service module ${name}.`,
    remedy: didYouMean(name, [...backupModules, 'All'], `The modules are ${formatList(backupModules)}.`),
  });
});

/** Types that the documentation lists and behind which no pool has a mirrored database (domain C.1, C.2). */
const typesWithoutDatabases = [
  'ActiveMonitoring',
  'CentralAdmin',
  'Edge',
  'Lyss',
  'Provision',
  'Registrar',
  'SigninTelemetry',
] as const;

/** Spellings of older texts (domain C.1). */
const otherTypeNames: Readonly<Record<string, DatabaseType>> = { app: 'Application', cms: 'CentralMgmt' };

/** `-DatabaseType`, of every release (domain C.1). */
export const databaseType = z.string().transform((name): DatabaseType => {
  const lower = name.toLowerCase();
  const type = databaseTypes.find((candidate) => candidate.toLowerCase() === lower) ?? otherTypeNames[lower];
  if (type !== undefined) return type;
  const unusable = typesWithoutDatabases.find((candidate) => candidate.toLowerCase() === lower);
  throw new LyncTopologyError({
    code: unusable === undefined ? 'database-type-unknown' : 'database-type-absent',
    kind: 'refused',
    object: unusable ?? name,
    message:
      unusable === undefined
        ? `There is no DatabaseType ${name}.`
        : `The DatabaseType ${unusable} exists, but no pool has a mirrored database of that type.`,
    remedy: didYouMean(
      unusable === undefined ? name : '',
      databaseTypes,
      `Types with mirrored databases are ${formatList(databaseTypes)}.`,
    ),
  });
});

/** `-Last`: how many of what is kept in order of time. */
export function newest(maximum: number, what: string) {
  return z
    .int({ error: 'a whole number is needed' })
    .min(1, { error: 'it must be 1 or more' })
    .max(maximum, { error: `it must not be more than ${maximum}` })
    .default(50)
    .meta(meta({ description: `How many ${what}, newest first, from 1 to ${maximum}.`, placeholder: 'N' }));
}
