import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { partnerOf } from '../topology/model.ts';
import { formatCount } from './amounts.ts';
import type { OperationDefinition, OperationRun } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';
import { servedAtHomePrecondition } from './poolAtHome.ts';
import {
  initializedPrecondition,
  noConflictPrecondition,
  poolRunsPrecondition,
  poolStatus,
  sharePrecondition,
} from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description: 'The pool that keeps backup data of pools which are not its backup pool any more.',
      offers: 'pool',
      placeholder: 'FQDN',
    }),
  ),
  Force: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Does not ask. Accepted because scripts pass it.' })),
});
type Parameters = z.infer<typeof parameters>;

export interface RemovedBackupData {
  readonly PoolFqdn: string;
  readonly Removed: readonly {
    readonly Owner: string;
    readonly Rows: number;
    /** Files and folders. */
    readonly Files: number;
    /** Files that were changed here since they were copied. */
    readonly Kept: readonly string[];
  }[];
}

export const removeCsUserStoreBackupData: OperationDefinition<typeof parameters, RemovedBackupData> = {
  name: 'Remove-CsUserStoreBackupData',
  kind: 'cmdlet',
  title: 'Remove stale backup data',
  summary: 'Removes what a pool keeps of pools that it was paired with before.',
  description: [
    'When a pair is dissolved, each pool keeps its copies of the other: rows of the user store and files of conference content. They are of use as long as the other pool may have to be brought back from them, and in the way of a new pair.',
    'What belongs to the pool itself or to its present backup pool is never touched, and a copied file that somebody has changed here since is kept and named.',
  ],
  parameters,
  examples: [
    {
      command: 'Remove-CsUserStoreBackupData -PoolFqdn dal-cs-001.litwareinc.com',
      explanation: 'Dallas was unpaired from Atlanta: what it kept of Atlanta goes.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  confirmation: ({ PoolFqdn }) => `Remove stale backup data from ${PoolFqdn}`,
  describe: ({ PoolFqdn }) => `Remove stale backup data from ${PoolFqdn}`,
  leases: (services, given) => leasesOf(services, given),
  preconditions: async (services, given, signal) => {
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const pool = await poolStatus(services, given.PoolFqdn, signal);
    return [
      initialized,
      poolRunsPrecondition(pool),
      ...(pool.share === undefined ? [] : [sharePrecondition(pool)]),
      servedAtHomePrecondition(services, given.PoolFqdn),
      noConflictPrecondition(services, leasesOf(services, given), given.PoolFqdn),
    ];
  },
  plan: async (services, given, signal) => {
    const preconditions = (await removeCsUserStoreBackupData.preconditions?.(services, given, signal)) ?? [];
    const copies = preconditions.every(({ met }) => met) ? staleCopies(services, given) : [];
    return makePlan(removeCsUserStoreBackupData, given, {
      title: removeCsUserStoreBackupData.describe(given),
      preconditions,
      steps: copies.map(({ owner, rows, files }) => ({
        title: `Remove what ${given.PoolFqdn} keeps of ${owner}`,
        detail: `${formatCount(rows, 'row')} of the user store, ${formatCount(files, 'file or folder', 'files and folders')}.`,
      })),
      losses: copies.map(
        ({ owner }) =>
          `The backup data of ${owner} on ${given.PoolFqdn}: ${owner} cannot be brought back from it then.`,
      ),
      confirmation: `Remove stale backup data from ${given.PoolFqdn}`,
    });
  },
  execute: remove,
};

async function remove(services: EngineServices, given: Parameters, run: OperationRun): Promise<RemovedBackupData> {
  const partner = partnerOf(services.deployment, given.PoolFqdn)?.fqdn;
  const removed = await services.backupService.staleCopies.remove(given.PoolFqdn, partner, run);
  return {
    PoolFqdn: given.PoolFqdn,
    Removed: removed.map(({ owner, rows, files, kept }) => ({ Owner: owner, Rows: rows, Files: files, Kept: kept })),
  };
}

function staleCopies(services: EngineServices, { PoolFqdn }: Parameters) {
  return services.backupService.staleCopies.of(PoolFqdn, partnerOf(services.deployment, PoolFqdn)?.fqdn);
}

/** Nothing carries to or from the pool meanwhile. */
function leasesOf(services: EngineServices, { PoolFqdn }: Parameters): readonly string[] {
  const modules = services.backupService.modulesOf(PoolFqdn).map((module) => `pool/${PoolFqdn}/module/${module}`);
  return [`pool/${PoolFqdn}/staleCopies`, ...modules];
}
