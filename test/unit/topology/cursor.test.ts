import assert from 'node:assert/strict';
import { TopologyDocument } from './imports.ts';

/** A text with `|` where the cursor is, and what is expected there: role, path and the word before the cursor. */
const cases: readonly (readonly [string, string | undefined])[] = [
  ['|', 'key  ""'],
  ['po|', 'key  "po"'],
  ['lyncTopology: 1\n|', 'key  ""'],
  ['deployment: |', 'value deployment ""'],
  ['deployment: Lit|ware', 'value deployment "Lit"'],
  ['pools:\n  |', 'key pools ""'],
  ['pools:\n  a.b:\n    |', 'key pools/a.b ""'],
  ['pools:\n  a.b:\n    si|te: Atlanta', 'key pools/a.b "si"'],
  ['pools:\n  a.b:\n    site: At|lanta # c', 'value pools/a.b/site "At"'],
  ['pools:\n  a.b:\n    site: |\n    edition: Standard\n', 'value pools/a.b/site ""'],
  ['pools:\n  a.b:\n    site: X\n  c.d:\n    |\n', 'key pools/c.d ""'],
  [
    'pools:\n  a.b:\n    databases:\n      User: { primary: s\\i, mirror: | }',
    'value pools/a.b/databases/User/mirror ""',
  ],
  [
    'pools:\n  a.b:\n    databases:\n      User:\n        primary: s\\i\n        mi|',
    'key pools/a.b/databases/User "mi"',
  ],
  ['sites:\n  A: { | }', 'key sites/A ""'],
  ['sites:\n  A: { description: x, |}', 'key sites/A ""'],
  ['poolPairs:\n  - pools: [|]', 'value poolPairs/0/pools/0 ""'],
  ['poolPairs:\n  - pools: [a.b, c|]', 'value poolPairs/0/pools/1 "c"'],
  ['poolPairs:\n  - pools: [a.b, |', 'value poolPairs/0/pools/1 ""'],
  ['poolPairs:\n  - pools: [a.b,\n      c|', 'value poolPairs/0/pools/1 "c"'],
  ['poolPairs:\n- pools:\n  - a.b\n  - c|', 'value poolPairs/0/pools/1 "c"'],
  ['poolPairs:\n  - pools: [a, b]\n  - pools: [c, |]', 'value poolPairs/1/pools/1 ""'],
  ['poolPairs:\n  - pools: [a, b]\n  - pools: [c, d]\n    ba|', 'key poolPairs/1 "ba"'],
  ['poolPairs:\n- pools: [a, b]\n- pools: [c, d]\n  backupModules: [|]', 'value poolPairs/1/backupModules/0 ""'],
  ['a: "|"', undefined],
  ['a: 1 # |', undefined],
  ['# |', undefined],
  ['a: |-\n  x|', undefined],
  ['a: {b: c} |', undefined],
];

describe('Cursor context', () => {
  for (const [marked, expected] of cases) {
    it(JSON.stringify(marked), () => {
      const offset = marked.lastIndexOf('|');
      const document = TopologyDocument.open(marked.slice(0, offset) + marked.slice(offset + 1));
      const cursor = document.cursorAt(offset);
      const seen = cursor && `${cursor.role} ${cursor.path.join('/')} "${cursor.prefix}"`;
      if (expected === undefined && marked.includes('"')) assert.equal(seen?.startsWith('key'), false);
      else assert.equal(seen, expected);
    });
  }

  it('never throws, wherever the cursor is', () => {
    const text = cases.map(([marked]) => marked).join('\n');
    const document = TopologyDocument.open(text);
    for (let offset = 0; offset <= text.length; offset += 1) {
      const cursor = document.cursorAt(offset);
      if (cursor !== undefined) assert.ok(cursor.range.start <= offset && cursor.range.end >= offset, `${offset}`);
      document.suggestionsAt(offset);
      document.nodeAt(offset);
      document.symbolAt(offset);
    }
  });
});
