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
  const seen = new Set<string>();
  let composition = untouched(document.text);
  let current = document;
  for (let round = 0; round < mostRounds && !seen.has(current.text); round += 1) {
    seen.add(current.text);
    const edits = apart(current.diagnostics.filter(isWanted).flatMap((diagnostic) => preferredFix(diagnostic) ?? []));
    if (edits.length === 0) break;
    if (current === document) current = document.fork();
    current.update([together(current.text, edits)]);
    composition = then(composition, edits);
  }
  return editsOf(composition, document.text);
}

/** One change that makes all edits: each change on its own would cost a look at the whole file. */
function together(text: string, edits: readonly TextEdit[]): TextEdit {
  const [start, end] = [edits[0]?.start ?? 0, edits.at(-1)?.end ?? 0];
  const pieces: string[] = [];
  let at = start;
  for (const edit of edits) {
    pieces.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
  }
  return { start, end, text: pieces.join('') };
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
