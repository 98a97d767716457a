/** What a language feature is to the server: what it says that it can do, and how it answers. */
import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
  type ServerCapabilities,
} from 'vscode-languageserver/node';
import { mostCharacters } from '../core/topology/syntax/limits.ts';
import type { Client } from './client.ts';
import type { Documents, OpenDocument } from './documents.ts';
import type { ServerLog } from './log.ts';
import type { ClientSettings } from './settings.ts';
import type { Workspace } from './workspace.ts';

/** What features share. Client and settings are those of the moment. */
export interface Server {
  readonly connection: Connection;
  readonly documents: Documents;
  /** All topology files, also those that are not open. */
  readonly workspace: Workspace;
  readonly log: ServerLog;
  readonly client: Client;
  readonly settings: ClientSettings;
  /** Where the server is in its life: requests are answered while it runs, and refused before and after. */
  readonly stage: 'starting' | 'running' | 'ending';
  /** Aborted at shutdown: nothing is begun after that. */
  readonly ending: AbortSignal;
}

export interface Feature {
  /** What is announced to this client. */
  capabilities(client: Client): ServerCapabilities;
  /** Registers the handlers, once, before anything arrives. */
  register(server: Server): void;
}

interface AboutDocument {
  readonly textDocument: { readonly uri: string };
}

/** Answers a request about an open document, from the text as it is now. */
export type Answer<Parameters, Result> = (
  document: OpenDocument,
  parameters: Parameters,
  token: CancellationToken,
) => Result | null | Promise<Result | null>;

/**
 * The handler of a request about a document: `null` where the document is not open or too long to be read, the protocol's
 * answer where the request was cancelled, and the time that it took in the log.
 */
export function answering<Parameters extends AboutDocument, Result>(
  server: Server,
  method: string,
  answer: Answer<Parameters, Result>,
): (parameters: Parameters, token: CancellationToken) => Promise<Result | null> {
  return (parameters, token) =>
    measured(server, method, token, () => {
      const document = server.documents.get(uriOf(method, parameters));
      return document === undefined || isTooLong(document) ? null : answer(document, parameters, token);
    });
}

/** Its one diagnostic is all that there is to say about such a document. */
function isTooLong({ text }: OpenDocument): boolean {
  return text.content().length > mostCharacters;
}

/**
 * The document that a request is about.
 * @throws ResponseError where there is none: clients may send anything.
 */
export function uriOf(method: string, parameters: AboutDocument | undefined): string {
  const uri: unknown = parameters?.textDocument?.uri;
  if (typeof uri === 'string') return uri;
  throw new ResponseError(ErrorCodes.InvalidParams, `${method} needs the document that it is about.`);
}

/**
 * Runs what answers a request, with the rules that hold for every request.
 * @throws ResponseError, which is the protocol's answer: the request was cancelled, or failed.
 */
export async function measured<Result>(
  server: Server,
  method: string,
  token: CancellationToken,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const throwIfCancelled = (): void => {
    if (token.isCancellationRequested)
      throw new ResponseError(LSPErrorCodes.RequestCancelled, `${method} was cancelled.`);
  };
  throwIfNotRunning(server, method);
  throwIfCancelled();
  const start = performance.now();
  try {
    const result = await run();
    throwIfCancelled();
    return result;
  } catch (error) {
    if (error instanceof ResponseError) throw error;
    server.log.failure(method, error);
    throw new ResponseError(LSPErrorCodes.RequestFailed, `${method} could not be answered; the log says why.`);
  } finally {
    server.log.request(method, performance.now() - start);
  }
}

/** The protocol allows nothing but `initialize` before it was answered, and nothing but `exit` after `shutdown`. */
function throwIfNotRunning({ stage }: Server, method: string): void {
  if (stage === 'starting') {
    throw new ResponseError(ErrorCodes.ServerNotInitialized, `${method} came before the server was initialized.`);
  }
  if (stage === 'ending') throw new ResponseError(ErrorCodes.InvalidRequest, `${method} came after the shutdown.`);
}
