/** The steps in which the users of a pool come home again, with what they changed meanwhile (domain B.5, B.10). */
import { setImmediate } from 'node:timers/promises';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { ModuleStatus } from '../status.ts';
import { poolNotFailedOver } from './errors.ts';
import { modulesOf, type PoolContext, type PoolMove, type PoolStep, poolSubject } from './failOverPool.ts';
import type { KeptFile } from './keptContent.ts';
import type { Losses } from './losses.ts';
import { untilSteady } from './untilSteady.ts';

export const failBackOperation = 'Invoke-CsPoolFailBack';

export function failBackRunbook(move: PoolMove): Runbook<PoolContext> {
  const { pool } = move;
  return {
    operation: failBackOperation,
    subject: poolSubject(pool),
    parameters: { pool },
    steps: [
      close(move),
      nameLosses(move),
      drain(move),
      copyRows(move),
      returnContent(move),
      serve(move),
      synchronize(move),
    ],
  };
}

/**
 * The backup pool is gone: it is not contacted, the users work with what their own pool holds, and what they did on the
 * backup pool is lost. It is named, and replaced, when the backup pool answers again (domain B.6).
 */
export function failBackWithoutBackupRunbook(move: PoolMove): Runbook<PoolContext> {
  return {
    operation: failBackOperation,
    subject: poolSubject(move.pool),
    parameters: { pool: move.pool, disaster: true },
    steps: [verifyHome(move), reclaimContent(move), serveWithoutBackup(move)],
  };
}

/** A failover that was interrupted before anybody was served elsewhere is called off: there is nothing to copy home. */
export function callOffRunbook(move: PoolMove): Runbook<PoolContext> {
  return {
    operation: failBackOperation,
    subject: poolSubject(move.pool),
    parameters: { pool: move.pool, callOff: true },
    steps: [serve(move)],
  };
}

function close({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'close',
    title: `Take no more changes of the users of ${pool} on ${backup}`,
    detail: 'What is copied home next is everything.',
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      if (!services.pools.isServedElsewhere(pool)) throw poolNotFailedOver(pool);
      services.pools.enter(pool, 'FailingBack');
      return `Their changes are refused on both pools.`;
    },
  };
}

function nameLosses({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'losses',
    title: `Name what ${pool} had not replicated when it was left`,
    detail: `Its log is read from where ${backup} had imported it. Files that were changed on its share are copied aside, into its BackupStore.`,
    alreadyDone: async () => undefined,
    run: async ({ services }, run) => {
      const lost = services.pools.nameLosses(pool);
      await services.pools.kept.keep(pool, run.signal);
      return `${rowsIn(lost, backup)} ${filesIn(services.pools.kept.of(pool))}`;
    },
  };
}

function rowsIn({ rows, unknown = '' }: Losses, backup: string): string {
  if (rows === undefined) return `Rows: it cannot be said, because ${unknown}.`;
  if (rows.length === 0) return 'Rows: none.';
  return `${rows.length} rows, replaced by what ${backup} holds: ${rows.join(', ')}.`;
}

function filesIn(files: readonly KeptFile[]): string {
  if (files.length === 0) return 'Files: none.';
  return `${files.length} files, kept aside: ${files.map(({ path, keptAs }) => `${path} as ${keptAs}`).join(', ')}.`;
}

function drain({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'drain',
    title: `Replicate ${backup} to ${pool}, conference content included`,
    detail: 'What was put into meetings and changed in them meanwhile is copied home.',
    command: `Invoke-CsBackupServiceSync -PoolFqdn ${backup}`,
    alreadyDone: async () => undefined,
    run: async ({ services }, run) => {
      const done = await services.backupService.synchronize(backup, modulesOf(services, backup), {
        ...run,
        acceptLoss: false,
      });
      return done.map(({ Identity, items }) => `${Identity}: ${items} carried.`).join(' ');
    },
  };
}

function copyRows({ pool, backup, skipVerification }: PoolMove): PoolStep {
  return {
    id: 'rows',
    title: `Make the rows of the users of ${pool} at home what they are on ${backup}`,
    detail: `Row by row, so that nothing depends on how long the pool was away.${skipVerification ? '' : ' Then both are compared.'}`,
    alreadyDone: async () => undefined,
    run: async ({ services }, run) => {
      // What clients changed at home since must never be replaced by what the backup pool holds.
      if (services.pools.stateOf(pool) !== 'FailingBack') throw poolNotFailedOver(pool);
      const rows = await services.pools.copyRowsHome(pool, async (done) => {
        throwIfCancelled(run.signal, `The failback of ${pool}`);
        run.onProgress({ phase: 'Copying home', done, unit: 'rows' });
        await setImmediate();
      });
      if (skipVerification) return `${rows} rows; not compared.`;
      const differing = services.pools.differingRows(pool);
      if (differing === 0) return `${rows} rows, the same on both pools.`;
      throw new LyncTopologyError({
        code: 'content-different',
        kind: 'failed',
        object: `rtcxds of ${pool}`,
        message: `${differing} rows of the users of ${pool} differ between ${pool} and ${backup} after the copy.`,
        remedy: 'Run it again; if they differ again, report this as a defect.',
      });
    },
  };
}

function returnContent({ pool }: PoolMove): PoolStep {
  return {
    id: 'content',
    title: `Make the share of ${pool} the home of its content again`,
    detail: 'What was made in its conferences meanwhile belongs to it, too.',
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      await services.pools.returnContent(pool);
      return 'It is exported from home again.';
    },
  };
}

function serve({ pool }: PoolMove): PoolStep {
  return {
    id: 'serve',
    title: `Serve the users of ${pool} at home`,
    detail: 'Their changes are taken there again.',
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      services.pools.enter(pool, 'Normal', { disaster: false });
      return `${pool} takes their changes.`;
    },
  };
}

function verifyHome({ pool, skipVerification }: PoolMove): PoolStep {
  return {
    id: 'verify',
    title: `See that ${pool} holds what its users had when it was left`,
    detail: 'The history of its user database, and every file of its content, are looked for.',
    alreadyDone: async () => (skipVerification ? 'Left out by -SkipDataVerification.' : undefined),
    run: async ({ services }) => {
      const { state } = services.pools.of(pool) ?? {};
      if (state === undefined || state === 'Normal') throw poolNotFailedOver(pool);
      if (!services.pools.continuesHistory(pool)) throw otherHistory(pool);
      const files = services.pools.verifyOwnContent(pool);
      const users = services.databases
        .find(pool, 'rtcxds')
        .read((database) => database.prepare('select count(*) as users from users where homePool = ?').get(pool));
      return `${Number(users?.['users'] ?? 0)} users, ${files} files and folders.`;
    },
  };
}

function otherHistory(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-lost-content',
    kind: 'failed',
    object: `rtcxds of ${pool}`,
    message: `rtcxds of ${pool} does not continue the history that its users were failed over with: it was made anew, or came back from a backup.`,
    remedy: 'Bring the database back, or leave the verification out with -SkipDataVerification.',
  });
}

function reclaimContent({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'content',
    title: `Make the share of ${pool} the home of its content again`,
    detail: `What was changed on the share of ${backup} is kept there, aside, when that answers again; what was added there comes home then.`,
    alreadyDone: async () => undefined,
    run: async ({ services }) => `${await services.pools.reclaimContent(pool)} files and folders.`,
  };
}

function serveWithoutBackup({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'serve',
    title: `Serve the users of ${pool} at home`,
    detail: `${backup} is not contacted. What was changed there stays behind, and is counted and named when it returns.`,
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      services.pools.loseBackup(pool);
      return `${pool} takes their changes. ${backup} has to be synchronised when it returns.`;
    },
  };
}

function synchronize({ pool, backup, skipVerification, waitTime }: PoolMove): PoolStep {
  return {
    id: 'synchronize',
    title: 'Bring both directions to Steady State',
    detail: skipVerification
      ? 'Both pools are synchronised; their states are not waited for.'
      : 'Both pools are synchronised and measured.',
    command: `Invoke-CsBackupServiceSync -PoolFqdn ${pool}`,
    alreadyDone: async () => undefined,
    run: async ({ services }, run) => {
      const evidence: string[] = [];
      for (const each of [pool, backup]) {
        const modules = modulesOf(services, each);
        await services.backupService.synchronize(each, modules, { ...run, acceptLoss: false });
        if (skipVerification) evidence.push(`${each} is synchronised.`);
        else {
          const states = await untilSteady(services, { pool: each, modules, accepts: isSteady }, waitTime, run.signal);
          evidence.push(`${each}: ${states}`);
        }
      }
      return evidence.join(' ');
    },
  };
}

function isSteady({ ExportStatus }: ModuleStatus): boolean {
  return ExportStatus === 'FinalState' || ExportStatus === 'SteadyState';
}
