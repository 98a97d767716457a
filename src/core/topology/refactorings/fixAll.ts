/** Everything that has one right answer, put right at once. */
import type { Diagnostic, Fix, RuleCode, TextEdit } from '../diagnostics.ts';
import type { TopologyDocument } from '../document.ts';
import { editsOf, then, untouched } from './compose.ts';

/** One fix may uncover the next. More rounds than any file needs. */
const mostRounds = 20;

/** The fix that is the one right answer to a finding. */
export function preferredFix({ fixes }: Diagnostic): Fix | undefined {
  return fixes?.find((fix) => fix.preferred);
}

/**
 * The edits that make every preferred fix of the findings that are wanted, over and over until none is left. Of fixes that
 * overlap the first is made, and the others as far as they are still due afterwards. Rules whose fixes undo each other, as
 * for what two pools share through an alias, are left to people: otherwise every save would turn the file over again.
 */
export function fixAllEdits(
  document: TopologyDocument,
  isWanted: (diagnostic: Diagnostic) => boolean = () => true,
): readonly TextEdit[] {
  const seen = new Set<string>();
  let composition = untouched(document.text);
  let current = document;
  let last: ReadonlySet<RuleCode> = new Set();
  for (let round = 0; round < mostRounds && !seen.has(current.text); round += 1) {
    seen.add(current.text);
    const made = apart(current.diagnostics.filter(isWanted));
    if (made.edits.length === 0) return editsOf(composition, document.text);
    if (current === document) current = document.fork();
    current.update([together(current.text, made.edits)]);
    composition = then(composition, made.edits);
    last = made.codes;
  }
  return fixAllEdits(document, (diagnostic) => isWanted(diagnostic) && !last.has(diagnostic.code));
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

interface MadeFixes {
  /** In the order of the text. */
  readonly edits: readonly TextEdit[];
  /** Of the rules whose findings they fix. */
  readonly codes: ReadonlySet<RuleCode>;
}

/** The fixes that leave each other alone. */
function apart(diagnostics: readonly Diagnostic[]): MadeFixes {
  const taken: TextEdit[] = [];
  const codes = new Set<RuleCode>();
  const fixes = diagnostics.flatMap((diagnostic) => {
    const fix = preferredFix(diagnostic);
    return fix === undefined ? [] : [{ code: diagnostic.code, edits: fix.edits }];
  });
  let furthest = -1;
  for (const { code, edits } of fixes.toSorted((one, other) => startOf(one) - startOf(other))) {
    // Nearly all stand behind everything before them.
    if (startOf({ edits }) <= furthest && edits.some((edit) => collides(edit, taken))) continue;
    taken.push(...edits);
    codes.add(code);
    furthest = Math.max(furthest, ...edits.map(({ end }) => end));
  }
  return { edits: taken.toSorted((one, other) => one.start - other.start), codes };
}

function startOf({ edits }: Pick<Fix, 'edits'>): number {
  return edits[0]?.start ?? 0;
}

/** Two insertions in one place collide: each was meant for a text without the other. */
function collides(edit: TextEdit, taken: readonly TextEdit[]): boolean {
  return taken.some((other) => edit.start <= other.end && other.start <= edit.end);
}
