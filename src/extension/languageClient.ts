/**
 * The language server's process and what connects the editor with it. Started when there is the first topology file: one
 * that is shown, or one in the workspace, whose problems are listed although it is closed.
 */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { languageId } from './names.ts';
import type { Topologies } from './topologies.ts';

/** `idle` before there was a reason to start it; `stopped` when it ended and was not started again. */
export type LanguageServerState = 'idle' | 'starting' | 'running' | 'stopped';

export interface LanguageSupport extends AsyncDisposable {
  readonly state: LanguageServerState;
  readonly onDidChangeState: vscode.Event<LanguageServerState>;
  /** Starts the server where that has not been done. */
  client(): Promise<LanguageClient>;
  /** Ends the server, where one runs, and starts it anew. */
  restart(): Promise<void>;
}

export interface LanguageSupportOptions {
  readonly extension: vscode.Uri;
  readonly topologies: Topologies;
  readonly log: vscode.LogOutputChannel;
  readonly trace: vscode.LogOutputChannel;
  readonly onFailure: (error: unknown) => void;
}

/** What starting the process is told, beside the options. */
export interface LanguageServerLife {
  readonly onState: (state: LanguageServerState) => void;
}

/** Returns at once. */
export function createLanguageSupport(options: LanguageSupportOptions): LanguageSupport {
  const changed = new vscode.EventEmitter<LanguageServerState>();
  let state: LanguageServerState = 'idle';
  let starting: Promise<LanguageClient> | undefined;

  const setState = (next: LanguageServerState): void => {
    if (state === next) return;
    state = next;
    changed.fire(next);
  };
  const client = (): Promise<LanguageClient> => {
    starting ??= start(options, { onState: setState }).catch((error: unknown) => {
      starting = undefined;
      setState('stopped');
      throw error;
    });
    return starting;
  };
  const startOnce = (): void => {
    if (state === 'idle') client().catch(options.onFailure);
  };
  const startFor = (document: vscode.TextDocument): void => {
    if (document.languageId === languageId) startOnce();
  };
  const startForWorkspace = (): void => {
    if (options.topologies.files.length > 0) startOnce();
  };

  const subscriptions = [
    changed,
    vscode.workspace.onDidOpenTextDocument(startFor),
    options.topologies.onDidChange(startForWorkspace),
  ];
  for (const document of vscode.workspace.textDocuments) startFor(document);
  return {
    get state() {
      return state;
    },
    onDidChangeState: changed.event,
    client,
    restart: async () => {
      const started = await starting?.catch(() => undefined);
      if (started === undefined) await client();
      else await started.restart();
    },
    [Symbol.asyncDispose]: async () => {
      vscode.Disposable.from(...subscriptions).dispose();
      const started = await starting?.catch(() => undefined);
      await started?.dispose();
    },
  };
}

/** The library is large: it is read when it is needed, not when the extension is activated. */
async function start(options: LanguageSupportOptions, life: LanguageServerLife): Promise<LanguageClient> {
  life.onState('starting');
  const { startLanguageClient } = await import('./startLanguageClient.ts');
  return startLanguageClient(options, life);
}
