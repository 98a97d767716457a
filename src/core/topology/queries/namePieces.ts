/** The names in a key or a value: one as a rule, two in `server\INSTANCE`, the server in `\\server\share`. */
import type { ScalarNode } from '../syntax/nodes.ts';
import type { Pattern } from './namePlaces.ts';
import type { SymbolKind } from './symbolKinds.ts';

export interface NamePiece {
  readonly kind: SymbolKind;
  readonly name: string;
  /** Relative to the segment, without quotes. */
  readonly start: number;
  readonly end: number;
  /** The name is all that stands there. */
  readonly whole: boolean;
}

/** `above` is the name of the thing in which the value stands: the server of an instance that is listed with it. */
export function piecesOf(pattern: Pattern, node: ScalarNode, text: string, above: string): readonly NamePiece[] {
  const { start, end } = unquoted(node);
  if (pattern.kind === 'fileServer') return serverOfShare(node, text);
  if (pattern.kind !== 'sqlInstance') return [{ kind: pattern.kind, name: text, start, end, whole: true }];
  if (pattern.role === 'definition')
    return [{ kind: 'sqlInstance', name: `${above}\\${text}`, start, end, whole: true }];
  return serverAndInstance(node, text);
}

function serverAndInstance(node: ScalarNode, text: string): readonly NamePiece[] {
  const { start, end } = unquoted(node);
  const source = node.segment.text.slice(start, end);
  const [server = '', instance = ''] = text.split('\\');
  const pieces: NamePiece[] = [];
  if (server !== '' && source.startsWith(server)) {
    const whole = source.length === server.length;
    pieces.push({ kind: 'sqlServer', name: server, start, end: start + server.length, whole });
  }
  // In double quotes the backslash between them is written twice.
  const isReadable = instance !== '' && source.endsWith(`\\${instance}`);
  const instanceStart = isReadable ? end - instance.length : start;
  pieces.push({ kind: 'sqlInstance', name: text, start: instanceStart, end, whole: !isReadable });
  return pieces;
}

function serverOfShare(node: ScalarNode, text: string): readonly NamePiece[] {
  const { start, end } = unquoted(node);
  const [, server = ''] = /^\\\\([^\\]+)(?=\\|$)/.exec(text) ?? [];
  const source = node.segment.text.slice(start, end);
  const backslashes = /^\\*/.exec(source)?.[0].length ?? 0;
  if (server === '' || !source.startsWith(server, backslashes)) return [];
  const serverStart = start + backslashes;
  return [{ kind: 'fileServer', name: server, start: serverStart, end: serverStart + server.length, whole: false }];
}

/** The place of the text without its quotes, also where the closing one is not written yet. */
export function unquoted({ segment, start, end, style }: ScalarNode): { readonly start: number; readonly end: number } {
  const quote = segment.text[start];
  if (style !== 'quoted' || (quote !== '"' && quote !== "'")) return { start, end };
  const closed = end - start >= 2 && segment.text[end - 1] === quote;
  return { start: start + 1, end: closed ? end - 1 : end };
}
