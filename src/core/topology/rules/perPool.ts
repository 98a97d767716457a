/** What is said about each pool in the light of something else, computed again only where one of the two changed. */
import type { PoolFacts } from '../resolved/facts.ts';

/**
 * Keeps the result of a function of a pool and something else of the deployment, such as its availability groups. With
 * thousands of pools a key changes one of them, and looking the others up is all that it costs.
 */
export function perPool<Other extends object, Result>(
  compute: (pool: PoolFacts, other: Other) => Result,
): (pool: PoolFacts, other: Other) => Result {
  const known = new WeakMap<Other, WeakMap<PoolFacts, { readonly result: Result }>>();
  return (pool, other) => {
    const results = known.get(other) ?? new WeakMap<PoolFacts, { readonly result: Result }>();
    known.set(other, results);
    const before = results.get(pool);
    if (before !== undefined) return before.result;
    const result = compute(pool, other);
    results.set(pool, { result });
    return result;
  };
}
