/** What the operations on Persistent Chat pools share (domain D.2). */
import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { ChatPoolState } from '../persistentChat/contract.ts';
import { serversOfSide } from '../persistentChat/places.ts';
import { findChatPool, type PersistentChatPool } from '../topology/model.ts';
import { formatList } from './amounts.ts';
import type { Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { didYouMean } from './nearest.ts';
import { initializedPrecondition, noConflictPrecondition } from './subjects.ts';

const identityMeta = meta({
  description: 'The Persistent Chat pool: PersistentChatServer:<FQDN>, service:<FQDN> or the FQDN alone.',
  offers: 'chatPool',
  placeholder: 'PersistentChatServer:FQDN',
});

/** `PersistentChatServer:<fqdn>`, `service:<fqdn>` (both are in the documentation) or the FQDN alone. */
export const chatIdentity = z.string().meta(identityMeta);

/** As `chatIdentity`; every pool when it is left out. */
export const anyChatIdentity = z.string().optional().meta(identityMeta);

/** `-PoolFqdn` of the guided procedures. */
export const chatPoolFqdn = z
  .string()
  .meta(meta({ description: 'The stretched Persistent Chat pool.', offers: 'chatPool', placeholder: 'FQDN' }));

/** Throws `chat-pool-unknown`, with the name that was probably meant. */
export function requireChat(services: EngineServices, identity: string): PersistentChatPool {
  const name = identity.replace(/^(PersistentChatServer|service):/i, '');
  const pool = findChatPool(services.deployment, name);
  if (pool !== undefined) return pool;
  const known = (services.deployment.persistentChatPools ?? []).map(({ fqdn }) => fqdn);
  throw new LyncTopologyError({
    code: 'chat-pool-unknown',
    kind: 'refused',
    object: name,
    message: `The topology of ${services.deployment.name} has no Persistent Chat pool ${name}.`,
    remedy: didYouMean(
      name,
      known,
      known.length === 0
        ? 'Add it under persistentChatPools in the topology.'
        : `Its Persistent Chat pools are ${formatList(known)}.`,
    ),
  });
}

/** What no two operations on a pool may hold at the same time. */
export function chatLease(pool: PersistentChatPool): string {
  return `persistentChat/${pool.fqdn}`;
}

/** Before anything about a pool is changed. */
export function chatPreconditions(services: EngineServices, identity: string): readonly Precondition[] {
  const pool = requireChat(services, identity);
  return [initializedPrecondition(services), noConflictPrecondition(services, [chatLease(pool)], pool.fqdn)];
}

/** Servers that do not stand in the site of the databases of a state (domain D.5). */
export function farFrom(
  services: EngineServices,
  pool: PersistentChatPool,
  state: ChatPoolState,
  servers: readonly string[],
): readonly string[] {
  const near = serversOfSide(services.deployment, pool, state === 'Normal' ? 'primary' : 'backup');
  return servers.filter((server) => !near.some(({ fqdn }) => fqdn.toLowerCase() === server.toLowerCase()));
}

export function farWords(servers: readonly string[]): readonly string[] {
  return servers.length === 0 ? [] : [`Active servers far from the databases of that state: ${servers.join(', ')}.`];
}

/** Names separated by commas, each in double or single quotes or in none. */
export function listOfServers(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim().replace(/^(["'])(.*)\1$/, '$2'))
    .filter((name) => name !== '');
}
