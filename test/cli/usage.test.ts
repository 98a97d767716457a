import assert from 'node:assert/strict';
import { commands } from '../../src/cli/registry.ts';
import { say } from './inProcess.ts';
import { at } from './support.ts';

describe('the usage of the command line', () => {
  it('lists every command with --help, on standard output', async () => {
    const { status, out, err } = await say(['--help']);
    assert.equal(status, 0);
    assert.equal(err, '');
    for (const { name } of commands) assert.match(out, new RegExp(`^ {2}${name}\\b`, 'm'));
  });

  it('shows the same on standard error, with status 64, when nothing was asked', async () => {
    const { status, out, err } = await say([]);
    assert.equal(status, 64);
    assert.equal(out, '');
    assert.match(err, /^Usage: lync-topology/m);
  });

  for (const command of commands) {
    it(`describes ${command.name} with its parameters and an example, in 80 columns`, async () => {
      const { status, out } = await say([command.name.toUpperCase(), '--help']);
      assert.equal(status, 0);
      for (const parameter of command.parameters)
        assert.match(out.replaceAll('-', ''), new RegExp(parameter.name, 'i'));
      assert.match(out, /^Examples?\n {2}lync-topology /m);
      const examples = command.examples.map((example) => `  lync-topology ${example.command}`);
      for (const line of out.split('\n')) assert.ok(line.length <= 80 || examples.includes(line), line);
    });
  }

  const mistakes: readonly (readonly [readonly string[], string, RegExp])[] = [
    [['Get-CsBackupServiceStat'], 'command-unknown', /Get-CsBackupServiceStatus/],
    [['nonsense'], 'command-unknown', /--help/],
    [['Invoke-CsBackupServiceSync', '-PoolFdqn', 'x'], 'argument-unknown', /-PoolFqdn/],
    [['Invoke-CsBackupServiceSync', '-W'], 'argument-unknown', /-Wait or -WhatIf/],
    [['Invoke-CsBackupServiceSync', '-PoolFqdn'], 'argument-missing', /-PoolFqdn/],
    [['Invoke-CsBackupServiceSync', '-PoolFqdn', '-Force'], 'argument-missing', /-PoolFqdn/],
    [['Invoke-CsBackupServiceSync', '-Force', '-Force'], 'argument-invalid', /once/],
    [['Invoke-CsBackupServiceSync', 'atl.contoso.com'], 'argument-unknown', /-PoolFqdn atl\.contoso\.com/],
    [['plan'], 'argument-missing', /For instance: lync-topology plan/],
    [['plan', 'status'], 'argument-invalid', /no plan/],
    [['validate', '--format', 'xml'], 'argument-invalid', /text, json, sarif/],
    [['validate', '--topology'], 'argument-missing', /--topology/],
    [['jobs', 'show'], 'argument-missing', /number of a job/],
    [['jobs', 'burn'], 'argument-invalid', /list, show ID and cancel ID/],
    [['language-server'], 'argument-missing', /--stdio/],
  ];
  for (const [words, code, remedy] of mistakes) {
    it(`answers "${words.join(' ')}" with status 64, the cause and the remedy`, async () => {
      const { status, out, err } = await say([...words, '--json']);
      assert.equal(status, 64);
      const error = at(JSON.parse(out), 'error');
      assert.equal(at(error, 'code'), code);
      assert.match(`${at(error, 'message')} ${at(error, 'remedy')}`, remedy);
      assert.match(err.replaceAll('\n', ' '), /^Usage: /);
    });
  }

  it('knows its version', async () => {
    const { status, out } = await say(['--version']);
    assert.equal(status, 0);
    assert.match(out, /^\d+\.\d+\.\d+$/);
  });
});
