import assert from 'node:assert/strict';
import type { TextEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';

const uri = 'file:///litware.topology.yaml';
const options = { tabSize: 8, insertSpaces: false };
const head = 'lyncTopology: 1\ndeployment: Litware\n';

/** What is there after the key, with `|` where somebody types next, and the text that comes of it. */
const typed: readonly (readonly [string, string, string, string])[] = [
  ['a map below its key', '\n', 'pools:\n  a.b:\n|', 'pools:\n  a.b:\n    '],
  ['a map of names below its key', '\n', 'pools:   # all\n|', 'pools:   # all\n  '],
  ['a list below its key', '\n', 'pools:\n  a.b:\n    frontEnds:\n    |', 'pools:\n  a.b:\n    frontEnds:\n      - '],
  [
    'a list of a file whose lists stand at their keys',
    '\n',
    'poolPairs:\n- pools:\n  - a.b\n  backupModules:\n  |',
    'poolPairs:\n- pools:\n  - a.b\n  backupModules:\n  - ',
  ],
  ['a list below a key of an item', '\n', 'poolPairs:\n  - pools:\n  |', 'poolPairs:\n  - pools:\n      - '],
  [
    'an item in front of the others',
    '\n',
    'poolPairs:\n|\n    - pools: [a.b, c.d]\n',
    'poolPairs:\n    - \n    - pools: [a.b, c.d]\n',
  ],
  ['the next item', '\n', 'poolPairs:\n  - pools:\n      - a.b\n|', 'poolPairs:\n  - pools:\n      - a.b\n      - '],
  [
    'the next item with Windows line ends',
    '\n',
    'poolPairs:\r\n  - pools:\r\n      - a.b\r\n|\r\n',
    'poolPairs:\r\n  - pools:\r\n      - a.b\r\n      - \r\n',
  ],
  [
    'the next key of an item that is a map',
    '\n',
    'poolPairs:\n  - pools: [a.b, c.d]\n  |',
    'poolPairs:\n  - pools: [a.b, c.d]\n    ',
  ],
  ['the next key', '\n', 'pools:\n  a.b:\n    site: Atlanta\n|', 'pools:\n  a.b:\n    site: Atlanta\n    '],
  [
    'the end of a list',
    '\n',
    'poolPairs:\n  - pools:\n      - a.b\n      - \n      |',
    'poolPairs:\n  - pools:\n      - a.b\n    ',
  ],
  ['nothing below a text', '\n', 'pools:\n  a.b:\n    site:\n|', 'pools:\n  a.b:\n    site:\n'],
  [
    'nothing below a key that the format does not know',
    '\n',
    'pools:\n  a.b:\n    sit:\n|',
    'pools:\n  a.b:\n    sit:\n',
  ],
  ['nothing in brackets', '\n', 'poolPairs:\n  - pools: [\n|', 'poolPairs:\n  - pools: [\n'],
  [
    'nothing in brackets on several lines',
    '\n',
    'poolPairs:\n  - pools: [\n      a.b,\n|',
    'poolPairs:\n  - pools: [\n      a.b,\n',
  ],
  [
    'nothing behind the start of a text',
    '\n',
    'sites:\n  a:\n    description: >-\n|',
    'sites:\n  a:\n    description: >-\n',
  ],
  ['nothing in quotes', '\n', 'sites:\n  a:\n    description: "b\n|', 'sites:\n  a:\n    description: "b\n'],
  [
    'nothing in a block of text',
    '\n',
    'sites:\n  Atlanta:\n    description: >\n      pools:\n|',
    'sites:\n  Atlanta:\n    description: >\n      pools:\n',
  ],
  ['nothing behind a comment', '\n', 'sites:\n  # pools:\n|', 'sites:\n  # pools:\n'],
  [
    'nothing where a line is broken in two',
    '\n',
    'pools:\n  a.b:\n|site: Atlanta\n',
    'pools:\n  a.b:\nsite: Atlanta\n',
  ],
  ['nothing behind a blank line', '\n', 'pools:\n\n|', 'pools:\n\n'],
  [
    'a dash that begins a list',
    '-',
    'poolPairs:\n  - pools: []\npools:\n  a.b:\n    frontEnds:\n    -|',
    'poolPairs:\n  - pools: []\npools:\n  a.b:\n    frontEnds:\n      -',
  ],
  [
    'no dash that goes on with a list',
    '-',
    'poolPairs:\n    - pools: [a.b]\n    -|',
    'poolPairs:\n    - pools: [a.b]\n    -',
  ],
  ['no dash in a word', '-', 'pools:\n  atl-|', 'pools:\n  atl-'],
];

describe('formatting over the protocol', () => {
  for (const [name, capabilities] of [
    ['a client that can do much', undefined],
    ['a client that can do nothing', {}],
  ] as const) {
    describe(`with ${name}`, () => {
      let client: LanguageClient;
      before(async () => {
        client = await startLanguageClient({ inProcess: true, ...(capabilities && { capabilities }) });
      });
      after(() => client[Symbol.asyncDispose]());

      const request = async (method: string, more: object): Promise<string> => {
        const edits = await client.connection.sendRequest<TextEdit[]>(`textDocument/${method}`, {
          textDocument: { uri },
          options,
          ...more,
        });
        return TextDocument.applyEdits(client.document(uri), edits);
      };

      it('formats a document with edits within lines', async () => {
        await client.open(uri, `${head}sites:\n    Atlanta: {description: "é"}   \n\n\npools: {}`);
        assert.equal(await request('formatting', {}), `${head}sites:\n  Atlanta: { description: "é" }\n\npools: {}\n`);
      });

      it('formats the lines of a range', async () => {
        await client.open(uri, `${head}sites: {Atlanta:  {}}\npools:  {}\npoolPairs:   []\n`);
        const range = { start: { line: 3, character: 2 }, end: { line: 3, character: 4 } };
        assert.equal(
          await request('rangeFormatting', { range }),
          `${head}sites: {Atlanta:  {}}\npools: {}\npoolPairs:   []\n`,
        );
      });

      for (const [title, ch, text, expected] of typed) {
        it(`while typing: ${title}`, async () => {
          await client.open(uri, head + text.replace('|', ''));
          const position = client.document(uri).positionAt((head + text).indexOf('|'));
          assert.equal(await request('onTypeFormatting', { ch, position }), head + expected);
        });
      }
    });
  }

  it('formats several ranges for a client that has them, each line once', async () => {
    const ranged = { textDocument: { rangeFormatting: { rangesSupport: true } } };
    const client = await startLanguageClient({ inProcess: true, capabilities: ranged });
    assert.deepEqual(client.initialized.capabilities.documentRangeFormattingProvider, { rangesSupport: true });
    await client.open(uri, `${head}sites:  {}\npools:  {}\npoolPairs:  []\n`);
    const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character: 12 } });
    const parameters = { textDocument: { uri }, options, ranges: [at(2, 0), at(4, 0), at(4, 5)] };
    const edits = await client.connection.sendRequest<TextEdit[]>('textDocument/rangesFormatting', parameters);
    const result = TextDocument.applyEdits(client.document(uri), edits);
    assert.equal(result, `${head}sites: {}\npools:  {}\npoolPairs: []\n`);
    assert.equal(edits.length, 2);
    await client[Symbol.asyncDispose]();
  });

  it('counts as the client does', async () => {
    const client = await startLanguageClient({
      inProcess: true,
      capabilities: { general: { positionEncodings: ['utf-8'] } },
    });
    await client.open(uri, `${head}sites: { "é😀":  {} }\n`);
    const edits = await client.connection.sendRequest('textDocument/formatting', { textDocument: { uri }, options });
    const range = { start: { line: 2, character: 18 }, end: { line: 2, character: 20 } };
    assert.deepEqual(edits, [{ range, newText: ' ' }]);
    await client[Symbol.asyncDispose]();
  });

  it('answers nothing for a file that is not open', async () => {
    const client = await startLanguageClient({ inProcess: true });
    const edits = await client.connection.sendRequest('textDocument/formatting', { textDocument: { uri }, options });
    assert.equal(edits, null);
    await client[Symbol.asyncDispose]();
  });
});
