/** What the client at the other end can do. Nothing is assumed of it beyond the base protocol. */
import { type ClientCapabilities, type InitializeParams, MarkupKind } from 'vscode-languageserver/node';
import type { PositionEncoding } from './text.ts';

export interface Client {
  readonly capabilities: ClientCapabilities;
  /** The one that both sides use from now on. */
  readonly positionEncoding: PositionEncoding;
  /** Refuses an edit when the text has changed since, instead of applying it in the wrong place. */
  readonly versionedEdits: boolean;
  readonly snippets: boolean;
  /** Asks for diagnostics by itself, so that none are pushed. */
  readonly pullsDiagnostics: boolean;
  /** Parts of a diagnostic beyond the base protocol. */
  readonly shows: { readonly relatedInformation: boolean; readonly codeDescription: boolean; readonly tags: boolean };
  /** Folders of the workspace, as addresses; none where a single file is open. */
  readonly folders: readonly string[];
}

/** Before anybody has said anything. */
export const unknownClient: Client = readClient({ processId: null, rootUri: null, capabilities: {} });

export function readClient(parameters: InitializeParams): Client {
  const { capabilities } = parameters;
  return {
    capabilities,
    positionEncoding: encodingOf(capabilities),
    versionedEdits: capabilities.workspace?.workspaceEdit?.documentChanges === true,
    snippets: capabilities.textDocument?.completion?.completionItem?.snippetSupport === true,
    pullsDiagnostics: capabilities.textDocument?.diagnostic !== undefined,
    shows: shownBy(capabilities),
    folders: parameters.workspaceFolders?.map(({ uri }) => uri) ?? (parameters.rootUri ? [parameters.rootUri] : []),
  };
}

/** Clients say it where they take pushed diagnostics, those of the newest protocol also where they ask for them. */
function shownBy({ textDocument }: ClientCapabilities): Client['shows'] {
  const [pushed, pulled] = [textDocument?.publishDiagnostics, textDocument?.diagnostic];
  return {
    relatedInformation: pushed?.relatedInformation === true || pulled?.relatedInformation === true,
    codeDescription: pushed?.codeDescriptionSupport === true || pulled?.codeDescriptionSupport === true,
    tags: pushed?.tagSupport !== undefined || pulled?.tagSupport !== undefined,
  };
}

/** UTF-16 where the client has it, which costs nothing here; a client that says nothing means UTF-16. */
function encodingOf(capabilities: ClientCapabilities): PositionEncoding {
  const offered = capabilities.general?.positionEncodings ?? [];
  if (offered.length === 0 || offered.includes('utf-16')) return 'utf-16';
  return offered.includes('utf-32') ? 'utf-32' : offered.includes('utf-8') ? 'utf-8' : 'utf-16';
}

/** The form of texts that the client shows: Markdown where it says so, plain text otherwise. */
export function markupKindOf(formats: readonly MarkupKind[] | undefined): MarkupKind {
  return formats?.includes(MarkupKind.Markdown) === true ? MarkupKind.Markdown : MarkupKind.PlainText;
}
