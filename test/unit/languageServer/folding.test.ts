import assert from 'node:assert/strict';
import type { FoldingRange, SelectionRange } from 'vscode-languageserver/node';
import { goAround } from './goingAround.ts';

const text = `# region all
# one
# two
# three
pools:
  a.b: {
    site: A
  }
  c.d:
    description: |
      text
  e.f:
    frontEnds: [
      x.y ]
# endregion
poolPairs:
  - pools:
      - a.b
    backupModules: []
sites:
  A:
    description: |
      text
deployment: Litware
`;

async function foldsOf(foldingRange: object, content = text): Promise<readonly string[]> {
  await using around = await goAround({ textDocument: { foldingRange } }, content);
  const found = await around.askAll<FoldingRange[]>('textDocument/foldingRange');
  return found.map(({ startLine, endLine, endCharacter, kind }) => {
    return [`${startLine}-${endLine}`, endCharacter, kind].filter((part) => part !== undefined).join(' ');
  });
}

describe('folding', () => {
  it('is by lines, one for each line, and leaves closing brackets to be seen', async () => {
    const expected = [
      '0-14 region',
      '1-3 comment',
      '4-13',
      '5-6',
      '8-10',
      '9-10',
      '11-13',
      '12-13',
      '15-18',
      '16-18',
      '19-22',
      '20-22',
      '21-22',
    ];
    assert.deepEqual(await foldsOf({ lineFoldingOnly: true }), expected);
    assert.deepEqual(await foldsOf({ lineFoldingOnly: true }, text.replaceAll('\n', '\r\n')), expected);
  });

  it('goes up to the bracket where the client folds parts of lines', async () => {
    assert.ok((await foldsOf({})).includes('5-7 2'));
  });

  it('gives the outer ones where only so many are taken', async () => {
    assert.deepEqual(await foldsOf({ rangeLimit: 4 }), ['0-14 region', '4-13', '15-18', '19-22']);
    assert.deepEqual(await foldsOf({ rangeLimit: 0 }), []);
  });
});

describe('selection ranges', () => {
  it('grow from each of the places', async () => {
    await using around = await goAround({}, text.replaceAll('\n', '\r\n'));
    const positions = [
      { line: 13, character: 6 },
      { line: 17, character: 9 },
    ];
    const found = await around.askAll<SelectionRange[]>('textDocument/selectionRange', { positions });
    const chains = found.map((selection) => {
      const chain: string[] = [];
      for (let at: SelectionRange | undefined = selection; at !== undefined; at = at.parent)
        chain.push(around.textOf(at.range).replaceAll(/\s+/g, ' '));
      return chain;
    });
    assert.deepEqual(chains[0]?.slice(0, 4), ['x', 'x.y', '[ x.y ]', 'frontEnds: [ x.y ]']);
    assert.deepEqual(chains[1]?.slice(0, 4), ['a', 'a.b', '- a.b', 'pools: - a.b']);
    for (const chain of chains) assert.equal(chain.at(-1), text.replaceAll(/\s+/g, ' '));
  });
});
