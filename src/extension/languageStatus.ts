/** The language status of a topology file: pools, pairs, problems, and whether they are being looked for. */
import * as vscode from 'vscode';
import { type Summary, summaryRequest } from '../languageServer/requests.ts';
import type { LanguageSupport } from './languageClient.ts';
import { commands, languageId } from './names.ts';

/** Milliseconds without a change after which it is counted again. */
const pause = 300;

export function createLanguageStatus(
  languageSupport: LanguageSupport,
  onError: (error: unknown) => void,
): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('lyncTopology.summary', { language: languageId });
  item.name = vscode.l10n.t('Lync Topology');
  let waiting: NodeJS.Timeout | undefined;

  const count = async (): Promise<void> => {
    if (languageSupport.state === 'stopped') return describeStopped(item);
    const document = activeTopology();
    const counted = document === undefined ? undefined : await summaryOf(languageSupport, document);
    item.busy = false;
    if (document !== undefined && counted !== undefined) describe(item, document, counted);
  };
  const countSoon = (): void => {
    if (activeTopology() === undefined) return;
    item.busy = true;
    clearTimeout(waiting);
    waiting = setTimeout(() => void count().catch(onError), pause);
  };

  const subscriptions = [
    item,
    vscode.window.onDidChangeActiveTextEditor(countSoon),
    languageSupport.onDidChangeState(countSoon),
    // The diagnostics come after the server has taken in a change, so what it counts then is of the same text.
    vscode.languages.onDidChangeDiagnostics(countSoon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === activeTopology()) countSoon();
    }),
    new vscode.Disposable(() => clearTimeout(waiting)),
  ];
  countSoon();
  return vscode.Disposable.from(...subscriptions);
}

function activeTopology(): vscode.TextDocument | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.languageId === languageId ? document : undefined;
}

async function summaryOf(
  languageSupport: LanguageSupport,
  document: vscode.TextDocument,
): Promise<Summary | undefined> {
  const client = await languageSupport.client();
  const uri = client.code2ProtocolConverter.asUri(document.uri);
  return (await client.sendRequest<Summary | null>(summaryRequest, { uri })) ?? undefined;
}

function describe(item: vscode.LanguageStatusItem, document: vscode.TextDocument, { pools, pairs }: Summary): void {
  const diagnostics = vscode.languages.getDiagnostics(document.uri);
  const errors = diagnostics.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
  item.text = vscode.l10n.t('{0}, {1}', poolWords(pools), pairWords(pairs));
  item.detail = problemWords(diagnostics.length, errors);
  item.severity = errors > 0 ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  item.command = { command: 'workbench.actions.view.problems', title: vscode.l10n.t('Show Problems') };
}

function describeStopped(item: vscode.LanguageStatusItem): void {
  item.busy = false;
  item.text = vscode.l10n.t('Not checked');
  item.detail = vscode.l10n.t('the language server does not run');
  item.severity = vscode.LanguageStatusSeverity.Warning;
  item.command = { command: commands.restartLanguageServer, title: vscode.l10n.t('Restart Language Server') };
}

function problemWords(problems: number, errors: number): string {
  if (problems === 0) return vscode.l10n.t('no problems');
  const all = problems === 1 ? vscode.l10n.t('1 problem') : vscode.l10n.t('{0} problems', problems);
  if (errors === 0) return vscode.l10n.t('{0}, no errors', all);
  return errors === 1 ? vscode.l10n.t('{0}, 1 error', all) : vscode.l10n.t('{0}, {1} errors', all, errors);
}

function poolWords(count: number): string {
  return count === 1 ? vscode.l10n.t('1 pool') : vscode.l10n.t('{0} pools', count);
}

function pairWords(count: number): string {
  return count === 1 ? vscode.l10n.t('1 pair') : vscode.l10n.t('{0} pairs', count);
}
