/** Every refactoring, in the order in which they are offered. */
import type { Range } from '../diagnostics.ts';
import type { TopologyDocument } from '../document.ts';
import type { Asking, Refactor, Refactoring } from './refactoring.ts';

const refactors: readonly Refactor[] = [];

/** What can be done at a place. */
export function refactoringsAt(document: TopologyDocument, range: Range): readonly Refactoring[] {
  const position = document.nodeAt(contentAt(document.text, range.start));
  const asking: Asking = { document, range, position };
  return refactors.flatMap((refactor) => refactor(asking));
}

/** In front of a line and behind it stands what stands on it. */
function contentAt(text: string, offset: number): number {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const line = text.slice(start, newline === -1 ? text.length : newline);
  const first = start + (/^[ \t]*(?:- +)*/.exec(line)?.[0].length ?? 0);
  return Math.min(Math.max(offset, first), start + line.trimEnd().length);
}
