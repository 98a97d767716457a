/** Go to definition: from any name to where it is defined. */
import type { Location, LocationLink } from 'vscode-languageserver/node';
import { definitionsAt } from '../../core/topology/queries/definitions.ts';
import type { Client } from '../client.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const definition: Feature = {
  capabilities: () => ({ definitionProvider: true }),
  register: (server) =>
    server.connection.onDefinition(
      answering(server, 'textDocument/definition', (document, { position }) =>
        definitionOf(document, document.text.offsetAt(position), server.client),
      ),
    ),
};

function definitionOf(document: OpenDocument, offset: number, client: Client): Location[] | LocationLink[] | null {
  const { uri, text } = document;
  const found = definitionsAt(document.topology.tree.root, offset);
  if (found === undefined) return null;
  if (client.capabilities.textDocument?.definition?.linkSupport !== true)
    return found.targets.map(({ selection }) => ({ uri, range: text.toRange(selection) }));
  const originSelectionRange = text.toRange(found.origin);
  return found.targets.map(({ range, selection }) => ({
    originSelectionRange,
    targetUri: uri,
    targetRange: text.toRange(range),
    targetSelectionRange: text.toRange(selection),
  }));
}
