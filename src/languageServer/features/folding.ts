/** Folding: sections, pools, lists, comments and regions. */
import { type FoldingRange, FoldingRangeKind } from 'vscode-languageserver/node';
import { type Fold, folds } from '../../core/topology/queries/folding.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';
import type { Text } from '../text.ts';

export const folding: Feature = {
  capabilities: () => ({ foldingRangeProvider: true }),
  register: (server) =>
    server.connection.onFoldingRanges(
      answering(server, 'textDocument/foldingRange', (document) => {
        const { lineFoldingOnly = false, rangeLimit } = server.client.capabilities.textDocument?.foldingRange ?? {};
        return foldingRanges(document, lineFoldingOnly, rangeLimit);
      }),
    ),
};

/** In the order of the text. Where the client takes only so many, the outer ones. */
function foldingRanges(
  { text, topology }: OpenDocument,
  lineFoldingOnly: boolean,
  limit: number | undefined,
): FoldingRange[] {
  const byLine = new Map<number, { readonly depth: number; readonly range: FoldingRange }>();
  for (const fold of folds(topology.tree)) {
    const range = toFoldingRange(text, fold, lineFoldingOnly);
    const other = byLine.get(range.startLine);
    if (range.endLine <= range.startLine || (other !== undefined && other.range.endLine >= range.endLine)) continue;
    byLine.set(range.startLine, { depth: fold.depth, range });
  }
  const all = [...byLine.values()].sort((one, other) => one.depth - other.depth);
  const kept = limit === undefined ? all : all.slice(0, Math.max(0, limit));
  return kept.map(({ range }) => range).sort((one, other) => one.startLine - other.startLine);
}

const kinds = { comment: FoldingRangeKind.Comment, region: FoldingRangeKind.Region } as const;

function toFoldingRange(text: Text, fold: Fold, lineFoldingOnly: boolean): FoldingRange {
  const { start, end, kind, bracket } = fold;
  const startLine = text.positionAt(start).line;
  const last = text.positionAt(end);
  if (bracket && lineFoldingOnly) return { startLine, endLine: last.line - 1 };
  if (bracket) return { startLine, endLine: last.line, endCharacter: text.positionAt(end - 1).character };
  // A block of text ends with its line break.
  const endLine = last.character === 0 && end > start ? last.line - 1 : last.line;
  return { startLine, endLine, ...(kind === 'block' ? {} : { kind: kinds[kind] }) };
}
