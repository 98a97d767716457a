/** Starts the language server's process. Apart from who asks for it: what is imported here is read when it is needed. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { settingsSection } from './configuration.ts';
import type { LanguageSupportOptions } from './languageClient.ts';
import { languageId } from './names.ts';

/** Resolves when the server has answered. */
export async function startLanguageClient({ extension, log, trace }: LanguageSupportOptions): Promise<LanguageClient> {
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
