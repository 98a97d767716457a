import assert from 'node:assert/strict';
import type { CycleRecord } from '../../../src/core/backupService/cycleRecord.ts';
import { type ModuleFacts, moduleStates, type StreamFacts } from '../../../src/core/backupService/state.ts';
import { emptyBacklog, type StreamMeasurement, streamProblem } from '../../../src/core/backupService/stream.ts';
import { type ErrorCode, LyncTopologyError } from '../../../src/core/errors.ts';
import type { Backlog } from '../../../src/core/status.ts';

/** The states of domain A.3 as a table: what was measured on the left, what is said on the right. */

const some: Backlog = { items: 3, bytes: 2_048, batches: 1, beyondOneCycle: false };
const much: Backlog = { items: 3_000, bytes: 2_048, batches: 9, beyondOneCycle: true };

function facts(
  outgoing: Partial<StreamMeasurement> = {},
  stream: Partial<StreamFacts> = {},
  change: Partial<ModuleFacts> = {},
): ModuleFacts {
  const measured = { initialized: true, backlog: emptyBacklog };
  return {
    module: 'UserServices.PresenceFocus',
    pool: 'atl',
    partner: 'dal',
    exportsHere: true,
    outgoing: { measurement: { ...measured, ...outgoing }, lastCycle: undefined, syncRequested: false, ...stream },
    incoming: { measurement: measured, lastCycle: undefined, syncRequested: false },
    cyclesEvery: 120_000,
    stoppedPools: [],
    ...change,
  };
}

function errorOf(code: ErrorCode): LyncTopologyError {
  return new LyncTopologyError({ code, kind: 'failed', object: 'x', message: `It is ${code}.`, remedy: 'Mend it.' });
}

function failed(code: ErrorCode, side: 'export' | 'import' = 'export'): CycleRecord {
  const summary = { startedAt: '', endedAt: '', items: 0, bytes: 0, outcome: 'failed' } as const;
  return { summary, failure: { side, error: errorOf(code).toJSON() } };
}

const problem = (mended = false) => streamProblem(errorOf('share-lost-content'), 'x', mended);

describe('The states of a module', () => {
  const exports: readonly (readonly [string, ModuleFacts, string, RegExp])[] = [
    [
      'no export has completed',
      facts({ initialized: false, backlog: much }),
      'NotInitialized',
      /has not completed an export/,
    ],
    ['nothing waits', facts(), 'FinalState', /dal has imported everything/],
    ['what waits fits a cycle', facts({ backlog: some }), 'SteadyState', /3 changed rows \(2\.0 KB\).* every 00:02:00/],
    ['more waits than a cycle carries', facts({ backlog: much }), 'NonSteadyState', /more than the configuration lets/],
    [
      'a sync carries what waits',
      facts({ backlog: some }, { syncRequested: true }),
      'NonSteadyState',
      /A sync on request/,
    ],
    ['a sync has nothing to carry', facts({}, { syncRequested: true }), 'FinalState', /everything/],
    [
      'the source lost content',
      facts({ exportProblem: problem() }),
      'ErrorState',
      /It is share-lost-content\. Mend it\./,
    ],
    ['the target lost content', facts({ importProblem: problem(true) }), 'ErrorState', /share-lost-content/],
    [
      'a sync refills the target',
      facts({ importProblem: problem(true) }, { syncRequested: true }),
      'NonSteadyState',
      /A sync on request/,
    ],
    [
      'a sync cannot mend what the source lost',
      facts({ exportProblem: problem() }, { syncRequested: true }),
      'ErrorState',
      /share-lost-content/,
    ],
    ['the last cycle failed', facts({ backlog: some }, { lastCycle: failed('disk-full') }), 'ErrorState', /disk-full/],
    ['everything came over since', facts({}, { lastCycle: failed('disk-full') }), 'FinalState', /everything/],
    [
      'what made it fail is measured, and is mended',
      facts({ backlog: some }, { lastCycle: failed('share-lost-content') }),
      'SteadyState',
      /has not imported/,
    ],
    [
      'the import failed, not the export',
      facts({ backlog: some }, { lastCycle: failed('commit-rejected', 'import') }),
      'SteadyState',
      /has not imported/,
    ],
    [
      'the active store is on the partner',
      facts({ backlog: much }, { lastCycle: failed('disk-full') }, { exportsHere: false }),
      'NotInitialized',
      /this is normal/,
    ],
    [
      'no engine runs cycles',
      facts({ backlog: some }, {}, { cyclesEvery: undefined }),
      'SteadyState',
      /run Invoke-CsBackupServiceSync -PoolFqdn atl/,
    ],
    [
      'a pool is stopped',
      facts({ backlog: some }, {}, { cyclesEvery: undefined, stoppedPools: ['dal'] }),
      'SteadyState',
      /all Front Ends of dal are stopped/,
    ],
  ];
  for (const [what, given, state, sentence] of exports) {
    it(`says ${state} when ${what}`, () => {
      const found = moduleStates(given);
      assert.equal(found.ExportStatus, state);
      assert.match(found.explanation, sentence);
      assert.equal(found.exportError !== undefined, state === 'ErrorState');
    });
  }

  it('says ErrorState of the import for a target that cannot be imported into, and NormalState otherwise', () => {
    const importing = (incoming: Partial<StreamMeasurement>, lastCycle?: CycleRecord) =>
      moduleStates(facts({}, {}, { incoming: { ...facts(incoming).outgoing, lastCycle } }));
    assert.equal(importing({}).ImportStatus, 'NormalState');
    assert.equal(importing({ exportProblem: problem() }).ImportStatus, 'NormalState');
    assert.equal(importing({ importProblem: problem() }).ImportStatus, 'ErrorState');
    assert.equal(importing({ backlog: some }, failed('commit-rejected', 'import')).ImportStatus, 'ErrorState');
    assert.equal(importing({ backlog: some }, failed('commit-rejected', 'export')).ImportStatus, 'NormalState');
    assert.match(importing({ importProblem: problem() }).explanation, /atl cannot import from dal: It is/);
  });
});
