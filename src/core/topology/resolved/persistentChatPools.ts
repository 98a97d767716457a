/** The Persistent Chat pools of a topology as plain data, as far as they are understood. */
import type { PersistentChatPool, StretchedPlacement } from '../model.ts';
import type { DatabaseType } from '../vocabulary.ts';
import type { ChatPoolFacts, StretchedPlacementFacts } from './chatPoolFacts.ts';
import type { Topology } from './topology.ts';

/** Nothing when the topology gives none. A placement without a primary instance is left out. */
export function persistentChatPoolsOf(topology: Pick<Topology, 'persistentChatPools'>): {
  readonly persistentChatPools?: readonly PersistentChatPool[];
} {
  const persistentChatPools = topology.persistentChatPools.all.map(poolOf);
  return persistentChatPools.length === 0 ? {} : { persistentChatPools };
}

function poolOf({ name, nextHop, servers, logShippingShare, databases }: ChatPoolFacts): PersistentChatPool {
  const placed = (type: DatabaseType) => placementOf(databases.find((placement) => placement.type === type));
  const content = placed('PersistentChat');
  const compliance = placed('PersistentChatCompliance');
  return {
    fqdn: name,
    nextHop: nextHop?.value ?? '',
    servers: servers.map((server) => ({
      fqdn: server.name,
      site: server.site?.value ?? '',
      active: server.active?.value === true,
    })),
    ...(logShippingShare && { logShippingShare: logShippingShare.value }),
    databases: {
      ...(content && { PersistentChat: content }),
      ...(compliance && { PersistentChatCompliance: compliance }),
    },
  };
}

function placementOf(facts: StretchedPlacementFacts | undefined): StretchedPlacement | undefined {
  if (facts?.primary === undefined) return undefined;
  const { primary, mirror, witness, backup, backupMirror } = facts;
  return {
    primary: primary.value,
    ...(mirror && { mirror: mirror.value }),
    ...(witness && { witness: witness.value }),
    ...(backup && { backup: backup.value }),
    ...(backupMirror && { backupMirror: backupMirror.value }),
  };
}
