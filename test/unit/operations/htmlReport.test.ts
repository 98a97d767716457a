import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportFile, reportPreconditions, writeHtmlReport } from '../../../src/core/operations/htmlReport.ts';

describe('The HTML report of a cmdlet', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-report-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const sections = [{ title: 'Pools', blocks: [{ kind: 'text' as const, text: 'a < b & "c"' }] }];

  it('is one whole page, with what people wrote escaped, and replaces the one before it', () => {
    const file = join(folder, 'report.html');
    for (const title of ['First', 'Second']) writeHtmlReport(file, title, sections);
    const page = readFileSync(file, 'utf8');
    assert.match(page, /^<!doctype html>/);
    assert.match(page, /<h1>Second<\/h1>/);
    assert.match(page, /<p>a &lt; b &amp; &quot;c&quot;<\/p>/);
    assert.deepEqual(readdirSync(folder), ['report.html']);
  });

  it('is refused before anything else where it cannot be written', () => {
    const file = join(folder, 'missing', 'report.html');
    const [found] = reportPreconditions(file);
    assert.equal(found?.met, false);
    assert.equal(found?.refusal?.code, 'report-unwritable');
    assert.throws(() => writeHtmlReport(file, 'Title', sections), { code: 'report-unwritable' });
    assert.equal(
      reportPreconditions(folder)[0]?.refusal?.message,
      `The report cannot be written to ${folder}: it is no file.`,
    );
    assert.equal(reportPreconditions(join(folder, 'report.html'))[0]?.met, true);
    assert.deepEqual(reportPreconditions(undefined), []);
  });

  it('takes a full path only, because the engine may run in another folder', () => {
    assert.equal(reportFile.safeParse('report.html').success, false);
    assert.equal(reportFile.safeParse(join(folder, 'report.html')).success, true);
  });
});
