/** The language server's process and what connects the editor with it. Started when the first topology file is shown. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { settingsSection } from './configuration.ts';
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

async function start({ extension, log, trace }: LanguageSupportOptions): Promise<LanguageClient> {
  // The library is large: it is read when it is needed, not when the extension is activated.
  const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
  const module = join(extension.fsPath, 'dist', 'languageServer.js');
  const client = new LanguageClient(
    settingsSection,
    vscode.l10n.t('Lync Topology Language Server'),
    { module, transport: TransportKind.ipc },
    {
      documentSelector: [{ language: languageId }],
      outputChannel: log,
      traceOutputChannel: trace,
      initializationOptions: {
        diagnostics: { severity: severities() },
        documentationRoot: documentationRoot(extension),
      },
      synchronize: { configurationSection: settingsSection },
    },
  );
  await client.start();
  return client;
}

function severities(): unknown {
  return vscode.workspace.getConfiguration(settingsSection).get('diagnostics.severity', {});
}

/** The pages of the rules come with the extension, so that their links work without a network. */
function documentationRoot(extension: vscode.Uri): string {
  return extension.toString();
}
