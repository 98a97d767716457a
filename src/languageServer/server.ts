/** The language server: lifecycle and text. What a feature does stands in its file under `features/`. */
import { type Connection, type InitializeResult, TextDocumentSyncKind } from 'vscode-languageserver/node';
import { type Client, readClient, unknownClient } from './client.ts';
import { createDocuments } from './documents.ts';
import type { Server } from './feature.ts';
import { features } from './features/all.ts';
import { createLog } from './log.ts';
import { type ClientSettings, readClientSettings } from './settings.ts';

const serverName = 'Lync Topology';

/** Serves one client until the connection ends. */
export function startLanguageServer(connection: Connection): void {
  const documents = createDocuments();
  const log = createLog(connection);
  let client: Client = unknownClient;
  let settings: ClientSettings = readClientSettings(undefined);
  const server: Server = {
    connection,
    documents,
    log,
    get client() {
      return client;
    },
    get settings() {
      return settings;
    },
  };

  connection.onInitialize((parameters): InitializeResult => {
    client = readClient(parameters);
    settings = readClientSettings(parameters.initializationOptions);
    documents.encode(client.positionEncoding);
    documents.configure(settings.severities);
    return { serverInfo: { name: serverName }, capabilities: capabilitiesFor(client) };
  });
  connection.onDidChangeConfiguration((changed) => {
    const { documentationRoot = settings.documentationRoot, ...read } = readClientSettings(changed.settings);
    settings = { ...read, ...(documentationRoot === undefined ? {} : { documentationRoot }) };
    documents.configure(settings.severities);
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    documents.open(uri, version, text);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    documents.change(uri, version, contentChanges);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => documents.close(uri));

  for (const feature of features) feature.register(server);
  connection.listen();
}

function capabilitiesFor(client: Client): InitializeResult['capabilities'] {
  return Object.assign(
    {
      positionEncoding: client.positionEncoding,
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    },
    ...features.map((feature) => feature.capabilities(client)),
  );
}
