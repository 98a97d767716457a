import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PositionEncodingKind } from 'vscode-languageserver/node';
import { createText } from '../../../src/languageServer/text.ts';
import { fullCapabilities } from '../../support/clientCapabilities.ts';
import { unknownCapabilities, useEveryFeature } from '../../support/everyFeature.ts';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import { mismatches, type SentMessage } from '../../support/protocolTypes.ts';

const samples = new URL('../../../samples/', import.meta.url).pathname;

/** Texts as people have them: whole, half-typed, with wide characters, and what is no topology at all. */
function textsIn(folder: string): ReadonlyMap<string, string> {
  const litware = readFileSync(join(samples, 'litware', 'litware.topology.yaml'), 'utf8');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.topology.yaml'),
  );
  const whole = files.map(
    (name) => [pathToFileURL(join(folder, name)).href, readFileSync(join(folder, name), 'utf8')] as const,
  );
  return new Map([
    ...whole,
    ['untitled:half', `${litware.slice(0, 700)}\n  `],
    ['untitled:wide', litware.replaceAll('Atlanta', '"Ätlänta 😀"').replaceAll('\n', '\r\n')],
    ['untitled:broken', 'lyncTopology: 1\npools: [\n  { site: *x\n---\n<<: &a *a\n'],
    ['untitled:empty', ''],
  ]);
}

describe('Everything that the server says, against the types of the protocol', function () {
  this.timeout(120_000);
  const said: SentMessage[] = [];
  const byMinimal: SentMessage[] = [];
  let folder: string;

  const useOn = async (client: LanguageClient, encoding: PositionEncodingKind, every: number): Promise<void> => {
    for (const [uri, content] of textsIn(folder)) {
      await client.open(uri, content, { unreported: true });
      const text = createText(content, encoding as 'utf-8');
      const offsets = [
        0,
        content.length,
        ...[...content.matchAll(/[\w.-]+|: |\n *|[[{,\\]/g)].map(({ index }) => index + 1),
      ];
      const positions = offsets.filter((_, index) => index % every === 0).map(text.positionAt);
      await useEveryFeature({ client, uri, positions, whole: text.toRange({ start: 0, end: content.length }) });
      await client.connection.sendRequest('lyncTopology/summary', { uri });
      await client.type(uri, 0, 0, '# ');
      await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
    }
  };
  const noErrors = (client: LanguageClient): void =>
    assert.deepEqual(
      client.log.filter(({ type }) => type === 1),
      [],
    );

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-conformance-'));
    for (const name of ['litware', 'fabrikam']) {
      cpSync(join(samples, name, `${name}.topology.yaml`), join(folder, `${name}.topology.yaml`));
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const encoding of ['utf-8', 'utf-16', 'utf-32']) {
    it(`is said to a client that can everything, in ${encoding}`, async () => {
      await using client = await startLanguageClient({
        inProcess: true,
        folders: [pathToFileURL(folder).href],
        capabilities: fullCapabilities(encoding),
        initializationOptions: { documentationRoot: 'file:///product' },
        record: (message) => void said.push(message),
      });
      assert.deepEqual(unknownCapabilities(client.initialized), []);
      await useOn(client, encoding, encoding === 'utf-16' ? 4 : 12);
      noErrors(client);
    });
  }

  it('is said to a client that can nothing', async () => {
    await using client = await startLanguageClient({
      inProcess: true,
      folders: [pathToFileURL(folder).href],
      capabilities: {},
      record: (message) => void byMinimal.push(message),
    });
    await useOn(client, 'utf-16', 4);
    noErrors(client);
    assert.deepEqual(unknownCapabilities(client.initialized), []);
  });

  it('is of its type', () => {
    assert.ok(said.length > 1_000 && byMinimal.length > 500, `${said.length} and ${byMinimal.length} messages`);
    assert.deepEqual(mismatches([...said, ...byMinimal]), []);
  });

  it('is nothing that a client did not say it can take', () => {
    const found = byMinimal.filter((message) => beyondTheBase.some((is) => is(message)));
    assert.deepEqual(
      found.slice(0, 5).map((message) => JSON.stringify(message).slice(0, 1000)),
      [],
    );
  });
});

const has = (value: unknown, test: (key: string, value: unknown) => boolean): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([key, each]) => test(key, each) || has(each, test));

/** What a client must have asked for before it may be sent. */
const beyondTheBase: readonly ((message: SentMessage) => boolean)[] = [
  // Registrations, questions, refreshes, progress.
  ({ kind }) => kind === 'request',
  ({ method }) => method === '$/progress',
  ({ value }) => has(value, (key, each) => key === 'insertTextFormat' && each === 2),
  ({ value }) => has(value, (key, each) => key === 'kind' && each === 'markdown'),
  ({ value }) =>
    has(value, (key) => ['documentChanges', 'changeAnnotations', 'targetUri', 'relatedInformation'].includes(key)),
  ({ value }) =>
    has(value, (key) => ['tags', 'codeDescription', 'labelDetails', 'itemDefaults', 'collapsedText'].includes(key)),
  ({ value }) => has(value, (key, each) => key === 'textEdit' && has({ each }, (inner) => inner === 'insert')),
  // Document symbols with children, code actions that are no commands, and what is known of them only later.
  ({ method, value }) => method === 'textDocument/documentSymbol' && has(value, (key) => key === 'selectionRange'),
  ({ method, value }) =>
    method === 'textDocument/codeAction' && has(value, (key) => ['edit', 'isPreferred', 'disabled'].includes(key)),
  ({ method, value }) => method === 'textDocument/documentLink' && has(value, (key) => key === 'tooltip'),
];
