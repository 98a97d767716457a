/** A client with the deployment of every kind of name open, and requests about places in it. */
import type { Range } from 'vscode-languageserver/node';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import { cursorIn, goneAround } from '../topology/deploymentToGoAround.ts';

export const uri = 'file:///litware.topology.yaml';

/** What a client says that it can do: everything that these features look at. */
export const everything = {
  workspace: { workspaceEdit: { documentChanges: true } },
  textDocument: {
    definition: { linkSupport: true },
    rename: { prepareSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    foldingRange: {},
    documentLink: { tooltipSupport: true },
  },
};

export interface GoingAround extends AsyncDisposable {
  readonly client: LanguageClient;
  /** Asks about the place of a piece of the text, in which `¦` is the cursor. */
  ask<Result>(method: string, marked: string, parameters?: object): Promise<Result>;
  /** Asks about the file. */
  askAll<Result>(method: string, parameters?: object): Promise<Result>;
  textOf(range: Range): string;
}

export async function goAround(capabilities: object = everything, text = goneAround): Promise<GoingAround> {
  const client = await startLanguageClient({ inProcess: true, capabilities });
  await client.open(uri, text);
  const askAll = <Result>(method: string, parameters: object = {}): Promise<Result> =>
    client.connection.sendRequest<Result>(method, { textDocument: { uri }, ...parameters });
  return {
    client,
    askAll,
    ask: (method, marked, parameters = {}) =>
      askAll(method, { position: client.document(uri).positionAt(cursorIn(marked, 0, text)), ...parameters }),
    textOf: (range) => client.document(uri).getText(range),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  };
}
