/** Drills on a real engine: scenarios that must fail, and how. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { DrillReport } from '../../../src/core/drills/report.ts';
import { atlanta } from '../engine/testEngine.ts';
import { type DrillRig, drillRig, sample } from './drillRig.ts';

const start = `lyncDrill: 1\ndrill: Test\n`;
const share = '\\\\atl-fs-001.litwareinc.com\\LyncShare';

function outcomes(report: DrillReport): readonly string[] {
  return report.steps.map(({ outcome }) => outcome);
}

describe('drills', () => {
  let rig: DrillRig;
  beforeEach(async () => {
    rig = await drillRig();
  });
  afterEach(() => rig[Symbol.asyncDispose]());

  it('fail when content is not restored, and name it', async () => {
    const report = await rig.report(
      `${start}objective: poolFailover\nsteps:\n  - fault: { kind: lose, target: ${atlanta} }\nexpect: { lostFiles: 0 }\n`,
    );
    assert.equal(report.outcome, 'failed');
    assert.deepEqual(outcomes(report), ['done']);
    assert.ok(report.lost.files > 0 && report.lost.files === report.lost.comparedFiles);
    assert.match(report.lost.firstFiles[0]?.path ?? '', /^1-WebServices-1\//);
    assert.equal(report.recovery.time, undefined);
    assert.ok(report.expectations.every(({ met }) => !met));
    assert.ok(report.expectations.some(({ statement }) => /content files are lost/.test(statement)));
  });

  it('fail when acknowledged rows are lost, and name them', async () => {
    const report = await rig.report(
      `${start}load:\n  - { pool: ${atlanta}, rate: 500 }\nsteps:\n  - clients: 30\n` +
        `  - fault: { kind: lose, target: 'atl-sql-001.litwareinc.com\\RTC\\rtcxds' }\n` +
        `  - fault: { kind: lose, target: 'atl-sql-002.litwareinc.com\\RTC\\rtcxds' }\nexpect: { lostRows: 0 }\n`,
    );
    assert.equal(report.outcome, 'failed');
    assert.ok(report.lost.rows > 0 && report.lost.rows === report.lost.comparedRows);
    const [row] = report.lost.firstRows;
    assert.ok(row !== undefined && row.pool === atlanta && row.database === 'rtcxds' && row.time !== '');
    assert.ok(report.recovery.point !== undefined && report.recovery.point > 0);
  });

  it('stop at the first step that fails, mend what they broke and say what was not run', async () => {
    const report = await rig.report(
      `${start}steps:\n  - fault: { kind: stop, target: ${atlanta} }\n` +
        `  - expect: { pool: ${atlanta}, service: running }\n  - mend: all\n`,
    );
    assert.equal(report.outcome, 'failed');
    assert.deepEqual(outcomes(report), ['done', 'failed', 'not run']);
    assert.match(report.steps[1]?.detail ?? '', /its Front Ends are stopped/);
    assert.deepEqual(rig.engine.lab.faults(), []);
    assert.deepEqual(report.remainingFaults, []);
  });

  it('expect refusals by their code, and give up waiting after the time-out', async () => {
    const report = await rig.report(
      `${start}steps:\n  - fault: { kind: stop, target: ${atlanta} }\n` +
        `  - operation: Get-CsBackupServiceStatus\n    parameters: { PoolFqdn: ${atlanta} }\n    failsWith: pool-stopped\n` +
        `  - mend: ${atlanta}\n  - wait: { pool: ${atlanta}, service: running }\n` +
        `  - wait: { pool: ${atlanta}, service: stopped, timeout: 00:00:00.3 }\n`,
    );
    assert.deepEqual(outcomes(report), ['done', 'done', 'done', 'done', 'failed']);
    assert.match(report.steps[4]?.detail ?? '', /its Front Ends are running/);
  });

  it('leave faults of before alone, and mend their own when they are cancelled', async () => {
    await rig.engine.lab.fault('stop', 'dal-fe-001.litwareinc.com');
    const job = await rig.api.start({
      operation: 'drill',
      parameters: {
        Scenario: `${start}steps:\n  - fault: { kind: stop, target: ${atlanta} }\n  - wait: { pool: ${atlanta}, service: running }\n`,
      },
    });
    const broken = Promise.withResolvers<void>();
    using _ = rig.engine.status.onDidChange(({ faults }) => {
      if (faults?.some(({ target }) => target.startsWith('atl-'))) broken.resolve();
    });
    if (rig.engine.lab.faults().length > 1) broken.resolve();
    await broken.promise;
    assert.equal((await rig.api.cancelJob(job.id)).state, 'cancelled');
    assert.deepEqual(
      rig.engine.lab.faults().map(({ target }) => target),
      ['dal-fe-001.litwareinc.com'],
    );
  });

  describe('are refused, with the line, before anything is broken', () => {
    const cases: readonly (readonly [string, string, RegExp])[] = [
      ['text that is no YAML', '{', /line 1/],
      ['a file of something else', 'hello', /must be a map/],
      ['a misspelt key', `${start}stebs: []\n`, /line 3: .*stebs/],
      ['an unknown fault', `${start}steps:\n  - fault: { kind: stopp, target: x }\n`, /line 4: .*Did you mean stop\?/],
      ['an unknown target', `${start}steps:\n  - fault: { kind: stop, target: nobody }\n`, /line 4: .*nobody/],
      [
        'an unknown operation',
        `${start}steps:\n  - operation: Invoke-CsDatabaseFailovr\n`,
        /Invoke-CsDatabaseFailover\?/,
      ],
      ['a missing parameter', `${start}steps:\n  - operation: Restore-ConferenceContents\n`, /needs -PoolFqdn/],
      [
        'an unknown pool',
        `${start}steps:\n  - expect: { pool: atl-cs-002.litwareinc.com, service: running }\n`,
        /atl-cs-001/,
      ],
      ['a condition about nothing', `${start}steps:\n  - expect: { pool: ${atlanta} }\n`, /says nothing/],
      ['two actions in one step', `${start}steps:\n  - { mend: all, clients: 3 }\n`, /exactly one of/],
      ['clients that nobody loads', `${start}steps:\n  - clients: 3\n`, /no clients/],
      [
        'a time-out that is none',
        `${start}steps:\n  - wait: { pool: ${atlanta}, service: running, timeout: 5m }\n`,
        /line 4/,
      ],
      [
        'a drill in a drill',
        `${start}steps:\n  - operation: drill\n    parameters: { Scenario: x }\n`,
        /another drill/,
      ],
    ];
    for (const [name, text, message] of cases) {
      it(name, async () => {
        const given = { operation: 'drill', parameters: { Scenario: text } };
        const problem = { code: 'drill-invalid', kind: 'refused', message } as const;
        await assert.rejects(() => rig.api.start(given), problem);
        await assert.rejects(() => rig.api.plan(given), problem);
        assert.deepEqual(rig.engine.lab.faults(), []);
        assert.ok(!existsSync(join(rig.directory.root, 'drills')));
      });
    }
  });

  it('have a plan with every step and what would be lost', async () => {
    const plan = await rig.api.plan({
      operation: 'drill',
      parameters: { Scenario: sample('restore-conference-contents.drill.yaml') },
    });
    assert.equal(plan.ready, true);
    assert.equal(plan.steps.length, 7);
    assert.deepEqual(plan.losses, [`The content of ${atlanta} is deleted.`]);
    assert.ok(readdirSync(join(rig.directory.root, 'servers/atl-fs-001.litwareinc.com/LyncShare')).length > 0);
  });

  it('have no report before one was run', async () => {
    await assert.rejects(() => rig.api.execute({ operation: 'report', parameters: {} }), { code: 'drill-unknown' });
  });

  it('fail when the content of a damaged file is not as it was', async () => {
    const report = await rig.report(
      `${start}steps:\n  - fault: { kind: corrupt, target: '${share}' }\nexpect: { lostFiles: 0 }\n`,
    );
    assert.deepEqual(
      report.lost.firstFiles.map(({ reason }) => reason),
      ['different'],
    );
    assert.equal(report.outcome, 'failed');
  });
});
