/** Everything that has one right answer, put right at once. */
import type { Diagnostic, Fix, TextEdit } from '../diagnostics.ts';
import type { TopologyDocument } from '../document.ts';
import { editsOf, then, untouched } from './compose.ts';

/** One fix may uncover the next. More rounds than any file needs; where fixes undo each other it ends before. */
const mostRounds = 20;

/** The fix that is the one right answer to a finding. */
export function preferredFix({ fixes }: Diagnostic): Fix | undefined {
  return fixes?.find((fix) => fix.preferred);
}

/**
 * The edits that make every preferred fix of the findings that are wanted, over and over until none is left. Of fixes that
 * overlap the first is made, and the others as far as they are still due afterwards.
 */
export function fixAllEdits(
  document: TopologyDocument,
  isWanted: (diagnostic: Diagnostic) => boolean = () => true,
): readonly TextEdit[] {
  const scratch = document.fork();
  const seen = new Set<string>();
  let composition = untouched(document.text);
  for (let round = 0; round < mostRounds && !seen.has(scratch.text); round += 1) {
    seen.add(scratch.text);
    const edits = apart(scratch.diagnostics.filter(isWanted).flatMap((diagnostic) => preferredFix(diagnostic) ?? []));
    if (edits.length === 0) break;
    scratch.update(edits.toReversed());
    composition = then(composition, edits);
  }
  return editsOf(composition, document.text);
}

/** The edits of those fixes that leave each other alone, in the order of the text. */
function apart(fixes: readonly Fix[]): readonly TextEdit[] {
  const taken: TextEdit[] = [];
  const first = fixes.toSorted((one, other) => startOf(one) - startOf(other));
  for (const { edits } of first) if (!edits.some((edit) => collides(edit, taken))) taken.push(...edits);
  return taken.toSorted((one, other) => one.start - other.start);
}

function startOf({ edits }: Fix): number {
  return edits[0]?.start ?? 0;
}

/** Two insertions in one place collide: each was meant for a text without the other. */
function collides(edit: TextEdit, taken: readonly TextEdit[]): boolean {
  return taken.some((other) => edit.start <= other.end && other.start <= edit.end);
}
