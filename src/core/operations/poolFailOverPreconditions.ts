/** What the documentation forbids before a pool is failed over (domain B.5, B.10, K.7), measured. */
import type { EngineServices } from '../engine/services.ts';
import type { PoolMove } from '../pools/failOverPool.ts';
import { failOverOperation, poolSubject } from '../pools/failOverPool.ts';
import { unfinishedRun } from '../pools/runs.ts';
import type { EdgePool } from '../topology/model.ts';
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
    ...(move.disaster ? [managementIsNotOn(services, move.pool, move.backup), sameRelease(services, move)] : []),
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

/** The documented error; the next hop is changed in the topology, or for an Edge pool of another site by a cmdlet. */
function noEdge({ deployment }: EngineServices, { pool, backup }: PoolMove): Precondition {
  const edges = (deployment.edgePools ?? []).filter(({ nextHop }) => nextHop.toLowerCase() === pool.toLowerCase());
  const names = formatList(edges.map(({ fqdn }) => fqdn));
  return precondition(
    `No Edge pool has ${pool} as its next hop`,
    edges.length === 0,
    edges.length === 0 ? 'None has.' : `${names} has.`,
    () => ({
      code: 'pool-next-hop',
      kind: 'refused',
      object: pool,
      message: `This Front-end pool "${pool}" is specified in topology as the next hop for the Edge server. Failing over this pool may cause External access/Federation/Split-domain/XMPP features to stop working. It is the next hop of ${names}.`,
      remedy: `Change it before the failover. ${edges.map((edge) => edgeRemedy(deployment, edge, backup)).join(' ')}`,
    }),
  );
}

function edgeRemedy({ pools }: EngineServices['deployment'], edge: EdgePool, backup: string): string {
  const { site } = pools.find(({ fqdn }) => fqdn === backup) ?? {};
  const inTopology = `set nextHop of ${edge.fqdn} to ${backup} in the topology file`;
  if (edge.site === site)
    return `For ${edge.fqdn}, ${inTopology}: on the servers, Next hop in Topology Builder, then publish.`;
  return `For ${edge.fqdn}, ${inTopology}: on the servers, as it is in another site, Set-CsEdgeServer -Identity EdgeServer:${edge.fqdn} -Registrar Registrar:${backup}.`;
}

/** A pool that is lost is left after the Central Management store. */
export function managementIsNotOn({ centralManagement }: EngineServices, lost: string, other: string): Precondition {
  const { active } = centralManagement.standing();
  return precondition(
    `The Central Management store is not on ${lost}`,
    active !== lost,
    active === undefined ? 'The topology has none.' : `It is on ${active}.`,
    () => ({
      code: 'central-management-not-moved',
      kind: 'refused',
      object: lost,
      message: `The active Central Management store is on ${lost}, and a pool that is lost is left after it.`,
      remedy: `Make the store of ${other} the active one first; Invoke-CsManagementServerFailover -WhatIf says how.`,
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
