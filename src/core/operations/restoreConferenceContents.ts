import * as z from 'zod';
import type { EngineServices, SynchronizedModule } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { ExportStatus, ModuleStatus } from '../status.ts';
import { formatAmount } from './amounts.ts';
import type { OperationDefinition, OperationRun } from './definition.ts';
import { meta } from './fields.ts';
import { getCsBackupServiceStatus } from './getCsBackupServiceStatus.ts';
import { invokeCsBackupServiceSync } from './invokeCsBackupServiceSync.ts';
import { makePlan } from './plans.ts';
import { powershellText } from './powershell.ts';
import { requirePartner } from './subjects.ts';

const content = 'ConfServices.DataConf';

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description: 'The pool that lost its conference content. Its partner sends it back.',
      offers: 'pairedPool',
      placeholder: 'FQDN',
    }),
  ),
});
type Parameters = z.infer<typeof parameters>;

export interface RestoreResult {
  readonly PoolFqdn: string;
  readonly RestoredFrom: string;
  /** What was sent back to the pool. */
  readonly Restored: { readonly items: number; readonly bytes: number };
  readonly ExportStatus: ExportStatus;
  readonly LeftOut: SynchronizedModule['leftOut'];
  /** Milliseconds. */
  readonly Duration: number;
}

export const restoreConferenceContents: OperationDefinition<typeof parameters, RestoreResult> = {
  name: 'Restore-ConferenceContents',
  kind: 'guided',
  title: 'Restore conference contents',
  summary: 'Refills the file share of a pool that lost its conference content from its backup pool.',
  description: [
    'Name the pool that lost the content. The partner synchronises ConfServices.DataConf, which sends back what the pool no longer has, and the procedure waits until the module is in Steady State.',
    'The documentation needs this in three situations: the file share of a paired pool was lost; a pool has failed over, so that its content is to be available on the backup pool; and after the failback.',
    'The content of the partner itself is not touched.',
  ],
  parameters,
  examples: [
    {
      command: 'Restore-ConferenceContents -PoolFqdn atl-cs-001.litwareinc.com',
      explanation: 'The Atlanta pool lost its content: Dallas sends it back.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator'],
  effect: 'changes',
  describe: ({ PoolFqdn }) => `Restore the conference contents of ${PoolFqdn}`,
  leases: (services, given) => invokeCsBackupServiceSync.leases?.(services, syncParameters(services, given)) ?? [],
  preconditions: async (services, given, signal) =>
    (await invokeCsBackupServiceSync.preconditions?.(services, syncParameters(services, given), signal)) ?? [],
  plan: async (services, given, signal) => {
    const sync = syncParameters(services, given);
    const preconditions = (await restoreConferenceContents.preconditions?.(services, given, signal)) ?? [];
    return makePlan(restoreConferenceContents, given, {
      title: `${restoreConferenceContents.describe(given)} from ${sync.PoolFqdn}`,
      preconditions,
      steps: [
        {
          title: `Synchronise ${content} of ${sync.PoolFqdn}`,
          detail: `What ${sync.PoolFqdn} holds of the content of ${given.PoolFqdn} is compared with what is there, and what is missing or differs is copied back.`,
        },
        {
          title: `Watch ${content} of ${sync.PoolFqdn} until it is in Steady State`,
          detail: 'Then what was restored is said.',
        },
      ],
      powershell: [
        powershellText(invokeCsBackupServiceSync, sync),
        `(${powershellText(getCsBackupServiceStatus, { PoolFqdn: sync.PoolFqdn })}).BackupModules | Where-Object Identity -eq '${content}'`,
      ].join('\n'),
    });
  },
  execute: restore,
};

async function restore(services: EngineServices, given: Parameters, run: OperationRun): Promise<RestoreResult> {
  const started = performance.now();
  const sync = syncParameters(services, given);
  const rounds: SynchronizedModule[] = [];
  let status: ModuleStatus;
  do {
    throwIfCancelled(run.signal, restoreConferenceContents.describe(given));
    const { BackupModules } = await invokeCsBackupServiceSync.execute(services, sync, run);
    rounds.push(...BackupModules);
    status = await services.backupService.measureModule(sync.PoolFqdn, content, run.signal);
    if (status.ExportStatus === 'ErrorState') throw failed(given, status);
    run.verbose(`${content} of ${sync.PoolFqdn}: ${status.ExportStatus}. ${status.explanation}`);
  } while (!['SteadyState', 'FinalState'].includes(status.ExportStatus));
  const restored = {
    items: rounds.reduce((sum, round) => sum + round.restored.items, 0),
    bytes: rounds.reduce((sum, round) => sum + round.restored.bytes, 0),
  };
  run.verbose(
    `Restored to ${given.PoolFqdn}: ${formatAmount(restored.items, restored.bytes, 'file or folder', 'files and folders')}.`,
  );
  return {
    PoolFqdn: given.PoolFqdn,
    RestoredFrom: sync.PoolFqdn,
    Restored: restored,
    ExportStatus: status.ExportStatus,
    LeftOut: rounds.flatMap((round) => round.leftOut),
    Duration: Math.round(performance.now() - started),
  };
}

/** The surviving pool is the one that synchronises (domain A.6). */
function syncParameters(services: EngineServices, given: Parameters) {
  return { PoolFqdn: requirePartner(services.deployment, given.PoolFqdn).fqdn, BackupModule: content } as const;
}

function failed(given: Parameters, status: ModuleStatus): LyncTopologyError {
  return new LyncTopologyError(
    status.exportError ?? {
      code: 'sync-failed',
      kind: 'failed',
      object: given.PoolFqdn,
      message: `The conference contents of ${given.PoolFqdn} could not be restored. ${status.explanation}`,
      remedy: 'Mend what it names and run this again: what is restored already is not copied again.',
    },
  );
}
