import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Hover, MarkupContent } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';

const litware = readFileSync(new URL('../../../samples/litware/litware.topology.yaml', import.meta.url), 'utf8');
const uri = 'file:///litware.topology.yaml';
const codesOf = (published: { readonly diagnostics: readonly { readonly code?: unknown }[] }): readonly unknown[] =>
  published.diagnostics.map(({ code }) => code);

function hoverText(answer: Hover | null): string {
  assert.ok(answer !== null && MarkupContent.is(answer.contents), 'there is a hover in Markdown');
  return answer.contents.value;
}

describe('language server over its standard streams', () => {
  let client: LanguageClient;
  beforeEach(async () => {
    client = await startLanguageClient({
      inProcess: true,
      initializationOptions: { documentationRoot: 'file:///product' },
    });
  });
  afterEach(() => client[Symbol.asyncDispose]());

  it('reports an unknown key where it is typed, links its page, and takes it back when it is removed', async () => {
    const before = codesOf(await client.open(uri, litware));
    const at = litware.indexOf('    edition: Enterprise');
    const reported = await client.change(uri, at, at, '    editon: Standard\n');
    const found = reported.diagnostics.find(({ code }) => code === 'unknown-key');
    assert.deepEqual(found?.range, { start: { line: 11, character: 4 }, end: { line: 11, character: 10 } });
    assert.equal(found?.codeDescription?.href, 'file:///product/docs/rules/unknown-key.md');
    const repaired = await client.change(uri, at, at + '    editon: Standard\n'.length, '');
    assert.deepEqual(codesOf(repaired), before);
  });

  it('offers a fix that makes the finding go away', async () => {
    const broken = litware.replace('UserServices.PresenceFocus', 'UserServices.PresenceFocu');
    const reported = await client.open(uri, broken);
    const found = reported.diagnostics.find(({ code }) => code === 'unknown-backup-module');
    assert.ok(found, 'the misspelled module is reported');
    const [fix] = await client.codeActions(uri, found.range);
    const [change] = fix?.edit?.documentChanges ?? [];
    assert.ok(change !== undefined && 'edits' in change && 'textDocument' in change);
    assert.equal(change.textDocument.version, 1);
    const edits = change.edits.filter((edit) => 'newText' in edit);
    assert.equal(TextDocument.applyEdits(client.document(uri), edits), litware);
  });

  it('completes the pools that are not in the pair yet, and replaces what is typed', async () => {
    const start = litware.indexOf('dal-cs-001.litwareinc.com]');
    const text = litware.replace('dal-cs-001.litwareinc.com]', 'da]');
    await client.open(uri, text);
    const items = await client.completion(uri, start + 2);
    assert.deepEqual(
      items.map(({ label }) => label),
      ['dal-cs-001.litwareinc.com'],
    );
    const [edit] = items.flatMap((item) =>
      item.textEdit !== undefined && 'range' in item.textEdit ? [item.textEdit] : [],
    );
    assert.ok(edit);
    assert.equal(TextDocument.applyEdits(client.document(uri), [edit]), litware);
  });

  it('completes the modules that are not listed yet', async () => {
    const text = litware.replace(
      '[UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster]',
      '[PresenceFocus, ]',
    );
    await client.open(uri, text);
    const items = await client.completion(uri, text.indexOf('[PresenceFocus, ') + '[PresenceFocus, '.length);
    assert.ok(items.some(({ label }) => label === 'ConfServices.DataConf'));
    assert.ok(
      !items.some(({ label }) => label === 'UserServices.PresenceFocus'),
      'a module listed under its short name is not offered again',
    );
  });

  it('says on hover what a pool in a pair is and who backs it', async () => {
    await client.open(uri, litware);
    const answer = await client.hover(uri, litware.indexOf('pools: [atl-cs-001') + 10);
    assert.match(hoverText(answer), /Enterprise Edition · Lync Server 2013 · site Atlanta/);
    assert.match(hoverText(answer), /Backup pool: dal-cs-001\.litwareinc\.com \(site Dallas\)/);
    assert.match(hoverText(answer), /mirror `atl-sql-002\.litwareinc\.com\\RTC`/);
  });

  it('says on hover what a module carries', async () => {
    await client.open(uri, litware);
    const answer = await client.hover(uri, litware.indexOf('ConfServices.DataConf') + 3);
    assert.match(hoverText(answer), /conference content files/);
  });

  it('reports the last state after a burst of keys', async () => {
    await client.open(uri, litware);
    const at = litware.indexOf('deployment: Litware');
    const word = 'nonsense: 1';
    for (const [index, key] of [...`${word}\n`].entries()) await client.type(uri, at + index, at + index, key);
    const reported = await client.diagnostics(uri, 1 + word.length + 1);
    const found = reported.diagnostics.find(({ code }) => code === 'unknown-key');
    assert.equal(client.document(uri).getText(found?.range), 'nonsense');
  });

  it('follows the severities of the settings without a restart', async () => {
    const broken = litware.replace('UserServices.PresenceFocus', 'UserServices.PresenceFocu');
    assert.ok(codesOf(await client.open(uri, broken)).includes('unknown-backup-module'));
    await client.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { lyncTopology: { diagnostics: { severity: { 'unknown-backup-module': 'off' } } } },
    });
    const reported = await client.change(uri, 0, 0, '# ');
    assert.ok(!codesOf(reported).includes('unknown-backup-module'));
  });
});
