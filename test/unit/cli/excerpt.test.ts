import assert from 'node:assert/strict';
import { createLines } from '../../../src/cli/checkedFile.ts';
import { cellsOf } from '../../../src/cli/render/displayWidth.ts';
import { excerptOf } from '../../../src/cli/render/excerpt.ts';
import { readMarks } from '../topology/marked.ts';

/** Source and marks below each other, as they are shown; `<<` and `>>` are around the range. */
function shown(marked: string, width = 76): readonly string[] {
  const { text, ranges } = readMarks(marked);
  const [range] = ranges;
  assert.ok(range !== undefined, 'the text has a mark');
  const excerpt = excerptOf(createLines(text), range, width);
  return excerpt === undefined ? [] : [excerpt.source, excerpt.lead + excerpt.marks];
}

/** Columns that a line takes on a screen. */
function columns(line: string): number {
  return cellsOf(line).reduce((sum, { width }) => sum + width, 0);
}

describe('The source line below a finding', () => {
  it('has marks below the range, and the number of the line', () => {
    assert.deepEqual(shown('a: 1\n  pool: <<atl>>\nb: 2\n'), ['  pool: atl', '        ^^^']);
    const { text } = readMarks('a: 1\r\nb: 2\rc: 3\n');
    assert.equal(excerptOf(createLines(text), { start: text.indexOf('c'), end: text.length }, 76)?.number, 3);
  });

  it('marks one column where the range is empty, also at the end of the line', () => {
    assert.deepEqual(shown('pool: <<>>atl\n'), ['pool: atl', '      ^']);
    assert.deepEqual(shown('pool:<<>>\n'), ['pool:', '     ^']);
  });

  it('marks a range of several lines to the end of its first line', () => {
    assert.deepEqual(shown('pool: <<a\n  b>>\n'), ['pool: a', '      ^']);
  });

  it('counts what is drawn wide as two columns', () => {
    assert.deepEqual(shown('site: 東京 <<大阪>> # x\n'), ['site: 東京 大阪 # x', '           ^^^^']);
    assert.deepEqual(shown('a: 🏢 <<b>>\n'), ['a: 🏢 b', '      ^']);
  });

  it('counts marks that are drawn upon a character as nothing', () => {
    assert.deepEqual(shown('a: e\u0301 <<b>>\n'), ['a: e\u0301 b', '     ^']);
    assert.deepEqual(shown('a: 👩‍👩‍👧 <<b>>\n'), ['a: 👩‍👩‍👧 b', '      ^']);
    assert.deepEqual(shown('a: \u200B<<b>>\n'), ['a: \u200Bb', '   ^']);
  });

  it('shows tabs as the spaces to the next stop', () => {
    assert.deepEqual(shown('a:\t1 <<b>>\tc\n'), ['a:  1 b c', '      ^']);
  });

  it('shows what would move the cursor or change colours as a picture', () => {
    assert.deepEqual(shown('a: \u001B[31m<<b>>\u202E\n'), ['a: ␛[31mb\uFFFD', '        ^']);
    assert.deepEqual(shown('a: \uD800 <<b>>\n'), ['a: \uFFFD b', '     ^']);
  });

  it('says nothing of an empty line', () => {
    assert.deepEqual(shown('a: 1\n<<>>  \n'), []);
  });

  it('cuts a long line around the range', () => {
    const [source = '', marks = ''] = shown(`a: ${'x'.repeat(500)} <<wrong>> ${'y'.repeat(500)}\n`, 60);
    assert.equal(source, `…${'x'.repeat(19)} wrong ${'y'.repeat(32)}…`);
    assert.equal(columns(source), 60);
    assert.equal(source.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1), 'wrong');
  });

  it('starts a long line at its start where the range is seen then', () => {
    assert.deepEqual(shown(`a: <<b>> ${'y'.repeat(500)}\n`, 20), [`a: b ${'y'.repeat(13)}…`, '   ^']);
  });

  it('shows a range that is longer than there is room from its start', () => {
    const [source = '', marks = ''] = shown(`aaaa: <<${'東'.repeat(300)}>>\n`, 30);
    assert.ok(source.startsWith('…東'), source);
    assert.ok(columns(source) <= 30 && columns(marks) <= 30, source);
    assert.equal(marks.trim(), '^'.repeat(28));
  });

  it('cuts a line of a million characters in the same way', () => {
    const [source = '', marks = ''] = shown(`${'x'.repeat(500_000)}<<wrong>>${'y'.repeat(500_000)}\n`, 60);
    assert.equal(source.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1), 'wrong');
    assert.ok(source.startsWith('…x') && source.endsWith('y…'), source);
  });
});
