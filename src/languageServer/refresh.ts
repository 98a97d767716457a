/** Has the client ask again for what it shows, after something other than its text changed. */
import type { Connection } from 'vscode-languageserver/node';
import type { Client } from './client.ts';

type CapableClient = Pick<Client, 'capabilities'>;

/** Each kind where the client can be told so. A client that cannot asks again with the next change. */
export function refreshClient(connection: Connection, client: CapableClient): void {
  const { workspace } = client.capabilities;
  const { languages } = connection;
  refreshDiagnostics(connection, client);
  const requests = [
    workspace?.inlayHint?.refreshSupport === true && languages.inlayHint.refresh(),
    workspace?.semanticTokens?.refreshSupport === true && languages.semanticTokens.refresh(),
    workspace?.codeLens?.refreshSupport === true && connection.sendRequest('workspace/codeLens/refresh'),
    workspace?.foldingRange?.refreshSupport === true && languages.foldingRange.refresh(),
  ];
  for (const request of requests) if (request !== false) request.catch(ignoreRefusal);
}

/** The same for diagnostics alone. */
export function refreshDiagnostics(connection: Connection, { capabilities: { workspace } }: CapableClient): void {
  if (workspace?.diagnostics?.refreshSupport !== true) return;
  connection.languages.diagnostics.refresh().catch(ignoreRefusal);
}

/** The client may go while it is asked. */
function ignoreRefusal(): void {}
