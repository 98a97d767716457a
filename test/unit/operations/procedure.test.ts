import assert from 'node:assert/strict';
import { procedureText } from '../../../src/core/operations/procedure.ts';
import type { RunbookReport } from '../../../src/core/runbooks/runbook.ts';

const stopped: RunbookReport = {
  id: 'runbook/1',
  operation: 'Invoke-CsPoolFailOver',
  subject: 'pool/a.litwareinc.com/failover',
  parameters: {},
  state: 'stopped',
  startedAt: '2013-04-01T10:00:00.000Z',
  resumed: 1,
  steps: [
    {
      id: 'one',
      title: 'Make a_b read-only',
      state: 'done',
      endedAt: '2013-04-01T10:00:05.000Z',
      evidence: 'Refused.',
    },
    {
      id: 'two',
      title: 'Replicate it',
      command: 'Invoke-CsBackupServiceSync -PoolFqdn a',
      state: 'failed',
      error: { code: 'internal', kind: 'failed', object: 'a', message: 'The share is full.', remedy: 'Make room.' },
    },
    { id: 'three', title: 'Serve its users', state: 'pending' },
  ],
};

describe('the report of a procedure', () => {
  it('shows each step with its command, its evidence and its outcome, and how to go on', () => {
    assert.deepEqual(
      procedureText(stopped)
        .split('\n')
        .filter((line) => line !== ''),
      [
        '# Invoke-CsPoolFailOver: a.litwareinc.com',
        'Stopped: 1 of 3 steps is done. Run the same command again to go on; what is done is not done again.',
        'Started on 2013-04-01 at 10:00:00, taken up again once. Times are UTC.',
        '1. **Make a\\_b read-only**: done at 10:00:05',
        '   Refused.',
        '2. **Replicate it**: could not run',
        '   `Invoke-CsBackupServiceSync -PoolFqdn a`',
        '   The share is full.',
        '   Make room.',
        '3. **Serve its users**: not begun',
      ],
    );
  });

  it('says that all is done when it is', () => {
    const steps = stopped.steps.map((step) => ({ ...step, state: 'done' as const }));
    assert.match(procedureText({ ...stopped, state: 'completed', steps }), /^Completed: all 3 steps are done\.$/m);
  });
});
