/** What a topology file holds, in numbers, for an editor's language status. */
import type { OpenDocument } from '../documents.ts';

/** Parameters: `{ uri }`. Result: a `Summary`, or null for a file that is not open. */
export const summaryRequest = 'lyncTopology/summary';

export interface Summary {
  readonly pools: number;
  readonly pairs: number;
}

export function summary({ topology }: OpenDocument): Summary {
  return { pools: topology.topology.pools.all.length, pairs: topology.topology.pairs.length };
}
