/** Edits that follow each other, told as edits of the first text. */
import type { TextEdit } from '../diagnostics.ts';

/** A stretch of the first text, or text that is new. */
type Piece = { readonly start: number; readonly end: number } | { readonly text: string };

/** A text that is being edited in steps. */
export interface Composition {
  readonly pieces: readonly Piece[];
}

export function untouched(text: string): Composition {
  return { pieces: [{ start: 0, end: text.length }] };
}

/** Makes edits that are in order and do not overlap; their offsets are those of the text as it is now. */
export function then({ pieces }: Composition, edits: readonly TextEdit[]): Composition {
  const result: Piece[] = [];
  const rest = pieces.toReversed();
  let at = 0;
  const take = (end: number, keep: boolean): void => {
    while (at < end) {
      const piece = rest.pop();
      if (piece === undefined) return;
      const [taken, left] = split(piece, end - at);
      if (left !== undefined) rest.push(left);
      if (keep) result.push(taken);
      at += lengthOf(taken);
    }
  };
  for (const { start, end, text } of edits) {
    take(start, true);
    if (text !== '') result.push({ text });
    take(end, false);
  }
  return { pieces: [...result, ...rest.toReversed()] };
}

/** The edits that make the text of now of the first one, in order. */
export function editsOf({ pieces }: Composition, first: string): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  let [at, added] = [0, ''];
  for (const piece of [...pieces, { start: first.length, end: first.length }]) {
    if ('text' in piece) {
      added += piece.text;
      continue;
    }
    if (piece.start > at || added !== '') edits.push({ start: at, end: piece.start, text: added });
    [at, added] = [piece.end, ''];
  }
  return edits.filter(({ start, end, text }) => first.slice(start, end) !== text);
}

function lengthOf(piece: Piece): number {
  return 'text' in piece ? piece.text.length : piece.end - piece.start;
}

function split(piece: Piece, length: number): readonly [Piece, Piece | undefined] {
  if (lengthOf(piece) <= length) return [piece, undefined];
  if ('text' in piece) return [{ text: piece.text.slice(0, length) }, { text: piece.text.slice(length) }];
  const middle = piece.start + length;
  return [
    { start: piece.start, end: middle },
    { start: middle, end: piece.end },
  ];
}
