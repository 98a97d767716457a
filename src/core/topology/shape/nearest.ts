/** "Did you mean": the candidate that is a slip of the hand away, if there is one. */

/** Letters of a word from which on it may be the beginning of another. */
const leastBeginning = 4;

/**
 * The nearest candidate, without regard to case, or undefined when none is near: not more than a slip for every four
 * letters, or not more than `limit` slips. Otherwise the only one that the word is the beginning of, as a host name is
 * without its domain.
 */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  limit = Math.max(1, Math.floor(word.length / 4)),
): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit + 1;
  const continued = new Set<string>();
  for (const candidate of candidates) {
    if (lower.length >= leastBeginning && candidate.toLowerCase().startsWith(lower)) continued.add(candidate);
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  const [only] = continued;
  return best ?? (continued.size === 1 ? only : undefined);
}

/** Insertions, deletions, substitutions and swaps of neighbours; gives up with `limit` once it cannot be less. */
function editDistance(one: string, other: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let distance = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (swapped) distance = Math.min(distance, (beforeLast[j - 2] ?? 0) + 1);
      row.push(distance);
    }
    if (Math.min(...row) >= limit) return limit;
    [beforeLast, last] = [last, row];
  }
  return last[other.length] ?? limit;
}
