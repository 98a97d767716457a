/** Diagnostics as JSON, with positions as in the language server protocol. */
import type { Range } from '../../core/topology/diagnostics.ts';
import { type CheckedFile, isChecked, type LinePosition, type UncheckedFile } from '../checkedFile.ts';

/** Lines and characters count from 0. A file that could not be read has an `error` and no diagnostics. */
export function presentFiles(files: readonly (CheckedFile | UncheckedFile)[]): unknown {
  return files.map((file) => (isChecked(file) ? presentFile(file) : { ...file, diagnostics: [] }));
}

function presentFile({ file, lines, diagnostics }: CheckedFile): unknown {
  const rangeOf = ({ start, end }: Range): { readonly start: LinePosition; readonly end: LinePosition } => ({
    start: lines.positionAt(start),
    end: lines.positionAt(end),
  });
  return {
    file,
    diagnostics: diagnostics.map((diagnostic) => ({
      ...diagnostic,
      range: rangeOf(diagnostic.range),
      related: (diagnostic.related ?? []).map((related) => ({ ...related, range: rangeOf(related.range) })),
      fixes: (diagnostic.fixes ?? []).map((fix) => ({
        ...fix,
        edits: fix.edits.map(({ text: newText, ...edit }) => ({ range: rangeOf(edit), newText })),
      })),
    })),
  };
}
