/** Writing into the sections of a file, also where there is none yet, in the style of the file. */

import type { TextEdit } from '../diagnostics.ts';
import type { TopologyDocument } from '../document.ts';
import type { PlaceEdit } from '../findings.ts';
import { hasFlushLists } from '../formatting/listStyle.ts';
import { appendEntry, appendItems } from '../rules/edits.ts';
import { findEntry, rangeOf, type TreeNode } from '../syntax/nodes.ts';
import { lineBreakOf } from '../syntax/textLines.ts';

/** Something new, as it is written inside of braces or brackets, and on lines of its own. */
export interface NewPart {
  readonly flow: string;
  /** Without indentation and dash; further lines are indented by themselves. */
  readonly block: string;
}

/** Adds an entry to a section that is a map of names, or an item to one that is a list. */
export function addToSection(
  document: TopologyDocument,
  section: string,
  kind: 'map' | 'sequence',
  part: NewPart,
): readonly TextEdit[] | undefined {
  const { tree, text } = document;
  const value = findEntry(tree.root, section)?.value;
  const newline = lineBreakOf(text);
  const own = kind === 'map' ? `  ${part.block}` : `${hasFlushLists(tree) ? '' : '  '}- ${part.block}`;
  const block = own.replaceAll('\n', newline);
  if (value === undefined) return newSection(document, `${section}:${newline}${block}`, newline);
  if (value.kind === 'scalar' && value.style === 'absent') {
    const at = rangeOf(value).start;
    return text[at - 1] === ':' ? [{ start: at, end: at, text: `${newline}${block}` }] : undefined;
  }
  const edit = value.kind === kind ? addTo(value, part) : undefined;
  return edit && [{ ...rangeOf(edit.place), text: edit.text }];
}

function addTo(value: TreeNode, { flow, block }: NewPart): PlaceEdit | undefined {
  if (value.kind === 'sequence') return appendItems(value, [value.flow ? flow : block]);
  if (value.kind !== 'map') return undefined;
  if (value.entries.length > 0) return appendEntry(value, value.flow ? flow : block);
  const { segment, start, end } = value;
  return { place: { segment, start, end }, text: `{ ${flow} }` };
}

/** At the end of the file, behind a blank line where the sections of the file are parted by some. */
function newSection(
  { tree, text }: TopologyDocument,
  section: string,
  newline: string,
): readonly TextEdit[] | undefined {
  const isPlain = tree.segments.every(({ role }) => role !== 'whole' && role !== 'unread');
  const last = tree.segments.at(-1);
  if (!isPlain || last === undefined || tree.broken.has(last)) return undefined;
  const start = text.trimEnd().length;
  const gap = /\n\r?\n[A-Za-z]/.test(text) ? newline : '';
  return [{ start, end: text.length, text: `${newline}${gap}${section}${newline}` }];
}
