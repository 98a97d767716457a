/** What is read without the library is exactly what the library reads. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { parsePlainYaml } from '../../../src/core/topology/syntax/plainYaml.ts';
import { cut } from '../../../src/core/topology/syntax/segments.ts';
import { parseWithLibrary } from '../../../src/core/topology/syntax/yaml.ts';
import { largeTopology } from '../../support/largeTopology.ts';
import { below, blindEdit, knowingEdit, randomTopology, seededRandom } from './randomEdits.ts';

/** Whether the text is read without the library; then both have to say the same. */
function isPlain(text: string): boolean {
  const segment = { start: 0, text };
  const plain = parsePlainYaml(segment);
  if (plain === undefined) return false;
  assert.deepEqual({ ...plain, problems: [] }, parseWithLibrary(segment), JSON.stringify(text));
  return true;
}

const pieces = [
  ...[
    'a:',
    'a: b',
    'b: 1',
    'c.d-e: "2013"',
    "q: 'x y'",
    'f: [a, b-1.c]',
    'g: []',
    'u: \\\\fs.x\\Share',
    'n: null',
    't: True',
  ],
  ...[
    '- a',
    '- a: b',
    '- a:',
    '-',
    '- - a',
    '- [a]',
    'h: 012',
    'i: 1.5',
    'j: -1',
    'k: a  b',
    'l: a #b',
    'm: a: b',
    'true: x',
  ],
  ...[
    'o: |',
    'p: &x a',
    'r: *x',
    '<<: a',
    's: "a\\n"',
    '# c',
    '---',
    '...',
    '%x',
    'v: {a: b}',
    'w: {}',
    'x: [a,b]',
    'y: a ',
    'text',
  ],
  ...[
    '- "a"',
    "- '2'",
    '? a',
    ': b',
    '!t a',
    'z: [true, null]',
    'é: ü',
    '1: a',
    'aa: 99999999999999999',
    'bb:a',
    'cc:  d',
    '',
  ],
];
const indentations = ['', '', '  ', '  ', '    ', '    ', '      ', ' ', '\t'];

describe('YAML without the library', () => {
  it('is nearly all that a topology is written in', () => {
    const segments = cut(largeTopology(2_000));
    const plain = segments.filter(({ text }) => isPlain(text));
    assert.ok(plain.length > 0.9 * segments.length, `${plain.length} of ${segments.length}`);
    for (const name of ['litware', 'fabrikam']) {
      const text = readFileSync(join(projectFolder, 'samples', name, `${name}.topology.yaml`), 'utf8');
      for (const ending of ['\n', '\r\n', '\r']) {
        for (const segment of cut(text.replaceAll('\n', ending))) isPlain(segment.text);
      }
    }
  });

  it('is read as the library reads it, in thousands of random texts', () => {
    let seed = 20_261_121;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    let plain = 0;
    for (let round = 0; round < 6_000; round++) {
      // Most texts are of what is read without it, so that many are.
      const choice = round % 3 === 0 ? pieces.length : 12;
      const ending = round % 5 === 0 ? '\r\n' : '\n';
      const lines = Array.from({ length: 1 + random(6) }, () => {
        return `${indentations[random(indentations.length)]}${pieces[random(choice)]}`;
      });
      if (isPlain(lines.join(ending) + (random(4) === 0 ? '' : ending))) plain++;
    }
    assert.ok(plain > 500, `${plain} texts were plain`);
  });
});

describe('YAML that is read as the library reads it, or left to it', function () {
  this.timeout(60_000);

  for (const text of [
    'a: b # c\n',
    'a: b#c\n',
    'a: b:\n',
    'a:\n  b: c\n\n  # x\n  d: [e, "f", \'g\', 7, *h] # i\n',
    'a:\n- b\n- c\nd: e\n',
    'a:\n  - b: c\n    d: e\n  - f: g\n',
    'a:\n  - b: c\n   d: e\n',
    'a:\n    b: c\n  d: e\n',
    'a: b\n  c\n',
    'a: b\n  # c\n',
    'a: &x { b: c, d: { e: f } }\n',
    'a: &x\n  b: c\n',
    'a: &x\n- b\n',
    'a: &x *y\n',
    'a: *x\nb: *x #c\n',
    'a: *x:\n',
    'a: "b" c\n',
    "a: 'it''s'\n",
    'a: ~\nb: null\nc: True\n',
    'a: 007\nb: 1e3\nc: 0x10\nd: 1.5\ne: 00:02:00\nf: 2026-10-13\ng: 123456789012345678\n',
    'a: 00:02:00\nb: 2026-10-13\nc: 0\nd: 2013\n',
    'a: \\\\srv\\share\r\nb: c \r\n',
    'a: b\rc: d\n',
    'a: { b: c }x\n',
    'a: [b, ]\n',
    'a: [b c, d]\n',
    'a: [b: c]\n',
    'a: { b: c:d }\n',
    'a: [b #c]\n',
    '- a: b\n- c\n',
    '- &x a: b\n',
    'a: b\t\n',
    '\ta: b\n',
    'a: b, c\n',
    'a: b - c\n',
    'a: - b\n',
    '  a: b\n c: d\n',
    'a: b\n- c\n',
    'a:\n  b: c\n- d\n',
    'a:\n- b: c\n  d:\n  - e\n  f: g\n- h\n',
    'a: &x\nb: c\n',
    'a: *x\n  b: c\n',
    'a: [[b, c], { d: e }]\n',
    'a: #b\n  c: d\n',
    'a:#b\n',
  ]) {
    it(JSON.stringify(text), () => {
      isPlain(text);
    });
  }

  it('whatever follows what', () => {
    const signs = [
      ...[
        'a',
        'b',
        ': ',
        ':',
        '- ',
        '-',
        ' ',
        '  ',
        '\n',
        '\n  ',
        '\n    ',
        '[',
        ']',
        '{',
        '}',
        ', ',
        ',',
        '"',
        "'",
        '# ',
      ],
      ...[
        '#',
        '&x ',
        '*x',
        '1',
        '0',
        '.',
        '\\',
        '\r\n',
        'null',
        '|',
        '>',
        '?',
        '!',
        '%',
        '@',
        '\t',
        '~',
        '\n- ',
        '\n  - ',
      ],
    ];
    const texts = fc.array(fc.constantFrom(...signs), { minLength: 1, maxLength: 14 });
    let plain = 0;
    fc.assert(
      fc.property(texts, (all) => {
        if (isPlain(`a: ${all.join('')}`)) plain += 1;
        if (isPlain(`a:\n  ${all.join('')}`)) plain += 1;
      }),
      { numRuns: Number(process.env['LYNC_TOPOLOGY_TEST_RUNS'] ?? 3_000) },
    );
    assert.ok(plain > 50, `${plain}`);
  });

  it('after random edits of whole topologies', () => {
    let plain = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const random = seededRandom(seed);
      let text = randomTopology(random, 1 + below(random, 2));
      for (let index = 0; index < 4; index += 1) {
        const edit = (random() < 0.7 ? knowingEdit : blindEdit)(random, text);
        text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
        plain += cut(text).filter((segment) => isPlain(segment.text)).length;
      }
    }
    assert.ok(plain > 2_000, `${plain}`);
  });
});
