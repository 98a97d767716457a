import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { sarifSchema } from './sarifSchema.ts';
import { at, type Folder, sampleFolder } from './support.ts';

const wrongPool = 'dal-cs-01.litwareinc.com';

function undefinedReference(findings: unknown, property: string): unknown {
  assert.ok(Array.isArray(findings));
  return findings.find((finding: unknown) => at(finding, property) === 'undefined-reference');
}

describe('lync-topology validate', () => {
  let folder: Folder;
  before(() => {
    folder = sampleFolder();
    const sample = readFileSync(join(folder.path, 'litware.topology.yaml'), 'utf8');
    mkdirSync(join(folder.path, 'broken sub'));
    writeFileSync(
      join(folder.path, 'broken sub', 'wrong.topology.yaml'),
      sample.replace('pools: [atl-cs-001.litwareinc.com, dal-cs-001', 'pools: [atl-cs-001.litwareinc.com, dal-cs-01'),
    );
    writeFileSync(join(folder.path, 'bytes.topology.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(folder.path, 'empty.topology.yaml'), '');
  });
  after(() => folder[Symbol.dispose]());

  it('passes the sample with status 0', async () => {
    const { status, out } = await folder.cli(['validate', 'litware.topology.yaml']);
    assert.equal(status, 0, out);
    assert.match(out, /^1 file checked: /m);
  });

  it('shows a finding with place, code and source line, and fails', async () => {
    const { status, out } = await folder.cli(['validate', 'broken sub']);
    assert.equal(status, 1);
    assert.match(out, /^broken sub\/wrong\.topology\.yaml:\d+:\d+ error undefined-reference$/m);
    const lines = out.split('\n');
    const excerpt = lines.findIndex((line) => line.includes('| ') && line.includes(wrongPool));
    const [source = '', marks = ''] = lines.slice(excerpt);
    assert.ok(source.includes(wrongPool), source);
    assert.equal(marks.indexOf('^'), source.indexOf(wrongPool));
    assert.equal(marks.lastIndexOf('^') + 1, source.indexOf(wrongPool) + wrongPool.length);
  });

  it('gives the same findings as JSON, with positions from 0', async () => {
    const { status, value } = await folder.json(['validate', 'broken sub/wrong.topology.yaml']);
    assert.equal(status, 1);
    const text = readFileSync(join(folder.path, 'broken sub', 'wrong.topology.yaml'), 'utf8').split('\n');
    const finding = undefinedReference(at(value, 0, 'diagnostics'), 'code');
    assert.equal(at(value, 0, 'file'), 'broken sub/wrong.topology.yaml');
    assert.equal(at(finding, 'code'), 'undefined-reference');
    const line = text[Number(at(finding, 'range', 'start', 'line'))] ?? '';
    const start = Number(at(finding, 'range', 'start', 'character'));
    assert.equal(line.slice(start, Number(at(finding, 'range', 'end', 'character'))), wrongPool);
    assert.equal(at(finding, 'documentation'), 'docs/rules/undefined-reference.md');
  });

  it('writes SARIF 2.1.0 that is valid and names the file relative to the folder', async () => {
    const { status, out } = await folder.cli(['validate', 'broken sub', '--format', 'sarif']);
    assert.equal(status, 1);
    const log: unknown = JSON.parse(out);
    const validate = new Ajv({ allErrors: true, formats: { 'uri-reference': true } }).compile(sarifSchema);
    assert.ok(validate(log), JSON.stringify(validate.errors));
    const run = at(log, 'runs', 0);
    const result = undefinedReference(at(run, 'results'), 'ruleId');
    const rule = at(run, 'tool', 'driver', 'rules', Number(at(result, 'ruleIndex')));
    assert.equal(at(rule, 'id'), at(result, 'ruleId'));
    const location = at(result, 'locations', 0, 'physicalLocation');
    assert.equal(at(location, 'artifactLocation', 'uri'), 'broken%20sub/wrong.topology.yaml');
    assert.equal(at(run, 'originalUriBaseIds', 'SOURCE', 'uri'), `${pathToFileURL(folder.path).href}/`);
    const source = readFileSync(join(folder.path, 'broken sub', 'wrong.topology.yaml'), 'utf8').split('\n');
    const line = source[Number(at(location, 'region', 'startLine')) - 1] ?? '';
    const columns = [at(location, 'region', 'startColumn'), at(location, 'region', 'endColumn')].map(Number);
    assert.equal(line.slice((columns[0] ?? 0) - 1, (columns[1] ?? 0) - 1), wrongPool);
  });

  it('fails for milder findings when it is told to', async () => {
    const strict = await folder.cli(['validate', 'litware.topology.yaml', '--max-severity', 'hint', '--format=json']);
    const found = at(JSON.parse(strict.out), 0, 'diagnostics');
    assert.ok(Array.isArray(found) && found.length > 0, 'the sample has findings that are not errors');
    assert.equal(strict.status, 1);
  });

  it('takes patterns, and reports what matches nothing', async () => {
    const all = await folder.cli(['validate', '**/{litware,wrong}.topology.yaml']);
    assert.match(all.out, /^2 files checked/m);
    const none = await folder.json(['validate', '**/*.nothing']);
    assert.equal(none.status, 2);
    assert.equal(at(none.value, 'error', 'code'), 'topology-not-found');
  });

  it('says which file is not there or is no text, and finds an empty one wanting', async () => {
    const missing = await folder.json(['validate', 'no.topology.yaml']);
    assert.deepEqual([missing.status, at(missing.value, 'error', 'code')], [2, 'topology-not-found']);
    const bytes = await folder.json(['validate', 'bytes.topology.yaml']);
    assert.deepEqual([bytes.status, at(bytes.value, 'error', 'code')], [1, 'topology-unreadable']);
    const empty = await folder.json(['validate', 'empty.topology.yaml']);
    assert.equal(empty.status, 1);
  });

  it('does not choose among several files by itself', async () => {
    const several = await folder.json(['status']);
    assert.deepEqual([several.status, at(several.value, 'error', 'code')], [2, 'topology-ambiguous']);
  });
});
