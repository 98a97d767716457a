/** The language status of a topology file: pools, pairs, problems. */
import * as vscode from 'vscode';
import { readTopology } from '../core/topology/document.ts';
import { languageId } from './names.ts';

/** Milliseconds without a key after which the file is counted again. */
const pause = 400;

export function createLanguageStatus(): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('lyncTopology.summary', { language: languageId });
  item.name = vscode.l10n.t('Lync Topology');
  item.command = { command: 'workbench.actions.view.problems', title: vscode.l10n.t('Show Problems') };
  let waiting: NodeJS.Timeout | undefined;

  const count = (): void => {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId === languageId) describe(item, document);
    item.busy = false;
  };
  const countSoon = (): void => {
    if (vscode.window.activeTextEditor?.document.languageId !== languageId) return;
    item.busy = true;
    clearTimeout(waiting);
    waiting = setTimeout(count, pause);
  };

  const subscriptions = [
    item,
    vscode.window.onDidChangeActiveTextEditor(countSoon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document === vscode.window.activeTextEditor?.document) countSoon();
    }),
    vscode.languages.onDidChangeDiagnostics(countSoon),
    new vscode.Disposable(() => clearTimeout(waiting)),
  ];
  countSoon();
  return vscode.Disposable.from(...subscriptions);
}

function describe(item: vscode.LanguageStatusItem, document: vscode.TextDocument): void {
  const { deployment } = readTopology(document.getText());
  const diagnostics = vscode.languages.getDiagnostics(document.uri);
  const errors = diagnostics.filter(({ severity }) => severity === vscode.DiagnosticSeverity.Error).length;
  const others = diagnostics.length - errors;
  item.text = vscode.l10n.t('{0}, {1}', pools(deployment.pools.length), pairs(deployment.poolPairs.length));
  item.detail =
    diagnostics.length === 0
      ? vscode.l10n.t('no problems')
      : vscode.l10n.t('{0} errors, {1} hints and warnings', errors, others);
  item.severity =
    errors > 0
      ? vscode.LanguageStatusSeverity.Error
      : others > 0
        ? vscode.LanguageStatusSeverity.Warning
        : vscode.LanguageStatusSeverity.Information;
}

function pools(count: number): string {
  return count === 1 ? vscode.l10n.t('1 pool') : vscode.l10n.t('{0} pools', count);
}

function pairs(count: number): string {
  return count === 1 ? vscode.l10n.t('1 pair') : vscode.l10n.t('{0} pairs', count);
}
