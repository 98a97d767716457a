/** A pool that has been failed over: its own databases no longer say what its users have. */
import type { EngineServices } from '../engine/services.ts';
import type { Precondition } from './definition.ts';
import { precondition } from './plans.ts';

/** The users of the pool are served at home, so that its own stores hold the truth about them. */
export function servedAtHomePrecondition(services: EngineServices, pool: string): Precondition {
  const state = services.pools.stateOf(pool);
  return precondition(`The users of ${pool} are served at home`, state === 'Normal', `State: ${state}.`, () => ({
    code: state === 'FailedOver' ? 'pool-failed-over' : 'pool-failing-over',
    kind: 'refused',
    object: pool,
    message: `The users of ${pool} are not served at home (state ${state}), so its own databases and files may be older than what its backup pool holds.`,
    remedy: `Run Invoke-CsPoolFailBack -PoolFqdn ${pool} first, then this again.`,
  }));
}
