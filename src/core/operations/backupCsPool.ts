import { basename } from 'node:path';
import * as z from 'zod';
import type { PackageManifest } from '../backupService/package/manifest.ts';
import type { EngineServices } from '../engine/services.ts';
import { errorInformation, LyncTopologyError } from '../errors.ts';
import { userModules } from '../pools/failOverPool.ts';
import { parseTimeSpan } from '../topology/values.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { formatCount, formatList } from './amounts.ts';
import { type BackupLook, type BackupOutcome, type BackupResult, backupSections } from './backupReport.ts';
import { waitForBackupState } from './backupWait.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { modulesOfCategory } from './getCsBackupServiceStatus.ts';
import { reportFile, reportPreconditions, writeHtmlReport } from './htmlReport.ts';
import { makePlan, precondition } from './plans.ts';
import { servedAtHomePrecondition } from './poolAtHome.ts';
import {
  initializedPrecondition,
  noConflictPrecondition,
  poolRunsPrecondition,
  poolStatus,
  requirePartner,
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
  FailedOverPoolOnly: flag(
    'Only with -FullBackup. Backs the pool up only if it has been failed over, from the backup pool that serves its users.',
  ),
  Report: reportFile,
  LocalStore: flag('Writes the package into the data directory, not into the BackupStore on the share of the pool.'),
  Force: flag('Does not ask. Accepted because scripts pass it.'),
});
type Parameters = z.infer<typeof parameters>;

export const backupCsPool: OperationDefinition<typeof parameters, BackupResult> = {
  name: 'Backup-CsPool',
  kind: 'cmdlet',
  title: 'Back up a pool',
  summary:
    'Waits until the Backup Service of a pool is in the wanted state, then writes what the pool holds to a package.',
  description: [
    'The package holds the rows, the files and, where the pool has the active Central Management store, the documents of the pool itself, and a list of all of them with their checksums. It is put together aside, read back, and appears under its name when it is whole.',
    'It lies in Packages in the BackupStore on the share of the pool, or with -LocalStore in packages in the data directory. Restore-PoolBackupPackage brings it back onto a pool that was made anew.',
    'The state is looked at every -WaitTime, -RetryCount times, and at once when a change of it is noticed meanwhile. Nothing is synchronised for it: cycles that run in the background, or Invoke-CsBackupServiceSync, bring the state about.',
    'With -FailedOverPoolOnly the pool must have been failed over. What its users have is then on its backup pool: rows and conference content are taken from there, and the package lies in the BackupStore of the backup pool.',
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
    {
      command: 'Backup-CsPool -PoolFqdn atl-cs-001.litwareinc.com -FullBackup -FailedOverPoolOnly -Report backup.html',
      explanation: 'Backs up what the failed-over users of Atlanta have on Dallas, and writes what was done as a page.',
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
    modulesFor(services, given);
    const serving = await poolStatus(services, servingPool(services, given), signal);
    const leases = [`pool/${given.PoolFqdn}/packages`];
    return [
      initialized,
      ...reportPreconditions(given.Report),
      placePrecondition(services, given),
      poolRunsPrecondition(serving),
      sharePrecondition(serving),
      noConflictPrecondition(services, leases, `The packages of ${given.PoolFqdn}`),
    ];
  },
  plan: async (services, given, signal) =>
    makePlan(backupCsPool, given, {
      title: backupCsPool.describe(given),
      preconditions: (await backupCsPool.preconditions?.(services, given, signal)) ?? [],
      steps: [
        given.FailedOverPoolOnly === true
          ? {
              title: `Take ${formatList(modulesFor(services, given))} of ${given.PoolFqdn} from ${servingPool(services, given)}`,
              detail: `${given.PoolFqdn} exports nothing while its users are served there, which is Final State.`,
            }
          : {
              title: `Wait until ${formatList(modulesFor(services, given))} of ${given.PoolFqdn} is in ${kindOf(given) === 'FullBackup' ? 'Final' : 'Steady'} State`,
              detail: `Looked at every ${given.WaitTime}, ${formatCount(given.RetryCount, 'time')} at most, and when it changes.`,
            },
        {
          title: `Write the package to ${given.LocalStore === true ? 'the data directory' : `the BackupStore of ${servingPool(services, given)}`}`,
          detail: 'Every file of it is read back before it gets its name.',
        },
        ...(given.Report === undefined ? [] : [{ title: `Write the report to ${given.Report}`, detail: 'One page.' }]),
      ],
    }),
  execute: backUp,
};

async function backUp(services: EngineServices, given: Parameters, run: OperationRun): Promise<BackupResult> {
  const looks: BackupLook[] = [];
  const reportOn = (outcome: BackupOutcome): void =>
    writeHtmlReport(
      given.Report,
      backupCsPool.describe(given),
      backupSections(given.PoolFqdn, kindOf(given), looks, outcome),
    );
  try {
    const { result, manifest } = await packUp(services, given, run, (look) => void looks.push(look));
    reportOn({ result, manifest });
    return result;
  } catch (error) {
    const { message, remedy } = errorInformation(error, backupCsPool.describe(given));
    // What went wrong is told in any case; a report that cannot be written must not take its place.
    attempt(() => reportOn({ failure: `${message} ${remedy}` }));
    throw error;
  }
}

async function packUp(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
  onLook: (look: BackupLook) => void,
): Promise<{ readonly result: BackupResult; readonly manifest: PackageManifest }> {
  const applying = modulesFor(services, given);
  const modules =
    given.FailedOverPoolOnly === true
      ? applying
      : await waitForBackupState(
          services,
          {
            pool: given.PoolFqdn,
            modules: applying,
            state: kindOf(given) === 'FullBackup' ? 'Final' : 'Steady',
            pause: parseTimeSpan(given.WaitTime) ?? 0,
            looks: given.RetryCount,
            onLook,
          },
          run,
        );
  const { folder, manifest } = await services.backupService.packages.backUp(
    {
      pool: given.PoolFqdn,
      kind: kindOf(given),
      modules,
      localStore: given.LocalStore === true,
      ...(given.FailedOverPoolOnly === true && {
        servedBy: { pool: servingPool(services, given), content: services.pools.lentContent(given.PoolFqdn) },
      }),
    },
    run,
  );
  const { tables, files } = manifest;
  run.verbose(`Written and read back: ${folder}.`);
  const result = {
    PoolFqdn: given.PoolFqdn,
    Package: basename(folder),
    Folder: folder,
    BackupModules: modules,
    Rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    Files: files.length,
    Bytes: [...tables, ...files].reduce((sum, { bytes }) => sum + bytes, 0),
  };
  return { result, manifest };
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Said by what failed before.
  }
}

/** The pool whose stores hold what the users of the pool have. */
function servingPool(services: EngineServices, { PoolFqdn, FailedOverPoolOnly }: Parameters): string {
  return FailedOverPoolOnly === true ? requirePartner(services.deployment, PoolFqdn).fqdn : PoolFqdn;
}

function placePrecondition(services: EngineServices, { PoolFqdn, FailedOverPoolOnly }: Parameters): Precondition {
  if (FailedOverPoolOnly !== true) return servedAtHomePrecondition(services, PoolFqdn);
  const state = services.pools.stateOf(PoolFqdn);
  return precondition(`${PoolFqdn} has been failed over`, state === 'FailedOver', `State: ${state}.`, () => ({
    code: 'pool-not-failed-over',
    kind: 'refused',
    object: PoolFqdn,
    message: `${PoolFqdn} has not been failed over (state ${state}), and -FailedOverPoolOnly backs up nothing else.`,
    remedy: 'Leave -FailedOverPoolOnly out to back the pool up from its own stores.',
  }));
}

/** Throws when neither or both are given: the documentation has them in two sets of parameters. */
function kindOf({ FullBackup, SteadyState, FailedOverPoolOnly, PoolFqdn }: Parameters): 'FullBackup' | 'SteadyState' {
  if (FailedOverPoolOnly === true && (FullBackup !== true || SteadyState === true)) throw onlyWithFullBackup(PoolFqdn);
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

function onlyWithFullBackup(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: '-FailedOverPoolOnly',
    message: 'Backup-CsPool takes -FailedOverPoolOnly only together with -FullBackup.',
    remedy: `Give both: Backup-CsPool -PoolFqdn ${pool} -FullBackup -FailedOverPoolOnly`,
  });
}

/** Throws `module-not-applicable` when the pair has no module of the category. */
function modulesFor(
  services: EngineServices,
  { PoolFqdn, Category, FailedOverPoolOnly }: Parameters,
): readonly BackupModule[] {
  const carried = services.backupService.modulesOf(PoolFqdn);
  // The rest of a failed-over pool is not served by its backup pool.
  const all = FailedOverPoolOnly === true ? carried.filter((module) => userModules.includes(module)) : carried;
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
