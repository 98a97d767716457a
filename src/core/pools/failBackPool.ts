/** The steps in which the users of a pool come home again, with what they changed meanwhile (domain B.5, B.10). */
import { setImmediate } from 'node:timers/promises';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { poolNotFailedOver } from './errors.ts';
import { modulesOf, type PoolContext, type PoolMove, type PoolStep, poolSubject } from './failOverPool.ts';

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
    detail: `Its log is read from where ${backup} had imported it.`,
    alreadyDone: async () => undefined,
    run: async ({ services }) => {
      const lost = services.pools.nameLosses(pool);
      if (lost.rows === undefined) return `It cannot be said: ${lost.unknown}.`;
      if (lost.rows.length === 0) return 'Nothing.';
      return `${lost.rows.length} rows, replaced by what ${backup} holds: ${lost.rows.join(', ')}.`;
    },
  };
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

function copyRows({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'rows',
    title: `Make the rows of the users of ${pool} at home what they are on ${backup}`,
    detail: 'Row by row, so that nothing depends on how long the pool was away. Then both are compared.',
    alreadyDone: async () => undefined,
    run: async ({ services }, run) => {
      // What clients changed at home since must never be replaced by what the backup pool holds.
      if (services.pools.stateOf(pool) !== 'FailingBack') throw poolNotFailedOver(pool);
      const rows = await services.pools.copyRowsHome(pool, async (done) => {
        throwIfCancelled(run.signal, `The failback of ${pool}`);
        run.onProgress({ phase: 'Copying home', done, unit: 'rows' });
        await setImmediate();
      });
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

function synchronize({ pool, backup }: PoolMove): PoolStep {
  return {
    id: 'synchronize',
    title: 'Bring both directions to Steady State',
    detail: 'Both pools are synchronised and measured.',
    command: `Invoke-CsBackupServiceSync -PoolFqdn ${pool}`,
    alreadyDone: async () => undefined,
    run: async ({ services }, run) => {
      const evidence: string[] = [];
      for (const each of [pool, backup]) {
        await services.backupService.synchronize(each, modulesOf(services, each), { ...run, acceptLoss: false });
        for (const module of modulesOf(services, each)) {
          const status = await services.backupService.measureModule(each, module, run.signal);
          if (status.exportError !== undefined) throw new LyncTopologyError(status.exportError);
          evidence.push(`${module} of ${each}: ${status.ExportStatus}.`);
        }
      }
      return evidence.join(' ');
    },
  };
}
