/** References and highlights: every place that has the name at the cursor. */
import { type DocumentHighlight, DocumentHighlightKind, type Location } from 'vscode-languageserver/node';
import { usesAt } from '../../core/topology/queries/definitions.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const references: Feature = {
  capabilities: () => ({ referencesProvider: true, documentHighlightProvider: true }),
  register: (server) => {
    server.connection.onReferences(
      answering(server, 'textDocument/references', (document, { position, context }) =>
        referencesTo(document, document.text.offsetAt(position), context.includeDeclaration),
      ),
    );
    server.connection.onDocumentHighlight(
      answering(server, 'textDocument/documentHighlight', (document, { position }) =>
        highlightsAt(document, document.text.offsetAt(position)),
      ),
    );
  },
};

function referencesTo({ uri, text, topology }: OpenDocument, offset: number, withDefinition: boolean): Location[] {
  return usesAt(topology.tree.root, offset)
    .filter(({ role }) => withDefinition || role === 'reference')
    .map(({ range }) => ({ uri, range: text.toRange(range) }));
}

function highlightsAt({ text, topology }: OpenDocument, offset: number): DocumentHighlight[] {
  return usesAt(topology.tree.root, offset).map(({ role, range }) => ({
    range: text.toRange(range),
    kind: role === 'definition' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}
