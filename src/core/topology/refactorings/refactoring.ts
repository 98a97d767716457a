/** What a refactoring is: an offer at a place, and its edits once somebody takes it. */
import type { Range, TextEdit } from '../diagnostics.ts';
import type { TopologyDocument } from '../document.ts';
import type { PlaceEdit } from '../findings.ts';
import type { TreePosition } from '../queries/positions.ts';
import { rangeOf } from '../syntax/nodes.ts';

export interface Refactoring {
  /** What it does, with the names of what it does it to. */
  readonly title: string;
  /** In the order of the text. */
  readonly edits: () => readonly TextEdit[];
}

/** Where somebody asks. */
export interface Asking {
  readonly document: TopologyDocument;
  readonly range: Range;
  /** The key or the value there; absent between things. */
  readonly position: TreePosition | undefined;
}

/** Offers what can be done at a place, at little cost: it is asked for whenever the cursor moves. */
export type Refactor = (asking: Asking) => readonly Refactoring[];

/** A refactoring whose edits are known, or none where the file leaves no place for them. */
export function refactoring(title: string, edits: readonly (PlaceEdit | undefined)[]): readonly Refactoring[] {
  const made = edits.flatMap((edit) => (edit === undefined ? [] : [{ ...rangeOf(edit.place), text: edit.text }]));
  if (made.length === 0 || made.length < edits.length) return [];
  return [{ title, edits: () => made.toSorted((one, other) => one.start - other.start) }];
}
