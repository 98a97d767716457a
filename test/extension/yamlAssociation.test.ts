import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createAssociationOffer } from '../../src/extension/yamlAssociation.ts';
import { waitUntil } from '../support/waitUntil.ts';

/** For what Red Hat's YAML extension asks VS Code (src/extension.ts of vscode-yaml). */
const redHatSelector: vscode.DocumentSelector = [
  { language: 'yaml' },
  { language: 'dockercompose' },
  { language: 'github-actions-workflow' },
  { pattern: '*.y(a)ml' },
];

describe('beside the YAML extension', () => {
  let file: vscode.Uri;
  let asked: number;
  let offer: vscode.Disposable | undefined;
  let errors: string[];

  const report = (error: unknown): void => void errors.push(String(error));

  before(async () => {
    const [found] = await vscode.workspace.findFiles('litware.topology.yaml');
    assert.ok(found);
    file = found;
  });

  beforeEach(() => {
    asked = 0;
    errors = [];
  });

  afterEach(async () => {
    offer?.dispose();
    await vscode.workspace.getConfiguration().update('files.associations', undefined);
    await waitUntil('the file is a topology again', async () => {
      const document = await show();
      if (document.languageId !== 'lync-topology')
        await vscode.languages.setTextDocumentLanguage(document, 'lync-topology');
      return document.languageId === 'lync-topology';
    });
  });

  it('a topology has its own language, for which that extension does not ask', async () => {
    const document = await show();
    assert.equal(document.languageId, 'lync-topology');
    assert.equal(vscode.languages.match(redHatSelector, document), 0);
  });

  it('who keeps YAML has our schema, and only there: one set of problems in either case', () => {
    const extension = vscode.extensions.getExtension('lync-topology.lync-topology');
    assert.ok(extension);
    const { contributes } = extension.packageJSON;
    assert.deepEqual(contributes.yamlValidation, [
      { fileMatch: ['*.topology.yaml', '*.topology.yml'], url: './schemas/lync-topology.schema.json' },
    ]);
    assert.ok(existsSync(join(extension.extensionPath, contributes.yamlValidation[0].url)));
    const [{ id, extensions }] = contributes.languages;
    assert.equal(id, 'lync-topology');
    assert.deepEqual(extensions, ['.topology.yaml', '.topology.yml']);
  });

  it('says once that a topology is open as YAML, and makes it one now and from now on', async () => {
    await vscode.workspace.getConfiguration().update('files.associations', { '*.yaml': 'yaml' });
    await showAs('yaml');
    offer = createAssociationOffer({ memory: memory(), onError: report, ask: answer(true) });
    await waitUntil('it is a topology', async () => (await show()).languageId === 'lync-topology', {
      seen: () => errors,
    });
    assert.deepEqual(vscode.workspace.getConfiguration().inspect('files.associations')?.workspaceValue, {
      '*.yaml': 'yaml',
      '*.topology.yaml': 'lync-topology',
      '*.topology.yml': 'lync-topology',
    });
    assert.equal(asked, 1);
  });

  it('says it no second time to somebody who keeps YAML', async () => {
    await showAs('yaml');
    const remembered = memory();
    offer = createAssociationOffer({ memory: remembered, onError: report, ask: answer(false) });
    await waitUntil('it was asked', () => asked === 1);
    offer.dispose();
    offer = createAssociationOffer({ memory: remembered, onError: report, ask: answer(true) });
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ content: 'a: 1', language: 'yaml' }),
    );
    await showAs('yaml');
    assert.equal(asked, 1);
    assert.equal((await show()).languageId, 'yaml');
  });

  const answer = (wanted: boolean) => async (): Promise<boolean> => {
    asked += 1;
    return wanted;
  };

  async function show(): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    return document;
  }

  async function showAs(language: string): Promise<void> {
    await vscode.languages.setTextDocumentLanguage(await show(), language);
    await waitUntil(`it is ${language}`, () => vscode.window.activeTextEditor?.document.languageId === language);
  }
});

function memory(): vscode.Memento {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: <Value>(key: string, otherwise?: Value) => (values.get(key) as Value | undefined) ?? otherwise,
    update: async (key: string, value: unknown) => void values.set(key, value),
  } as vscode.Memento;
}
