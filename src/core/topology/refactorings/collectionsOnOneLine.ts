/** A block of plain values, in braces or brackets behind its key. */

import type { TextEdit } from '../diagnostics.ts';
import { lineStartOf } from '../syntax/textLines.ts';
import type { Level, Token } from '../syntax/tokens.ts';
import { contentEnd, ownerOf, type Written } from './collectionTokens.ts';

/** A longer line is not easier to read than several. */
const longestLine = 120;

export interface OneLine {
  readonly what: 'map' | 'list';
  readonly edits: readonly TextEdit[];
}

/** The innermost block whose key, or whose dash, is on the line of the cursor. */
export function onOneLine(written: Written): OneLine | undefined {
  const { text, tokens, offset } = written;
  const line = lineStartOf(text, Math.min(offset, text.length));
  for (const [index, token] of [...tokens.entries()].toReversed()) {
    if (token.level?.start !== token.start || token.level.parent === undefined) continue;
    const owner = ownerOf(tokens, index);
    if (owner === undefined || lineStartOf(text, owner.start) !== line) continue;
    const rewritten = rewrite(written, index, token.level, owner);
    if (rewritten !== undefined) return rewritten;
  }
  return undefined;
}

function rewrite({ text, tokens }: Written, first: number, level: Level, owner: Token): OneLine | undefined {
  const inside = tokens.slice(first).filter(({ end }) => end <= level.end);
  const behind = tokens[first + inside.length];
  const parts = partsOf(text, inside, level);
  const isFollowed = behind !== undefined && lineStartOf(text, behind.start) === lineStartOf(text, level.end);
  if (parts === undefined || isFollowed) return undefined;
  const what = level.kind === 'map' ? 'map' : 'list';
  const written = what === 'map' ? `{ ${parts.join(', ')} }` : `[${parts.join(', ')}]`;
  const edits = owner.kind === 'dash' ? behindDash(level, written) : behindKey(text, tokens[first - 1], level, written);
  const length = contentEnd(text, owner.end) - lineStartOf(text, owner.start) + written.length + 1;
  return edits === undefined || length > longestLine ? undefined : { what, edits };
}

function behindDash({ start, end }: Level, written: string): readonly TextEdit[] {
  return [{ start, end, text: written }];
}

/** Behind the key and its anchor; a comment on the line of the key stays behind that. */
function behindKey(
  text: string,
  before: Token | undefined,
  { start, end }: Level,
  written: string,
): readonly TextEdit[] | undefined {
  if (before === undefined) return undefined;
  const lineEnd = contentEnd(text, before.start);
  if (text.slice(lineEnd, start).trim() !== '') return undefined;
  if (before.kind !== 'comment') return [{ start: before.end, end, text: ` ${written}` }];
  const at = text.slice(0, before.start).trimEnd().length;
  return lineStartOf(text, at) === lineStartOf(text, before.start)
    ? [
        { start: at, end: at, text: ` ${written}` },
        { start: lineEnd, end, text: '' },
      ]
    : undefined;
}

const plain: ReadonlySet<Token['kind']> = new Set(['scalar', 'alias', 'colon', 'comma', 'open', 'close', 'dash']);

/** The entries or items as they are written; undefined where one is not plain, or spans lines. */
function partsOf(text: string, inside: readonly Token[], level: Level): readonly string[] | undefined {
  if (inside.some((token) => token.level !== level || !plain.has(token.kind))) return undefined;
  const parts: { start: number; end: number }[] = [];
  for (const { kind, isEntry, start, end } of inside) {
    const part = parts.at(-1);
    if (isEntry && kind !== 'colon') parts.push(kind === 'dash' ? { start: end, end } : { start, end });
    else if (part !== undefined) part.end = end;
  }
  const texts = parts.map(({ start, end }) => text.slice(start, end).trim());
  return texts.some((part) => part === '' || part.endsWith(':') || part.includes('\n')) ? undefined : texts;
}
