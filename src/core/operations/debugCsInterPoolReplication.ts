import * as z from 'zod';
import type { StoreDifference } from '../backupService/comparison/differences.ts';
import type { ComparedModule, EngineServices } from '../engine/services.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { formatCount } from './amounts.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { backupModule, meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { servedAtHomePrecondition } from './poolAtHome.ts';
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
      description: 'One pool of the pair; both directions are compared.',
      offers: 'pairedPool',
      placeholder: 'FQDN',
    }),
  ),
  BackupModule: backupModule.optional().meta(
    meta({
      description: 'Only this module: CentralMgmt, PresenceFocus, DataConf, or its long name. All is the default.',
      offers: 'backupModule',
      placeholder: 'MODULE',
    }),
  ),
  ResyncSignatureMismatchItems: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Puts the copies that differ right, and compares again.' })),
  SuppressMultiMasterDetection: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Does not look for rows that both pools say are theirs.' })),
  DatabaseCommandTimeoutInSeconds: z
    .int({ error: 'a whole number of seconds is needed' })
    .min(1, { error: 'it must be 1 or more' })
    .max(2_147_483, { error: 'it must not be more than 2147483' })
    .optional()
    .meta(meta({ description: 'How long reading one table of both databases may take.', placeholder: 'SECONDS' })),
  Force: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Does not ask. Accepted because scripts pass it.' })),
});
type Parameters = z.infer<typeof parameters>;

export interface ReplicationComparison {
  readonly PoolFqdn: string;
  readonly Partner: string;
  /** Nothing differs, or nothing any more. */
  readonly Consistent: boolean;
  readonly BackupModules: readonly ModuleComparison[];
}

interface ModuleComparison {
  readonly Identity: BackupModule;
  readonly Compared: number;
  readonly Differences: number;
  readonly Repaired: number;
  readonly Left: number;
  /** What the next cycles carry anyway. */
  readonly Waiting: number;
  /** The first differences, as sentences. */
  readonly Found: readonly string[];
  /** What the repair left, as sentences. */
  readonly LeftOver: readonly string[];
}

export const debugCsInterPoolReplication: OperationDefinition<typeof parameters, ReplicationComparison> = {
  name: 'Debug-CsInterPoolReplication',
  kind: 'cmdlet',
  title: 'Compare replicated data of a pair',
  summary: 'Compares the stores of two paired pools item by item, and puts copies that differ right on request.',
  description: [
    'Every row of the user store, every byte of the conference content and every document of the Central Management store is compared with the copy that the partner keeps, in both directions. What differs is named, with the pool that owns it.',
    'A change that has not been carried yet is a difference too; Waiting says how many such changes the next cycles carry anyway. Synchronise both pools first to see only what is wrong.',
    'With -ResyncSignatureMismatchItems the copies are made what the owner has, and both are compared again. Two things are never changed: a row that both pools say is theirs, and a file whose original was damaged while the copy is sound. When an owner more likely lost its data than deleted it, nothing is repaired and the error says so.',
  ],
  parameters,
  examples: [
    {
      command: 'Debug-CsInterPoolReplication -PoolFqdn atl-cs-001.litwareinc.com',
      explanation: 'Compares everything that Atlanta and Dallas keep of each other.',
    },
    {
      command:
        'Debug-CsInterPoolReplication -PoolFqdn atl-cs-001.litwareinc.com -BackupModule PresenceFocus -ResyncSignatureMismatchItems',
      explanation: 'Compares the user stores and puts rows that differ right.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator'],
  effect: 'changes',
  describe: ({ PoolFqdn, ResyncSignatureMismatchItems: repair }) =>
    `Compare${repair === true ? ' and repair' : ''} what ${PoolFqdn} and its backup pool keep of each other`,
  leases: (services, given) => leasesOf(services, given),
  preconditions: async (services, given, signal) => {
    const partner = requirePartner(services.deployment, given.PoolFqdn);
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const [own, other] = await Promise.all([
      poolStatus(services, given.PoolFqdn, signal),
      poolStatus(services, partner.fqdn, signal),
    ]);
    const files = modulesOf(services, given).includes('ConfServices.DataConf');
    const shares: readonly Precondition[] = files ? [sharePrecondition(own), sharePrecondition(other)] : [];
    const subject = `The Backup Service of ${own.fqdn} and ${other.fqdn}`;
    return [
      initialized,
      poolRunsPrecondition(own),
      poolRunsPrecondition(other),
      ...shares,
      ...(given.ResyncSignatureMismatchItems === true
        ? [own, other].map(({ fqdn }) => servedAtHomePrecondition(services, fqdn))
        : []),
      noConflictPrecondition(services, leasesOf(services, given), subject),
    ];
  },
  plan: async (services, given, signal) => {
    const partner = requirePartner(services.deployment, given.PoolFqdn).fqdn;
    const repair = given.ResyncSignatureMismatchItems === true;
    return makePlan(debugCsInterPoolReplication, given, {
      title: debugCsInterPoolReplication.describe(given),
      preconditions: (await debugCsInterPoolReplication.preconditions?.(services, given, signal)) ?? [],
      steps: modulesOf(services, given).map((module) => ({
        title: `Compare ${module} of ${given.PoolFqdn} and ${partner}`,
        detail: repair ? 'Copies that differ are made what their owner has.' : 'Nothing is changed.',
      })),
    });
  },
  execute: compare,
};

async function compare(services: EngineServices, given: Parameters, run: OperationRun): Promise<ReplicationComparison> {
  const seconds = given.DatabaseCommandTimeoutInSeconds;
  const modules = await services.backupService.compareStores(given.PoolFqdn, modulesOf(services, given), {
    signal: run.signal,
    onProgress: run.onProgress,
    log: run.verbose,
    repair: given.ResyncSignatureMismatchItems === true,
    detectTwoOwners: given.SuppressMultiMasterDetection !== true,
    ...(seconds !== undefined && { commandTimeout: seconds * 1000 }),
  });
  const results = modules.map(present);
  for (const { Identity, Found } of results) for (const line of Found) run.verbose(`${Identity}: ${line}`);
  return {
    PoolFqdn: given.PoolFqdn,
    Partner: requirePartner(services.deployment, given.PoolFqdn).fqdn,
    Consistent: results.every(({ Left }) => Left === 0),
    BackupModules: results,
  };
}

function present(module: ComparedModule): ModuleComparison {
  return {
    Identity: module.Identity,
    Compared: module.compared,
    Differences: module.differences,
    Repaired: module.repaired,
    Left: module.left,
    Waiting: module.waiting,
    Found: sentences(module.listed, module.differences),
    LeftOver:
      module.repaired === 0 && module.left === module.differences ? [] : sentences(module.leftListed, module.left),
  };
}

function sentences(listed: readonly StoreDifference[], count: number): readonly string[] {
  const lines = listed.map(sentenceOf);
  return count > listed.length ? [...lines, `and ${formatCount(count - listed.length, 'more difference')}.`] : lines;
}

function sentenceOf({ kind, name, owner }: StoreDifference): string {
  switch (kind) {
    case 'copyMissing':
      return `${name} of ${owner} is missing on its partner.`;
    case 'originalMissing':
      return `${name} is a copy of something that ${owner} does not have.`;
    case 'different':
      return `${name} of ${owner} is different on its partner.`;
    case 'originalDamaged':
      return `${name} is damaged on ${owner}, which owns it; the copy of its partner is sound.`;
    case 'twoOwners':
      return `${name} belongs to ${owner} there, and to its partner here.`;
  }
}

/** All modules of the pair when none is named. */
function modulesOf(services: EngineServices, { PoolFqdn, BackupModule }: Parameters): readonly BackupModule[] {
  return BackupModule === undefined || BackupModule === 'All'
    ? services.backupService.modulesOf(PoolFqdn)
    : [BackupModule];
}

/** Comparing alone holds nothing: it may run beside a synchronisation. */
function leasesOf(services: EngineServices, given: Parameters): readonly string[] {
  if (given.ResyncSignatureMismatchItems !== true) return [];
  const pools = [given.PoolFqdn, requirePartner(services.deployment, given.PoolFqdn).fqdn];
  return modulesOf(services, given).flatMap((module) => pools.map((pool) => `pool/${pool}/module/${module}`));
}
