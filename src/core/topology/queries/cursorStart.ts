/** Where to begin reading for the cursor: at its segment, so that the cost does not grow with the file. */
import { type Segment, segmentAt } from '../syntax/segments.ts';
import type { CursorStart } from './cursor.ts';

export function cursorStart(segments: readonly Segment[], offset: number): CursorStart | undefined {
  let index = segmentAt(segments, offset);
  // At the very start of a segment the line before it may still be what the cursor belongs to.
  if (segments[index]?.start === offset && index > 0) index -= 1;
  const segment = segments[index];
  // Nothing is due where nothing is read, however much of it there is.
  if (segment?.role === 'unread') return undefined;
  if (segment === undefined || segment.role === 'prologue') return { offset: 0, levels: [] };
  if (segment.role !== 'part' || segment.layout === undefined) return { offset: segment.start, levels: [] };
  let header = index;
  while (header > 0 && segments[header]?.role !== 'header') header -= 1;
  const text = segments[header]?.text ?? '';
  const key = { column: 0, step: text.slice(0, text.indexOf(':')) };
  if (segment.layout.kind === 'map' || index === header + 1) return { offset: segment.start, levels: [key] };
  const itemBefore = { column: segment.layout.indentation, step: index - header - 2 };
  return { offset: segment.start, levels: [key, itemBefore] };
}
