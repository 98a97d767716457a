import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { Backlog, CycleSummary, ExportStatus, ImportStatus, ModuleStatus, PoolStatus } from '../status.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { formatList } from './amounts.ts';
import type { OperationDefinition } from './definition.ts';
import { backupModule, meta } from './fields.ts';
import { makePlan, requireAll } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';

/** Modules of each category (domain A.2). */
export const modulesOfCategory: Readonly<Record<'CMS' | 'UserData' | 'RGS', readonly BackupModule[]>> = {
  CMS: ['CentralMgmt.CMSMaster'],
  UserData: ['UserServices.PresenceFocus', 'ConfServices.DataConf'],
  RGS: ['ApplicationServer.RGSDataStore', 'ApplicationServer.RGSFileStore'],
};

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description: 'The pool whose Backup Service is asked. Ask both pools of a pair to judge both directions.',
      offers: 'pairedPool',
      pipeline: true,
      placeholder: 'FQDN',
    }),
  ),
  Category: z
    .enum(['CMS', 'UserData', 'RGS'])
    .optional()
    .meta(meta({ description: 'Only the modules of this category.', offers: 'category', placeholder: 'CATEGORY' })),
  BackupModule: backupModule.optional().meta(
    meta({
      description: 'Only this module, as the restore procedure of the documentation types it.',
      offers: 'backupModule',
      placeholder: 'MODULE',
    }),
  ),
  Force: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Does not ask. Accepted because scripts pass it.' })),
});
type Parameters = z.infer<typeof parameters>;

export interface BackupServiceStatus {
  readonly PoolFqdn: string;
  readonly OverallExportStatus: ExportStatus | null;
  readonly OverallImportStatus: ImportStatus | null;
  readonly ActiveMachineFqdn: string | null;
  readonly BackupModules: readonly BackupModuleStatus[];
}

interface BackupModuleStatus {
  readonly Identity: BackupModule;
  readonly ExportStatus: ExportStatus;
  readonly ImportStatus: ImportStatus;
  /** Null while it cannot be measured. */
  readonly Backlog: Backlog | null;
  readonly LastCycle: CycleSummary | null;
  readonly Explanation: string;
}

export const getCsBackupServiceStatus: OperationDefinition<typeof parameters, BackupServiceStatus> = {
  name: 'Get-CsBackupServiceStatus',
  kind: 'cmdlet',
  title: 'Show backup service status',
  summary: "Measures how far a pool's changes have reached its backup pool, module by module.",
  description: [
    'ExportStatus is about the direction from this pool to its partner: NotInitialized (nothing was ever exported), NonSteadyState (more is waiting than one cycle carries), SteadyState (what is waiting fits one cycle), FinalState (the partner has everything) or ErrorState (the last export failed). ImportStatus is about what this pool takes from its partner: NormalState or ErrorState.',
    'CentralMgmt.CMSMaster is NotInitialized, and rightly so, on a pool that does not host the active Central Management store.',
    'The states are measured at this moment from the databases, the file shares and the positions of the last cycles.',
  ],
  parameters,
  examples: [
    {
      command: 'Get-CsBackupServiceStatus -PoolFqdn atl-cs-001.litwareinc.com',
      explanation: 'The state of every module of the Atlanta pool.',
    },
    {
      command:
        'Get-CsBackupServiceStatus -PoolFqdn dal-cs-001.litwareinc.com -BackupModule ConfServices.DataConf --json',
      explanation: 'Only conference content, as JSON for a script.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  describe: ({ PoolFqdn }) => `Backup Service status of ${PoolFqdn}`,
  plan: async (_services, given) =>
    makePlan(getCsBackupServiceStatus, given, {
      title: getCsBackupServiceStatus.describe(given),
      steps: [{ title: `Measure the modules of ${given.PoolFqdn}`, detail: 'Nothing is changed.' }],
    }),
  execute: async (services, given, run) => {
    requireAll([initializedPrecondition(services)]);
    const modules = askedModules(services, given);
    return present(await services.backupService.measurePool(given.PoolFqdn, { modules, signal: run.signal }), modules);
  },
};

function askedModules(services: EngineServices, given: Parameters): readonly BackupModule[] {
  const all = services.backupService.modulesOf(given.PoolFqdn);
  const { BackupModule: one, Category: category } = given;
  const asked = all
    .filter((module) => one === undefined || one === 'All' || module === one)
    .filter((module) => category === undefined || modulesOfCategory[category].includes(module));
  if (asked.length > 0) return asked;
  const wanted = [one, category && `category ${category}`].filter((name) => name !== undefined).join(' of ');
  throw new LyncTopologyError({
    code: 'module-not-applicable',
    kind: 'refused',
    object: wanted === '' ? given.PoolFqdn : wanted,
    message: `The pair of ${given.PoolFqdn} has no module ${wanted}; it has ${formatList(all)}.`,
    remedy: 'Ask for one of these, or add the module to the pair in the topology file.',
  });
}

function present(pool: PoolStatus, modules: readonly BackupModule[]): BackupServiceStatus {
  return {
    PoolFqdn: pool.fqdn,
    OverallExportStatus: pool.OverallExportStatus ?? null,
    OverallImportStatus: pool.OverallImportStatus ?? null,
    ActiveMachineFqdn: pool.ActiveMachineFqdn ?? null,
    BackupModules: pool.modules.filter(({ Identity }) => modules.includes(Identity)).map(presentModule),
  };
}

function presentModule(module: ModuleStatus): BackupModuleStatus {
  return {
    Identity: module.Identity,
    ExportStatus: module.ExportStatus,
    ImportStatus: module.ImportStatus,
    Backlog: module.backlog ?? null,
    LastCycle: module.lastCycle ?? null,
    Explanation: module.explanation,
  };
}
