/** One item of an outline, and where it stands. */
import type { Entry, Place } from '../syntax/nodes.ts';

export type OutlineKind =
  | 'section'
  | 'value'
  | 'site'
  | 'pool'
  | 'pair'
  | 'database'
  | 'server'
  | 'availabilityGroup'
  | 'virtualMachine'
  | 'role'
  | 'objective';

export interface OutlineItem {
  /** Never empty. */
  readonly name: string;
  readonly detail: string;
  readonly kind: OutlineKind;
  /** The whole thing. */
  readonly place: Place;
  /** What is selected when somebody goes there; inside the place. */
  readonly selection: Place;
  readonly children: readonly OutlineItem[];
}

/** From the key to the end of the value. */
export function placeOf({ key, value }: Entry): Place {
  const { segment, start } = key;
  const end = value.segment === segment ? Math.max(key.end, value.end) : key.end;
  return { segment, start, end };
}

/** What stands elsewhere, at the anchor of an alias, is shown there. */
export function isWithin(inner: Place, outer: Place): boolean {
  const shift = inner.segment.start - outer.segment.start;
  return inner.start + shift >= outer.start && inner.end + shift <= outer.end;
}
