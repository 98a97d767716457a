/** "Add the standby for Central Management": to the partner of the pool that hosts the store (domain B.1). */
import type { PoolFacts } from '../resolved/facts.ts';
import type { ResolvedPair } from '../resolved/topology.ts';
import { addEntry } from '../rules/edits.ts';
import { type Asking, type Refactoring, refactoring } from './refactoring.ts';

export function standby({ document, position }: Asking): readonly Refactoring[] {
  const { pairs, pools } = document.topology;
  const [section, step] = position?.path ?? [];
  if (section === 'poolPairs' && typeof step === 'number') return standbyOf(pairs[step]);
  if (section !== 'pools' || typeof step !== 'string') return [];
  const isOnName = position?.path.length === 2 && position.part === 'key';
  const isOnStore = position?.path[2] === 'centralManagement';
  const pool = pools.get(step);
  if (pool === undefined || !(isOnName || isOnStore)) return [];
  return standbyOf(pairs.find(({ both }) => both?.includes(pool)));
}

function standbyOf(pair: ResolvedPair | undefined): readonly Refactoring[] {
  const [one, other] = pair?.both ?? [];
  if (one === undefined || other === undefined) return [];
  return [...offer(one, other), ...offer(other, one)];
}

function offer(host: PoolFacts, partner: PoolFacts): readonly Refactoring[] {
  if (host.centralManagement?.value !== 'active' || partner.hasCentralManagementKey) return [];
  if (partner.node.kind !== 'map') return [];
  const edit = addEntry(partner.node, 'centralManagement: standby', ['site', 'edition', 'release', 'fileShare']);
  return refactoring(`Add the standby for Central Management to ${partner.name}`, [edit]);
}
