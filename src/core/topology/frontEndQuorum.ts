/** How many Front Ends of a pool must run (domain B.8). */
import type { Release } from './vocabulary.ts';

export interface Quorum {
  /** Front Ends that must run when the pool starts for the first time, where the documentation says it. */
  readonly firstStart: number | undefined;
  /** Front Ends that must run for the pool to stay functional … */
  readonly functional: number;
  /** … among the first so many of the pool: the others have no vote. */
  readonly voters: number;
}

/** Front Ends in the pool, needed for the first start (85 %), needed to stay functional, voters. */
const table: readonly (readonly [number, number, number, number])[] = [
  [2, 1, 1, 2],
  [3, 3, 2, 3],
  [4, 3, 2, 4],
  [5, 4, 3, 5],
  [6, 5, 3, 6],
  [7, 5, 4, 7],
  [8, 6, 4, 7],
  [9, 7, 4, 7],
  [10, 8, 5, 9],
  [11, 9, 5, 9],
  [12, 10, 5, 9],
];

/** The quorum of an Enterprise pool with so many Front Ends; nothing where the tables have no such pool. */
export function quorumOf(frontEnds: number, release: Release): Quorum | undefined {
  const later = release === '2019' || release === 'SE';
  if (later && frontEnds >= 12 && frontEnds <= 16)
    return { firstStart: firstStartOfLarge.get(frontEnds), functional: 7, voters: 12 };
  const row = table.find(([count]) => count === frontEnds);
  return row && { firstStart: row[1], functional: row[2], voters: row[3] };
}

/** From 2019 on the table has the smallest and the largest of the large pools. */
const firstStartOfLarge: ReadonlyMap<number, number> = new Map([
  [12, 10],
  [16, 12],
]);
