import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Position } from 'vscode-languageserver/node';
import { createText, type PositionEncoding } from '../../../src/languageServer/text.ts';
import { startLanguageClient } from '../../support/languageClient.ts';

const encodings: readonly PositionEncoding[] = ['utf-8', 'utf-16', 'utf-32'];

/** Pieces of text in which counting goes wrong: more bytes than units, two units, halves, every kind of line end. */
const pieces = fc.constantFrom(
  'a',
  ' ',
  ':',
  'é',
  '漢',
  '😀',
  '\u{10FFFF}',
  '\uD83D',
  '\uDE00',
  '\r\n',
  '\r',
  '\n',
  '\u2028',
  '\uFEFF',
);
const texts = fc.array(pieces, { maxLength: 30 }).map((all) => all.join(''));

const lengthOf: Readonly<Record<PositionEncoding, (text: string) => number>> = {
  'utf-8': (text) => new TextEncoder().encode(text).length,
  'utf-16': (text) => text.length,
  'utf-32': (text) => Array.from(text).length,
};

/** The position of an offset, counted by looking at every character before it. */
function naivePosition(text: string, offset: number, encoding: PositionEncoding): Position {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length - 1, character: lengthOf[encoding](before.at(-1) ?? '') };
}

/** Offsets at which a position can stand: not inside of a line end or of a character. */
function placesIn(text: string): readonly number[] {
  const places: number[] = [];
  for (let offset = 0; offset <= text.length; offset += 1) {
    const [before, behind] = [text.charCodeAt(offset - 1), text.charCodeAt(offset)];
    const insideEnd = before === 0x0d && behind === 0x0a;
    const insideCharacter = before >= 0xd800 && before < 0xdc00 && behind >= 0xdc00 && behind < 0xe000;
    if (!insideEnd && !insideCharacter) places.push(offset);
  }
  return places;
}

for (const encoding of encodings) {
  describe(`Positions in ${encoding}`, () => {
    it('are those of a count from the start, there and back', () => {
      fc.assert(
        fc.property(texts, (content) => {
          const text = createText(content, encoding);
          for (const offset of placesIn(content)) {
            const position = naivePosition(content, offset, encoding);
            assert.deepEqual(text.positionAt(offset), position);
            assert.equal(text.offsetAt(position), offset);
          }
        }),
      );
    });

    it('outside of the text are its nearest end', () => {
      const text = createText('é😀\r\nb', encoding);
      assert.equal(text.offsetAt({ line: 0, character: 99 }), 3);
      assert.equal(text.offsetAt({ line: 1, character: 99 }), 6);
      assert.equal(text.offsetAt({ line: 99, character: 0 }), 6);
    });

    it('in the middle of a character are its start', () => {
      const text = createText('é😀', encoding);
      const middle = { 'utf-8': [1, 3, 4, 5], 'utf-16': [], 'utf-32': [] }[encoding];
      assert.deepEqual(
        middle.map((character) => text.offsetAt({ line: 0, character })),
        middle.map((character) => (character < 2 ? 0 : 1)),
      );
    });

    it('of edits and of diagnostics are those of the text, however it came about', async () => {
      await using client = await startLanguageClient({
        inProcess: true,
        capabilities: { general: { positionEncodings: [encoding] } },
      });
      assert.equal(client.initialized.capabilities.positionEncoding, encoding);
      await fc.assert(
        fc.asyncProperty(
          texts,
          texts,
          fc.array(fc.tuple(fc.nat(), fc.nat(), texts), { maxLength: 4 }),
          async (a, b, edits) => {
            const uri = 'file:///edited.topology.yaml';
            let content = `deployment: L # ${a}\nzones: {}\n${b}`;
            let version = 1;
            const languageId = 'lync-topology';
            const opened = { uri, languageId, version, text: content };
            await client.connection.sendNotification('textDocument/didOpen', { textDocument: opened });
            const contentChanges = edits.map(([one, other, text]) => {
              const places = placesIn(content);
              const [start = 0, end = 0] = [places[one % places.length] ?? 0, places[other % places.length] ?? 0].sort(
                (x, y) => x - y,
              );
              const range = {
                start: naivePosition(content, start, encoding),
                end: naivePosition(content, end, encoding),
              };
              content = content.slice(0, start) + text + content.slice(end);
              return { range, text };
            });
            version = 2;
            await client.connection.sendNotification('textDocument/didChange', {
              textDocument: { uri, version },
              contentChanges,
            });
            const edited = await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
            await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
            await client.connection.sendNotification('textDocument/didOpen', {
              textDocument: { ...opened, text: content },
            });
            const fresh = await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
            await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
            assert.deepEqual(edited, fresh);
          },
        ),
        { numRuns: 100 },
      );
    });

    it('of a diagnostic behind wide characters are counted in it', async () => {
      await using client = await startLanguageClient({
        inProcess: true,
        capabilities: { general: { positionEncodings: [encoding] } },
      });
      const text = 'lyncTopology: 1\ndeployment: { "é漢😀": 1, x: [ }\n';
      const { diagnostics } = await client.open('file:///wide.topology.yaml', text.replace('x: [ }', 'x: !odd 1 }'));
      const tag = diagnostics.find(({ message }) => String(message).includes('!odd'));
      assert.deepEqual(tag?.range.start, naivePosition(text, text.indexOf('x: [') + 3, encoding));
    });
  });
}

describe('The position encoding', () => {
  const chosen = async (positionEncodings?: readonly string[]): Promise<unknown> => {
    const capabilities = positionEncodings === undefined ? {} : { general: { positionEncodings } };
    await using client = await startLanguageClient({ inProcess: true, capabilities });
    return client.initialized.capabilities.positionEncoding;
  };

  it('is UTF-16 for a client that says nothing or knows none of ours, and otherwise one that it has', async () => {
    assert.deepEqual(
      await Promise.all([chosen(), chosen([]), chosen(['utf-7']), chosen(['utf-8', 'utf-32', 'utf-16'])]),
      ['utf-16', 'utf-16', 'utf-16', 'utf-16'],
    );
    assert.deepEqual(await Promise.all([chosen(['utf-8', 'utf-32']), chosen(['utf-8'])]), ['utf-32', 'utf-8']);
  });
});
