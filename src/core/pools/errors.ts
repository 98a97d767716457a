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
