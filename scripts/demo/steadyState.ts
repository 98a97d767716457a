/** The Backup Service of both pools, to Steady State. */
import { setTimeout as delay } from 'node:timers/promises';
import { formatCount, formatDuration } from '../../src/core/operations/amounts.ts';
import type { ModuleStatus } from '../../src/core/status.ts';
import type { Pool } from '../../src/core/topology/model.ts';
import type { BackupModule } from '../../src/core/topology/vocabulary.ts';
import { type DemoContext, type Finding, runStep } from './context.ts';

export async function synchronizePools(context: DemoContext): Promise<readonly Finding[]> {
  const { screen, pool1, pool2 } = context;
  screen.chapter('The Backup Service, to Steady State');
  const start = performance.now();
  for (const pool of [pool1, pool2]) {
    await runStep(context, `Synchronise ${pool.fqdn}`, 'Invoke-CsBackupServiceSync', { PoolFqdn: pool.fqdn });
  }
  const modules = await watchUntilSteady(context, [pool1, pool2]);
  screen.note(
    modules.map((line) => `${line.pool.padEnd(26)} ${line.module.Identity.padEnd(27)} ${line.module.ExportStatus}`),
  );
  return [{ name: 'First synchronisation of both pools', value: formatDuration(performance.now() - start) }];
}

export interface PoolModule {
  readonly pool: string;
  readonly module: ModuleStatus;
}

const patience = 60_000;
const askAgainAfter = 200;

/** Watches the modules, or one of them, until each that exports is steady or final. Throws on an error state and when it takes too long. */
export async function watchUntilSteady(
  context: DemoContext,
  pools: readonly Pool[],
  only?: BackupModule,
): Promise<readonly PoolModule[]> {
  const title = `Watch until ${only ?? 'every module'} is in Steady State`;
  return context.screen.step(title, async (tell) => {
    const end = performance.now() + patience;
    for (;;) {
      const modules = await modulesOf(context, pools, only);
      const waiting = modules.filter(({ module }) => module.exportsHere && !isSteady(module));
      tell({ phase: 'Watching', done: modules.length - waiting.length, total: modules.length, unit: 'steps' });
      if (waiting.length === 0) return modules;
      const failed = waiting.find(({ module }) => module.ExportStatus === 'ErrorState');
      if (failed !== undefined) throw new Error(`${failed.pool}: ${failed.module.explanation}`);
      if (performance.now() > end)
        throw new Error(`${formatCount(waiting.length, 'module')} did not reach Steady State.`);
      await delay(askAgainAfter, undefined, { signal: context.signal });
    }
  });
}

export async function modulesOf(
  { connection, signal }: DemoContext,
  pools: readonly Pool[],
  only?: BackupModule,
): Promise<readonly PoolModule[]> {
  const status = await connection.status(signal);
  return status.pools
    .filter((pool) => pools.some(({ fqdn }) => fqdn === pool.fqdn))
    .flatMap((pool) => pool.modules.map((module) => ({ pool: pool.fqdn, module })))
    .filter(({ module }) => only === undefined || module.Identity === only);
}

function isSteady(module: ModuleStatus): boolean {
  const caughtUp = module.ExportStatus === 'SteadyState' || module.ExportStatus === 'FinalState';
  return caughtUp && module.ImportStatus === 'NormalState';
}
