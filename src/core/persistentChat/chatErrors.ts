/** Refusals of Persistent Chat pools, each naming the pool or server. */
import { LyncTopologyError } from '../errors.ts';
import { mostActiveServers, mostServers } from './places.ts';

export function tooManyActive(pool: string, count: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'chat-server-limit',
    kind: 'refused',
    object: pool,
    message: `The Persistent Chat pool ${pool} would have ${count} active servers; at most ${mostActiveServers} can be active at a time.`,
    remedy: `Name ${mostActiveServers} servers at most; the others wait as idle ones.`,
  });
}

export function tooManyServers(pool: string, count: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'chat-server-limit',
    kind: 'refused',
    object: pool,
    message: `The Persistent Chat pool ${pool} has ${count} servers in the topology; a stretched pool has ${mostServers} at most.`,
    remedy: 'Remove servers from the pool in the topology.',
  });
}

export function serverUnknown(pool: string, server: string, known: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'chat-server-unknown',
    kind: 'refused',
    object: server,
    message: `${server} is not a server of the Persistent Chat pool ${pool}.`,
    remedy: `Its servers are ${known.join(', ')}.`,
  });
}

export function noActiveServer(pool: string, active: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'chat-no-active-server',
    kind: 'failed',
    object: pool,
    message:
      active.length === 0
        ? `The Persistent Chat pool ${pool} has no active server, so nobody can say anything in its rooms.`
        : `No active server of the Persistent Chat pool ${pool} runs: ${active.join(', ')}.`,
    remedy: 'Start one of them, or make a server that runs active with Set-CsPersistentChatActiveServer.',
  });
}

export function noRunningServer(pool: string, site: string, servers: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'chat-no-active-server',
    kind: 'refused',
    object: pool,
    message:
      servers.length === 0
        ? `The Persistent Chat pool ${pool} has no server in the ${site}, where its database will be.`
        : `No server of the Persistent Chat pool ${pool} in the ${site} runs: ${servers.join(', ')}.`,
    remedy: 'Start one of them, or add one to the pool in the topology, then run this again.',
  });
}

export function notSynchronized(label: string, why: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-not-synchronized',
    kind: 'failed',
    object: label,
    message: `${label} has not been mirrored: ${why}`,
    remedy: 'See that the server of its mirror runs and has space.',
  });
}
