/** What a topology file holds, in numbers, for an editor's language status. */
import type { CancellationToken } from 'vscode-languageserver/node';
import type { OpenDocument } from '../documents.ts';
import { type Feature, measured } from '../feature.ts';
import { type Summary, summaryRequest } from '../requests.ts';

export const summary: Feature = {
  capabilities: () => ({}),
  register: (server) => {
    server.connection.onRequest(summaryRequest, ({ uri }: { readonly uri: string }, token: CancellationToken) =>
      measured(server, summaryRequest, token, (): Summary | null => {
        const document = server.documents.get(uri);
        return document === undefined ? null : summarize(document);
      }),
    );
  },
};

function summarize({ topology }: OpenDocument): Summary {
  return { pools: topology.topology.pools.all.length, pairs: topology.topology.pairs.length };
}
