/** Hover: for a name, the thing that it names. */
import { type Hover, MarkupKind } from 'vscode-languageserver/node';
import type { Range } from '../../core/topology/diagnostics.ts';
import type { SymbolOccurrence } from '../../core/topology/queries/symbols.ts';
import type { Topology } from '../../core/topology/resolved/topology.ts';
import { canonicalBackupModule } from '../../core/topology/vocabulary.ts';
import { describeModule, describePool } from '../descriptions.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const hover: Feature = {
  capabilities: () => ({ hoverProvider: true }),
  register: (server) =>
    server.connection.onHover(
      answering(server, 'textDocument/hover', (document, { position }) =>
        hoverAt(document, document.text.offsetAt(position)),
      ),
    ),
};

function hoverAt(document: OpenDocument, offset: number): Hover | null {
  const found = describedName(document, offset);
  if (found === undefined) return null;
  return { contents: { kind: MarkupKind.Markdown, value: found.text }, range: document.text.toRange(found.range) };
}

function describedName({ topology }: OpenDocument, offset: number): { text: string; range: Range } | undefined {
  const symbol = topology.symbolAt(offset);
  const text = symbol && describe(topology.topology, symbol);
  return text === undefined || symbol === undefined ? undefined : { text, range: symbol.range };
}

function describe(topology: Topology, symbol: SymbolOccurrence): string | undefined {
  if (symbol.kind === 'backupModule') {
    const module = canonicalBackupModule(symbol.name);
    return module && describeModule(module);
  }
  const pool = symbol.kind === 'pool' ? topology.pools.get(symbol.name) : undefined;
  return pool && describePool(topology, pool);
}
