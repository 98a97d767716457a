/** What the documentation forbids before a pool is failed over (domain B.5, B.10, K.7), measured. */
import type { EngineServices } from '../engine/services.ts';
import type { PoolMove } from '../pools/failOverPool.ts';
import { failOverOperation, poolSubject } from '../pools/failOverPool.ts';
import { unfinishedRun } from '../pools/runs.ts';
import { formatList } from './amounts.ts';
import type { Precondition } from './definition.ts';
import { precondition } from './plans.ts';
import { leasesOf, moveOf, poolAnswers } from './poolMove.ts';
import { initializedPrecondition, noConflictPrecondition, poolStatus, requirePool } from './subjects.ts';

interface FailOverParameters {
  readonly PoolFqdn: string;
  readonly DisasterMode?: boolean | undefined;
}

export async function failOverPreconditions(
  services: EngineServices,
  given: FailOverParameters,
  signal: AbortSignal,
): Promise<readonly Precondition[]> {
  const move = moveOf(services, given);
  const initialized = initializedPrecondition(services);
  if (!initialized.met) return [initialized];
  const [own, backup] = await Promise.all([
    poolStatus(services, move.pool, signal),
    poolStatus(services, move.backup, signal),
  ]);
  const backupAnswers = poolAnswers(backup);
  return [
    initialized,
    isAtHome(services, move),
    backupIsAtHome(services, move),
    noEdge(services, move),
    ...(move.disaster ? [managementIsElsewhere(services, move), sameRelease(services, move)] : []),
    ...backupAnswers,
    ...(backupAnswers.every(({ met }) => met) ? [hasCopy(services, move)] : []),
    ...(move.disaster ? [] : poolAnswers(own, disasterRemedy(move))),
    noConflictPrecondition(services, leasesOf(services, move), `${move.pool} and ${move.backup}`),
  ];
}

function disasterRemedy({ pool }: PoolMove): string {
  return `Bring it back, or fail over without it: Invoke-CsPoolFailOver -PoolFqdn ${pool} -DisasterMode.`;
}

function isAtHome({ pools, runbooks, ...services }: EngineServices, { pool, backup }: PoolMove): Precondition {
  const state = pools.stateOf(pool);
  const interrupted = unfinishedRun({ pools, runbooks, ...services }, failOverOperation, poolSubject(pool));
  return precondition(
    `The users of ${pool} are served at home`,
    state === 'Normal' || state === 'FailingOver' || (state === 'FailedOver' && interrupted !== undefined),
    `State: ${state}.`,
    () => ({
      code: state === 'FailingBack' ? 'pool-failing-over' : 'pool-failed-over',
      kind: 'refused',
      object: pool,
      message:
        state === 'FailingBack'
          ? `The pool ${pool} is being failed back from ${backup}.`
          : `The pool ${pool} has been failed over already: its users are served from ${backup}.`,
      remedy: `Run Invoke-CsPoolFailBack -PoolFqdn ${pool} first.`,
    }),
  );
}

function backupIsAtHome({ pools }: EngineServices, { pool, backup }: PoolMove): Precondition {
  const state = pools.stateOf(backup);
  return precondition(
    `The backup pool ${backup} is not failed over itself`,
    state === 'Normal',
    `State: ${state}.`,
    () => ({
      code: 'pool-failed-over',
      kind: 'refused',
      object: backup,
      message: `The backup pool ${backup} has been failed over itself, to ${pool}: it cannot serve the users of ${pool}.`,
      remedy: `Run Invoke-CsPoolFailBack -PoolFqdn ${backup} first.`,
    }),
  );
}

/** The warning of the documentation in words: external access, federation and so on would stop with the pool. */
function noEdge({ deployment }: EngineServices, { pool, backup }: PoolMove): Precondition {
  const edges = (deployment.edgePools ?? [])
    .filter(({ nextHop }) => nextHop.toLowerCase() === pool.toLowerCase())
    .map(({ fqdn }) => fqdn);
  return precondition(
    `No Edge pool has ${pool} as its next hop`,
    edges.length === 0,
    edges.length === 0 ? 'None has.' : `${formatList(edges)} has.`,
    () => ({
      code: 'pool-next-hop',
      kind: 'refused',
      object: pool,
      message: `${pool} is the next hop of the Edge pool ${formatList(edges)}: external access, federation, split domain and XMPP would stop working when it is failed over.`,
      remedy: `Set nextHop of ${formatList(edges)} to ${backup} in the topology first; on the servers: ${edges.map((edge) => `Set-CsEdgeServer -Identity EdgeServer:${edge} -Registrar Registrar:${backup}`).join('; ')}.`,
    }),
  );
}

function managementIsElsewhere({ centralManagement }: EngineServices, { pool, backup }: PoolMove): Precondition {
  const { active } = centralManagement.standing();
  return precondition(
    `The Central Management store is not on ${pool}`,
    active !== pool,
    active === undefined ? 'The topology has none.' : `It is on ${active}.`,
    () => ({
      code: 'central-management-not-moved',
      kind: 'refused',
      object: pool,
      message: `The active Central Management store is on ${pool}, and a pool that is lost is failed over after it.`,
      remedy: `Make the store of ${backup} the active one first; Invoke-CsManagementServerFailover -WhatIf says how.`,
    }),
  );
}

function sameRelease({ deployment }: EngineServices, { pool, backup }: PoolMove): Precondition {
  const releases = [pool, backup].map((fqdn) => requirePool(deployment, fqdn).release);
  return precondition(
    'Both pools run the same release',
    releases[0] === releases[1],
    `${pool}: ${releases[0]}; ${backup}: ${releases[1]}.`,
    () => ({
      code: 'release-different',
      kind: 'refused',
      object: pool,
      message: `${pool} runs ${releases[0]} and ${backup} runs ${releases[1]}: a failover in disaster mode between releases is not supported.`,
      remedy: `Upgrade the other pool first, or, while ${pool} answers, leave -DisasterMode out.`,
    }),
  );
}

function hasCopy({ pools }: EngineServices, { pool, backup }: PoolMove): Precondition {
  const imported = pools.imported(pool);
  return precondition(
    `${backup} has a complete copy of the user data of ${pool}`,
    imported !== undefined,
    imported === undefined ? 'It has imported no complete export.' : `Imported up to commit ${imported.sequence}.`,
    () => ({
      code: 'sync-failed',
      kind: 'refused',
      object: backup,
      message: `${backup} has never imported a complete export of ${pool}: it could not serve its users.`,
      remedy: `Run Invoke-CsBackupServiceSync -PoolFqdn ${pool} first.`,
    }),
  );
}
