/** Finding one's way among the tokens around a map or a list. */
import type { Token } from '../syntax/tokens.ts';

/** The tokens of a segment, and the cursor, relative to it. */
export interface Written {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly offset: number;
}

/** What a collection that begins with a token belongs to: the colon of its key, or its dash. */
export function ownerOf(tokens: readonly Token[], first: number): Token | undefined {
  let index = first - 1;
  while (tokens[index]?.kind === 'property' || tokens[index]?.kind === 'comment') index -= 1;
  const owner = tokens[index];
  const hasProperty = tokens[first - 1]?.kind === 'property';
  if (owner?.kind === 'dash') return hasProperty ? undefined : owner;
  return owner?.kind === 'colon' ? owner : undefined;
}

/** Behind the last character of the line that is not white space. */
export function contentEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  const line = text.slice(offset, newline === -1 ? text.length : newline);
  return offset + line.trimEnd().length;
}
