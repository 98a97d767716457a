/** Every scenario of `samples/drills`, end to end on the sample deployment that it is written for. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrillReport } from '../../../src/core/drills/report.ts';
import { readDeployment } from '../../../src/engineHost/topologyFile.ts';
import { initialized, quietRun, testDirectory } from '../engine/testEngine.ts';
import { drillsOn, sample } from './drillRig.ts';

const samples = join(import.meta.dirname, '../../../samples');
const names = readdirSync(join(samples, 'drills'));
type Deployment = 'litware' | 'fabrikam';

/** What a report must say beside that everything expected came true. */
const checks: Readonly<Record<string, (report: DrillReport) => void>> = {
  'automatic-failover': ({ recovery, lost }) => {
    assert.ok((recovery.time ?? 0) > 0 && recovery.point === 0);
    assert.ok(lost.comparedRows > 0);
  },
  'central-management-failover': ({ recovery }) => {
    assert.match(recovery.objective ?? '', /^centralManagementFailover/);
    assert.equal(recovery.allowedPoint, 300_000);
  },
  'database-failover': ({ recovery, clients: [client] }) => {
    assert.ok((client?.transactions ?? 0) >= 300);
    assert.equal(recovery.time, client?.longestWait);
    assert.match(recovery.objective ?? '', /^databaseFailover \(documentation\)/);
    assert.equal(recovery.allowedTime, 300_000);
  },
  'disaster-failover': ({ lost, recovery }) => {
    assert.ok(lost.rows < lost.comparedRows && lost.files < lost.comparedFiles);
    assert.ok(lost.firstFiles.every(({ path, time }) => path.startsWith('drill') && time !== undefined));
    assert.ok((recovery.point ?? 0) > 0);
  },
  'forced-failover': ({ lost, recovery }) => {
    assert.ok(lost.rows < lost.comparedRows && lost.firstRows.every(({ database }) => database === 'rtcxds'));
    assert.ok((recovery.point ?? 0) > 0);
  },
  'persistent-chat-failover': ({ lost: { firstRows }, steps }) => {
    assert.ok(firstRows.every(({ table, reason }) => table === 'chatMessages' && reason === 'missing'));
    const failover = steps.find(({ title }) => title === 'The rooms go to Denver');
    for (const { key } of firstRows) assert.match(failover?.detail ?? '', new RegExp(`lost: .*${key['messageId']}`));
  },
  'pool-failover': ({ clients: [client] }) => assert.ok((client?.transactions ?? 0) >= 60),
  'restore-conference-contents': ({ recovery, lost }) => {
    assert.ok((recovery.time ?? 0) > 0 && lost.comparedFiles > 0);
  },
  'synchronize-pair': ({ lost, clients }) => {
    assert.ok(lost.comparedFiles > 0 && clients.length === 3);
  },
  'virtual-machine-resynchronization': ({ steps }) => {
    assert.match(steps.at(-1)?.detail ?? '', /every byte .* on hv-den-01 and hv-phx-01/);
  },
};

describe('the drills of the samples', () => {
  let folder: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lync-drill-samples-'));
    for (const name of ['litware', 'fabrikam'] as const) await prepare(name, join(folder, name));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are all tried', () => {
    assert.deepEqual(
      names.map((name) => name.replace('.drill.yaml', '')),
      Object.keys(checks),
    );
  });

  for (const [name, check] of Object.entries(checks)) {
    it(`pass: ${name}`, async () => {
      const text = sample(`${name}.drill.yaml`);
      const on: Deployment = text.includes('samples/fabrikam') ? 'fabrikam' : 'litware';
      const root = join(folder, name);
      cpSync(join(folder, on), root, { recursive: true, preserveTimestamps: true });
      await using drills = await drillsOn(root, {
        deployment: deploymentOf(on),
        background: true,
        partnerTimeout: 300,
      });
      const report = await drills.report(text);
      const said = JSON.stringify([report.steps, report.expectations, report.clients], undefined, 1);
      assert.equal(report.outcome, 'passed', said);
      assert.ok(
        report.steps.every(({ outcome }) => outcome === 'done'),
        said,
      );
      assert.deepEqual(report.remainingFaults, []);
      check(report);
      await drills[Symbol.asyncDispose]();
      rmSync(root, { recursive: true });
    });
  }
});

function deploymentOf(name: Deployment) {
  return readDeployment(join(samples, name, `${name}.topology.yaml`));
}

async function prepare(name: Deployment, to: string): Promise<void> {
  using directory = testDirectory('lync-drill-template-');
  {
    await using engine = await initialized(directory, { deployment: deploymentOf(name) });
    await engine.lab.seed(
      { users: 20, conferences: 6, contentFiles: 30, contentBytes: 200_000, randomSeed: 7 },
      quietRun,
    );
  }
  cpSync(directory.root, to, { recursive: true, preserveTimestamps: true });
}
