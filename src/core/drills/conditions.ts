/** Conditions of a scenario against what the deployment measures. */
import type { StatusServices } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { DeploymentStatus, StatusChange } from '../status.ts';
import { judgeChatPool, judgeMachine, judgePool } from './judgements.ts';
import type { Condition } from './scenario.ts';

export interface Judgement {
  readonly met: boolean;
  /** What was measured. */
  readonly evidence: string;
}

/** What conditions are about. */
export type Measured = Pick<DeploymentStatus, 'pools' | 'persistentChat' | 'virtualMachines' | 'dataDirectory'>;

/** `condition` in words. */
export function conditionWords(condition: Condition): string {
  const { module, databaseType } = condition;
  const { service, share, exportStatus, importStatus, principal, mirroring } = condition;
  const { servedBy, centralManagement, poolState, logShipping, replicationState, disks } = condition;
  const parts = [
    service === undefined ? [] : `its Front Ends are ${service}`,
    share === undefined ? [] : `its file share is ${share}`,
    exportStatus === undefined ? [] : `${module ?? 'the export'} is in ${exportStatus}`,
    importStatus === undefined ? [] : `the import ${module === undefined ? '' : `of ${module} `}is in ${importStatus}`,
    principal === undefined ? [] : `the principal of ${databaseType ?? 'every database'} is ${principal}`,
    mirroring === undefined ? [] : `the mirrors of ${databaseType ?? 'every database'} are ${mirroring}`,
    servedBy === undefined ? [] : `its users are served by ${placeWords[servedBy]}`,
    centralManagement === undefined ? [] : `its Central Management store is ${centralManagement}`,
    poolState === undefined ? [] : `its state is ${poolState}`,
    logShipping === undefined ? [] : `its log shipping is ${logShipping}`,
    replicationState === undefined ? [] : `its replication is ${replicationState}`,
    disks === undefined ? [] : `the disks of both sides are ${disks}`,
  ].flat();
  const subject = condition.pool ?? condition.persistentChat ?? condition.virtualMachine ?? '';
  return `${subject}: ${parts.join(', ')}`;
}

const placeWords = { home: 'the pool itself', backup: 'its backup pool' } as const;

/** Measured now. */
export async function judge(status: StatusServices, condition: Condition, signal: AbortSignal): Promise<Judgement> {
  return judgeMeasured(await status.snapshot(signal), condition);
}

/**
 * Waits until the condition holds: looks again whenever the deployment says that something changed. Throws `timed-out`, with
 * what was measured last; `cancelled`.
 */
export async function waitFor(
  status: StatusServices,
  condition: Condition,
  timeout: number,
  signal: AbortSignal,
): Promise<Judgement> {
  throwIfCancelled(signal, 'The drill');
  const reached = Promise.withResolvers<Judgement>();
  let measured: Measured | undefined;
  let told = 0;
  let last: Judgement = { met: false, evidence: 'Nothing was measured.' };
  const look = (now: Measured): void => {
    measured = now;
    last = judgeMeasured(now, condition);
    if (last.met) reached.resolve(last);
  };
  using _ = status.onDidChange((change) => {
    told = change.revision;
    if (measured !== undefined && concerns(change)) look(merged(measured, change));
  });
  const abort = (): void => reached.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => reached.reject(timedOut(conditionWords(condition), timeout, last.evidence)), timeout);
  try {
    let first = await status.snapshot(signal);
    // Something was told while this one was on its way.
    while (first.revision < told) first = await status.snapshot(signal);
    look(first);
    return await reached.promise;
  } catch (error) {
    throwIfCancelled(signal, 'The drill');
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    reached.promise.catch(() => {});
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

function judgeMeasured(measured: Measured, condition: Condition): Judgement {
  const judgements = [
    ...(condition.pool === undefined ? [] : judgePool(measured, condition.pool, condition)),
    ...(condition.persistentChat === undefined ? [] : judgeChatPool(measured, condition.persistentChat, condition)),
    ...(condition.virtualMachine === undefined ? [] : judgeMachine(measured, condition.virtualMachine, condition)),
  ];
  return {
    met: judgements.every(({ met }) => met),
    evidence: judgements.map(({ evidence }) => evidence).join('; '),
  };
}

function concerns({ pools, persistentChat, virtualMachines }: StatusChange): boolean {
  return pools !== undefined || persistentChat !== undefined || virtualMachines !== undefined;
}

function merged(before: Measured, { pools, persistentChat, virtualMachines }: StatusChange): Measured {
  return {
    ...before,
    pools: before.pools.map((pool) => pools?.find(({ id }) => id === pool.id) ?? pool),
    ...(persistentChat !== undefined && { persistentChat }),
    ...(before.virtualMachines !== undefined && {
      virtualMachines: before.virtualMachines.map(
        (machine) => virtualMachines?.find(({ id }) => id === machine.id) ?? machine,
      ),
    }),
  };
}
