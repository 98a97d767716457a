/** Uses every feature that a server announces, all over a document. */
import type { InitializeResult, Position, Range, ServerCapabilities } from 'vscode-languageserver/node';
import type { LanguageClient } from './languageClient.ts';

/** Requests that may be refused with a sentence: not everything can be renamed. */
const refusable: ReadonlySet<string> = new Set(['textDocument/rename', 'textDocument/prepareRename']);

export interface Exercise {
  readonly client: LanguageClient;
  readonly uri: string;
  /** Positions, in the encoding agreed on, that something may be asked about. */
  readonly positions: readonly Position[];
  readonly whole: Range;
}

type Send = <Result>(method: string, parameters: object) => Promise<Result | null>;
type Ask = (send: Send, exercise: Exercise & { readonly textDocument: { readonly uri: string } }) => Promise<void>;

/** Names of the capabilities that nothing here knows how to use. */
export function unknownCapabilities({ capabilities }: InitializeResult): readonly string[] {
  return Object.keys(capabilities).filter((name) => !(name in asks));
}

/** Uses what was announced. Rejects when a request fails that should not. */
export async function useEveryFeature(exercise: Exercise): Promise<void> {
  const { client, uri } = exercise;
  const send: Send = (method, parameters) =>
    client.connection.sendRequest<never>(method, parameters).catch((error: unknown) => {
      if (refusable.has(method) && error instanceof Error && error.message.length > 0) return null;
      throw new Error(`${method} ${JSON.stringify(parameters)}: ${error}`);
    });
  for (const [name, value] of Object.entries(client.initialized.capabilities)) {
    const ask = value === false ? undefined : asks[name as keyof ServerCapabilities];
    await ask?.(send, { ...exercise, textDocument: { uri } });
  }
}

const options = { tabSize: 2, insertSpaces: true };

/** Sends a request for every position. */
function everywhere(method: string, more: object = {}): Ask {
  return async (send, { textDocument, positions }) => {
    for (const position of positions) await send(method, { textDocument, position, ...more });
  };
}

/** Sends a request about the whole document, and another one for each of some of its results. */
function whole(method: string, each?: string): Ask {
  return async (send, { textDocument, whole: range }) => {
    const found = await send<unknown>(method, { textDocument, range, options });
    if (each !== undefined && Array.isArray(found)) for (const item of some(found)) await send(each, item);
  };
}

function some<Item>(items: readonly Item[]): readonly Item[] {
  const step = Math.ceil(items.length / 5);
  return items.filter((_, index) => index % step === 0);
}

const nothing: Ask = async () => {};

const completion: Ask = async (send, { textDocument, positions, client }) => {
  const resolves = client.initialized.capabilities.completionProvider?.resolveProvider === true;
  for (const position of positions) {
    const context = { triggerKind: 1 };
    const found = await send<{ items?: object[] } | object[]>('textDocument/completion', {
      textDocument,
      position,
      context,
    });
    const items = Array.isArray(found) ? found : (found?.items ?? []);
    if (resolves) for (const item of some(items)) await send('completionItem/resolve', item);
  }
};

const codeActions: Ask = async (send, { textDocument, positions, client, whole: range }) => {
  const provider = client.initialized.capabilities.codeActionProvider;
  const resolves = typeof provider === 'object' && provider.resolveProvider === true;
  const kinds = typeof provider === 'object' ? (provider.codeActionKinds ?? []) : [];
  const ask = async (of: Range, context: object): Promise<void> => {
    const found = (await send<object[]>('textDocument/codeAction', { textDocument, range: of, context })) ?? [];
    if (resolves) for (const action of found) if ('data' in action) await send('codeAction/resolve', action);
  };
  for (const position of positions) await ask({ start: position, end: position }, { diagnostics: [] });
  await ask(range, { diagnostics: [], triggerKind: 1 });
  for (const kind of kinds) await ask(range, { diagnostics: [], only: [kind] });
};

const callHierarchy: Ask = async (send, { textDocument, positions }) => {
  for (const position of positions) {
    const items = (await send<object[]>('textDocument/prepareCallHierarchy', { textDocument, position })) ?? [];
    for (const item of items) {
      await send('callHierarchy/incomingCalls', { item });
      await send('callHierarchy/outgoingCalls', { item });
    }
  }
};

const semanticTokens: Ask = async (send, { textDocument, whole: range }) => {
  const full = await send<{ resultId?: string }>('textDocument/semanticTokens/full', { textDocument });
  await send('textDocument/semanticTokens/range', { textDocument, range });
  const previousResultId = full?.resultId;
  if (previousResultId !== undefined) {
    await send('textDocument/semanticTokens/full/delta', { textDocument, previousResultId });
    await send('textDocument/semanticTokens/full/delta', { textDocument, previousResultId: 'unknown' });
  }
};

const workspaceSymbols: Ask = async (send) => {
  for (const query of ['', 'a', 'litware', '😀']) {
    const found = (await send<object[]>('workspace/symbol', { query })) ?? [];
    for (const symbol of some(found)) if ('data' in symbol) await send('workspaceSymbol/resolve', symbol);
  }
};

const diagnostics: Ask = async (send, { textDocument }) => {
  const report = await send<{ resultId?: string }>('textDocument/diagnostic', { textDocument });
  await send('textDocument/diagnostic', { textDocument, previousResultId: report?.resultId });
  const everything = await send<{ items: { uri: string; resultId?: string }[] }>('workspace/diagnostic', {
    previousResultIds: [],
  });
  const known = everything?.items.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' })) ?? [];
  const gone = { uri: 'file:///gone.topology.yaml', value: 'x' };
  await send('workspace/diagnostic', {
    previousResultIds: [...known, gone],
    workDoneToken: 'work',
    partialResultToken: 'parts',
  });
};

const onType: Ask = async (send, { textDocument, positions, client }) => {
  const provider = client.initialized.capabilities.documentOnTypeFormattingProvider;
  const characters = [provider?.firstTriggerCharacter, ...(provider?.moreTriggerCharacter ?? [])];
  for (const position of positions) {
    for (const ch of characters) await send('textDocument/onTypeFormatting', { textDocument, position, ch, options });
  }
};

const rename: Ask = async (send, exercise) => {
  await everywhere('textDocument/prepareRename')(send, exercise);
  for (const newName of ['new.litwareinc.com', 'New York', '', 'x: y\n']) {
    await everywhere('textDocument/rename', { newName })(send, { ...exercise, positions: some(exercise.positions) });
  }
};

const asks: Partial<Record<keyof ServerCapabilities, Ask>> = {
  positionEncoding: nothing,
  textDocumentSync: nothing,
  workspace: nothing,
  completionProvider: completion,
  hoverProvider: everywhere('textDocument/hover'),
  definitionProvider: everywhere('textDocument/definition'),
  declarationProvider: everywhere('textDocument/declaration'),
  typeDefinitionProvider: everywhere('textDocument/typeDefinition'),
  implementationProvider: everywhere('textDocument/implementation'),
  referencesProvider: everywhere('textDocument/references', { context: { includeDeclaration: true } }),
  documentHighlightProvider: everywhere('textDocument/documentHighlight'),
  linkedEditingRangeProvider: everywhere('textDocument/linkedEditingRange'),
  documentSymbolProvider: whole('textDocument/documentSymbol'),
  foldingRangeProvider: whole('textDocument/foldingRange'),
  documentLinkProvider: whole('textDocument/documentLink'),
  codeLensProvider: whole('textDocument/codeLens', 'codeLens/resolve'),
  inlayHintProvider: whole('textDocument/inlayHint'),
  documentFormattingProvider: whole('textDocument/formatting'),
  documentRangeFormattingProvider: whole('textDocument/rangeFormatting'),
  documentOnTypeFormattingProvider: onType,
  selectionRangeProvider: (send, { textDocument, positions }) =>
    send('textDocument/selectionRange', { textDocument, positions }).then(() => {}),
  codeActionProvider: codeActions,
  callHierarchyProvider: callHierarchy,
  semanticTokensProvider: semanticTokens,
  workspaceSymbolProvider: workspaceSymbols,
  diagnosticProvider: diagnostics,
  renameProvider: rename,
};
