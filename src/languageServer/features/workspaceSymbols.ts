/** Workspace symbols: every name that a topology file of the workspace defines, found by a few of its letters. */
import { type CancellationToken, type SymbolInformation, SymbolKind } from 'vscode-languageserver/node';
import { definedNames, type NameOccurrence } from '../../core/topology/queries/names.ts';
import type { SymbolKind as NameKind } from '../../core/topology/queries/symbolKinds.ts';
import { bestNames } from '../../core/topology/queries/symbolSearch.ts';
import type { OpenDocument } from '../documents.ts';
import { type Feature, measured, type Server } from '../feature.ts';

/** More than anybody reads. */
const mostSymbols = 200;

export const workspaceSymbols: Feature = {
  capabilities: () => ({ workspaceSymbolProvider: true }),
  register: (server) =>
    server.connection.onWorkspaceSymbol(({ query }, token) =>
      measured(server, 'workspace/symbol', token, () => symbolsLike(server, query, token)),
    ),
};

async function symbolsLike(server: Server, query: string, token: CancellationToken): Promise<SymbolInformation[]> {
  const found: SymbolInformation[] = [];
  for await (const { summary } of server.workspace.summaries(symbolsOf, token))
    for (const symbol of bestNames(summary, query, mostSymbols)) found.push(symbol);
  return [...bestNames(found, query, mostSymbols)];
}

const symbolsOfTexts = new WeakMap<object, readonly SymbolInformation[]>();

/** Made once for each state of a text: somebody who searches types letter after letter. */
function symbolsOf(document: OpenDocument): readonly SymbolInformation[] {
  const { root } = document.topology.tree;
  const before = symbolsOfTexts.get(root);
  if (before !== undefined) return before;
  const symbols = definedNames(root).map((name) => toSymbol(document, name));
  symbolsOfTexts.set(root, symbols);
  return symbols;
}

/** Holds on to nothing of the document: it is kept for files that are not open. */
function toSymbol({ uri, text }: OpenDocument, name: NameOccurrence): SymbolInformation {
  return {
    name: name.name,
    kind: kinds[name.kind] ?? SymbolKind.Variable,
    location: { uri, range: text.toRange(name.range) },
    containerName: containerOf(name),
  };
}

const kinds: Partial<Readonly<Record<NameKind, SymbolKind>>> = {
  site: SymbolKind.Package,
  pool: SymbolKind.Module,
  edgePool: SymbolKind.Module,
  persistentChatPool: SymbolKind.Module,
  availabilityGroup: SymbolKind.Class,
  virtualMachine: SymbolKind.Class,
  adminRole: SymbolKind.Constant,
  sqlInstance: SymbolKind.Field,
};

/** The pool of a server, the server of an instance, and of the others the section. */
function containerOf({ path }: NameOccurrence): string {
  return String((path.length > 2 ? path[1] : path[0]) ?? '');
}
