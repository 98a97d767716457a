import assert from 'node:assert/strict';
import { type Range, TextDocumentEdit, type TextEdit, type WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { goneAround } from '../topology/deploymentToGoAround.ts';
import { everything, type GoingAround, goAround, uri } from './goingAround.ts';

function editsOf(edit: WorkspaceEdit): TextEdit[] {
  const [change] = edit.documentChanges ?? [];
  if (edit.documentChanges === undefined) return edit.changes?.[uri] ?? [];
  assert.ok(edit.documentChanges.length === 1 && TextDocumentEdit.is(change));
  assert.deepEqual(change.textDocument, { uri, version: 1 });
  return change.edits.filter((each) => 'newText' in each);
}

function applied(around: GoingAround, edit: WorkspaceEdit): string {
  return TextDocument.applyEdits(around.client.document(uri), editsOf(edit));
}

describe('rename', () => {
  let around: GoingAround;
  before(async () => {
    around = await goAround();
  });
  after(() => around[Symbol.asyncDispose]());

  it('is prepared on the key and on the references of a pool', async () => {
    for (const marked of ["'NYC-se¦-001", '"¦nyc-se-001.litwareinc.com"]', 'primary: nyc-se-001¦.litware']) {
      const found = await around.ask<{ range: Range; placeholder: string }>('textDocument/prepareRename', marked);
      assert.equal(found.placeholder.toLowerCase(), 'nyc-se-001.litwareinc.com');
      assert.equal(around.textOf(found.range), found.placeholder, 'without quotes');
    }
  });

  it('gives the whole text with the new name', async () => {
    const newName = 'nyc-cs-001.litwareinc.com';
    const edit = await around.ask<WorkspaceEdit>('textDocument/rename', "'NYC-se¦-001", { newName });
    assert.equal(applied(around, edit), goneAround.replaceAll(/nyc-se-001\.litwareinc\.com/gi, newName));
  });

  it('is refused with a sentence', async () => {
    const [marked, newName] = ['¦atl-cs-001.litwareinc.com:', 'nyc-se-001.litwareinc.com'];
    await assert.rejects(around.ask('textDocument/rename', marked, { newName }), {
      code: -32803,
      message: '"NYC-se-001.litwareinc.com" is already the name of a pool. Choose another name.',
    });
    await assert.rejects(around.ask('textDocument/prepareRename', 'si¦te: '), {
      code: -32803,
      message: /"site" is a key/,
    });
    assert.deepEqual(
      around.client.log.filter(({ type }) => type === 1),
      [],
      'nothing went wrong',
    );
  });

  it('says that it can be prepared', () => {
    assert.deepEqual(around.client.initialized.capabilities.renameProvider, { prepareProvider: true });
  });
});

describe('rename for a client of few capabilities', () => {
  it('is announced and answered in the oldest form, with CRLF and characters beyond the first plane', async () => {
    const text = 'sites: # 😀\r\n  Z😀: {}\r\npools:\r\n  a.b: { site: "Z😀" }\r\n';
    await using around = await goAround({ general: { positionEncodings: ['utf-16'] } }, text);
    assert.equal(around.client.initialized.capabilities.renameProvider, true);
    const edit = await around.ask<WorkspaceEdit>('textDocument/rename', 'Z¦😀:', { newName: 'Bern' });
    assert.equal(edit.documentChanges, undefined);
    assert.equal(applied(around, edit), text.replaceAll('Z😀', 'Bern'));
  });

  it('has no edit for a file that is not open', async () => {
    await using around = await goAround(everything);
    const textDocument = { uri: 'file:///other.topology.yaml' };
    assert.equal(await around.ask('textDocument/rename', 'Atl¦anta', { textDocument, newName: 'x' }), null);
  });
});
