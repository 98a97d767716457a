/** What the operations on Persistent Chat pools share (domain D.2). */
import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { ChatPoolState } from '../persistentChat/contract.ts';
import { placementsOf, serversOfSide } from '../persistentChat/places.ts';
import { findChatPool, findPool, type PersistentChatPool } from '../topology/model.ts';
import { formatList } from './amounts.ts';
import type { Precondition } from './definition.ts';
import { meta } from './fields.ts';
import { didYouMean } from './nearest.ts';
import { precondition } from './plans.ts';
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
  return [
    initializedPrecondition(services),
    releasePrecondition(services, pool),
    ...witnessPreconditions(pool),
    noConflictPrecondition(services, [chatLease(pool)], pool.fqdn),
  ];
}

/** Persistent Chat was removed with release 2019 (domain D.1). */
function releasePrecondition(services: EngineServices, pool: PersistentChatPool): Precondition {
  const release = findPool(services.deployment, pool.nextHop)?.release;
  return precondition(
    'The release has Persistent Chat',
    release !== '2019' && release !== 'SE',
    `${pool.nextHop} is of release ${release ?? 'unknown'}.`,
    () => ({
      code: 'chat-release',
      kind: 'refused',
      object: pool.fqdn,
      message: `${pool.nextHop}, the next hop of ${pool.fqdn}, is of release ${release}, which has no Persistent Chat.`,
      remedy: 'Name a pool of release 2013 or 2015 as its next hop, or remove the Persistent Chat pool.',
    }),
  );
}

/** A witness that falls together with a partner is none (domain D.5). */
function witnessPreconditions(pool: PersistentChatPool): readonly Precondition[] {
  return placementsOf(pool).flatMap(([type, { primary, mirror, witness }]) => {
    if (witness === undefined) return [];
    const partner = [primary, mirror].find((each) => each?.server.toLowerCase() === witness.server.toLowerCase());
    return precondition(
      `The witness of ${type} stands apart from both partners`,
      partner === undefined,
      `It is on ${witness.server}.`,
      () => ({
        code: 'chat-witness-on-partner',
        kind: 'refused',
        object: pool.fqdn,
        message: `The witness of ${type} of ${pool.fqdn} is on ${witness.server}, which is one of the two partners.`,
        remedy: 'Give the witness a server of its own in the topology, or leave it out.',
      }),
    );
  });
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
