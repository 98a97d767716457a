/** The steps in which the users of a pool come to be served from its backup pool (domain B.5, B.6, B.10). */
import type { EngineServices } from '../engine/services.ts';
import type { Runbook, RunbookStep } from '../runbooks/runbook.ts';
import type { ModuleStatus } from '../status.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { untilSteady } from './untilSteady.ts';

export interface PoolMove {
  /** FQDN of the pool that is left, or come back to. */
  readonly pool: string;
  readonly backup: string;
  readonly disaster: boolean;
  readonly skipVerification: boolean;
  /** Milliseconds for which the states of the Backup Service are waited for. */
  readonly waitTime: number;
}

export interface PoolContext {
  readonly services: EngineServices;
}

export type PoolStep = RunbookStep<PoolContext>;

export const failOverOperation = 'Invoke-CsPoolFailOver';
export const userModules: readonly BackupModule[] = ['UserServices.PresenceFocus', 'ConfServices.DataConf'];

export function poolSubject(pool: string): string {
  return `pool/${pool}/failover`;
}

export function failOverRunbook(move: PoolMove): Runbook<PoolContext> {
  const { pool, disaster } = move;
  return {
    operation: failOverOperation,
    subject: poolSubject(pool),
    parameters: { pool, disaster },
    steps: disaster
      ? [serve(move), lendContent(move), verify(move)]
      : [close(move), replicate(move), serve(move), lendContent(move), verify(move)],
  };
}

function close({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'close',
    title: `Make ${pool} read-only`,
    detail: 'Its clients change nothing any more, so that what is replicated next is everything.',
    alreadyDone: async ({ services }) => {
      const state = services.pools.stateOf(pool);
      return state === 'FailedOver' ? `Its users are served from ${backup}.` : undefined;
    },
    run: async ({ services }) => {
      services.pools.enter(pool, 'FailingOver', { disaster: false });
      return 'Changes of its clients are refused.';
    },
  };
}

function replicate(move: PoolMove): PoolStep {
  const { pool, backup } = move;
  return {
    id: 'replicate',
    title: `Replicate ${pool} to ${backup} until nothing is outstanding`,
    detail: `Its modules are synchronised; ${move.skipVerification ? 'what they then say is not waited for' : 'UserServices.PresenceFocus must be in Final State'}.`,
    command: `Invoke-CsBackupServiceSync -PoolFqdn ${pool}`,
    alreadyDone: async ({ services }) =>
      services.pools.stateOf(pool) === 'FailedOver' ? `Its users are served from ${backup}.` : undefined,
    run: async ({ services }, run) => {
      await services.backupService.synchronize(pool, modulesOf(services, pool), { ...run, acceptLoss: false });
      if (move.skipVerification) return 'Synchronised; the states were not waited for.';
      const wanted = { pool, modules: modulesOf(services, pool), accepts: isReplicated };
      return untilSteady(services, wanted, move.waitTime, run.signal);
    },
  };
}

export function modulesOf(services: EngineServices, pool: string): readonly BackupModule[] {
  const carried = services.backupService.modulesOf(pool);
  return userModules.filter((module) => carried.includes(module));
}

/** Content may be in Steady State: files that keep changing are carried again later. */
function isReplicated({ Identity, ExportStatus }: ModuleStatus): boolean {
  return ExportStatus === 'FinalState' || (Identity === 'ConfServices.DataConf' && ExportStatus === 'SteadyState');
}

function serve({ pool, backup, disaster }: PoolMove): PoolStep {
  return {
    id: 'serve',
    title: `Serve the users of ${pool} from ${backup}`,
    detail: disaster
      ? `${pool} is not contacted. What it had not replicated stays behind and is counted when it returns.`
      : `Changes of its users are refused on ${pool} and taken on ${backup}. Response groups, call park and the address book are not.`,
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      const before = services.pools.of(pool);
      const imported = before?.state === 'FailedOver' ? before.imported : services.pools.imported(pool);
      services.pools.enter(pool, 'FailedOver', { disaster, ...(imported === undefined ? {} : { imported }) });
      return `${backup} holds their data up to commit ${imported?.sequence ?? 0} of ${pool} and takes their changes.`;
    },
  };
}

function lendContent({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'content',
    title: `Make the conference content of ${pool} available on ${backup}`,
    detail: `The copies on the share of ${backup} become what its users work with, and go home with the failback.`,
    alreadyDone: async () => undefined,
    run: async ({ services }) => `${await services.pools.lendContent(pool)} files and folders.`,
  };
}

function verify({ pool, backup, skipVerification }: PoolMove): PoolStep {
  return {
    id: 'verify',
    title: `See that ${backup} has what the users of ${pool} need`,
    detail: 'Their rows are counted, and every file of their content is looked for.',
    alreadyDone: async () => (skipVerification ? 'Left out by -SkipDataVerification.' : undefined),
    run: async ({ services }) => {
      const files = services.pools.verifyLentContent(pool);
      const users = services.databases
        .find(backup, 'rtcxds')
        .read((database) => database.prepare('select count(*) as users from users where homePool = ?').get(pool));
      return `${Number(users?.['users'] ?? 0)} users, ${files} files and folders.`;
    },
  };
}
