/** What a Persistent Chat pool says about itself, measured now. */
import type { ErrorInformation } from '../errors.ts';
import type { PersistentChatStatus } from '../status.ts';
import type { PersistentChatPool } from '../topology/model.ts';
import { type ChatMachinery, runs } from './machinery.ts';

/** `problem`: what stopped log shipping the last time it ran. */
export function chatPoolStatus(
  machinery: ChatMachinery,
  pool: PersistentChatPool,
  problem: ErrorInformation | undefined,
): PersistentChatStatus {
  const { store, shipping } = machinery;
  const { state, active } = store.record(pool);
  const shipped = pool.databases.PersistentChat?.backup !== undefined && pool.logShippingShare !== undefined;
  const lag = shipped && state === 'Normal' ? shipping.lag(pool) : undefined;
  const error = problem ?? lag?.error;
  return {
    id: `persistentChat/${pool.fqdn}`,
    fqdn: pool.fqdn,
    PoolState: state,
    servers: pool.servers.map(({ fqdn, site }) => ({
      id: `persistentChat/${pool.fqdn}/server/${fqdn}`,
      fqdn,
      site,
      active: active.includes(fqdn),
      running: runs(machinery, fqdn),
    })),
    databases: machinery.databases(pool).map((database) => database.status()),
    ...(lag !== undefined && { logShipping: { ...lag, ...(error !== undefined && { error }) } }),
    unshippedMessages: store.unshipped(pool.fqdn).length,
    lostMessages: store.lost(pool.fqdn).length,
  };
}
