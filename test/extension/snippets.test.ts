import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { sectionAt } from '../../src/extension/snippets.ts';

/** The section at `|` in the text. */
function at(marked: string): string | undefined {
  const before = marked.slice(0, marked.indexOf('|')).split('\n');
  const lines = marked.replace('|', '').split('\n');
  return sectionAt((line) => lines[line] ?? '', before.length - 1, before.at(-1)?.length ?? 0);
}

describe('the snippets', () => {
  it('belong where something new may begin', () => {
    assert.equal(at('pools:\n  |'), 'pools');
    assert.equal(at('pools:\n  a.litwareinc.com:\n    databases:\n      mir|'), 'pools');
    assert.equal(at('poolPairs:\n  - |'), 'poolPairs');
    assert.equal(at('pools:\n  a: {}\nob|'), 'top');
    assert.equal(at('# Litware\n\ndepl|'), 'file');
  });

  it('belong to no value', () => {
    assert.equal(at('pools:\n  a:\n    site: |'), undefined);
    assert.equal(at('pools:\n  a: { si|'), undefined);
    assert.equal(at('pools:\n  a: # |'), undefined);
  });

  it('are offered behind the names of the file, and nowhere else', async () => {
    const offered = async (text: string): Promise<readonly string[]> => {
      const offset = text.indexOf('|');
      const document = await vscode.workspace.openTextDocument({
        language: 'lync-topology',
        content: text.replace('|', ''),
      });
      const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        document.positionAt(offset),
      );
      return items
        .filter(({ sortText = '' }) => sortText.startsWith('~'))
        .map(({ label }) => (typeof label === 'string' ? label : label.label))
        .sort();
    };
    assert.deepEqual(await offered('|'), ['deployment', 'disable', 'region']);
    assert.deepEqual(await offered('pools:\n  |'), ['disable', 'mirror', 'pool', 'region', 'standard']);
    assert.deepEqual(await offered('pools:\n  a.litwareinc.com:\n    site: |'), []);
  });
});
