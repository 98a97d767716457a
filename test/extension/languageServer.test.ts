import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitUntil } from '../support/waitUntil.ts';

const code = 'mirror-without-witness';

describe('a topology file', () => {
  let document: vscode.TextDocument;

  before(async () => {
    const [file] = await vscode.workspace.findFiles('litware.topology.yaml');
    assert.ok(file);
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
  });

  const findings = (): vscode.Diagnostic[] =>
    vscode.languages
      .getDiagnostics(document.uri)
      .filter((diagnostic) => typeof diagnostic.code === 'object' && diagnostic.code.value === code);

  it('has our language, and diagnostics with a code and a page that comes with the extension', async () => {
    assert.equal(document.languageId, 'lync-topology');
    await waitUntil('there are diagnostics', () => findings().length > 0);
    const [first] = findings();
    assert.ok(typeof first?.code === 'object');
    await vscode.workspace.fs.stat(vscode.Uri.parse(first.code.target.toString(true)));
  });

  it('has the severities of the settings, at once when they change', async () => {
    const settings = vscode.workspace.getConfiguration('lyncTopology');
    await settings.update('diagnostics.severity', { [code]: 'off' });
    await waitUntil('the rule is silent', () => findings().length === 0);
    await settings.update('diagnostics.severity', { [code]: 'warning' });
    await waitUntil('the rule is a warning', () =>
      findings().some(({ severity }) => severity === vscode.DiagnosticSeverity.Warning),
    );
    await settings.update('diagnostics.severity', undefined);
    await waitUntil('the rule is as it was', () =>
      findings().some(({ severity }) => severity === vscode.DiagnosticSeverity.Information),
    );
  });
});
