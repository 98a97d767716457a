import assert from 'node:assert/strict';
import { type CompletionItem, type CompletionList, InsertTextFormat, InsertTextMode } from 'vscode-languageserver/node';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';

const uri = 'file:///litware.topology.yaml';

/** What Visual Studio Code can do, as far as it matters here. */
const capable = {
  textDocument: {
    completion: {
      completionItem: {
        snippetSupport: true,
        commitCharactersSupport: true,
        documentationFormat: ['markdown', 'plaintext'],
        insertReplaceSupport: true,
        labelDetailsSupport: true,
        insertTextModeSupport: { valueSet: [InsertTextMode.asIs, InsertTextMode.adjustIndentation] },
      },
      completionItemKind: { valueSet: Array.from({ length: 25 }, (_, index) => index + 1) },
    },
  },
};

interface Asked {
  readonly text: string;
  readonly list: CompletionList;
  readonly item: (label: string) => CompletionItem;
}

async function ask(client: LanguageClient, marked: string, context?: object): Promise<Asked> {
  const offset = marked.lastIndexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  await client.open(uri, text);
  const list = await client.connection.sendRequest<CompletionList | null>('textDocument/completion', {
    textDocument: { uri },
    position: client.document(uri).positionAt(offset),
    context: context ?? { triggerKind: 1 },
  });
  const { items = [] } = list ?? {};
  const item = (label: string): CompletionItem => {
    const found = items.find((candidate) => candidate.label === label);
    assert.ok(found, `${label} is not among ${items.map((candidate) => candidate.label).join(', ')}`);
    return found;
  };
  return { text, list: list ?? { isIncomplete: false, items: [] }, item };
}

/** The text after an item was accepted: gaps hold what stands in them, further lines are indented where the item wants it. */
function accept(
  client: LanguageClient,
  { text }: Asked,
  item: CompletionItem,
  mode: 'insert' | 'replace' = 'replace',
): string {
  const { textEdit } = item;
  assert.ok(textEdit);
  const range = 'range' in textEdit ? textEdit.range : textEdit[mode];
  const document = client.document(uri);
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const isSnippet = item.insertTextFormat === InsertTextFormat.Snippet;
  let written = isSnippet ? filled(textEdit.newText) : textEdit.newText;
  if (isSnippet && item.insertTextMode !== InsertTextMode.asIs) {
    const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    written = written.replaceAll('\n', `\n${/^ */.exec(line)?.[0] ?? ''}`);
  }
  return text.slice(0, start) + written + text.slice(end);
}

/** A snippet with what stands in its gaps. */
function filled(snippet: string): string {
  return snippet.replace(
    /\\([\\$},|])|\$\{\d+:((?:\\.|[^\\}])*)\}|\$\{\d+\|((?:\\.|[^\\|,])*)(?:,(?:\\.|[^\\|])*)?\|\}|\$\d+/g,
    (_, character?: string, text?: string, first?: string) =>
      character ?? (text ?? first ?? '').replace(/\\([\\$},|])/g, '$1'),
  );
}

describe('Completion over the protocol', () => {
  let client: LanguageClient;
  afterEach(() => client[Symbol.asyncDispose]());

  describe('for a client with snippets', () => {
    beforeEach(async () => {
      client = await startLanguageClient({ inProcess: true, capabilities: capable });
    });

    it('writes a new pool with tab stops and choices', async () => {
      const asked = await ask(client, 'sites: { Atlanta: {}, Dallas: {} }\npools:\n  c.x.com|\n');
      const item = asked.item('New pool');
      assert.equal(
        item.textEdit?.newText,
        `\${1:c.x.com}:\n    site: \${2|Atlanta,Dallas|}\n    edition: \${3|Enterprise,Standard,Director|}\n    release: \${4|"2013","2015","2019",SE|}`,
      );
      assert.equal(item.insertTextMode, InsertTextMode.asIs);
      assert.equal(item.filterText, 'c.x.com New pool');
      assert.equal(asked.list.isIncomplete, true);
      assert.equal(
        accept(client, asked, item),
        'sites: { Atlanta: {}, Dallas: {} }\npools:\n  c.x.com:\n    site: Atlanta\n    edition: Enterprise\n    release: "2013"\n',
      );
    });

    it('escapes what a snippet would read as its own', async () => {
      const asked = await ask(
        client,
        'pools:\n  a.x.com:\n    databases:\n      User: { primary: s.x.com\\RTC, witness: t.x.com\\RTC }\n      CentralMgmt:\n        |\n',
      );
      const item = asked.item('primary');
      assert.equal(item.textEdit?.newText, `primary: \${1|s.x.com\\\\RTC,t.x.com\\\\RTC|}`);
      assert.ok(accept(client, asked, item).endsWith('\n        primary: s.x.com\\RTC\n'));
    });

    it('keeps the line breaks of the file', async () => {
      const asked = await ask(
        client,
        'lyncTopology: 1\r\ndata|\r\n'.replace('data', 'pools:\r\n  a.x.com:\r\n    data'),
      );
      const item = asked.item('databases');
      assert.equal(
        accept(client, asked, item),
        'lyncTopology: 1\r\npools:\r\n  a.x.com:\r\n    databases:\r\n      \r\n',
      );
    });

    it('lets the client choose between inserting and replacing', async () => {
      const asked = await ask(client, 'sites: { Atlanta: {}, Dallas: {} }\npools:\n  a.x.com:\n    site: At|lanta\n');
      const item = asked.item('Dallas');
      assert.ok(accept(client, asked, item, 'replace').endsWith('    site: Dallas\n'));
      assert.ok(accept(client, asked, item, 'insert').endsWith('    site: Dallaslanta\n'));
    });

    it('shows details beside the label and documentation once somebody looks', async () => {
      const asked = await ask(
        client,
        'pools:\n  a.x.com: { site: Atlanta, edition: Enterprise, release: "2013" }\npoolPairs:\n  - pools: [|]\n',
      );
      const item = asked.item('a.x.com');
      assert.equal(item.labelDetails?.description, 'Enterprise pool in Atlanta, release 2013');
      assert.equal(item.documentation, undefined);
      const resolved = await client.connection.sendRequest<CompletionItem>('completionItem/resolve', item);
      const { documentation } = resolved;
      assert.ok(typeof documentation === 'object' && documentation.kind === 'markdown');
      assert.match(documentation.value, /^\*\*a\.x\.com\*\*/);
      assert.deepEqual({ ...resolved, documentation: undefined }, { ...item, documentation: undefined });
    });

    it('documents keys and words with range, default and source', async () => {
      const asked = await ask(client, 'backupService:\n  |\n');
      const key = await client.connection.sendRequest<CompletionItem>(
        'completionItem/resolve',
        asked.item('syncInterval'),
      );
      assert.ok(typeof key.documentation === 'object');
      assert.match(
        key.documentation.value,
        /Allowed: 00:00:05 to 03:00:00\n.*\n- Default: `00:02:00`\n- Source: Microsoft/,
      );
      const word = await ask(client, 'pools:\n  a.x.com: { edition: | }\n');
      const item = await client.connection.sendRequest<CompletionItem>('completionItem/resolve', word.item('Director'));
      assert.ok(typeof item.documentation === 'object');
      assert.match(item.documentation.value, /never paired/);
      assert.deepEqual(item.commitCharacters, [',', '}']);
    });

    it('says nothing while a line is being indented', async () => {
      const context = { triggerKind: 2, triggerCharacter: ' ' };
      const indenting = await ask(client, 'pools:\n  a.x.com:\n    |\n', context);
      assert.deepEqual(indenting.list.items, []);
      const behindKey = await ask(client, 'pools:\n  a.x.com:\n    edition: |\n', context);
      assert.ok(behindKey.list.items.length > 0);
    });

    it('answers for an item of a file that was closed', async () => {
      const asked = await ask(client, 'pools:\n  |\n');
      await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
      const item = { ...asked.item('New pool'), data: { uri, subject: { about: 'rule', code: 'unknown-key' } } };
      assert.deepEqual(await client.connection.sendRequest('completionItem/resolve', item), item);
    });
  });

  describe('for a client that can do nothing of it', () => {
    beforeEach(async () => {
      client = await startLanguageClient({ inProcess: true, capabilities: {} });
    });

    it('writes plain text, and offers nothing that is made of gaps only', async () => {
      const asked = await ask(client, 'pools:\n  a.x.com:\n    front|\n');
      const item = asked.item('frontEnds');
      assert.equal(item.insertTextFormat, undefined);
      assert.equal(item.insertTextMode, undefined);
      assert.equal(accept(client, asked, item), 'pools:\n  a.x.com:\n    frontEnds:\n      - \n');
      const entries = await ask(client, 'pools:\n  |\n');
      assert.deepEqual(entries.list.items, []);
    });

    it('replaces the whole word and uses kinds that everybody knows', async () => {
      const asked = await ask(client, 'pools:\n  a.x.com:\n    edition: En|terprise # c\n');
      const item = asked.item('Standard');
      assert.equal(accept(client, asked, item), 'pools:\n  a.x.com:\n    edition: Standard # c\n');
      assert.ok(
        asked.list.items.every(({ kind = 0, labelDetails, commitCharacters }) => {
          return kind <= 18 && labelDetails === undefined && commitCharacters === undefined;
        }),
      );
      const resolved = await client.connection.sendRequest<CompletionItem>('completionItem/resolve', item);
      assert.ok(typeof resolved.documentation === 'object' && resolved.documentation.kind === 'plaintext');
      assert.match(resolved.documentation.value, /^Standard\n/);
    });
  });

  it('leaves indentation to an editor that indents the lines of a snippet by itself', async () => {
    const { completionItem } = capable.textDocument.completion;
    const { insertTextModeSupport: _, ...others } = completionItem;
    const capabilities = { textDocument: { completion: { completionItem: others } } };
    client = await startLanguageClient({ inProcess: true, capabilities });
    const asked = await ask(client, 'pools:\n  a.x.com:\n    databases:\n      U|\n');
    const item = asked.item('User');
    assert.equal(item.textEdit?.newText, `User:\n  primary: \${1:server.domain.com\\\\INSTANCE}`);
    assert.equal(
      accept(client, asked, item),
      'pools:\n  a.x.com:\n    databases:\n      User:\n        primary: server.domain.com\\INSTANCE\n',
    );
  });
});
