/** Document symbols: the outline, as a tree where the client shows one. */
import { type DocumentSymbol, type SymbolInformation, SymbolKind } from 'vscode-languageserver/node';
import { outline } from '../../core/topology/queries/outline.ts';
import type { OutlineItem, OutlineKind } from '../../core/topology/queries/outlineItem.ts';
import { rangeOf } from '../../core/topology/syntax/nodes.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';
import type { Text } from '../text.ts';

export const documentSymbols: Feature = {
  capabilities: () => ({ documentSymbolProvider: true }),
  register: (server) =>
    server.connection.onDocumentSymbol(
      answering(server, 'textDocument/documentSymbol', (document): DocumentSymbol[] | SymbolInformation[] => {
        const { textDocument } = server.client.capabilities;
        return textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true
          ? treeOf(document)
          : listOf(document);
      }),
    ),
};

/** Kinds of the first version of the protocol, which every client knows. */
const kinds: Readonly<Record<OutlineKind, SymbolKind>> = {
  section: SymbolKind.Namespace,
  value: SymbolKind.Property,
  site: SymbolKind.Package,
  pool: SymbolKind.Module,
  pair: SymbolKind.Interface,
  database: SymbolKind.Field,
  server: SymbolKind.Variable,
  availabilityGroup: SymbolKind.Class,
  virtualMachine: SymbolKind.Class,
  role: SymbolKind.Constant,
  objective: SymbolKind.Property,
};

function treeOf({ text, topology }: OpenDocument): DocumentSymbol[] {
  return outline(topology.tree.root).map((section) => ({
    ...symbolWithout(text, section),
    children: section.children.map((child) => known(text, child)),
  }));
}

interface KnownSymbol {
  /** Line on which the segment of the symbol begins. */
  readonly line: number;
  readonly symbol: DocumentSymbol;
}

const knownSymbols = new WeakMap<OutlineItem, KnownSymbol>();

/** The symbol of a pool or a pair as it was before, unless the lines above it became more or fewer. */
function known(text: Text, item: OutlineItem): DocumentSymbol {
  const { line } = text.positionAt(item.place.segment.start);
  const before = knownSymbols.get(item);
  if (before?.line === line) return before.symbol;
  const symbol = toSymbol(text, item);
  knownSymbols.set(item, { line, symbol });
  return symbol;
}

function toSymbol(text: Text, item: OutlineItem): DocumentSymbol {
  const symbol = symbolWithout(text, item);
  if (item.children.length === 0) return symbol;
  return { ...symbol, children: item.children.map((child) => toSymbol(text, child)) };
}

/** Without what is below it. */
function symbolWithout(text: Text, { name, detail, kind, place, selection }: OutlineItem): DocumentSymbol {
  return {
    name,
    kind: kinds[kind],
    range: text.toRange(rangeOf(place)),
    selectionRange: text.toRange(rangeOf(selection)),
    ...(detail === '' ? {} : { detail }),
  };
}

function listOf({ uri, text, topology }: OpenDocument): SymbolInformation[] {
  const found: SymbolInformation[] = [];
  const add = ({ name, kind, place, children }: OutlineItem, container: string | undefined): void => {
    const location = { uri, range: text.toRange(rangeOf(place)) };
    found.push({ name, kind: kinds[kind], location, ...(container === undefined ? {} : { containerName: container }) });
    for (const child of children) add(child, name);
  };
  for (const item of outline(topology.tree.root)) add(item, undefined);
  return found;
}
