import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { formatEdits } from '../../../src/core/topology/formatting/format.ts';
import { ruleDefinitions } from '../../../src/core/topology/rules/all.ts';
import { plainValue } from '../../../src/core/topology/shape/values.ts';
import { TopologyDocument } from './imports.ts';
import { applied, completed } from './marked.ts';
import { below, blindEdit, knowingEdit, type Random, randomTopology, seededRandom } from './randomEdits.ts';

function formatted(text: string): string {
  return applied(text, formatEdits(text, TopologyDocument.open(text).tree));
}

/** Title, text, and the text as it is formatted. */
const cases: readonly (readonly [string, string, string])[] = [
  ['indents by two', 'sites:\n    Atlanta:\n       description: x\n', 'sites:\n  Atlanta:\n    description: x\n'],
  ['spaces behind colons and commas', 'a:   {b:  1 ,c: 2,  "d":3}\n', 'a: { b: 1, c: 2, "d": 3 }\n'],
  ['no space before a colon', 'a : 1\n"b"  : 2\n', 'a: 1\n"b": 2\n'],
  ['no space inside of brackets', 'a: [ b ,c,  ]\nd: { }\ne: [  ]\n', 'a: [b, c,]\nd: {}\ne: []\n'],
  ['a space behind a dash', 'a:\n  -   b\n  -    c:  1\n       d: 2\n', 'a:\n  - b\n  - c: 1\n    d: 2\n'],
  ['indents lists where one of the file is', 'a:\n- b\nc:\n    - d\n', 'a:\n  - b\nc:\n  - d\n'],
  ['leaves lists at their keys where all are', 'a:\n- b: 1\n  c:\n  -  d\n', 'a:\n- b: 1\n  c:\n  - d\n'],
  ['takes white space off the ends of lines', 'a: 1  \n# c\t\nb: 2 # d \n', 'a: 1\n# c\t\nb: 2 # d \n'],
  ['one blank line in a row', '\n\na: 1\n\n \n\nb:\n\n\n\n  c: 1\n\n\n', 'a: 1\n\nb:\n\n  c: 1\n'],
  ['a line break at the end', 'a: 1', 'a: 1\n'],
  ['keeps Windows line ends', 'a:\r\n    b: 1  \r\n\r\n\r\nc: 1', 'a:\r\n  b: 1\r\n\r\nc: 1\r\n'],
  ['keeps mixed line ends', 'a:\r\n    b: 1\n    c: 2\r\n', 'a:\r\n  b: 1\n  c: 2\r\n'],
  [
    'keeps quoting, anchors, tags and aliases',
    "a:   &x  'b'\nc:  !!str   1\nd: [*x ,  *x]\n",
    "a: &x 'b'\nc: !!str 1\nd: [*x, *x]\n",
  ],
  [
    'moves a block of text as a whole',
    'a:\n     b: |\n             one\n\n               two  \n     c: >-\n       x\n       y\n',
    'a:\n  b: |\n          one\n\n            two  \n  c: >-\n    x\n    y\n',
  ],
  [
    'keeps the blank lines that belong to a text',
    'a:\n    b: |+\n      x\n\n\n    c: 1\n',
    'a:\n  b: |+\n    x\n\n\n  c: 1\n',
  ],
  ['does not end the text of a block', 'a: |\n  b', 'a: |\n  b'],
  [
    'moves a block whose indentation is given',
    'a:\n    b: |2\n         x\n        y\n',
    'a:\n  b: |2\n       x\n      y\n',
  ],
  [
    'moves the lines of a plain text',
    'a:\n    b: one\n      two\n       three\n',
    'a:\n  b: one\n    two\n     three\n',
  ],
  [
    'moves the lines of a quoted text',
    'a:\n    b: "one\n      two\\\n   \n        three"\n',
    'a:\n  b: "one\n    two\\\n   \n      three"\n',
  ],
  ['a value on the line behind its key', 'a:\n      "b"\nc:\n    d:\n      e\n', 'a:\n  "b"\nc:\n  d:\n    e\n'],
  [
    'lines inside of brackets',
    'a:\n    b: [c,\n         d,\n      e\n    ]\n    f: {\n     g: 1, h: [\n     i ] }\n',
    'a:\n  b: [c,\n    d,\n    e\n  ]\n  f: {\n    g: 1, h: [\n      i] }\n',
  ],
  ['a closing bracket that stands further in', 'a:\n  b: [\n      c\n      ]\n', 'a:\n  b: [\n    c\n    ]\n'],
  [
    'brackets below a dash',
    'a:\n  -   [\n    b\n      ]\n  - c: [\n     d,\n    ]\n',
    'a:\n  - [\n      b\n    ]\n  - c: [\n      d,\n    ]\n',
  ],
  [
    'comments move with what they are indented like',
    'a:\n# left\n    # b\n    b:\n       # c\n       c: 1\n       # still c\n    # still b\n# d\nd: 1\n',
    'a:\n# left\n  # b\n  b:\n    # c\n    c: 1\n    # still c\n  # still b\n# d\nd: 1\n',
  ],
  ['comments in brackets', 'a: [ # c\n # d\n    b, # e\n]\n', 'a: [ # c\n  # d\n  b, # e\n]\n'],
  ['a comment stays close to what it speaks of', 'a:    1 # one\nb: 2  # two\n', 'a: 1 # one\nb: 2  # two\n'],
  ['a comment stays in its column', 'a:    1     # one\nbcd: 22     # two\n', 'a: 1        # one\nbcd: 22     # two\n'],
  [
    'a column of comments moves with its block',
    'a:\n    b: 1    # x\n    cc: 2   # y\n',
    'a:\n  b: 1    # x\n  cc: 2   # y\n',
  ],
  ['tabs between words', 'a:\t1\t# c\nb: [1,\t2]\n', 'a: 1 # c\nb: [1, 2]\n'],
  ['a document that begins with a marker', '# c\n\n\n--- # d\na:   1\n', '# c\n\n--- # d\na: 1\n'],
  ['a byte order mark', '\uFEFFa:\n    b: |\n      c\n', '\uFEFFa:\n  b: |\n    c\n'],
  ['a file in braces', '{  a: 1,\n b: [1 , 2],\n}\n', '{ a: 1,\n  b: [1, 2],\n}\n'],
  [
    'a part with a syntax error stays, and so does the column of those beside it',
    'a:\n   b:   1\n   c:   "x\n   d:    2\ne:\n    f:  1\n',
    'a:\n   b: 1\n   c:   "x\n   d: 2\ne:\n  f: 1\n',
  ],
  [
    'a line between parts by mistake holds them where they are',
    'a:\n   b:  1\nx\n   c:  2\n',
    'a:\n   b: 1\nx\n   c: 2\n',
  ],
  ['explicit keys are left alone', 'a:\n  ?   b\n  :  c\nd:  1\n', 'a:\n  ?   b\n  :  c\nd: 1\n'],
  ['what is not read is left alone', 'a:   1\n...\nb:   2  \n', 'a: 1\n...\nb:   2  \n'],
  ['nor is the white space of it', 'a:   1\n...  \n\n\n', 'a: 1\n...  \n\n\n'],
  [
    'an entry between parts by mistake holds them as well',
    'a:\n   b:  1\nx: 1\n   c:  2\n',
    'a:\n   b: 1\nx: 1\n   c: 2\n',
  ],
  ['nothing', '', ''],
  ['comments alone', '# a  \n\n\n   # b', '# a  \n\n# b\n'],
];

describe('The formatter', function () {
  this.timeout(60_000);

  for (const [title, text, expected] of cases) {
    it(title, () => {
      assert.equal(formatted(text), expected);
      assert.equal(formatted(expected), expected, 'formatted again');
    });
  }

  it('has nothing to do in the samples', () => {
    const files = globSync('samples/**/*.topology.yaml', { cwd: projectFolder });
    assert.ok(files.length >= 2);
    for (const file of files) {
      const text = readFileSync(`${projectFolder}/${file}`, 'utf8');
      assert.deepEqual(formatEdits(text, TopologyDocument.open(text).tree), [], file);
    }
  });

  it('has nothing to do in the examples of the rules', () => {
    for (const { right, code } of ruleDefinitions) assert.equal(formatted(completed(right)), completed(right), code);
  });

  it('edits within lines only', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 40; round += 1) {
      const text = disturbed(random, randomTopology(random, 3));
      for (const { start, end, text: inserted } of formatEdits(text, TopologyDocument.open(text).tree)) {
        const removed = text.slice(start, end);
        assert.match(removed, /^[ \t]*(\r?\n)?$/, JSON.stringify(removed));
        assert.match(inserted, /^ *(\r?\n)?$/);
      }
    }
  });

  const seeds = fc.integer({ min: 0, max: 2 ** 31 });
  const texts = seeds.map((seed) => {
    const random = seededRandom(seed);
    let text = disturbed(random, randomTopology(random, 1 + below(random, 4)));
    const count = below(random, 4);
    const change = random() < 0.8 ? knowingEdit : blindEdit;
    for (let index = 0; index < count; index += 1) text = applied(text, [change(random, text)]);
    return text;
  });

  it('keeps what a file says, its comments and its broken parts, and is done after one time', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const before = TopologyDocument.open(text);
        const result = formatted(text);
        const after = TopologyDocument.open(result);
        assert.equal(withoutSpace(result), withoutSpace(text));
        assert.deepEqual(plainValue(after.tree.root), plainValue(before.tree.root));
        assert.deepEqual(saidOf(after), saidOf(before));
        assert.equal(formatted(result), result, 'formatted again');
        for (const { text: broken } of before.tree.broken) assert.ok(result.includes(broken), broken);
      }),
      { numRuns: 60 },
    );
  });

  it('touches nothing outside of a range, and breaks nothing in it', () => {
    fc.assert(
      fc.property(
        texts,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (text, one, other) => {
          const [start = 0, end = 0] = [one, other].map((part) => Math.floor(part * text.length)).sort((a, b) => a - b);
          const document = TopologyDocument.open(text);
          const edits = formatEdits(text, document.tree, { start, end });
          const first = text.lastIndexOf('\n', start - 1) + 1;
          const last = text.indexOf('\n', end > start && text[end - 1] === '\n' ? end - 1 : end);
          for (const edit of edits)
            assert.ok(edit.start >= first && (last === -1 || edit.end <= last + 1), JSON.stringify(edit));
          const after = TopologyDocument.open(applied(text, edits));
          assert.deepEqual(plainValue(after.tree.root), plainValue(document.tree.root));
          assert.deepEqual(saidOf(after), saidOf(document));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('formats a range that holds a whole block, and leaves a part of one where it stands', () => {
    const text = 'a:\n  b:\n      c:  1\n      d:   2\n  e:   3\n';
    const range = (part: string) => ({ start: text.indexOf(part), end: text.indexOf(part) + part.length });
    const inRange = (part: string) => applied(text, formatEdits(text, TopologyDocument.open(text).tree, range(part)));
    assert.equal(inRange('c:  1\n      d:   2\n'), 'a:\n  b:\n    c: 1\n    d: 2\n  e:   3\n');
    assert.equal(inRange('c:'), 'a:\n  b:\n      c: 1\n      d:   2\n  e:   3\n');
    assert.equal(inRange('e:'), 'a:\n  b:\n      c:  1\n      d:   2\n  e: 3\n');
  });
});

/** Lines moved, spaces added: what people leave behind. */
function disturbed(random: Random, text: string): string {
  const widths = random() < 0.5 ? [1, 2] : [1, 1];
  return text
    .split('\n')
    .map((line) => {
      const indented = line.replace(/^ +/, (spaces) =>
        ' '.repeat(Math.round((spaces.length * (widths[1] ?? 1)) / (widths[0] ?? 1)) + 0),
      );
      if (random() < 0.8) return indented;
      const choice = below(random, 4);
      if (choice === 0) return indented.replace(/([:,]) /g, '$1   ');
      if (choice === 1) return `${indented}${random() < 0.5 ? '\n\n' : ''}`;
      return choice === 2 ? indented.replace(/ ?([[\]{}]) ?/g, '$1') : indented.replace(/- /g, '-   ');
    })
    .join('\n');
}

function withoutSpace(text: string): string {
  return text.replace(/[ \t\r\n]/g, '');
}

function saidOf(document: TopologyDocument): readonly string[] {
  return document.diagnostics.map(({ code, message }) => `${code} ${message}`).toSorted();
}
