/** The language server: lifecycle and text. What a feature does stands in its file under `features/`. */
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { type Client, readClient, unknownClient } from './client.ts';
import { createConfiguration } from './configuration.ts';
import { createDocuments, type Documents } from './documents.ts';
import type { Server } from './feature.ts';
import { features } from './features/all.ts';
import { createLog } from './log.ts';
import { refreshClient, refreshDiagnostics } from './refresh.ts';
import { topologyFilePattern } from './topologyFiles.ts';
import { createWorkspace, type WorkspaceIndex } from './workspace.ts';

const serverName = 'Lync Topology';

/** Serves one client until the connection ends. */
export function startLanguageServer(connection: Connection): void {
  const documents = createDocuments();
  const log = createLog(connection);
  const workspace = createWorkspace(documents, log);
  const ending = new AbortController();
  let client: Client = unknownClient;
  let stage: Server['stage'] = 'starting';
  const configuration = createConfiguration({
    connection,
    log,
    onChange: (settings) => {
      documents.configure(settings);
      workspace.forgetSummaries();
      if (stage === 'running') refreshClient(connection, client);
    },
  });
  const server: Server = {
    connection,
    documents,
    workspace,
    log,
    ending: ending.signal,
    get client() {
      return client;
    },
    get settings() {
      return configuration.settings;
    },
    get stage() {
      return stage;
    },
  };
  const initialize = (parameters: InitializeParams): InitializeResult => {
    if (stage !== 'starting') throw new ResponseError(ErrorCodes.InvalidRequest, 'The server is initialized already.');
    client = readClient(parameters);
    documents.encode(client.positionEncoding);
    configuration.start(parameters.initializationOptions, client);
    stage = 'running';
    return { serverInfo: { name: serverName }, capabilities: capabilitiesFor(client) };
  };

  connection.onInitialize(initialize);
  connection.onInitialized(() => {
    followFiles(server, workspace);
    return configuration.ask();
  });
  connection.onShutdown(() => {
    stage = 'ending';
    ending.abort();
  });
  followText(server, documents);
  for (const feature of features) feature.register(server);
  connection.listen();
}

/** Text that comes before the start or after the end is passed over: the protocol allows neither. */
function followText(server: Server, documents: Documents): void {
  const { connection } = server;
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    if (server.stage === 'running') documents.open(uri, version, text);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    if (server.stage === 'running') documents.change(uri, version, contentChanges);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => documents.close(uri));
}

/** Files and folders are followed once the client is ready: nothing may be said to it before. */
function followFiles({ connection, client }: Server, workspace: WorkspaceIndex): void {
  const { workspace: can } = client.capabilities;
  workspace.setFolders(client.folders);
  if (can?.workspaceFolders === true) {
    connection.workspace.onDidChangeWorkspaceFolders((change) => workspace.changeFolders(change));
  }
  connection.onDidChangeWatchedFiles(({ changes }) => workspace.filesChanged(changes));
  workspace.onChange(() => refreshDiagnostics(connection, client));
  if (can?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
  const watchers = [{ globPattern: topologyFilePattern }];
  connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).then(workspace.watch, ignoreRefusal);
}

/** A client may refuse what it said it could do; then files are looked at when somebody asks. */
function ignoreRefusal(): void {}

function capabilitiesFor(client: Client): InitializeResult['capabilities'] {
  const announced = features.map((feature) => feature.capabilities(client));
  return {
    positionEncoding: client.positionEncoding,
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    ...Object.assign({}, ...announced),
    workspace: Object.assign(
      { workspaceFolders: { supported: true, changeNotifications: true } },
      ...announced.map(({ workspace }) => workspace),
    ),
  };
}
