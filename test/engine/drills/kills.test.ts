/** Drills whose engine was killed: the next one mends what they broke, compares what there is, and reports. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resumableWork } from '../../../src/core/operations/run.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { atlanta, openTestEngine } from '../engine/testEngine.ts';
import { drillRig, isReport } from './drillRig.ts';

const child = new URL('../../fixtures/engine/killedInDrill.ts', import.meta.url).pathname;

const scenario = `lyncDrill: 1
drill: Killed
load:
  - { pool: ${atlanta}, rate: 300 }
  - { pool: ${atlanta}, content: true, rate: 50 }
steps:
  - clients: 20
  - fault: { kind: stop, target: atl-fe-001.litwareinc.com }
  - operation: Invoke-CsDatabaseFailover
    parameters: { PoolFqdn: ${atlanta}, DatabaseType: User, NewPrincipal: mirror }
  - fault: { kind: lose, target: ${atlanta} }
expect: { lostRows: 0, lostFiles: 0 }
`;
const steps = 4;

describe('drills that are killed', () => {
  let folder: string;
  let template: string;
  let file: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lync-drill-kills-'));
    template = join(folder, 'template');
    file = join(folder, 'killed.drill.yaml');
    writeFileSync(file, scenario);
    const rig = await drillRig();
    await rig.engine.lab.fault('stop', 'dal-fe-001.litwareinc.com');
    await rig.engine[Symbol.asyncDispose]();
    cpSync(rig.directory.root, template, { recursive: true, preserveTimestamps: true });
    rig.directory[Symbol.dispose]();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [moment, done] of [
    ['1', 1],
    ['fault', 1],
    ['2', 2],
    ['3', 3],
    ['4', 4],
    ['comparing', 4],
  ] as const) {
    it(`${moment}: are ended by the next engine with a report, and leave no fault of their own`, async () => {
      const root = join(folder, moment);
      cpSync(template, root, { recursive: true, preserveTimestamps: true });
      const killed = spawn(process.execPath, ['--no-warnings', child, root, file, moment], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [, signal] = await once(killed, 'exit');
      assert.equal(signal, 'SIGKILL', 'it was not killed');

      await using engine = await openTestEngine(root, { resume: resumableWork });
      const job = await waitUntil('the drill has ended', () => {
        const found = engine.jobs.list().find(({ operation }) => operation === 'drill');
        return found?.endedAt !== undefined && found;
      });
      assert.equal(job.state, 'completed', job.error?.message);
      const report = job.result;
      assert.ok(isReport(report));
      assert.equal(report.outcome, 'interrupted');
      assert.deepEqual(
        report.steps.map(({ outcome }) => outcome),
        Array.from({ length: steps }, (_, index) => {
          if (index < done) return 'done';
          return moment === 'fault' && index === done ? 'interrupted' : 'not run';
        }),
      );
      assert.ok(report.lost.comparedRows > 0);
      assert.deepEqual(report.lost.firstRows, []);
      assert.equal(report.lost.files > 0, moment === '4' || moment === 'comparing', 'lost files');
      assert.equal(report.recovery.time, undefined);
      assert.deepEqual(report.remainingFaults, []);
      const faults = engine.lab.faults().filter(({ kind }) => kind !== 'lose');
      assert.deepEqual(
        faults.map(({ target }) => target),
        ['dal-fe-001.litwareinc.com'],
      );
      await engine[Symbol.asyncDispose]();
      rmSync(root, { recursive: true });
    });
  }
});
