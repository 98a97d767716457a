/** Conditions of a scenario against what the deployment measures. */
import { setTimeout as delay } from 'node:timers/promises';
import type { StatusServices } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { PoolStatus } from '../status.ts';
import { canonicalBackupModule } from '../topology/vocabulary.ts';
import type { Condition } from './scenario.ts';

export interface Judgement {
  readonly met: boolean;
  /** What was measured. */
  readonly evidence: string;
}

/** `condition` in words. */
export function conditionWords(condition: Condition): string {
  const { pool, module, databaseType, service, share, exportStatus, importStatus, principal, mirroring } = condition;
  const parts = [
    service === undefined ? [] : `its Front Ends are ${service}`,
    share === undefined ? [] : `its file share is ${share}`,
    exportStatus === undefined ? [] : `${module ?? 'the export'} is in ${exportStatus}`,
    importStatus === undefined ? [] : `the import ${module === undefined ? '' : `of ${module} `}is in ${importStatus}`,
    principal === undefined ? [] : `the principal of ${databaseType ?? 'every database'} is ${principal}`,
    mirroring === undefined ? [] : `the mirrors of ${databaseType ?? 'every database'} are ${mirroring}`,
  ].flat();
  return `${pool}: ${parts.join(', ')}`;
}

/** Measured now. */
export async function judge(status: StatusServices, condition: Condition, signal: AbortSignal): Promise<Judgement> {
  const { pools } = await status.snapshot(signal);
  const pool = pools.find(({ fqdn }) => fqdn.toLowerCase() === condition.pool.toLowerCase());
  if (pool === undefined) return { met: false, evidence: `${condition.pool} was not measured.` };
  const judgements = [...ofPool(pool, condition), ...ofModules(pool, condition), ...ofDatabases(pool, condition)];
  return {
    met: judgements.every(({ met }) => met),
    evidence: judgements.map(({ evidence }) => evidence).join('; '),
  };
}

/** Milliseconds between two looks. */
const lookInterval = 200;

/** Waits until the condition holds. Throws `timed-out`, with what was measured last; `cancelled`. */
export async function waitFor(
  status: StatusServices,
  condition: Condition,
  timeout: number,
  signal: AbortSignal,
): Promise<Judgement> {
  const end = performance.now() + timeout;
  for (;;) {
    throwIfCancelled(signal, 'The drill');
    const judgement = await judge(status, condition, signal);
    if (judgement.met) return judgement;
    if (performance.now() >= end) throw timedOut(conditionWords(condition), timeout, judgement.evidence);
    await delay(lookInterval, undefined, { signal }).catch(() => {});
  }
}

export function timedOut(what: string, timeout: number, evidence: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'timed-out',
    kind: 'timedOut',
    object: what,
    message: `Not reached within ${Math.round(timeout / 1_000)} s: ${what}. ${evidence}`,
    remedy: 'See what keeps it from getting there, or give the wait a longer timeout.',
  });
}

function ofPool({ service, share }: PoolStatus, condition: Condition): readonly Judgement[] {
  const found = share?.state ?? 'not in the topology';
  return [
    condition.service === undefined
      ? []
      : { met: service.state === condition.service, evidence: `its Front Ends are ${service.state}` },
    condition.share === undefined ? [] : { met: found === condition.share, evidence: `its file share is ${found}` },
  ].flat();
}

function ofModules(pool: PoolStatus, { module, exportStatus, importStatus }: Condition): readonly Judgement[] {
  if (exportStatus === undefined && importStatus === undefined) return [];
  const name = module === undefined ? undefined : canonicalBackupModule(module);
  const modules = pool.modules.filter((each) => (name === undefined ? each.exportsHere : each.Identity === name));
  if (modules.length === 0) return [{ met: false, evidence: `${module ?? 'A module'} does not run on ${pool.fqdn}` }];
  return modules.map(({ Identity, ExportStatus, ImportStatus }) => ({
    met:
      (exportStatus === undefined || reaches(ExportStatus, exportStatus)) &&
      (importStatus === undefined || ImportStatus === importStatus),
    evidence: `${Identity}: ${ExportStatus}, import ${ImportStatus}`,
  }));
}

/** Final State is a Steady State in which nothing is written any more (domain A.3). */
function reaches(found: string, wanted: string): boolean {
  return found === wanted || (wanted === 'SteadyState' && found === 'FinalState');
}

function ofDatabases(pool: PoolStatus, { databaseType, principal, mirroring }: Condition): readonly Judgement[] {
  if (principal === undefined && mirroring === undefined) return [];
  const databases = pool.databases.filter((each) => databaseType === undefined || each.DatabaseType === databaseType);
  if (databases.length === 0) return [{ met: false, evidence: `${pool.fqdn} has no such database` }];
  return databases.map((database) => {
    const serving = database.principal ?? 'none';
    const state =
      database.principal === 'mirror' ? database.MirroringStatusOnMirror : database.MirroringStatusOnPrimary;
    return {
      met: (principal === undefined || serving === principal) && (mirroring === undefined || state === mirroring),
      evidence: `${database.DatabaseName}: principal ${serving}, ${state === '' ? 'not mirrored' : state}`,
    };
  });
}
