/** "Did you mean": the known name that was probably meant by what was typed. */
import { nearest } from '../topology/shape/nearest.ts';

/** A slip of the hand away, or the one known name that contains what was typed. */
export function nearestName(typed: string, known: readonly string[]): string | undefined {
  const near = nearest(typed, known);
  if (near !== undefined || typed.length < 3) return near;
  const containing = known.filter((name) => name.toLowerCase().includes(typed.toLowerCase()));
  return containing.length === 1 ? containing[0] : undefined;
}

/** `Did you mean X?`, or the sentence given when nothing is near. */
export function didYouMean(typed: string, known: readonly string[], otherwise: string): string {
  const name = nearestName(typed, known);
  return name === undefined ? otherwise : `Did you mean ${name}?`;
}
