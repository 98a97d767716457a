import assert from 'node:assert/strict';
import {
  type CodeAction,
  CodeActionKind,
  CodeActionTriggerKind,
  type Range,
  TextDocumentEdit,
  TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { ruleDefinitions } from '../../../src/core/topology/rules/all.ts';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import { completed, diagnosticsOf, preferredFix, readMarks } from '../topology/marked.ts';

const literals = { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } };
/** Literals are taken, and nothing else: neither versions nor edits that follow later. */
const modest = { textDocument: { codeAction: literals } };

/** What a client does with an action: it asks for the edit where it is not there yet, and applies it. */
class Editor {
  readonly client: LanguageClient;
  #files = 0;
  uri = '';

  constructor(client: LanguageClient) {
    this.client = client;
  }

  get text(): string {
    return this.client.document(this.uri).getText();
  }

  async open(text: string): Promise<void> {
    this.#files += 1;
    this.uri = `file:///${this.#files}.topology.yaml`;
    await this.client.open(this.uri, text);
  }

  async actions(at: number | Range, context: object = {}): Promise<readonly CodeAction[]> {
    const position = typeof at === 'number' ? this.client.document(this.uri).positionAt(at) : undefined;
    const range = position === undefined ? at : { start: position, end: position };
    const parameters = { textDocument: { uri: this.uri }, range, context: { diagnostics: [], ...context } };
    return this.client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', parameters);
  }

  async take(action: CodeAction | undefined): Promise<void> {
    assert.ok(action !== undefined, 'the action is offered');
    const { edit } = await this.resolve(action);
    assert.ok(edit !== undefined, 'the action has an edit');
    const text = TextDocument.applyEdits(this.client.document(this.uri), [...editsIn(edit, this.uri)]);
    await this.client.change(this.uri, 0, this.text.length, text);
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return action.edit === undefined
      ? this.client.connection.sendRequest('codeAction/resolve', action)
      : Promise.resolve(action);
  }
}

function editsIn({ changes, documentChanges }: WorkspaceEdit, uri: string): readonly TextEdit[] {
  if (documentChanges === undefined) return changes?.[uri] ?? [];
  return documentChanges.flatMap((change) => (TextDocumentEdit.is(change) ? change.edits.filter(TextEdit.is) : []));
}

function titles(actions: readonly CodeAction[]): readonly string[] {
  return actions.map(({ title }) => title);
}

const pools = `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013", centralManagement: standby }
poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
`;
const manyProblems =
  completed(`${pools.replaceAll('edition', 'editon').replace('"2013"', '2013')}    backupModules: [PresenceFocus, DataConf, DataConf, ConfServices.DataConf, CentralMgmt.CMSMastr]
backupService: { syncIntervall: 00:02:00 }
`);
const allRight =
  completed(`${pools}    backupModules: [UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster]
backupService: { syncInterval: 00:02:00 }
`);

for (const [name, capabilities] of [
  ['an editor that can do much', undefined],
  ['a modest editor', modest],
] as const) {
  describe(`code actions in ${name}`, () => {
    let editor: Editor;
    before(async () => {
      editor = new Editor(await startLanguageClient({ inProcess: true, ...(capabilities && { capabilities }) }));
    });
    after(() => editor.client[Symbol.asyncDispose]());

    for (const { code, wrong, right } of ruleDefinitions) {
      const { text } = readMarks(completed(wrong));
      const due = (current: string) =>
        diagnosticsOf(current).find((found) => found.code === code && preferredFix(found));
      if (due(text) === undefined) continue;
      it(`put ${code} right, and are not offered again`, async () => {
        await editor.open(text);
        for (let found = due(editor.text); found !== undefined; found = due(editor.text)) {
          const fix = (await editor.actions(found.range.start)).find(
            ({ isPreferred, diagnostics }) => isPreferred === true && diagnostics?.[0]?.code === code,
          );
          await editor.take(fix);
        }
        assert.equal(editor.text, completed(right));
        const left = await editor.actions({ start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } });
        assert.ok(
          !left.some(({ isPreferred, diagnostics }) => isPreferred === true && diagnostics?.[0]?.code === code),
        );
      });
    }

    it('put everything right that has one answer, on save', async () => {
      await editor.open(manyProblems);
      const before = new Set(diagnosticsOf(manyProblems).map(({ message }) => message));
      const [action, ...others] = await editor.actions(0, {
        only: ['source.fixAll'],
        triggerKind: CodeActionTriggerKind.Automatic,
      });
      assert.deepEqual([action?.kind, others], ['source.fixAll.lyncTopology', []]);
      await editor.take(action);
      assert.equal(editor.text, allRight);
      const after = diagnosticsOf(editor.text);
      assert.deepEqual(
        after.filter((found) => preferredFix(found) !== undefined || !before.has(found.message)),
        [],
      );
      assert.deepEqual(await editor.actions(0, { only: ['source.fixAll'] }), []);
    });

    it('put all findings of one rule right', async () => {
      await editor.open(manyProblems);
      const actions = await editor.actions(manyProblems.indexOf('editon'));
      await editor.take(actions.find(({ title }) => title === 'Fix all unknown-key in this file'));
      assert.equal(editor.text, manyProblems.replaceAll('editon', 'edition').replace('syncIntervall', 'syncInterval'));
    });

    it('offer no "fix all" for a rule with one finding', async () => {
      await editor.open(completed('backupService: { syncIntervall: 00:02:00 }\n'));
      const actions = await editor.actions(editor.text.indexOf('syncIntervall'));
      assert.deepEqual(
        titles(actions).filter((title) => title.startsWith('Fix all')),
        [],
      );
    });

    it('switch a rule off for a line, after everything else', async () => {
      await editor.open(manyProblems);
      const at = manyProblems.indexOf('syncIntervall');
      const actions = await editor.actions(at);
      const offered = ['Switch unknown-key off for this line', 'Switch unknown-key off with a comment above'];
      assert.deepEqual(titles(actions).slice(-2), offered);
      await editor.take(actions.at(-2));
      assert.equal(
        editor.text,
        manyProblems.replace('00:02:00 }\n', '00:02:00 } # lync-topology-disable-line unknown-key\n'),
      );
      assert.ok(!titles(await editor.actions(at)).includes(offered[0] ?? ''));
      await editor.open(manyProblems);
      await editor.take((await editor.actions(at)).at(-1));
      const comment = '# lync-topology-disable-next-line unknown-key\n';
      assert.equal(editor.text, manyProblems.replace('backupService:', `${comment}backupService:`));
    });

    it('are of the kind that is asked for', async () => {
      await editor.open(manyProblems);
      const at = manyProblems.indexOf('editon');
      for (const only of [
        CodeActionKind.QuickFix,
        CodeActionKind.Refactor,
        CodeActionKind.Source,
        'source.fixAll.lyncTopology',
      ]) {
        const actions = await editor.actions(at, { only: [only] });
        assert.ok(
          actions.every(({ kind }) => kind === only || kind?.startsWith(`${only}.`)),
          only,
        );
      }
      assert.deepEqual(await editor.actions(at, { only: ['source.organizeImports'] }), []);
      assert.deepEqual(await editor.actions(at, { only: ['source.fixAll.other'] }), []);
      const all = await editor.actions(at, { only: [CodeActionKind.Empty] });
      assert.ok(['quickfix', 'source.fixAll.lyncTopology'].every((wanted) => all.some(({ kind }) => kind === wanted)));
    });

    it('pair two pools', async () => {
      const apart = completed(pools.slice(0, pools.indexOf('poolPairs')));
      await editor.open(apart);
      const actions = await editor.actions(apart.indexOf('atl-cs'), { triggerKind: CodeActionTriggerKind.Automatic });
      const pair = actions.find(
        ({ title }) => title === 'Pair atl-cs-001.litwareinc.com with dal-cs-001.litwareinc.com',
      );
      assert.equal(pair?.kind, CodeActionKind.RefactorRewrite);
      assert.equal(
        pair?.edit === undefined,
        capabilities === undefined,
        'the edit follows where the client can wait for it',
      );
      await editor.take(pair);
      assert.equal(
        editor.text,
        `${apart}poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n`,
      );
    });

    it('are about the findings that are named', async () => {
      await editor.open(completed('backupService: { syncIntervall: 1, maxConcurrentCals: 1 }\n'));
      const { diagnostics } = await editor.client.diagnostics(editor.uri, 1);
      const line = editor.text.slice(0, editor.text.indexOf('backupService')).split('\n').length - 1;
      const range = { start: { line, character: 0 }, end: { line, character: 60 } };
      const named = diagnostics.filter(({ message }) => String(message).includes('maxConcurrentCals'));
      assert.equal(named.length, 1);
      const actions = await editor.actions(range, { diagnostics: named, only: ['quickfix'] });
      assert.deepEqual(titles(actions.filter(({ isPreferred }) => isPreferred)), ['Change to "maxConcurrentCalls"']);
      assert.deepEqual(actions[0]?.diagnostics, named);
      const foreign = { range, message: 'Unknown word', source: 'cSpell' };
      assert.deepEqual(await editor.actions(range, { diagnostics: [foreign], only: ['quickfix'] }), []);
    });
  });
}

describe('code actions', () => {
  it('are refused calmly where the text has changed since they were offered', async () => {
    const editor = new Editor(await startLanguageClient({ inProcess: true }));
    await editor.open(manyProblems);
    const [action] = await editor.actions(0, { only: ['source.fixAll'] });
    assert.ok(action !== undefined && action.edit === undefined);
    await editor.client.change(editor.uri, 0, 0, '# changed\n');
    await assert.rejects(editor.resolve(action), {
      code: -32801,
      message: /was offered for a text that has changed since/,
    });
    assert.deepEqual(
      editor.client.log.filter(({ type }) => type === 1),
      [],
    );
    await editor.client[Symbol.asyncDispose]();
  });

  it('are none for a client that takes commands only', async () => {
    const client = await startLanguageClient({ inProcess: true, capabilities: {} });
    const editor = new Editor(client);
    await editor.open(manyProblems);
    assert.equal(client.initialized.capabilities.codeActionProvider, undefined);
    assert.deepEqual(await editor.actions(manyProblems.indexOf('editon')), []);
    await client[Symbol.asyncDispose]();
  });

  it('are worked out late where the client can wait, and their kinds are announced', async () => {
    const client = await startLanguageClient({ inProcess: true });
    const provider = client.initialized.capabilities.codeActionProvider;
    assert.deepEqual(provider, {
      codeActionKinds: ['quickfix', 'refactor.rewrite', 'source.fixAll', 'source.fixAll.lyncTopology'],
      resolveProvider: true,
    });
    await client[Symbol.asyncDispose]();
  });
});
