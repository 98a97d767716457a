import { basename } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { cancelled, LyncTopologyError } from '../errors.ts';
import type { ModuleStatus } from '../status.ts';
import { formatTimeSpan, parseTimeSpan } from '../topology/values.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { formatCount, formatList } from './amounts.ts';
import type { OperationDefinition, OperationRun } from './definition.ts';
import { meta } from './fields.ts';
import { modulesOfCategory } from './getCsBackupServiceStatus.ts';
import { makePlan } from './plans.ts';
import { servedAtHomePrecondition } from './poolAtHome.ts';
import {
  initializedPrecondition,
  noConflictPrecondition,
  poolRunsPrecondition,
  poolStatus,
  sharePrecondition,
} from './subjects.ts';

/** The engine's choice: the documentation gives no defaults. */
const defaultWait = '00:00:10';
const defaultRetries = 30;

const flag = (description: string) => z.boolean().optional().meta(meta({ description }));

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description: 'The pool that is backed up.',
      offers: 'pairedPool',
      placeholder: 'FQDN',
    }),
  ),
  SteadyState: flag('Begins when every module is in Steady or Final State. Either this or -FullBackup is needed.'),
  FullBackup: flag('Begins when every module is in Final State, so that the partner has everything too.'),
  Category: z
    .enum(['CMS', 'UserData', 'RGS'])
    .optional()
    .meta(meta({ description: 'Only the modules of this category.', offers: 'category', placeholder: 'CATEGORY' })),
  WaitTime: z
    .string()
    .refine((text) => (parseTimeSpan(text) ?? 0) > 0, { error: 'it must be a time span of more than nothing' })
    .default(defaultWait)
    .meta(meta({ description: 'Pause between two looks at the state.', placeholder: 'TIMESPAN' })),
  RetryCount: z
    .int({ error: 'a whole number is needed' })
    .min(1, { error: 'it must be 1 or more' })
    .default(defaultRetries)
    .meta(meta({ description: 'Looks at the state before it is given up.', placeholder: 'N' })),
  LocalStore: flag('Writes the package into the data directory, not into the BackupStore on the share of the pool.'),
  Force: flag('Does not ask. Accepted because scripts pass it.'),
});
type Parameters = z.infer<typeof parameters>;

export interface BackupResult {
  readonly PoolFqdn: string;
  /** What `Restore-PoolBackupPackage` takes. */
  readonly Package: string;
  readonly Folder: string;
  readonly BackupModules: readonly BackupModule[];
  readonly Rows: number;
  readonly Files: number;
  readonly Bytes: number;
}

export const backupCsPool: OperationDefinition<typeof parameters, BackupResult> = {
  name: 'Backup-CsPool',
  kind: 'cmdlet',
  title: 'Back up a pool',
  summary:
    'Waits until the Backup Service of a pool is in the wanted state, then writes what the pool holds to a package.',
  description: [
    'The package holds the rows, the files and, where the pool has the active Central Management store, the documents of the pool itself, and a list of all of them with their checksums. It is put together aside, read back, and appears under its name when it is whole.',
    'It lies in Packages in the BackupStore on the share of the pool, or with -LocalStore in packages in the data directory. Restore-PoolBackupPackage brings it back onto a pool that was made anew.',
    'The state is looked at every -WaitTime, -RetryCount times. Nothing is synchronised for it: cycles that run in the background, or Invoke-CsBackupServiceSync, bring the state about.',
  ],
  parameters,
  examples: [
    {
      command: 'Backup-CsPool -PoolFqdn atl-cs-001.litwareinc.com -SteadyState',
      explanation: 'Backs the Atlanta pool up as soon as no backlog waits.',
    },
    {
      command:
        'Backup-CsPool -PoolFqdn atl-cs-001.litwareinc.com -FullBackup -Category UserData -WaitTime 00:00:30 -LocalStore',
      explanation: 'Waits until Dallas has imported all user data and conference content, looking every 30 seconds.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator'],
  effect: 'changes',
  describe: ({ PoolFqdn }) => `Back up ${PoolFqdn}`,
  leases: (_services, { PoolFqdn }) => [`pool/${PoolFqdn}/packages`],
  preconditions: async (services, given, signal) => {
    kindOf(given);
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const pool = await poolStatus(services, given.PoolFqdn, signal);
    modulesFor(services, given);
    const leases = [`pool/${given.PoolFqdn}/packages`];
    const conflict = noConflictPrecondition(services, leases, `The packages of ${given.PoolFqdn}`);
    const atHome = servedAtHomePrecondition(services, given.PoolFqdn);
    return [initialized, poolRunsPrecondition(pool), sharePrecondition(pool), atHome, conflict];
  },
  plan: async (services, given, signal) =>
    makePlan(backupCsPool, given, {
      title: backupCsPool.describe(given),
      preconditions: (await backupCsPool.preconditions?.(services, given, signal)) ?? [],
      steps: [
        {
          title: `Wait until ${formatList(modulesFor(services, given))} of ${given.PoolFqdn} is in ${kindOf(given) === 'FullBackup' ? 'Final' : 'Steady'} State`,
          detail: `Looked at every ${given.WaitTime}, ${formatCount(given.RetryCount, 'time')} at most.`,
        },
        {
          title: `Write the package to ${given.LocalStore === true ? 'the data directory' : `the BackupStore of ${given.PoolFqdn}`}`,
          detail: 'Every file of it is read back before it gets its name.',
        },
      ],
    }),
  execute: backUp,
};

async function backUp(services: EngineServices, given: Parameters, run: OperationRun): Promise<BackupResult> {
  const kind = kindOf(given);
  const measured = await waitForState(services, given, run);
  const modules = measured.filter(({ exportsHere }) => exportsHere).map(({ Identity }) => Identity);
  const request = { pool: given.PoolFqdn, kind, modules, localStore: given.LocalStore === true };
  const { folder, manifest } = await services.backupService.packages.backUp(request, run);
  const { tables, files } = manifest;
  run.verbose(`Written and read back: ${folder}.`);
  return {
    PoolFqdn: given.PoolFqdn,
    Package: basename(folder),
    Folder: folder,
    BackupModules: modules,
    Rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    Files: files.length,
    Bytes: [...tables, ...files].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

async function waitForState(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
): Promise<readonly ModuleStatus[]> {
  const wanted: readonly string[] = kindOf(given) === 'FullBackup' ? ['FinalState'] : ['SteadyState', 'FinalState'];
  const modules = modulesFor(services, given);
  const wait = parseTimeSpan(given.WaitTime) ?? 0;
  for (let attempt = 1; ; attempt += 1) {
    const options = { modules, signal: run.signal };
    const { modules: measured } = await services.backupService.measurePool(given.PoolFqdn, options);
    const late = measured.find((module) => module.exportsHere && !wanted.includes(module.ExportStatus));
    if (late === undefined) return measured;
    run.verbose(`${late.Identity} is in ${late.ExportStatus} (look ${attempt} of ${given.RetryCount}).`);
    run.onProgress({ phase: `waiting for ${late.Identity}`, done: attempt, total: given.RetryCount, unit: 'steps' });
    if (attempt >= given.RetryCount) throw timedOut(given, late, wait);
    await pause(wait, run.signal, backupCsPool.describe(given));
  }
}

async function pause(milliseconds: number, signal: AbortSignal, subject: string): Promise<void> {
  try {
    await setTimeout(milliseconds, undefined, { signal });
  } catch {
    throw cancelled(subject);
  }
}

/** Throws when neither or both are given: the documentation has them in two sets of parameters. */
function kindOf({ FullBackup, SteadyState, PoolFqdn }: Parameters): 'FullBackup' | 'SteadyState' {
  if (FullBackup === true && SteadyState !== true) return 'FullBackup';
  if (SteadyState === true && FullBackup !== true) return 'SteadyState';
  throw new LyncTopologyError({
    code: FullBackup === true ? 'argument-invalid' : 'argument-missing',
    kind: 'usage',
    object: FullBackup === true ? '-SteadyState' : '-FullBackup',
    message: `Backup-CsPool takes one of -FullBackup and -SteadyState, and got ${FullBackup === true ? 'both' : 'neither'}.`,
    remedy: `Give one of them, for instance: Backup-CsPool -PoolFqdn ${PoolFqdn} -SteadyState`,
  });
}

/** Throws `module-not-applicable` when the pair has no module of the category. */
function modulesFor(services: EngineServices, { PoolFqdn, Category }: Parameters): readonly BackupModule[] {
  const all = services.backupService.modulesOf(PoolFqdn);
  const asked = Category === undefined ? all : all.filter((module) => modulesOfCategory[Category].includes(module));
  if (asked.length > 0) return asked;
  throw new LyncTopologyError({
    code: 'module-not-applicable',
    kind: 'refused',
    object: Category ?? PoolFqdn,
    message: `The pair of ${PoolFqdn} has no module of category ${Category ?? 'any'}; it has ${formatList(all)}.`,
    remedy: 'Ask for another category, or leave -Category out.',
  });
}

function timedOut(
  given: Parameters,
  { Identity, ExportStatus, explanation }: ModuleStatus,
  wait: number,
): LyncTopologyError {
  const state = given.FullBackup === true ? 'Final' : 'Steady';
  return new LyncTopologyError({
    code: 'timed-out',
    kind: 'timedOut',
    object: `${Identity} of ${given.PoolFqdn}`,
    message: `${Identity} of ${given.PoolFqdn} did not reach ${state} State: it was in ${ExportStatus} at each of ${formatCount(given.RetryCount, 'look')}, ${formatTimeSpan(wait)} apart. ${explanation}`,
    remedy: 'Bring the state about, then run this again. No package was written.',
  });
}
