import * as z from 'zod';
import type { EngineServices, SynchronizedModule } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { ModuleStatus, PoolStatus } from '../status.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { formatAmount, formatList } from './amounts.ts';
import type { OperationDefinition, OperationRun, PlanStep, Precondition } from './definition.ts';
import { backupModule, meta } from './fields.ts';
import { makePlan, precondition } from './plans.ts';
import {
  initializedPrecondition,
  noConflictPrecondition,
  poolRunsPrecondition,
  poolStatus,
  requirePartner,
  sharePrecondition,
} from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description:
        'The pool whose changes are sent: to refill a pool that lost content, name its partner, which still has it.',
      offers: 'pairedPool',
      pipeline: true,
      placeholder: 'FQDN',
    }),
  ),
  BackupModule: backupModule.optional().meta(
    meta({
      description:
        'Only this module, in the long or the short spelling; All, the default, means every module of the pair.',
      offers: 'backupModule',
      placeholder: 'MODULE',
    }),
  ),
  Force: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Does not ask. Accepted because scripts pass it.' })),
  Wait: z
    .boolean()
    .optional()
    .meta(
      meta({
        description: 'Waits until the synchronisation has ended, where another process runs the engine.',
        productOnly: true,
      }),
    ),
  AcceptLoss: z
    .boolean()
    .optional()
    .meta(
      meta({
        description:
          'The share lost much of its content on purpose: take what it holds now as the truth and delete the rest on the partner.',
        productOnly: true,
      }),
    ),
});
type Parameters = z.infer<typeof parameters>;

export interface SyncResult {
  readonly PoolFqdn: string;
  readonly Partner: string;
  readonly BackupModules: readonly SynchronizedModule[];
}

export const invokeCsBackupServiceSync: OperationDefinition<typeof parameters, SyncResult> = {
  name: 'Invoke-CsBackupServiceSync',
  kind: 'cmdlet',
  title: 'Synchronise backup service',
  summary: "Sends a pool's changes to its backup pool now, without waiting for the next cycle.",
  description: [
    'The Backup Service of a pool exports what changed and the partner imports it, every sync interval. This runs cycles back to back at once, until everything that existed when it began has been imported by the partner. Only what differs is copied.',
    'The pool named is the source. When a pool has lost its conference content, name its partner: what the partner holds of it is sent back. "Restore-ConferenceContents" asks for the pool that lost it and does this for you.',
    'A share that vanished or lost much of its content is never taken for a deletion: the synchronisation is refused and says what is missing, unless -AcceptLoss confirms that the loss was meant.',
  ],
  parameters,
  examples: [
    {
      command: 'Invoke-CsBackupServiceSync -PoolFqdn dal-cs-001.litwareinc.com -BackupModule ConfServices.DataConf',
      explanation: 'The Atlanta pool lost its conference content: its partner in Dallas sends it back.',
    },
    {
      command: 'Invoke-CsBackupServiceSync -PoolFqdn atl-cs-001.litwareinc.com -Wait',
      explanation: 'Sends the changes of every module of the Atlanta pool and waits until Dallas has imported them.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator'],
  effect: 'changes',
  describe: ({ PoolFqdn, BackupModule }) => `Synchronise ${moduleText(BackupModule)} of ${PoolFqdn}`,
  leases: (services, given) =>
    chosenModules(services, given).map((module) => `pool/${given.PoolFqdn}/module/${module}`),
  preconditions: async (services, given, signal) => {
    const partner = requirePartner(services.deployment, given.PoolFqdn);
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const [own, other] = await Promise.all([
      poolStatus(services, given.PoolFqdn, signal),
      poolStatus(services, partner.fqdn, signal),
    ]);
    return [initialized, ...syncPreconditions(services, given, own, other)];
  },
  plan: async (services, given, signal) => {
    const partner = requirePartner(services.deployment, given.PoolFqdn);
    const preconditions = (await invokeCsBackupServiceSync.preconditions?.(services, given, signal)) ?? [];
    const pool = services.lab.initialized ? await poolStatus(services, given.PoolFqdn, signal) : undefined;
    const modules = chosenModules(services, given);
    return makePlan(invokeCsBackupServiceSync, given, {
      title: `${invokeCsBackupServiceSync.describe(given)} to ${partner.fqdn}`,
      preconditions,
      steps: modules.map((module) => stepOf(module, pool?.modules, given.PoolFqdn, partner.fqdn)),
      losses:
        given.AcceptLoss === true
          ? [`What ${given.PoolFqdn} no longer holds of its own content is deleted on ${partner.fqdn} too.`]
          : [],
    });
  },
  execute: (services, given, run) => synchronize(services, given, run),
};

/** Runs the modules and says in the log what each did. */
async function synchronize(services: EngineServices, given: Parameters, run: OperationRun): Promise<SyncResult> {
  const partner = requirePartner(services.deployment, given.PoolFqdn);
  const modules = chosenModules(services, given);
  const results = await services.backupService.synchronize(given.PoolFqdn, modules, {
    signal: run.signal,
    onProgress: run.onProgress,
    log: run.verbose,
    acceptLoss: given.AcceptLoss === true,
  });
  for (const { Identity, leftOut } of results) {
    for (const { path, reason } of leftOut) run.verbose(`${Identity}: left out ${path}: ${reason}.`);
  }
  return { PoolFqdn: given.PoolFqdn, Partner: partner.fqdn, BackupModules: results };
}

/**
 * The modules that are meant: those of the pair that export on this pool, or the one named. Throws
 * `module-not-applicable`.
 */
function chosenModules(services: EngineServices, given: Parameters): readonly BackupModule[] {
  const modules = services.backupService.modulesOf(given.PoolFqdn);
  const exported = modules.filter((module) => exportsOn(services, given.PoolFqdn, module));
  if (given.BackupModule === undefined || given.BackupModule === 'All') return exported;
  if (exported.includes(given.BackupModule)) return [given.BackupModule];
  const standby = modules.includes(given.BackupModule);
  throw new LyncTopologyError({
    code: 'module-not-applicable',
    kind: 'refused',
    object: given.BackupModule,
    message: standby
      ? `${given.PoolFqdn} does not host the active Central Management store, so it has nothing to export with ${given.BackupModule}.`
      : `${given.BackupModule} is not among the modules of the pair of ${given.PoolFqdn} (${formatList(modules)}).`,
    remedy: standby
      ? `Name the pool with the active store, ${requirePartner(services.deployment, given.PoolFqdn).fqdn}.`
      : 'Name one of these modules, or add the module to the pair in the topology file.',
  });
}

/** Only the pool with the active Central Management store exports CMSMaster (domain A.2). */
function exportsOn(services: EngineServices, fqdn: string, module: BackupModule): boolean {
  if (module !== 'CentralMgmt.CMSMaster') return true;
  return services.centralManagement.isActive(fqdn);
}

function syncPreconditions(
  services: EngineServices,
  given: Parameters,
  own: PoolStatus,
  partner: PoolStatus,
): readonly Precondition[] {
  const modules = chosenModules(services, given);
  const leases = modules.map((module) => `pool/${given.PoolFqdn}/module/${module}`);
  const content = modules.includes('ConfServices.DataConf')
    ? [sharePrecondition(own), sharePrecondition(partner), ...contentKept(given, own)]
    : [];
  return [
    poolRunsPrecondition(own),
    poolRunsPrecondition(partner),
    ...content,
    noConflictPrecondition(services, leases, `${moduleText(given.BackupModule)} of ${given.PoolFqdn}`),
  ];
}

function contentKept(given: Parameters, pool: PoolStatus): readonly Precondition[] {
  const error = pool.modules.find(({ Identity }) => Identity === 'ConfServices.DataConf')?.exportError;
  // What the partner's share lost is what this sync sends back.
  if (error?.code !== 'share-lost-content' || error.object !== pool.share?.unc) return [];
  return [
    precondition(
      `The share of ${pool.fqdn} still holds its content, or the loss is accepted`,
      given.AcceptLoss === true,
      error.message,
      () => error,
    ),
  ];
}

function stepOf(
  module: BackupModule,
  statuses: readonly ModuleStatus[] | undefined,
  from: string,
  to: string,
): PlanStep {
  const status = statuses?.find(({ Identity }) => Identity === module);
  const backlog = status?.backlog;
  const waiting =
    backlog === undefined || backlog.items === 0
      ? 'nothing is waiting now'
      : `waiting now: ${formatAmount(backlog.items, backlog.bytes, ...itemNames(module))}`;
  const restores = module === 'ConfServices.DataConf' ? ` Content of ${to} that it lost is sent back to it.` : '';
  return {
    title: `Export ${module} from ${from} and import it on ${to}`,
    detail: `Cycles run back to back until ${to} has imported everything; ${waiting}.${restores}`,
  };
}

function itemNames(module: BackupModule): [singular: string, plural: string] {
  if (module === 'ConfServices.DataConf' || module === 'ApplicationServer.RGSFileStore')
    return ['file or folder', 'files and folders'];
  return module === 'CentralMgmt.CMSMaster' ? ['document', 'documents'] : ['row', 'rows'];
}

function moduleText(module: BackupModule | 'All' | undefined): string {
  return module === undefined || module === 'All' ? 'all modules' : module;
}
