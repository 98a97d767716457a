import assert from 'node:assert/strict';
import { readArguments, takeGlobalOptions } from '../../src/cli/arguments.ts';
import { readDuration } from '../../src/cli/durations.ts';
import { requireCommand } from '../../src/cli/registry.ts';

const failover = requireCommand('invoke-csdatabasefailover');
const seed = requireCommand('seed');

describe('the words of a command line', () => {
  it('give up the options of every command wherever they stand', () => {
    const { options, rest } = takeGlobalOptions([
      '--data=D',
      'status',
      '--TOPOLOGY',
      'a b.yaml',
      '--map',
      '\\\\s\\a=/x',
      '--quiet',
      '--map=\\\\s\\b=/y',
      '-Force',
      '-?',
    ]);
    assert.deepEqual(options, {
      data: 'D',
      topology: 'a b.yaml',
      map: ['\\\\s\\a=/x', '\\\\s\\b=/y'],
      json: false,
      quiet: true,
      help: true,
      version: false,
    });
    assert.deepEqual(rest, ['status', '-Force']);
  });

  const spellings: readonly (readonly [readonly string[], Readonly<Record<string, string | boolean>>])[] = [
    [['-PoolFqdn', 'x', '-DatabaseType', 'User'], { PoolFqdn: 'x', DatabaseType: 'User' }],
    [['-poolfqdn:x', '-DATABASETYPE:User'], { PoolFqdn: 'x', DatabaseType: 'User' }],
    [['--PoolFqdn=x', '--database-type', 'User'], { PoolFqdn: 'x', DatabaseType: 'User' }],
    [['-P', 'x', '-N', 'mirror'], { PoolFqdn: 'x', NewPrincipal: 'mirror' }],
    [['-Confirm:$false', '-WhatIf'], { Confirm: '$false', WhatIf: true }],
    [['-Confirm:'], { Confirm: false }],
    [['-ExcludeDatabaseList', 'rtcab,', 'rtcxds'], { ExcludeDatabaseList: 'rtcab,rtcxds' }],
    [['-ExcludeDatabaseList:rtcab,rtcxds'], { ExcludeDatabaseList: 'rtcab,rtcxds' }],
  ];
  for (const [words, parameters] of spellings) {
    it(`read "${words.join(' ')}" as PowerShell and Unix users mean it`, () => {
      assert.deepEqual(readArguments(failover, words).parameters, parameters);
    });
  }

  it('take hyphenated names and numbers that are negative', () => {
    assert.deepEqual(readArguments(seed, ['--content-files', '-5', '--RandomSeed=7']).parameters, {
      ContentFiles: '-5',
      RandomSeed: '7',
    });
  });
});

describe('durations as people type them', () => {
  it('are time spans, numbers with a unit, or seconds', () => {
    const typed = ['00:30:00', '1.00:00:00', '90s', '5m', '2h', '250ms', '3', '0.5s'];
    assert.deepEqual(
      typed.map((text) => readDuration('-Timeout', text)),
      [1_800_000, 86_400_000, 90_000, 300_000, 7_200_000, 250, 3_000, 500],
    );
  });

  for (const text of ['', 'soon', '-5s', '25:00:00', '5 days']) {
    it(`refuse "${text}"`, () => assert.throws(() => readDuration('-Timeout', text), { code: 'argument-invalid' }));
  }
});
