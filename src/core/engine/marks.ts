/** Which measurements an event makes worth repeating. */
import type { MirroredDatabase } from '../mirroring/contract.ts';
import { type Deployment, findChatPool } from '../topology/model.ts';
import type { LiveStatus } from './liveStatus.ts';

export interface Marks {
  /** Something of the database may have changed. */
  database(database: MirroredDatabase): void;
  /** Rows of the pool may have changed, and so how far its partner is behind. */
  pair(pool: string): void;
}

export function createMarks(deployment: Deployment, status: () => LiveStatus): Marks {
  return {
    database: ({ pool }) => {
      if (findChatPool(deployment, pool) === undefined) status().markPool(pool, 'rows');
      else status().markPersistentChat();
    },
    pair: (pool) => {
      const pair = deployment.poolPairs.find(({ pools }) => pools.includes(pool));
      for (const name of pair?.pools ?? []) status().markPool(name, 'rows');
    },
  };
}
