import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentSymbol, Range, SymbolInformation } from 'vscode-languageserver/node';
import { startLanguageClient } from '../../support/languageClient.ts';
import { goneAround } from '../topology/deploymentToGoAround.ts';
import { goAround, uri } from './goingAround.ts';

function isWithin(inner: Range, outer: Range): boolean {
  const before = (one: Range['start'], other: Range['start']): boolean =>
    one.line < other.line || (one.line === other.line && one.character <= other.character);
  return before(outer.start, inner.start) && before(inner.end, outer.end);
}

function checkNesting(symbols: readonly DocumentSymbol[], outer?: Range): void {
  for (const { name, range, selectionRange, children = [] } of symbols) {
    assert.ok(isWithin(selectionRange, range), name);
    assert.ok(outer === undefined || isWithin(range, outer), name);
    checkNesting(children, range);
  }
}

describe('document symbols', () => {
  it('are a tree with details', async () => {
    await using around = await goAround();
    const symbols = await around.askAll<DocumentSymbol[]>('textDocument/documentSymbol');
    checkNesting(symbols);
    assert.deepEqual(
      symbols.map(({ name }) => name),
      [...goneAround.matchAll(/^\w+(?=:)/gm)].map(([name]) => name),
    );
    const [pool] = symbols.find(({ name }) => name === 'pools')?.children ?? [];
    assert.equal(pool?.detail, 'Enterprise, Atlanta, release 2013');
    assert.equal(around.textOf(pool.selectionRange), 'atl-cs-001.litwareinc.com');
    assert.deepEqual(pool.children?.map(({ name }) => name).slice(2), ['User', 'CentralMgmt']);
    const [pair] = symbols.find(({ name }) => name === 'poolPairs')?.children ?? [];
    assert.equal(pair?.name, 'atl-cs-001.litwareinc.com ↔ nyc-se-001.litwareinc.com');
  });

  it('are a list for a client that shows no tree, with kinds that every client knows', async () => {
    await using around = await goAround({});
    const symbols = await around.askAll<SymbolInformation[]>('textDocument/documentSymbol');
    assert.ok(symbols.length > 30);
    const user = symbols.find(({ name }) => name === 'User');
    assert.equal(user?.containerName, 'atl-cs-001.litwareinc.com');
    assert.match(around.textOf(user.location.range), /^User:\n {8}primary/);
    for (const { kind, name } of symbols) assert.ok(kind <= 18 && name !== '', `${name} ${kind}`);
  });

  it('follow what is typed, half of it too', async () => {
    await using around = await goAround();
    const at = goneAround.indexOf('poolPairs:');
    await around.client.change(uri, at, at, '  dal-cs-001.litwareinc.com:\n    databases:\n      User: { primary: \n');
    const symbols = await around.askAll<DocumentSymbol[]>('textDocument/documentSymbol');
    checkNesting(symbols);
    const pools = symbols.find(({ name }) => name === 'pools')?.children ?? [];
    assert.equal(pools[2]?.name, 'dal-cs-001.litwareinc.com');
  });
});

describe('document symbols while lines come and go', () => {
  it('are those of the text when it is opened', async () => {
    await using around = await goAround();
    const edits: readonly (readonly [string, string])[] = [
      ['sites:', '# one\n# two\nsites:'],
      ['    site: Atlanta\n', ''],
      ['  "New York": {}\n', '  "New York": {}\n  Zürich: {}\n'],
      ['# one\n', '# one, '],
    ];
    for (const [before, after] of edits) {
      await around.askAll('textDocument/documentSymbol');
      const start = around.client.document(uri).getText().indexOf(before);
      assert.notEqual(start, -1, before);
      await around.client.change(uri, start, start + before.length, after);
      await using fresh = await goAround(undefined, around.client.document(uri).getText());
      const symbols = await around.askAll('textDocument/documentSymbol');
      assert.deepEqual(symbols, await fresh.askAll('textDocument/documentSymbol'), after);
    }
  });
});

describe('workspace symbols', () => {
  const search = async (client: Awaited<ReturnType<typeof startLanguageClient>>, query: string): Promise<string[]> => {
    const found = await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query });
    return found.map(
      ({ name, containerName, location }) => `${name} in ${containerName}, ${location.uri.split('/').at(-1)}`,
    );
  };

  it('are the names of the open files, best first, with where they are', async () => {
    await using around = await goAround();
    assert.deepEqual(await search(around.client, 'ATLFE1'), [
      'ATL-FE-001 in virtualMachines, litware.topology.yaml',
      'atl-fe-001.litwareinc.com in atl-cs-001.litwareinc.com, litware.topology.yaml',
    ]);
    assert.deepEqual(await search(around.client, 'nothing'), []);
    assert.equal((await search(around.client, '')).length, 18);
  });

  it('follow what is typed', async () => {
    await using around = await goAround();
    assert.deepEqual(await search(around.client, 'boston'), []);
    const at = goneAround.indexOf('  Atlanta:');
    await around.client.change(uri, at, at, '  Boston: {}\n');
    assert.deepEqual(await search(around.client, 'boston'), ['Boston in sites, litware.topology.yaml']);
  });

  it('are those of files that are not open, too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lync-topology-symbols-'));
    await writeFile(join(folder, 'other.topology.yaml'), 'sites:\n  Berlin: {}\n  "Köln": {}\n');
    try {
      await using client = await startLanguageClient({ inProcess: true, folders: [pathToFileURL(folder).href] });
      await client.open(uri, goneAround);
      assert.deepEqual(await search(client, 'berlin'), ['Berlin in sites, other.topology.yaml']);
      assert.deepEqual(await search(client, 'k'), [
        'Köln in sites, other.topology.yaml',
        'New York in sites, litware.topology.yaml',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
