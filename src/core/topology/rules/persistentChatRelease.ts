/** Persistent Chat ended with release 2015 (domain H, K.6, K.11). */
import type { Report } from '../findings.ts';
import type { ChatPoolFacts } from '../resolved/chatPoolFacts.ts';
import type { PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { chatExample } from './persistentChatExample.ts';
import type { RuleFamily } from './rule.ts';

const pools = `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2019", centralManagement: active }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2015" }
`;

export const persistentChatRelease: RuleFamily = {
  definitions: [
    {
      code: 'persistent-chat-release',
      severity: 'error',
      title: 'Persistent Chat in a release that has none',
      why: 'Release 2019 and Subscription Edition have no Persistent Chat. It may go on beside them on pools of release 2013 or 2015, as long as there are some, and takes one of those as its next hop.',
      source: 'Microsoft, deprecated features of 2019 and migration (domain K.6, K.11)',
      wrong: `${pools}${chatExample({ nextHop: '<<atl-cs-001.litwareinc.com>>' })}`,
      right: `${pools}${chatExample({ nextHop: 'dal-cs-001.litwareinc.com' })}`,
      limits: 'Where the next hop is not defined, reported only if every pool has release 2019 or later.',
    },
  ],
  rules: [
    {
      on: 'deployment',
      check: (topology, report) => {
        for (const pool of topology.persistentChatPools.all) checkRelease(pool, topology, report);
      },
      reads: ({ persistentChatPools, pools: all, isDoubtful }) =>
        persistentChatPools.all.length === 0 ? [] : [persistentChatPools, all, isDoubtful('pools')],
    },
  ],
};

function checkRelease(chatPool: ChatPoolFacts, topology: Topology, report: Report): void {
  const { nextHop } = chatPool;
  const pool = nextHop && topology.pools.get(nextHop.value);
  if (nextHop !== undefined && pool?.release !== undefined) {
    const { value, place } = pool.release;
    if (!isWithout(pool)) return;
    report({
      code: 'persistent-chat-release',
      message: `${pool.name}, the next hop of ${chatPool.name}, runs release ${value}, which has no Persistent Chat.`,
      place: nextHop.place,
      related: [{ place, message: `${pool.name}: ${value}` }],
    });
    return;
  }
  const { all } = topology.pools;
  if (pool !== undefined || all.length === 0 || topology.isDoubtful('pools') || !all.every(isWithout)) return;
  report({
    code: 'persistent-chat-release',
    message: `No pool runs release 2013 or 2015, which ${chatPool.name} needs: later releases have no Persistent Chat.`,
    place: nextHop?.place ?? chatPool.key,
  });
}

/** A release that has no Persistent Chat. */
function isWithout(pool: PoolFacts): boolean {
  return pool.release?.value === '2019' || pool.release?.value === 'SE';
}
