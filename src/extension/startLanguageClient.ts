/** Starts the language server's process. Apart from who asks for it: what is imported here is read when it is needed. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { serverProcessFlags } from '../languageServer/processFlags.ts';
import { isTopologyFile } from '../languageServer/topologyFiles.ts';
import { settingsSection } from './configuration.ts';
import { folderLinks } from './folderLinks.ts';
import type { LanguageServerLife, LanguageServerState, LanguageSupportOptions } from './languageClient.ts';
import { restartWithin } from './languageServerRestarts.ts';
import { languageId } from './names.ts';
import { onlyWhereEditable } from './onlyWhereEditable.ts';

const states: Readonly<Record<State, LanguageServerState>> = {
  [State.Starting]: 'starting',
  [State.Running]: 'running',
  [State.Stopped]: 'stopped',
  [State.StartFailed]: 'stopped',
};

/** Resolves when the server has answered. */
export async function startLanguageClient(
  options: LanguageSupportOptions,
  { onState }: LanguageServerLife,
): Promise<LanguageClient> {
  const module = join(options.extension.fsPath, 'dist', 'languageServer.js');
  const client = new LanguageClient(
    settingsSection,
    vscode.l10n.t('Lync Topology Language Server'),
    { module, transport: TransportKind.ipc, options: { execArgv: [...serverProcessFlags] } },
    clientOptions(options),
  );
  client.onDidChangeState(({ newState }) => onState(states[newState]));
  await client.start();
  return client;
}

function clientOptions({ extension, log, trace }: LanguageSupportOptions): LanguageClientOptions {
  return {
    documentSelector: [{ language: languageId }],
    // So that what a task finds in a closed file takes the place of what the server found there, and does not double it.
    diagnosticCollectionName: languageId,
    diagnosticPullOptions: { onChange: true, onTabs: true, match: (_selector, file) => isTopologyFile(file.path) },
    outputChannel: log,
    traceOutputChannel: trace,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => ({ ...languageSettings(), documentationRoot: documentationRoot(extension) }),
    // Said where the start is asked for, with what can be done about it.
    initializationFailedHandler: () => false,
    errorHandler: restartWithin({ log }),
    middleware: { ...onlyWhereEditable, ...folderLinks },
  };
}

/** What the server has to know from the beginning; afterwards it asks. */
function languageSettings(): Readonly<Record<string, unknown>> {
  const settings = vscode.workspace.getConfiguration(settingsSection);
  const names = ['diagnostics', 'inlayHints', 'shareMappings'];
  return Object.fromEntries(names.map((name) => [name, settings.get(name)]));
}

/** The pages of the rules come with the extension, so that their links work without a network. */
function documentationRoot(extension: vscode.Uri): string {
  return extension.toString();
}
