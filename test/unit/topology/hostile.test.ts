import assert from 'node:assert/strict';
import { mostCharacters } from '../../../src/core/topology/syntax/limits.ts';
import { TopologyDocument } from './imports.ts';

const head = 'lyncTopology: 1\ndeployment: Litware\n';

/** Syntax errors as the text that they stand at, and what they say. */
function syntaxErrors(text: string): readonly (readonly [string, string])[] {
  const found = TopologyDocument.open(text).diagnostics.filter(({ code }) => code === 'yaml-syntax');
  return found.map(({ range, message }) => [text.slice(range.start, range.end), message] as const);
}

describe('Texts that other tools write', () => {
  it('may have a start and an end marker, comments behind it, a byte order mark, and line ends of either kind', () => {
    for (const text of [
      `---\n${head}...\n`,
      `%YAML 1.2\n---\n${head}`,
      `${head}...\n# nothing\n\n---\n`,
      `${head}---\n`,
      `\uFEFF${head}`,
      head.replaceAll('\n', '\r\n'),
      `lyncTopology: 1\r\ndeployment: Litware\n`,
      `${head}sites:\n  Atlanta:\t{}\n`,
      `${head}sites: !!map\n  Atlanta: {}\n`,
      'lyncTopology: 1\ndeployment: Litware',
      '{"lyncTopology": 1, "deployment": "Litware"}',
    ]) {
      assert.deepEqual(TopologyDocument.open(text).diagnostics, [], JSON.stringify(text));
    }
  });

  it('are one document: what follows a marker is not read', () => {
    const message = 'A topology file is one document; what follows this marker is not read.';
    for (const marker of ['---', '...']) {
      const text = `${head}${marker}\nnonsense: 1\n`;
      assert.deepEqual(
        TopologyDocument.open(text).diagnostics.map((each) => each.message),
        [message],
      );
      assert.deepEqual(syntaxErrors(text), [[marker, message]]);
    }
    assert.deepEqual(syntaxErrors(`${head}--- # comment\n# comment\n--- nonsense\n`), [['---', message]]);
    assert.deepEqual(
      syntaxErrors('{ lyncTopology: 1, deployment: L }\n---\na: 1\n').map(([, said]) => said),
      [message],
    );
  });

  it('are read again when the marker goes, and up to it when it comes', () => {
    const document = TopologyDocument.open(`${head}nonsense: 1\n`);
    const codes = () => document.diagnostics.map(({ code }) => code);
    assert.deepEqual(codes(), ['unknown-key']);
    document.update([{ start: head.length, end: head.length, text: '---\n' }]);
    assert.deepEqual(codes(), ['yaml-syntax']);
    document.update([{ start: head.length, end: head.length + 1, text: '' }]);
    assert.ok(!document.diagnostics.some(({ message }) => message.includes('this marker')));
    document.update([{ start: head.length, end: head.length + 3, text: '' }]);
    assert.deepEqual(codes(), ['unknown-key']);
  });

  it('have no merge keys', () => {
    const text = `${head}sites:\n  Atlanta: &a { description: x }\n  Dallas:\n    <<: *a\n  <<: *a\n`;
    const document = TopologyDocument.open(text);
    assert.deepEqual(
      document.deployment.sites.map(({ name }) => name),
      ['Atlanta', 'Dallas'],
    );
    const message = 'Merge keys ("<<") are not read; write the keys out, or give the whole value with an alias.';
    assert.deepEqual(syntaxErrors(text), [
      ['<<', message],
      ['<<', message],
    ]);
    assert.deepEqual(syntaxErrors(`${head}sites:\n  "<<": {}\n`), []);
  });

  it('have no tags of their own', () => {
    assert.deepEqual(syntaxErrors(`${head}sites:\n  Atlanta: !site {}\n`), [
      ['!site', 'The tag !site means nothing in a topology file; the value is read without it.'],
    ]);
  });
});

describe('Characters that nobody sees', () => {
  const kinds: readonly (readonly [string, string, RegExp])[] = [
    ['a null character', '\0', /U\+0000/],
    ['a control character', '\x1b', /U\+001B/],
    ['half of a character', '\uD83D', /Half of a character \(U\+D83D\)/],
    ['the other half', '\uDE00', /Half of a character \(U\+DE00\)/],
    ['a byte order mark', '\uFEFF', /byte order mark/],
    ['what is not UTF-8', '\uFFFD', /not UTF-8/],
    ['a carriage return alone', '\r', /carriage return alone/],
  ];
  for (const [title, character, message] of kinds) {
    it(`are named: ${title}`, () => {
      for (const text of [
        `${head}sites:\n  Atlanta: { description: "a${character}b" }\n`,
        `# a${character}b\n${head}`,
        `${head}sites: # a${character}b\n  Atlanta: {}\n`,
      ]) {
        const found = syntaxErrors(text);
        assert.equal(found.length, 1, JSON.stringify([text, found]));
        assert.equal(found[0]?.[0], character);
        assert.match(found[0]?.[1] ?? '', message);
      }
    });
  }

  it('are named once in each line, and whole characters never', () => {
    assert.equal(syntaxErrors(`${head}# \0\0\0\n# \0\n# é漢😀\u{10FFFF}\n`).length, 2);
  });

  it('are what a file in another encoding is full of', () => {
    const utf16 = Buffer.from(`\uFEFF${head}`, 'utf16le').toString('utf8');
    assert.match(syntaxErrors(utf16)[0]?.[1] ?? '', /not UTF-8/);
  });
});

describe('Texts beyond every measure', function () {
  this.timeout(60_000);

  it('get one sentence instead of an analysis: 100 MB', () => {
    const text = head.repeat(100_000_000 / head.length);
    const before = process.memoryUsage().heapUsed;
    const document = TopologyDocument.open(text);
    assert.deepEqual(
      document.diagnostics.filter(({ code }) => code === 'yaml-syntax').map(({ message }) => message),
      ['This file has more than 5,000,000 characters and is not read.'],
    );
    assert.ok(document.diagnostics.length < 5, `${document.diagnostics.length}`);
    document.update([{ start: 10, end: 20, text: 'x' }]);
    assert.equal(document.diagnostics[0]?.code, 'yaml-syntax');
    assert.ok(process.memoryUsage().heapUsed - before < 400_000_000);
  });

  it('are read again when they become shorter', () => {
    const document = TopologyDocument.open(`${head}#${'x'.repeat(mostCharacters)}`);
    const codes = () => document.diagnostics.map(({ code }) => code);
    assert.ok(codes().includes('yaml-syntax'));
    document.update([{ start: head.length, end: document.text.length, text: '' }]);
    assert.deepEqual(codes(), []);
    document.update([{ start: head.length, end: head.length, text: `#${'x'.repeat(mostCharacters)}` }]);
    assert.ok(codes().includes('yaml-syntax'));
  });

  it('are not parsed in one piece that is too long', () => {
    const found = syntaxErrors(
      `${head}sites: {\n${'  a: {},\n'.repeat(120_000)}}\nbackupService: { syncInterval: 1 }\n`,
    );
    assert.ok(found.some(([, message]) => message.includes('1,000,000 characters in one piece')));
  });
});
