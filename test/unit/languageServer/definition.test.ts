import assert from 'node:assert/strict';
import type { DocumentHighlight, LinkedEditingRanges, Location, LocationLink } from 'vscode-languageserver/node';
import { everything, type GoingAround, goAround, uri } from './goingAround.ts';

describe('definition, references and highlights', () => {
  let around: GoingAround;
  before(async () => {
    around = await goAround();
  });
  after(() => around[Symbol.asyncDispose]());

  it('links from a reference to the thing and its name', async () => {
    const [link, ...more] = await around.ask<LocationLink[]>('textDocument/definition', 'nextHop: ATL¦-CS');
    assert.ok(link);
    assert.deepEqual(more, []);
    assert.equal(link.targetUri, uri);
    assert.equal(link.originSelectionRange && around.textOf(link.originSelectionRange), 'ATL-CS-001.litwareinc.com');
    assert.equal(around.textOf(link.targetSelectionRange), 'atl-cs-001.litwareinc.com');
    assert.match(around.textOf(link.targetRange), /^atl-cs-001.litwareinc.com:\n {4}site: Atlanta\n/);
  });

  it('has no answer for a module', async () => {
    assert.equal(await around.ask('textDocument/definition', '¦DataConf'), null);
  });

  it('lists references with and without the definition', async () => {
    const ask = (includeDeclaration: boolean): Promise<Location[]> =>
      around.ask('textDocument/references', 'site: ATL¦ANTA', { context: { includeDeclaration } });
    const texts = (found: readonly Location[]): readonly string[] => found.map(({ range }) => around.textOf(range));
    assert.deepEqual(texts(await ask(true)), ['Atlanta', 'Atlanta', 'ATLANTA', 'Atlanta']);
    const without = await ask(false);
    assert.deepEqual(texts(without), ['Atlanta', 'ATLANTA', 'Atlanta']);
    assert.deepEqual(new Set(without.map((location) => location.uri)), new Set([uri]));
  });

  it('highlights what is defined as written and what is used as read', async () => {
    const found = await around.ask<DocumentHighlight[]>('textDocument/documentHighlight', '"¦nyc-se-001');
    assert.deepEqual(
      found.map(({ kind, range }) => `${kind} ${range.start.line}`),
      ['3 22', '3 26', '2 27', '2 29', '2 32'],
    );
    assert.deepEqual(await around.ask('textDocument/documentHighlight', 'si¦te: Atlanta'), []);
  });

  it('links what is typed together, from the definition only', async () => {
    const linked = await around.ask<LinkedEditingRanges>('textDocument/linkedEditingRange', 'Atl¦anta: {');
    assert.deepEqual(linked.ranges.map(around.textOf), ['Atlanta', 'Atlanta', 'Atlanta']);
    assert.ok(linked.wordPattern);
    assert.equal(await around.ask('textDocument/linkedEditingRange', 'site: Atl¦anta'), null);
  });

  it('answers from what was typed last', async () => {
    const text = around.client.document(uri).getText();
    const at = text.indexOf('site: Atlanta') + 'site: '.length;
    await around.client.type(uri, at, at + 'Atlanta'.length, 'New York');
    const [link] = await around.askAll<LocationLink[]>('textDocument/definition', {
      position: around.client.document(uri).positionAt(at + 1),
    });
    assert.equal(link && around.textOf(link.targetSelectionRange), 'New York');
    await around.client.change(uri, at, at + 'New York'.length, 'Atlanta');
  });
});

describe('definition for a client that knows no links', () => {
  it('is the place of the name, in the encoding of the client', async () => {
    const capabilities = { ...everything, textDocument: {}, general: { positionEncodings: ['utf-8'] } };
    await using around = await goAround(capabilities, '# é\nsites:\n  "Zürich": {}\npools:\n  a.b: { site: Zürich }\n');
    const found = await around.askAll<Location[]>('textDocument/definition', { position: { line: 4, character: 17 } });
    assert.deepEqual(found, [{ uri, range: { start: { line: 2, character: 3 }, end: { line: 2, character: 10 } } }]);
  });
});
