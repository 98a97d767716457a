import * as z from 'zod';
import { documentDifferences, documentVersions } from '../backupService/cmsDocuments.ts';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import { formatList } from './amounts.ts';
import type { OperationDefinition, OperationRun } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan, requireAll } from './plans.ts';
import { initializedPrecondition, poolStatus } from './subjects.ts';

const parameters = z.strictObject({
  ReplicaFqdn: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'Only the replica of this pool.',
        offers: 'pool',
        placeholder: 'FQDN',
      }),
    ),
  CentralManagementStoreStatus: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Shows the store itself, and who serves it, instead of its replicas.' })),
});
type Parameters = z.infer<typeof parameters>;

/** Property names of the documentation (domain B.6). */
export interface ReplicaStatus {
  readonly UpToDate: boolean;
  readonly ReplicaFqdn: string;
  /** When the replica was last compared and brought up to date; `null` when it never was. */
  readonly LastStatusReport: string | null;
  /** When the newest document of the store was changed; `null` when the store cannot be read. */
  readonly LastUpdateCreation: string | null;
}

export interface StoreStatus {
  /** `null` when the store, or every Front End of its pool, does not answer. */
  readonly ActiveMasterFqdn: string | null;
  /** `null` when the file share of that pool, or every Front End, does not answer. */
  readonly ActiveFileTransferAgents: string | null;
  readonly ActiveReplicas: readonly string[];
}

export const getCsManagementStoreReplicationStatus: OperationDefinition<
  typeof parameters,
  StoreStatus | readonly ReplicaStatus[]
> = {
  name: 'Get-CsManagementStoreReplicationStatus',
  kind: 'cmdlet',
  title: 'Show Central Management replication status',
  summary: 'Shows where the Central Management store is active and whether its replica is up to date.',
  description: [
    'With -CentralManagementStoreStatus: which pool has the active store. ActiveMasterFqdn is empty when that store, or every Front End of its pool, does not answer: then fail the Central Management store over before its pool.',
    'Without it: the replica in the backup pool, and whether it holds every document of the active store in the same version. Both stores are read and compared at this moment.',
    'The embedded deployment keeps one replica, in the backup pool. ProductVersion, the heartbeats and DeletedReplicas of real servers are left out, because nothing here measures them.',
  ],
  parameters,
  examples: [
    {
      command: 'Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus',
      explanation: 'Is the Central Management store alive, and where?',
    },
    { command: 'Get-CsManagementStoreReplicationStatus', explanation: 'Is the replica up to date?' },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  describe: () => 'Central Management replication status',
  plan: async (_services, given) =>
    makePlan(getCsManagementStoreReplicationStatus, given, {
      title: getCsManagementStoreReplicationStatus.describe(given),
      steps: [{ title: 'Read both Central Management stores', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, given, run) => {
    requireAll([initializedPrecondition(services)]);
    return given.CentralManagementStoreStatus === true ? storeStatus(services, run) : replicas(services, given, run);
  },
};

async function storeStatus(services: EngineServices, run: OperationRun): Promise<StoreStatus> {
  const { active, stores } = services.centralManagement.standing();
  const pool = active === undefined ? undefined : await poolStatus(services, active, run.signal);
  const runs = pool !== undefined && pool.service.state !== 'stopped';
  const answers = runs && stores.some((store) => store.pool === active && store.error === undefined);
  const others = stores.filter((store) => store.pool !== active && store.error === undefined);
  return {
    ActiveMasterFqdn: answers && pool.centralManagement === 'active' ? pool.fqdn : null,
    ActiveFileTransferAgents: runs && pool.share?.state === 'available' ? pool.fqdn : null,
    ActiveReplicas: others.map((store) => store.pool),
  };
}

async function replicas(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
): Promise<readonly ReplicaStatus[]> {
  const { active, stores } = services.centralManagement.standing();
  const all = stores.filter(({ pool }) => pool !== active).map(({ pool }) => pool);
  const asked = all.filter((pool) => given.ReplicaFqdn === undefined || pool === given.ReplicaFqdn);
  if (asked.length === 0) throw noReplica(given, all);
  return Promise.all(asked.map((pool) => replicaStatus(services, active, pool, run)));
}

async function replicaStatus(
  services: EngineServices,
  active: string | undefined,
  replica: string,
  run: OperationRun,
): Promise<ReplicaStatus> {
  const wanted = documentsOf(services, active);
  const held = documentsOf(services, replica);
  const module = 'CentralMgmt.CMSMaster';
  const carried = active !== undefined && services.backupService.modulesOf(active).includes(module);
  const status = carried ? await services.backupService.measureModule(active, module, run.signal) : undefined;
  const changes = [...(wanted?.values() ?? [])].map(({ changedAt }) => changedAt).sort();
  return {
    UpToDate: wanted !== undefined && held !== undefined && documentDifferences(wanted, held).length === 0,
    ReplicaFqdn: replica,
    LastStatusReport: status?.lastCycle?.endedAt ?? null,
    LastUpdateCreation: changes.at(-1) ?? null,
  };
}

/** `undefined` when the store does not answer. */
function documentsOf(
  { databases }: EngineServices,
  pool: string | undefined,
): ReturnType<typeof documentVersions> | undefined {
  if (pool === undefined) return undefined;
  try {
    return databases.find(pool, 'xds').read(documentVersions);
  } catch (error) {
    if (error instanceof LyncTopologyError) return undefined;
    throw error;
  }
}

function noReplica(given: Parameters, all: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'module-not-applicable',
    kind: 'refused',
    object: given.ReplicaFqdn ?? 'Central Management store',
    message:
      given.ReplicaFqdn === undefined
        ? 'The Central Management store has no replica: no other pool hosts a standby copy.'
        : `${given.ReplicaFqdn} holds no replica of the Central Management store.`,
    remedy:
      all.length === 0
        ? 'Add centralManagement: standby and a CentralMgmt database to the backup pool in the topology file.'
        : `There are replicas on ${formatList(all)}.`,
  });
}
