/** A client of the language server, over its standard streams or in the same process, as an editor is one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import {
  type CodeAction,
  type CompletionItem,
  createConnection,
  createMessageConnection,
  type Hover,
  type InitializeResult,
  Message,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
  ProposedFeatures,
  type PublishDiagnosticsParams,
  type Range,
  type RegistrationParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { startLanguageServer } from '../../src/languageServer/server.ts';
import type { SentMessage } from './protocolTypes.ts';

export interface LanguageClientOptions {
  /** Our server in this process instead of one of its own: quicker, and a failing test shows where. */
  readonly inProcess?: boolean;
  /** Addresses of the workspace's folders. */
  readonly folders?: readonly string[];
  /** Program and arguments of the server; ours from the sources when absent. */
  readonly command?: readonly string[];
  readonly initializationOptions?: unknown;
  readonly capabilities?: object;
  readonly languageId?: string;
  /** Called with everything that the server sends. */
  readonly record?: (message: SentMessage) => void;
  /** Answers `workspace/configuration`, item by item. */
  readonly configuration?: (section: string | undefined) => unknown;
}

export interface LanguageClient extends AsyncDisposable {
  readonly connection: MessageConnection;
  /** The server's process; refused where it has none of its own. */
  readonly process: ChildProcess;
  readonly initialized: InitializeResult;
  /** What the server wrote into its log, from `window/logMessage`. */
  readonly log: readonly { readonly type: number; readonly message: string }[];
  /** Opens a document and resolves with its diagnostics; a client that asks for them by itself waits for none. */
  open(uri: string, text: string): Promise<PublishDiagnosticsParams>;
  open(uri: string, text: string, options: { readonly unreported: true }): Promise<undefined>;
  /** Resolves when the server has registered for that method. */
  registered(method: string): Promise<void>;
  /** Replaces a range by offsets and resolves with the diagnostics of that version. */
  change(uri: string, start: number, end: number, text: string): Promise<PublishDiagnosticsParams>;
  /** The same without waiting. */
  type(uri: string, start: number, end: number, text: string): Promise<void>;
  /** Resolves with the first diagnostics of at least that version. */
  diagnostics(uri: string, version: number): Promise<PublishDiagnosticsParams>;
  /** Resolves with the first diagnostics, the last ones included, that are as wanted. */
  diagnosticsWhere(
    uri: string,
    wanted: (published: PublishDiagnosticsParams) => boolean,
  ): Promise<PublishDiagnosticsParams>;
  document(uri: string): TextDocument;
  codeActions(uri: string, range: Range): Promise<readonly CodeAction[]>;
  completion(uri: string, offset: number): Promise<readonly CompletionItem[]>;
  hover(uri: string, offset: number): Promise<Hover | null>;
}

const ownServer = new URL('../../src/languageServer/main.ts', import.meta.url).pathname;

export async function startLanguageClient(options: LanguageClientOptions = {}): Promise<LanguageClient> {
  const { child, connection } =
    options.inProcess === true ? serverInProcess(options.record) : serverProcess(options.command, options.record);
  const log: { readonly type: number; readonly message: string }[] = [];
  connection.onNotification('window/logMessage', (message: { type: number; message: string }) => {
    // Thousands of requests leave thousands of lines about what each took.
    if (message.type < 4 || log.length < 10_000) log.push(message);
  });
  const texts = new Map<string, TextDocument>();
  const published = new Map<string, PublishDiagnosticsParams>();
  const waiting = new Set<() => void>();

  connection.onNotification('textDocument/publishDiagnostics', (parameters: PublishDiagnosticsParams) => {
    // A server that leaves the version out speaks of the last text that it was sent.
    published.set(parameters.uri, {
      ...parameters,
      version: parameters.version ?? texts.get(parameters.uri)?.version ?? 0,
    });
    for (const check of [...waiting]) check();
  });
  connection.onRequest('workspace/configuration', ({ items }: { items: readonly { section?: string }[] }) =>
    items.map((item) => options.configuration?.(item.section) ?? null),
  );
  const registered = new Set<string>();
  connection.onRequest('client/registerCapability', ({ registrations }: RegistrationParams) => {
    for (const { method } of registrations) registered.add(method);
    // What waits for it goes on when the server has the answer.
    setImmediate(() => {
      for (const check of [...waiting]) check();
    });
    return null;
  });
  connection.listen();
  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    // A server in this process would watch over it for as long as it lives.
    processId: options.inProcess === true ? null : process.pid,
    rootUri: null,
    workspaceFolders: options.folders?.map((folder) => ({ uri: folder, name: folder })) ?? null,
    capabilities: options.capabilities ?? {
      workspace: { workspaceEdit: { documentChanges: true }, configuration: true },
      textDocument: {
        hover: { contentFormat: ['markdown', 'plaintext'] },
        completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'] } },
        publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true },
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: [] } },
          dataSupport: true,
          resolveSupport: { properties: ['edit'] },
        },
      },
    },
    initializationOptions: options.initializationOptions ?? {},
  });
  await connection.sendNotification('initialized', {});

  const textOf = (uri: string): TextDocument => {
    const text = texts.get(uri);
    if (text === undefined) throw new Error(`${uri} is not open.`);
    return text;
  };
  const diagnosticsWhere: LanguageClient['diagnosticsWhere'] = (uri, wanted) =>
    new Promise((resolve) => {
      const check = (): void => {
        const last = published.get(uri);
        if (last === undefined || !wanted(last)) return;
        waiting.delete(check);
        resolve(last);
      };
      waiting.add(check);
      check();
    });
  const diagnostics: LanguageClient['diagnostics'] = (uri, version) =>
    diagnosticsWhere(uri, (last) => (last.version ?? 0) >= version);
  const type = async (uri: string, start: number, end: number, text: string): Promise<void> => {
    const before = textOf(uri);
    const version = before.version + 1;
    const range = { start: before.positionAt(start), end: before.positionAt(end) };
    texts.set(uri, TextDocument.update(before, [{ range, text }], version));
    published.delete(uri);
    await connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  };

  async function open(uri: string, text: string): Promise<PublishDiagnosticsParams>;
  async function open(uri: string, text: string, how: { readonly unreported: true }): Promise<undefined>;
  async function open(uri: string, text: string, how?: object): Promise<PublishDiagnosticsParams | undefined> {
    const languageId = options.languageId ?? 'lync-topology';
    texts.set(uri, TextDocument.create(uri, languageId, 1, text));
    published.delete(uri);
    await connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
    return how === undefined ? diagnostics(uri, 1) : undefined;
  }

  return {
    connection,
    get process() {
      if (child === undefined) throw new Error('The server runs in this process.');
      return child;
    },
    initialized,
    log,
    document: textOf,
    diagnostics,
    diagnosticsWhere,
    type,
    open,
    registered: (method) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!registered.has(method)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    change: async (uri, start, end, text) => {
      await type(uri, start, end, text);
      return diagnostics(uri, textOf(uri).version);
    },
    codeActions: async (uri, range) =>
      (await connection.sendRequest<CodeAction[] | null>('textDocument/codeAction', {
        textDocument: { uri },
        range,
        context: { diagnostics: [] },
      })) ?? [],
    completion: async (uri, offset) => {
      const position = textOf(uri).positionAt(offset);
      const answer = await connection.sendRequest<CompletionItem[] | { items: CompletionItem[] } | null>(
        'textDocument/completion',
        { textDocument: { uri }, position },
      );
      return Array.isArray(answer) ? answer : (answer?.items ?? []);
    },
    hover: (uri, offset) =>
      connection.sendRequest<Hover | null>('textDocument/hover', {
        textDocument: { uri },
        position: textOf(uri).positionAt(offset),
      }),
    [Symbol.asyncDispose]: async () => {
      await connection.sendRequest('shutdown');
      if (child !== undefined) {
        await connection.sendNotification('exit');
        if (child.exitCode === null) await once(child, 'exit');
      }
      connection.dispose();
    },
  };
}

interface RunningServer {
  readonly child: ChildProcess | undefined;
  readonly connection: MessageConnection;
}

type Record = LanguageClientOptions['record'];

function serverProcess(command: readonly string[] | undefined, record: Record): RunningServer {
  const [program = process.execPath, ...parameters] = command ?? [process.execPath, ownServer, '--stdio'];
  const child = spawn(program, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  return { child, connection: connectionOver(child.stdout, child.stdin, record) };
}

function serverInProcess(record: Record): RunningServer {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  startLanguageServer(
    createConnection(ProposedFeatures.all, new StreamMessageReader(toServer), new StreamMessageWriter(toClient)),
  );
  return { child: undefined, connection: connectionOver(toClient, toServer, record) };
}

function connectionOver(from: Readable, to: Writable, record: Record): MessageConnection {
  const reader = new StreamMessageReader(from);
  const writer = new StreamMessageWriter(to);
  if (record !== undefined) recordMessages(reader, writer, record);
  return createMessageConnection(reader, writer);
}

/** Reports every message of the server, a result with the method of the request that it answers. */
function recordMessages(reader: MessageReader, writer: MessageWriter, record: (message: SentMessage) => void): void {
  const asked = new Map<unknown, string>();
  const write = writer.write.bind(writer);
  writer.write = (message) => {
    if (Message.isRequest(message)) asked.set(message.id, message.method);
    return write(message);
  };
  const listen = reader.listen.bind(reader);
  reader.listen = (callback) =>
    listen((message) => {
      if (Message.isNotification(message))
        record({ kind: 'notification', method: message.method, value: message.params });
      if (Message.isRequest(message)) record({ kind: 'request', method: message.method, value: message.params });
      if (Message.isResponse(message) && message.error === undefined) {
        record({ kind: 'result', method: asked.get(message.id) ?? '', value: message.result });
      }
      callback(message);
    });
}
