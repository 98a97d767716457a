import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { at, atlanta, type Folder, sampleFolder, smallSeed } from './support.ts';

/** One story on one deployment: the steps build on each other. */
describe('drills and the audit log on the command line', () => {
  let folder: Folder;
  let files: string;
  before(async () => {
    folder = sampleFolder();
    files = mkdtempSync(join(tmpdir(), 'lync-drills-'));
    assert.equal((await folder.cli(['init'])).status, 0);
    assert.equal((await folder.cli(['seed', ...smallSeed])).status, 0);
  });
  after(() => {
    folder[Symbol.dispose]();
    rmSync(files, { recursive: true, force: true });
  });

  function scenario(text: string): string {
    const file = join(files, 'test.drill.yaml');
    writeFileSync(file, `lyncDrill: 1\ndrill: <b>Command line</b>\n${text}`);
    return file;
  }

  it('run a file, write its report and end with 0', async () => {
    const file = scenario(
      `load:\n  - { pool: ${atlanta}, rate: 200 }\nsteps:\n  - clients: 20\n  - expect: { pool: ${atlanta}, service: running }\nexpect: { lostRows: 0 }\n`,
    );
    const { status, out } = await folder.cli(['drill', file]);
    assert.equal(status, 0);
    assert.match(out, /^# Drill: \\<b\\>Command line\\<\/b\\> \(passed\)/);
  });

  it('write the report again as a page without script, and as JSON', async () => {
    const page = await folder.cli(['report', '--format', 'html']);
    assert.equal(page.status, 0);
    assert.match(page.out, /^<!doctype html>/);
    assert.match(page.out, /&lt;b&gt;Command line&lt;\/b&gt;/);
    assert.doesNotMatch(page.out, /<b>|<script|https?:/);
    const { out } = await folder.cli(['report', '--format', 'json']);
    const report: unknown = JSON.parse(out);
    assert.equal(at(report, 'outcome'), 'passed');
    const { value } = await folder.json(['report', String(at(report, 'job')).replace('job/', ''), '--format', 'json']);
    assert.deepEqual(value, report);
  });

  it('end with 1 when an expectation does not come true, and the report says which', async () => {
    const { status, out } = await folder.cli([
      'drill',
      scenario(`steps:\n  - fault: { kind: lose, target: ${atlanta} }\nexpect: { lostFiles: 0 }\n`),
    ]);
    assert.equal(status, 1);
    assert.match(out, /\| At most 0 content files are lost \| NO \|/);
  });

  it('refuse a file that cannot be read and a scenario with a mistake', async () => {
    const missing = await folder.json(['drill', join(files, 'nothing.yaml')]);
    assert.deepEqual([missing.status, at(missing.value, 'error', 'code')], [64, 'argument-invalid']);
    const wrong = await folder.json(['drill', scenario('steps:\n  - fault: { kind: stop, target: nobody }\n')]);
    assert.deepEqual([wrong.status, at(wrong.value, 'error', 'code')], [2, 'drill-invalid']);
    assert.match(String(at(wrong.value, 'error', 'message')), /line 4/);
  });

  it('are on record', async () => {
    const { value } = await folder.json(['audit', '--last', '100']);
    assert.ok(Array.isArray(value));
    const drills = value.filter((record) => at(record, 'operation') === 'drill').map((record) => at(record, 'outcome'));
    assert.deepEqual(drills, ['refused', 'completed', 'started', 'completed', 'started']);
    const refused = await folder.json(['audit', '--outcome', 'refused']);
    assert.equal(at(refused.value, 'length'), 1);
  });
});
