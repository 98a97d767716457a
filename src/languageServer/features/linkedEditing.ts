/** Linked editing: while the name of a pool or a site is typed where it is defined, its references follow. */
import type { LinkedEditingRanges } from 'vscode-languageserver/node';
import { linkedNamesAt } from '../../core/topology/queries/linkedNames.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const linkedEditing: Feature = {
  capabilities: () => ({ linkedEditingRangeProvider: true }),
  register: (server) =>
    server.connection.languages.onLinkedEditingRange(
      answering(server, 'textDocument/linkedEditingRange', (document, { position }) =>
        linkedAt(document, document.text.offsetAt(position)),
      ),
    ),
};

function linkedAt({ text, topology }: OpenDocument, offset: number): LinkedEditingRanges | null {
  const linked = linkedNamesAt(topology.tree.root, offset);
  if (linked === undefined) return null;
  return { ranges: linked.ranges.map((range) => text.toRange(range)), wordPattern: linked.wordPattern };
}
