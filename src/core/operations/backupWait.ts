/** Waiting until the Backup Service of a pool is in the state in which it may be backed up (domain A.5). */
import { setTimeout } from 'node:timers/promises';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { ModuleStatus, PoolStatus } from '../status.ts';
import { formatTimeSpan } from '../topology/values.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import { formatCount } from './amounts.ts';
import type { BackupLook } from './backupReport.ts';
import type { OperationRun } from './definition.ts';

export interface BackupWait {
  readonly pool: string;
  readonly modules: readonly BackupModule[];
  readonly state: 'Steady' | 'Final';
  /** Milliseconds between two looks. */
  readonly pause: number;
  readonly looks: number;
  readonly onLook: (look: BackupLook) => void;
}

/** Resolves with the modules that export here, once all of them are in the wanted state. Throws `timed-out`. */
export async function waitForBackupState(
  services: EngineServices,
  wait: BackupWait,
  run: Pick<OperationRun, 'signal' | 'verbose' | 'onProgress'>,
): Promise<readonly BackupModule[]> {
  const { pool, modules, state } = wait;
  const wanted: readonly string[] = state === 'Final' ? ['FinalState'] : ['SteadyState', 'FinalState'];
  const isThere = ({ modules: known }: PoolStatus): boolean =>
    known.every((each) => !modules.includes(each.Identity) || !each.exportsHere || wanted.includes(each.ExportStatus));
  for (let look = 1; ; look += 1) {
    const { modules: measured } = await services.backupService.measurePool(pool, {
      modules,
      signal: run.signal,
    });
    const exporting = measured.filter(({ exportsHere }) => exportsHere);
    wait.onLook({
      time: new Date().toISOString(),
      states: exporting.map(({ Identity, ExportStatus }) => `${Identity}: ${ExportStatus}`),
    });
    const late = exporting.find(({ ExportStatus }) => !wanted.includes(ExportStatus));
    if (late === undefined) return exporting.map(({ Identity }) => Identity);
    run.verbose(`${late.Identity} is in ${late.ExportStatus} (look ${look} of ${wait.looks}).`);
    run.onProgress({ phase: `waiting for ${late.Identity}`, done: look, total: wait.looks, unit: 'steps' });
    if (look >= wait.looks) throw timedOut(wait, late);
    const changed = await pauseUntil(services, pool, isThere, wait.pause, run.signal);
    // What the live status told ends the pause; it is measured again, and is no try of its own.
    if (changed) look -= 1;
  }
}

/** True when the live status said so before the time was over. Throws `cancelled`. */
async function pauseUntil(
  { status }: EngineServices,
  pool: string,
  isThere: (pool: PoolStatus) => boolean,
  milliseconds: number,
  signal: AbortSignal,
): Promise<boolean> {
  const seen = new AbortController();
  const subscription = status.onDidChange(({ pools = [] }) => {
    const changed = pools.find(({ fqdn }) => fqdn === pool);
    if (changed !== undefined && isThere(changed)) seen.abort();
  });
  try {
    await setTimeout(milliseconds, undefined, { signal: AbortSignal.any([signal, seen.signal]) });
    return false;
  } catch {
    throwIfCancelled(signal, `The backup of ${pool}`);
    return true;
  } finally {
    subscription[Symbol.dispose]();
  }
}

function timedOut(
  { pool, state, looks, pause }: BackupWait,
  { Identity, ExportStatus, explanation }: ModuleStatus,
): LyncTopologyError {
  return new LyncTopologyError({
    code: 'timed-out',
    kind: 'timedOut',
    object: `${Identity} of ${pool}`,
    message: `${Identity} of ${pool} did not reach ${state} State: it was in ${ExportStatus} at each of ${formatCount(looks, 'look')}, ${formatTimeSpan(pause)} apart. ${explanation}`,
    remedy: 'Bring the state about, then run this again. No package was written.',
  });
}
