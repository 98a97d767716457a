/** Which pools run which release: a summary of all pools that several rules on the deployment share. */
import type { Fact, PoolFacts } from '../resolved/facts.ts';
import type { Names } from '../resolved/topology.ts';
import type { Release } from '../vocabulary.ts';

export interface ReleaseUse {
  readonly pool: PoolFacts;
  readonly release: Fact<Release>;
}

const summaries = new WeakMap<Names<PoolFacts>, ReadonlyMap<Release, readonly ReleaseUse[]>>();

/** The pools of each release in the order of the text, computed once for the same pools. */
export function poolsByRelease(pools: Names<PoolFacts>): ReadonlyMap<Release, readonly ReleaseUse[]> {
  const known = summaries.get(pools);
  if (known !== undefined) return known;
  const summary = new Map<Release, ReleaseUse[]>();
  for (const pool of pools.all) {
    const { release } = pool;
    if (release === undefined) continue;
    const uses = summary.get(release.value);
    if (uses === undefined) summary.set(release.value, [{ pool, release }]);
    else uses.push({ pool, release });
  }
  summaries.set(pools, summary);
  return summary;
}
