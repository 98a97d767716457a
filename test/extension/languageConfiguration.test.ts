import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitUntil } from '../support/waitUntil.ts';

/** A text with `|` where the cursor is, what is typed there, and the text afterwards. */
type Row = readonly [what: string, before: string, typed: string, after: string];

const rows: readonly Row[] = [
  ['goes deeper behind a key without a value', 'pools:|', '\n', 'pools:\n  |'],
  [
    'goes deeper behind a name',
    'pools:\n  a.litwareinc.com: # first|',
    '\n',
    'pools:\n  a.litwareinc.com: # first\n    |',
  ],
  ['goes deeper behind an anchor', 'pools: &pools|', '\n', 'pools: &pools\n  |'],
  ['goes deeper into a block of text', 'description: >-|', '\n', 'description: >-\n  |'],
  ['stays beside a key with a value', '  site: Atlanta|', '\n', '  site: Atlanta\n  |'],
  ['stays behind a comment that ends in a colon', '# pools:|', '\n', '# pools:\n|'],
  ['goes on below the first key of an item', '  - pools: [a, b]|', '\n', '  - pools: [a, b]\n    |'],
  ['goes below the key of an item without a value', '  - pools:|', '\n', '  - pools:\n      |'],
  ['goes on with the next item of a list', '  - a.litwareinc.com|', '\n', '  - a.litwareinc.com\n  - |'],
  ['keeps a comment a comment where it is broken', '# one| two', '\n', '# one\n#| two'],
  ['keeps a comment a comment in the middle of a word', '# on|e', '\n', '# on\n# |e'],
  ['ends a comment at its end', '# one|', '\n', '# one\n|'],
  ['closes brackets', 'frontEnds: |', '[', 'frontEnds: [|]'],
  ['opens brackets over lines', 'frontEnds: [|]', '\n', 'frontEnds: [\n  |\n]'],
  ['closes quotes', 'release: |', '"', 'release: "|"'],
  ['closes no quotes in a comment', '# it|', "'", "# it'|"],
];

describe('in a topology, typing', () => {
  let editor: vscode.TextEditor;

  before(async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'lync-topology', content: '' });
    editor = await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await put('');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  for (const [what, before, typed, after] of rows)
    it(`${what}: ${JSON.stringify(before)}`, async () => {
      // The rules see the text as it is coloured, and colouring comes a moment after a text was put in.
      const last = await waitUntil(
        `${JSON.stringify(after)} is there`,
        async () => {
          await put(before);
          await vscode.commands.executeCommand('type', { text: typed });
          return shown() === after ? after : undefined;
        },
        { deadline: 5_000, seen: shown },
      );
      assert.equal(last, after);
    });

  it('comments lines out and in again', async () => {
    await put('pools:\n  a: {}|');
    await vscode.commands.executeCommand('editor.action.commentLine');
    assert.equal(editor.document.getText(), 'pools:\n  # a: {}');
    await vscode.commands.executeCommand('editor.action.commentLine');
    assert.equal(editor.document.getText(), 'pools:\n  a: {}');
  });

  it('takes a host name, a module and a rule as one word, and leaves what is around it', async () => {
    await put('pools: [atl-cs-001.litwareinc.com, ConfServices.DataConf] # unpaired-pool|');
    for (const word of ['atl-cs-001.litwareinc.com', 'ConfServices.DataConf', 'unpaired-pool'])
      assert.equal(wordAt(word), word);
    await put('primary: atl-sql-001.litwareinc.com\\RTC|');
    assert.equal(wordAt('atl-sql-001'), 'atl-sql-001.litwareinc.com');
    assert.equal(wordAt('RTC'), 'RTC');
  });

  it('folds regions', async () => {
    await put('# region Pools\npools:\n  a: {}\n# endregion\n|');
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      editor.document.uri,
    );
    assert.ok(
      folds.some(({ start, end, kind }) => start === 0 && end === 3 && kind === vscode.FoldingRangeKind.Region),
    );
  });

  async function put(marked: string): Promise<void> {
    const { document } = editor;
    const cursor = marked.indexOf('|');
    const text = marked.replace('|', '');
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, document.lineCount, 0), text));
    const place = document.positionAt(Math.max(0, cursor));
    editor.selection = new vscode.Selection(place, place);
  }

  function shown(): string {
    const text = editor.document.getText().replaceAll('\r\n', '\n');
    const offset = editor.document.offsetAt(editor.selection.active);
    return `${text.slice(0, offset)}|${text.slice(offset)}`;
  }

  function wordAt(text: string): string {
    const { document } = editor;
    const range = document.getWordRangeAtPosition(document.positionAt(document.getText().indexOf(text) + 1));
    return range === undefined ? '' : document.getText(range);
  }
});
