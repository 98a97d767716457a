/** Refusals that pools and the Central Management store give their clients. */
import { LyncTopologyError } from '../errors.ts';

export function standbyStore(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'commit-rejected',
    kind: 'refused',
    object: `xds of ${pool}`,
    message: `xds of ${pool} is the standby copy of the Central Management store, which only receives what the active one exports.`,
    remedy: 'Change the store on the pool where it is active.',
  });
}

export function centralManagementMoving(pool: string, target: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'central-management-moving',
    kind: 'refused',
    object: `xds of ${pool}`,
    message: `The Central Management store of ${pool} takes no changes: it is being moved to ${target}.`,
    remedy:
      'Wait until the move is over. One that was interrupted is finished with Invoke-CsManagementServerFailover, or called off with Invoke-CsManagementServerFailover -Restore.',
  });
}

export function poolFailedOver(pool: string, backup: string, database: string): LyncTopologyError {
  const carried = database === 'rtcxds';
  return new LyncTopologyError({
    code: 'pool-failed-over',
    kind: 'refused',
    object: `${database} of ${pool}`,
    message: `The pool ${pool} has been failed over: its users are served from ${backup}${carried ? '' : `, where ${database} of ${pool} is not available`}.`,
    remedy: carried
      ? `Make the change on ${backup}, or fail back with Invoke-CsPoolFailBack -PoolFqdn ${pool}.`
      : `Wait for the failback: Invoke-CsPoolFailBack -PoolFqdn ${pool}.`,
  });
}

export function poolNotFailedOver(pool: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'pool-not-failed-over',
    kind: 'refused',
    object: pool,
    message: `The pool ${pool} is not failed over: its users are served at home.`,
    remedy: 'There is nothing to fail back.',
  });
}

export function poolFailingOver(pool: string, backup: string, state: 'FailingOver' | 'FailingBack'): LyncTopologyError {
  const [what, cmdlet] =
    state === 'FailingOver'
      ? [`is being failed over to ${backup}`, 'Invoke-CsPoolFailOver']
      : [`is being failed back from ${backup}`, 'Invoke-CsPoolFailBack'];
  return new LyncTopologyError({
    code: 'pool-failing-over',
    kind: 'refused',
    object: pool,
    message: `The pool ${pool} ${what} and takes no changes until that is done.`,
    remedy: `Try again. If it was interrupted, run ${cmdlet} -PoolFqdn ${pool} again: it goes on where it stopped.${state === 'FailingOver' ? ` Invoke-CsPoolFailBack -PoolFqdn ${pool} calls it off.` : ''}`,
  });
}
