import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { onlyWhereEditable } from '../../src/extension/onlyWhereEditable.ts';

const scheme = 'lync-topology-test-read-only';
const text = new TextEncoder().encode('lyncTopology: 1\n');

/** As the contents of an earlier commit are served. */
const readOnly: vscode.FileSystemProvider = {
  onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
  watch: () => new vscode.Disposable(() => {}),
  stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: text.length }),
  readDirectory: () => [],
  readFile: () => text,
  createDirectory: () => assert.fail(),
  writeFile: () => assert.fail(),
  delete: () => assert.fail(),
  rename: () => assert.fail(),
};

describe('problems', () => {
  let registration: vscode.Disposable;

  before(() => {
    registration = vscode.workspace.registerFileSystemProvider(scheme, readOnly, { isReadonly: true });
  });

  after(() => registration.dispose());

  it('are looked for where somebody can mend them', async () => {
    for (const uri of [vscode.Uri.file('/a.topology.yaml'), vscode.Uri.parse('untitled:a.topology.yaml')])
      assert.equal(await asked(uri), true, uri.toString());
  });

  it('are not looked for in what can only be read', async () => {
    const uri = vscode.Uri.from({ scheme, path: '/a.topology.yaml' });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.languageId, 'lync-topology', 'it is coloured all the same');
    assert.equal(await asked(uri), false);
    const pushed: number[] = [];
    const found = new vscode.Diagnostic(new vscode.Range(0, 0, 0, 1), 'x');
    onlyWhereEditable.handleDiagnostics?.(uri, [found], (_, diagnostics) => void pushed.push(diagnostics.length));
    assert.deepEqual(pushed, [0]);
  });
});

/** Whether the server is asked for the problems of a file. */
async function asked(uri: vscode.Uri): Promise<boolean> {
  let wasAsked = false;
  const token = new vscode.CancellationTokenSource().token;
  await onlyWhereEditable.provideDiagnostics?.(uri, undefined, token, () => {
    wasAsked = true;
    return null;
  });
  return wasAsked;
}
