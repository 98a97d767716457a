/** Rename: every occurrence of a name, or a sentence that says why it cannot be done. */
import { LSPErrorCodes, type PrepareRenameResult, ResponseError, type WorkspaceEdit } from 'vscode-languageserver/node';
import { type Refusal, renameAt, renameableAt } from '../../core/topology/queries/rename.ts';
import type { Client } from '../client.ts';
import { toWorkspaceEdit } from '../convert.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature } from '../feature.ts';

export const rename: Feature = {
  capabilities: ({ capabilities }) => ({
    renameProvider: capabilities.textDocument?.rename?.prepareSupport === true ? { prepareProvider: true } : true,
  }),
  register: (server) => {
    server.connection.onPrepareRename(
      answering(server, 'textDocument/prepareRename', (document, { position }) =>
        prepared(document, document.text.offsetAt(position)),
      ),
    );
    server.connection.onRenameRequest(
      answering(server, 'textDocument/rename', (document, { position, newName }) =>
        renamed(document, document.text.offsetAt(position), newName, server.client),
      ),
    );
  },
};

function prepared({ text, topology }: OpenDocument, offset: number): PrepareRenameResult {
  const { range, placeholder } = granted(renameableAt(topology.tree, offset));
  return { range: text.toRange(range), placeholder };
}

function renamed(document: OpenDocument, offset: number, newName: string, client: Client): WorkspaceEdit {
  return toWorkspaceEdit(document, granted(renameAt(document.topology.tree, offset, newName)), client);
}

/** @throws ResponseError with the reason. */
function granted<Result extends object>(result: Result | Refusal): Result {
  if ('refused' in result) throw new ResponseError(LSPErrorCodes.RequestFailed, result.refused);
  return result;
}
