import assert from 'node:assert/strict';
import { writeValue } from '../../../src/cli/render/value.ts';
import type { Output } from '../../../src/cli/terminal.ts';

function written(value: unknown, columns?: readonly string[]): string {
  const lines: string[] = [];
  const out: Output = {
    live: () => {},
    columns: 50,
    isTerminal: false,
    line: (text = '') => void lines.push(text),
    style: (_style, text) => text,
  };
  writeValue(out, value, columns);
  return lines.join('\n');
}

describe('a result on the command line', () => {
  it('shows the steps of a procedure below each other, with command, evidence and what stopped it', () => {
    const text = written({
      PoolFqdn: 'pc.contoso.com',
      Steps: [
        {
          id: 'copy',
          title: 'Copy the log backups',
          state: 'done',
          command: 'robocopy a b\nrobocopy c d',
          evidence: 'The backup server has everything that was written.',
          startedAt: '2026-11-02T08:00:00.000Z',
        },
        { id: 'apply', title: 'Apply them', state: 'failed', error: { code: 'x', message: 'One is damaged.' } },
        { id: 'mirror', title: 'Mirror', state: 'pending' },
      ],
    });
    assert.equal(
      text,
      [
        'PoolFqdn : pc.contoso.com',
        '',
        'Steps',
        '  ✓ 1. Copy the log backups',
        '       robocopy a b',
        '       robocopy c d',
        '       The backup server has everything that was',
        '       written.',
        '  ✗ 2. Apply them',
        '       One is damaged.',
        '  · 3. Mirror',
      ].join('\n'),
    );
  });

  it('shows steps that carry a name and evidence alone in the same way', () => {
    const text = written({ Steps: [{ Step: 'Move the store', Evidence: 'It is active there.' }] });
    assert.match(text, /✓ 1\. Move the store\n +It is active there\./);
  });

  it('explains a row under what stands first in it when it has no identity', () => {
    const text = written([{ VMName: 'FE1', Explanation: 'The replica holds it.' }], ['VMName']);
    assert.match(text, /^FE1: The replica holds it\.$/m);
  });
});
