import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { waitUntil } from '../support/waitUntil.ts';

const atlanta = 'atl-cs-001.litwareinc.com';
const dallas = 'dal-cs-001.litwareinc.com';

/** Every language feature once, through the editor's own commands. What each one can do is tested without an editor. */
describe('in a topology file, the editor', () => {
  let document: vscode.TextDocument;
  let original: string;

  before(async () => {
    const [file] = await vscode.workspace.findFiles('litware.topology.yaml');
    assert.ok(file);
    document = await vscode.workspace.openTextDocument(file);
    original = document.getText();
    await vscode.window.showTextDocument(document);
    await waitUntil('there are diagnostics', () => vscode.languages.getDiagnostics(document.uri).length > 0);
  });

  afterEach(async () => {
    await write(original);
    await document.save();
  });

  it('completes names with what they are', async () => {
    const place = find('site: Atlanta').translate(0, 'site: '.length);
    const list = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, place);
    const dallasItem = list.items.find((item) => labelOf(item) === 'Dallas');
    assert.ok(dallasItem, list.items.map(labelOf).join(', '));
    await apply([[rangeOf(dallasItem), textOf(dallasItem)]]);
    assert.equal(document.getText(), original.replace('site: Atlanta', 'site: Dallas'));
  });

  it('shows what a key means and what a name names', async () => {
    assert.match(await hoverAt(find('centralManagement: active')), /Central Management/);
    assert.match(await hoverAt(find(`[${atlanta}`).translate(0, 3)), /Atlanta[\s\S]*dal-cs-001/);
  });

  it('goes to the definition of a name, and to every use of it', async () => {
    const use = find(`[${atlanta}`).translate(0, 3);
    const [definition] = await ask<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      use,
    );
    assert.ok(definition);
    assert.equal(lineText(definition), `${atlanta}:`);
    const references = await ask<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, use);
    assert.deepEqual(references.map(lineText).sort(), [`- pools: [${atlanta}, ${dallas}]`, `${atlanta}:`]);
    const highlights = await ask<vscode.DocumentHighlight[]>('vscode.executeDocumentHighlights', document.uri, use);
    assert.deepEqual(
      highlights.map(({ range }) => document.getText(range)),
      [atlanta, atlanta],
    );
  });

  it('renames a pool everywhere', async () => {
    const use = find(`[${atlanta}`).translate(0, 3);
    const prepared = await ask<{ readonly placeholder: string }>('vscode.prepareRename', document.uri, use);
    assert.equal(prepared.placeholder, atlanta);
    const name = 'atl-cs-009.litwareinc.com';
    const edit = await ask<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, use, name);
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal(document.getText(), original.replaceAll(atlanta, name));
  });

  it('has an outline, folds, and widens a selection by what things are', async () => {
    const symbols = await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    const pools = symbols.find(({ name }) => name === 'pools');
    assert.deepEqual(
      pools?.children.map(({ name }) => name),
      [atlanta, dallas],
    );
    const folds = await ask<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
    const starts = folds.map(({ start }) => document.lineAt(start).text.trim());
    for (const start of ['pools:', `${atlanta}:`, 'databases:']) assert.ok(starts.includes(start), start);
    const place = find('site: Atlanta').translate(0, 8);
    const [innermost] = await ask<vscode.SelectionRange[]>('vscode.executeSelectionRangeProvider', document.uri, [
      place,
    ]);
    assert.ok(innermost?.parent);
    assert.equal(document.getText(innermost.range), 'Atlanta');
    assert.equal(document.getText(innermost.parent.range), 'site: Atlanta');
  });

  it('colours names by what they name', async () => {
    const legend = await ask<vscode.SemanticTokensLegend>('vscode.provideDocumentSemanticTokensLegend', document.uri);
    const { data } = await ask<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri);
    const tokens = decode(data, legend);
    const ofName = tokens.filter(({ text }) => text === atlanta);
    assert.equal(ofName.length, 2, 'where the pool is defined and where it is used');
    assert.equal(new Set(ofName.map(({ type }) => type)).size, 1);
  });

  it('shows what is left out, unless somebody switches that off', async () => {
    await write(original.replace(/\n {4}backupModules:.*/, ''));
    const everything = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = (): Promise<vscode.InlayHint[]> =>
      ask<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, everything);
    await waitUntil('there are hints', async () => (await hints()).length > 0);
    const settings = vscode.workspace.getConfiguration('lyncTopology');
    await settings.update('inlayHints', false);
    await waitUntil('there are none', async () => (await hints()).length === 0);
    await settings.update('inlayHints', undefined);
    await waitUntil('they are back', async () => (await hints()).length > 0);
  });

  it('offers the fix of a problem, which removes it', async () => {
    await write(original.replace('edition: Enterprise', 'edition: Enterprize'));
    const range = new vscode.Range(find('Enterprize'), find('Enterprize').translate(0, 3));
    await waitUntil('there is a problem', () => problemsAt(range).length > 0);
    const actions = await ask<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      'quickfix',
      10,
    );
    const fix = actions.find(({ isPreferred }) => isPreferred);
    assert.ok(fix?.edit, actions.map(({ title }) => title).join(', '));
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.equal(document.getText(), original);
    await waitUntil('there is no problem', () => problemsAt(range).length === 0);
  });

  it('mends everything that it can when a file is saved', async () => {
    const settings = vscode.workspace.getConfiguration('editor', { languageId: 'lync-topology' });
    await settings.update('codeActionsOnSave', { 'source.fixAll.lyncTopology': 'explicit' }, false, true);
    await write(original.replace('edition: Enterprise', 'edition: Enterprize').replace('site: Dallas', 'site: Dalas'));
    await waitUntil('there are problems', () => errors().length === 2);
    await document.save();
    assert.equal(document.getText(), original);
    await settings.update('codeActionsOnSave', undefined, false, true);
  });

  it('formats when a file is saved, and what is formatted stays as it is', async () => {
    const settings = vscode.workspace.getConfiguration('editor', { languageId: 'lync-topology' });
    await settings.update('formatOnSave', true, false, true);
    await write(
      original.replace('    site: Atlanta', '    site:   Atlanta  ').replace('{ description', '{description'),
    );
    await document.save();
    assert.equal(document.getText(), original);
    const edits = await ask<vscode.TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', document.uri, {
      tabSize: 2,
      insertSpaces: true,
    });
    assert.deepEqual(edits ?? [], []);
    await settings.update('formatOnSave', undefined, false, true);
  });

  it('knows what a pool is backed by, and what it backs', async () => {
    const place = find(`${atlanta}:`).translate(0, 2);
    const [pool] = await ask<vscode.CallHierarchyItem[]>('vscode.prepareCallHierarchy', document.uri, place);
    assert.equal(pool?.name, atlanta);
    const outgoing = await ask<vscode.CallHierarchyOutgoingCall[]>('vscode.provideOutgoingCalls', pool);
    assert.ok(
      outgoing.some(({ to }) => to.name === dallas),
      outgoing.map(({ to }) => to.name).join(', '),
    );
    const incoming = await ask<vscode.CallHierarchyIncomingCall[]>('vscode.provideIncomingCalls', pool);
    assert.ok(incoming.some(({ from }) => from.name === dallas));
  });

  it('finds things of the workspace by a part of their names', async () => {
    const found = await ask<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'dalcs');
    assert.ok(
      found.some(({ name }) => name === dallas),
      found.map(({ name }) => name).join(', '),
    );
  });

  it('links what can be opened', async () => {
    await write(`# lync-topology-disable-next-line unpaired-pool\n${original}`);
    const links = await ask<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 10);
    const texts = links.map(({ range }) => document.getText(range));
    assert.ok(texts.includes('unpaired-pool'), texts.join(', '));
    const page = links.find(({ range }) => document.getText(range) === 'unpaired-pool');
    assert.ok(page?.target);
    await vscode.workspace.fs.stat(page.target);
  });

  it('links a share to the folder that it is mapped to, shown where folders are', async () => {
    const settings = vscode.workspace.getConfiguration('lyncTopology', document.uri);
    const folder = vscode.Uri.joinPath(document.uri, '..', 'share');
    const share = '\\\\atl-fs-001.litwareinc.com\\LyncShare';
    const targets = async (): Promise<readonly (string | undefined)[]> => {
      const links = await ask<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 10);
      return links.filter(({ range }) => document.getText(range) === share).map(({ target }) => target?.toString());
    };
    try {
      await vscode.workspace.fs.createDirectory(folder);
      await settings.update('shareMappings', { [share]: folder.fsPath }, vscode.ConfigurationTarget.Workspace);
      await waitUntil('the share is linked', async () => (await targets()).length > 0);
      const [target] = await targets();
      assert.match(decodeURIComponent(target ?? ''), /^command:revealInExplorer\?.*share/);
    } finally {
      await settings.update('shareMappings', undefined, vscode.ConfigurationTarget.Workspace);
      await vscode.workspace.fs.delete(folder, { recursive: true });
    }
  });

  it('lists the problems of files that are closed, as they are on disk', async () => {
    const file = vscode.Uri.joinPath(document.uri, '..', 'closed.topology.yaml');
    const messages = (): readonly string[] => vscode.languages.getDiagnostics(file).map(({ message }) => message);
    try {
      writeFileSync(file.fsPath, 'lyncTopology: 1\n');
      await waitUntil('the missing name is a problem', () => messages().some((message) => /deployment/.test(message)));
      writeFileSync(file.fsPath, 'lyncTopology: 1\ndeployment: Closed\n');
      await waitUntil('it is none', () => messages().every((message) => !/deployment/.test(message)));
      writeFileSync(file.fsPath, 'lyncTopology: 1\n');
      await waitUntil('it is one again', () => messages().length > 0);
    } finally {
      rmSync(file.fsPath, { force: true });
    }
    await waitUntil('nothing is left of a file that is gone', () => messages().length === 0);
  });

  it('goes on when the server is restarted, and when it ends by itself', async function () {
    await vscode.commands.executeCommand('lyncTopology.restartLanguageServer');
    assert.match(await hoverAt(find('centralManagement: active')), /Central Management/);
    if (process.platform !== 'linux') return this.skip();
    const [server] = languageServers();
    assert.ok(server);
    process.kill(server, 'SIGKILL');
    await waitUntil('another server runs', () => languageServers().some((id) => id !== server));
    await waitUntil('it answers', async () => /Central/.test(await hoverAt(find('centralManagement: active'))));
    await waitUntil('the diagnostics are back', () => vscode.languages.getDiagnostics(document.uri).length > 0);
  });

  const ask = async <Answer>(command: string, ...parameters: readonly unknown[]): Promise<Answer> =>
    vscode.commands.executeCommand<Answer>(command, ...parameters);

  function find(text: string): vscode.Position {
    const offset = document.getText().indexOf(text);
    assert.notEqual(offset, -1, text);
    return document.positionAt(offset);
  }

  async function apply(edits: readonly (readonly [vscode.Range, string])[]): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    for (const [range, text] of edits) edit.replace(document.uri, range, text);
    assert.ok(await vscode.workspace.applyEdit(edit));
  }

  async function write(text: string): Promise<void> {
    if (document.getText() === text) return;
    await apply([[new vscode.Range(0, 0, document.lineCount, 0), text]]);
  }

  async function hoverAt(place: vscode.Position): Promise<string> {
    const hovers = await ask<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, place);
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n');
  }

  function lineText(place: vscode.Location | vscode.LocationLink): string {
    const range = 'range' in place ? place.range : place.targetRange;
    return document.lineAt(range.start.line).text.trim();
  }

  function rangeOf({ range }: vscode.CompletionItem): vscode.Range {
    assert.ok(range);
    return range instanceof vscode.Range ? range : range.replacing;
  }

  function decode(data: Uint32Array, legend: vscode.SemanticTokensLegend): { text: string; type: string }[] {
    let line = 0;
    let character = 0;
    return Array.from({ length: data.length / 5 }, (_, index) => {
      const [lines = 0, characters = 0, length = 0, type = 0] = data.slice(index * 5, index * 5 + 4);
      character = lines === 0 ? character + characters : characters;
      line += lines;
      const text = document.getText(new vscode.Range(line, character, line, character + length));
      return { text, type: legend.tokenTypes[type] ?? '' };
    });
  }

  function problemsAt(range: vscode.Range): readonly vscode.Diagnostic[] {
    return errors().filter((problem) => problem.range.intersection(range) !== undefined);
  }

  function errors(): readonly vscode.Diagnostic[] {
    const { Error: error } = vscode.DiagnosticSeverity;
    return vscode.languages.getDiagnostics(document.uri).filter(({ severity }) => severity === error);
  }
});

function labelOf({ label }: vscode.CompletionItem): string {
  return typeof label === 'string' ? label : label.label;
}

function textOf(item: vscode.CompletionItem): string {
  return typeof item.insertText === 'string' ? item.insertText : labelOf(item);
}

/** The processes of our server that this extension host started; Linux only. */
function languageServers(): readonly number[] {
  const own = vscode.extensions.getExtension('lync-topology.lync-topology')?.extensionPath ?? '';
  const program = join(own, 'dist', 'languageServer.js');
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ');
  return children.map(Number).filter((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'latin1').includes(program);
    } catch {
      return false;
    }
  });
}
