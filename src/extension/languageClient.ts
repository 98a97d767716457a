/** The language server's process and what connects the editor with it. Started when the first topology file is shown. */
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { languageId } from './names.ts';

export interface LanguageSupport extends AsyncDisposable {
  /** Starts the server where that has not been done. */
  client(): Promise<LanguageClient>;
}

export interface LanguageSupportOptions {
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly trace: vscode.LogOutputChannel;
  readonly onFailure: (error: unknown) => void;
}

/** Returns at once; the server starts when a topology file is opened. */
export function createLanguageSupport(options: LanguageSupportOptions): LanguageSupport {
  let starting: Promise<LanguageClient> | undefined;

  const client = (): Promise<LanguageClient> => {
    starting ??= start(options).catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
  const startFor = (document: vscode.TextDocument): void => {
    if (document.languageId === languageId && starting === undefined) client().catch(options.onFailure);
  };

  const subscription = vscode.workspace.onDidOpenTextDocument(startFor);
  for (const document of vscode.workspace.textDocuments) startFor(document);
  return {
    client,
    [Symbol.asyncDispose]: async () => {
      subscription.dispose();
      const started = await starting?.catch(() => undefined);
      await started?.dispose();
    },
  };
}

/** The library is large: it is read when it is needed, not when the extension is activated. */
async function start(options: LanguageSupportOptions): Promise<LanguageClient> {
  const { startLanguageClient } = await import('./startLanguageClient.ts');
  return startLanguageClient(options);
}
