import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { projectFolder } from '../../scripts/bootstrap/project.mjs';
import { createSarifValidator } from '../support/sarifSchema.ts';
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
    writeFileSync(join(folder.path, 'large.yaml'), '');
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
    // What problem matchers read.
    const matcher = /^(.+):(\d+):(\d+): (error|warning|information|hint): (.+) \[([a-z-]+)\]$/;
    const [, file, , , severity, message, code] =
      out
        .split('\n')
        .map((line) => matcher.exec(line) ?? [])
        .find((match) => match[6] === 'undefined-reference') ?? [];
    assert.deepEqual([file, severity, code], ['broken sub/wrong.topology.yaml', 'error', 'undefined-reference']);
    assert.match(message ?? '', /dal-cs-01\.litwareinc\.com/);
    assert.match(out, / = fix: Change to "dal-cs-001\.litwareinc\.com"$/m);
    assert.match(out, / = rule: .*docs.rules.undefined-reference\.md$/m);
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
    createSarifValidator()(log);
    const run = at(log, 'runs', 0);
    const result = undefinedReference(at(run, 'results'), 'ruleId');
    const rule = at(run, 'tool', 'driver', 'rules', Number(at(result, 'ruleIndex')));
    assert.equal(at(rule, 'id'), at(result, 'ruleId'));
    const location = at(result, 'locations', 0, 'physicalLocation');
    assert.equal(at(location, 'artifactLocation', 'uri'), 'broken%20sub/wrong.topology.yaml');
    assert.equal(at(run, 'originalUriBaseIds', '%SRCROOT%', 'uri'), `${pathToFileURL(folder.path).href}/`);
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
    assert.equal(none.status, 1);
    assert.equal(at(none.value, 0, 'error', 'code'), 'topology-not-found');
    const twice = await folder.cli(['validate', 'litware.topology.yaml', './litware.topology.yaml', 'litware*']);
    assert.match(twice.out, /^1 file checked/m);
  });

  it('says which file is not there, is no text or is too large, and checks the others', async () => {
    truncateSync(join(folder.path, 'large.yaml'), 200 * 2 ** 20);
    const words = ['no.topology.yaml', 'bytes.topology.yaml', 'large.yaml', 'litware.topology.yaml'];
    const { status, value } = await folder.json(['validate', ...words]);
    assert.equal(status, 1);
    assert.ok(Array.isArray(value));
    assert.deepEqual(
      value.map((file: object) => [at(file, 'file'), 'error' in file ? at(file, 'error', 'code') : undefined]),
      [
        ['no.topology.yaml', 'topology-not-found'],
        ['bytes.topology.yaml', 'topology-unreadable'],
        ['large.yaml', 'topology-unreadable'],
        ['litware.topology.yaml', undefined],
      ],
    );
    const { out, err } = await folder.cli(['validate', ...words]);
    assert.match(out, /^1 file checked, 3 could not be read: /m);
    for (const text of [
      'There is no file no.topology.yaml.',
      'bytes.topology.yaml is not UTF-8',
      'large.yaml has 200 MiB',
    ])
      assert.ok(err.replaceAll('\n', ' ').includes(text), err);
  });

  it('finds an empty file wanting', async () => {
    const { status, out } = await folder.cli(['validate', 'empty.topology.yaml']);
    assert.equal(status, 1);
    assert.match(out, /^empty\.topology\.yaml:1:1: error: /);
  });

  it('takes other severities for rules, several times', async () => {
    const file = 'broken sub/wrong.topology.yaml';
    const mild = await folder.cli(['validate', file, '--rule', 'undefined-reference=hint', '--rule=unpaired-pool=off']);
    assert.match(mild.out, /: hint: .* \[undefined-reference\]$/m);
    assert.doesNotMatch(mild.out, /unpaired-pool/);
    const unknown = await folder.cli(['validate', file, '--rule', 'undefined-referense=hint']);
    assert.equal(unknown.status, 64);
    assert.match(unknown.err, /Did you mean undefined-reference\?/);
  });

  it('checks standard input under the name that it is given', async () => {
    const text = readFileSync(join(folder.path, 'broken sub', 'wrong.topology.yaml'), 'utf8');
    const { status, out } = await folder.cli(['validate', '-', '--stdin-filename', 'draft.topology.yaml'], text);
    assert.equal(status, 1);
    assert.match(out, /^draft\.topology\.yaml:\d+:\d+: error: .* \[undefined-reference\]$/m);
    const unnamed = await folder.cli(['validate', '-'], 'lyncTopology: 1');
    assert.match(unnamed.out, /^<stdin>:1:1: error: /m);
    const unused = await folder.cli(['validate', 'litware.topology.yaml', '--stdin-filename', 'x.yaml']);
    assert.equal(unused.status, 64);
  });

  it('colours a terminal, and a pipe only when it is told to', async () => {
    const coloured = (environment: NodeJS.ProcessEnv): boolean => {
      const { NO_COLOR: _, ...inherited } = process.env;
      const words = ['--no-warnings', join(projectFolder, 'src/cli/main.ts'), 'validate', 'empty.topology.yaml'];
      const { stdout } = spawnSync(process.execPath, words, {
        cwd: folder.path,
        env: { ...inherited, ...environment },
        encoding: 'utf8',
      });
      assert.match(stripVTControlCharacters(stdout), /^empty\.topology\.yaml:1:1: error: .* \[[a-z-]+\]$/m);
      return stdout.includes('\u001B[');
    };
    assert.equal(coloured({}), false);
    assert.equal(coloured({ FORCE_COLOR: '1' }), true);
    assert.equal(coloured({ FORCE_COLOR: '0' }), false);
  });

  it('ends calmly when nobody reads on', async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => `unknown${index}: 1`);
    writeFileSync(join(folder.path, 'many.yaml'), `lyncTopology: 1\n${lines.join('\n')}\n`);
    const running = folder.start(['validate', 'many.yaml']);
    running.child.stdout?.once('data', () => running.child.stdout?.destroy());
    const { status, err } = await running.finished;
    assert.equal(status, 1);
    assert.equal(err, '');
  });

  it('does not choose among several files by itself', async () => {
    const several = await folder.json(['status']);
    assert.deepEqual([several.status, at(several.value, 'error', 'code')], [2, 'topology-ambiguous']);
  });
});
