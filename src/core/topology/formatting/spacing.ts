/** How many spaces stand between two tokens of one line. */
import type { Token } from '../syntax/tokens.ts';

/** The number of spaces between two tokens, neither of which is a comment. What has no rule stays as it is. */
export function gapWidth(text: string, before: Token, token: Token): number {
  const width = token.start - before.end;
  if (token.kind === 'colon') return endsKey(before) ? 0 : width;
  if (token.kind === 'comma') return before.kind === 'property' ? width : 0;
  if (token.kind === 'close') return beforeClosing(text, before, token, width);
  if (before.kind === 'open') return text[before.start] === '{' ? 1 : 0;
  return takesSpace(before) ? 1 : width;
}

function takesSpace({ kind }: Token): boolean {
  return kind === 'colon' || kind === 'comma' || kind === 'property' || kind === 'dash';
}

/** An alias may have a colon in its name: the space behind it stays. */
function endsKey({ kind }: Token): boolean {
  return kind === 'scalar' || kind === 'close';
}

function beforeClosing(text: string, before: Token, token: Token, width: number): number {
  if (before.kind === 'open') return 0;
  if (text[token.start] === '}') return 1;
  return before.kind === 'property' || before.kind === 'alias' ? width : 0;
}
