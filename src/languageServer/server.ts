/** The language server: a table of contents. What a feature does stands in its file under `features/`. */
import {
  CodeActionKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import type { Range } from '../core/topology/diagnostics.ts';
import { createDocuments, type OpenDocument } from './documents.ts';
import { codeActions } from './features/codeActions.ts';
import { completion } from './features/completion.ts';
import { createDiagnosticsPublisher, type DiagnosticsPublisher } from './features/diagnostics.ts';
import { hover } from './features/hover.ts';
import { summary, summaryRequest } from './features/summary.ts';
import { readClientSettings } from './settings.ts';

const serverName = 'Lync Topology';

/** Serves one client until the connection ends. */
export function startLanguageServer(connection: Connection): void {
  const documents = createDocuments();
  let publisher: DiagnosticsPublisher | undefined;
  let versionedEdits = false;

  connection.onInitialize((parameters): InitializeResult => {
    const settings = readClientSettings(parameters.initializationOptions);
    versionedEdits = clientTakesVersionedEdits(parameters);
    documents.configure(settings.severities);
    publisher = createDiagnosticsPublisher(documents, settings.documentationRoot, ({ uri, version, diagnostics }) => {
      connection.sendDiagnostics({ uri, version, diagnostics: [...diagnostics] }).catch(ignoreClosedConnection);
    });
    return { serverInfo: { name: serverName }, capabilities };
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    documents.open(uri, version, text);
    publisher?.publishNow(uri);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    documents.change(uri, version, contentChanges);
    publisher?.publishSoon(uri);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    documents.close(uri);
    publisher?.publishNow(uri);
    connection.sendDiagnostics({ uri, diagnostics: [] }).catch(ignoreClosedConnection);
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    documents.configure(readClientSettings(settings).severities);
    for (const { uri } of documents.all()) publisher?.publishNow(uri);
  });

  connection.onCodeAction(({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    return document === undefined ? null : [...codeActions(document, offsetsOf(document, range), versionedEdits)];
  });
  connection.onCompletion(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    return document === undefined ? null : [...completion(document, document.text.offsetAt(position))];
  });
  connection.onHover(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    return document === undefined ? null : (hover(document, document.text.offsetAt(position)) ?? null);
  });

  connection.onRequest(summaryRequest, ({ uri }: { readonly uri: string }) => {
    const document = documents.get(uri);
    return document === undefined ? null : summary(document);
  });

  connection.onShutdown(() => publisher?.[Symbol.dispose]());
  connection.listen();
}

const capabilities: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
  completionProvider: { triggerCharacters: [' ', '[', ',', '.', '-'] },
  hoverProvider: true,
};

function clientTakesVersionedEdits(parameters: InitializeParams): boolean {
  return parameters.capabilities.workspace?.workspaceEdit?.documentChanges === true;
}

function offsetsOf(document: OpenDocument, range: Parameters<OpenDocument['text']['getText']>[0] & object): Range {
  return { start: document.text.offsetAt(range.start), end: document.text.offsetAt(range.end) };
}

/** The client may go while something is on its way to it. */
function ignoreClosedConnection(): void {}
