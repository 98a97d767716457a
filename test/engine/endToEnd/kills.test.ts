/** The engine is killed at random moments; the next start makes everything right by itself. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { projectFolder } from '../../../scripts/bootstrap/project.mjs';
import { createRandom, type Random } from '../../../src/core/lab/random.ts';
import type { DeploymentStatus } from '../../../src/core/status.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { type ChangingContent, createChangingContent, digestsOf } from './changingContent.ts';
import { acknowledgedRows, assertSameRows, lostRows, recover, removeFromMirror } from './recovery.ts';
import { dataConf, endOf, openRig, pool1, type Rig } from './rig.ts';

/** More of them, and the same again, by these two variables. */
const kills = Number(process.env['LYNC_TOPOLOGY_TEST_KILLS'] ?? 50);
const seed = process.env['LYNC_TOPOLOGY_TEST_SEED'] ?? String(Date.now());

describe(`the engine killed at random moments (LYNC_TOPOLOGY_TEST_SEED=${seed})`, function () {
  this.timeout(900_000);
  let rig: Rig;
  let random: Random;

  before(async () => {
    rig = openRig();
    await rig.json('init');
  });
  after(() => rig?.[Symbol.dispose]());

  it(`of a sync, ${kills} times: no file torn, no temporary left, the status true`, async () => {
    random = createRandom(`${seed}/sync`);
    const content = createChangingContent(rig.content1, random);
    const words = ['Invoke-CsBackupServiceSync', '-PoolFqdn', pool1] as const;
    const start = performance.now();
    assert.equal((await rig.run(...words)).status, 0);
    const longest = performance.now() - start;
    let resumed = 0;
    for (let killed = 0; killed < kills; ) {
      content.change();
      if (await killAfter(rig.start(...words), random.integer(longest / 3, longest))) killed += 1;
      const when = `after kill ${killed}`;
      const status = await recover(rig, async (connection, now) => {
        checkContent(rig, content, exportStatusOf(now), when);
        // Kills before anything was carried add up; the loss guard would take many deletions for a lost share.
        if (killed % 3 === 0) await connection.execute({ operation: words[0], parameters: { PoolFqdn: pool1 } });
      });
      resumed += status.jobs.filter((job) => job.resumed > 0).length;
    }
    assert.ok(resumed > 0, 'no sync was under way when it was killed');
    await rig.json(...words);
    assert.deepEqual(digestsOf(rig.content2), digestsOf(rig.content1));
  });

  it(`of a load, ${kills} times: every acknowledged row is stored on both places`, async () => {
    random = createRandom(`${seed}/load`);
    const told: string[] = [];
    for (let killed = 0; killed < kills; killed += 1) {
      const type = killed % 4 === 0 ? 'CentralMgmt' : 'User';
      const file = join(rig.folder, `load ${killed}.jsonl`);
      told.push(file);
      const load = rig.start('load', '-PoolFqdn', pool1, '--database-type', type, '--acknowledged', file);
      // Now and then while it starts, otherwise while it commits.
      if (random.chance(0.8)) await grown(load, file);
      await killAfter(load, random.integer(0, 300));
      if (killed % 5 === 4) await checkAcknowledged(rig, told);
    }
    await checkAcknowledged(rig, told);
    const rows = told.reduce((count, file) => count + acknowledgedRows(file).length, 0);
    assert.ok(rows > kills, `only ${rows} rows were acknowledged`);
  });

  it(`of a failover under load, ${kills} times: one principal, every acknowledged row on both places`, async () => {
    random = createRandom(`${seed}/failover`);
    const told: string[] = [];
    for (let killed = 0; killed < kills; killed += 1) {
      const file = join(rig.folder, `failover ${killed}`);
      told.push(`${file}.User.jsonl`, `${file}.CentralMgmt.jsonl`);
      const engine = startFailingOver(rig, `run${killed}`, file);
      await said(engine, 'started');
      assert.ok(await killAfter(engine, random.integer(0, 250)), 'it ended by itself');
      if (killed % 5 === 4) await checkAcknowledged(rig, told);
    }
    await checkAcknowledged(rig, told);
  });

  it('is caught when one acknowledged row is gone from one place (control)', async () => {
    const file = join(rig.folder, 'control.jsonl');
    await rig.run('load', '-PoolFqdn', pool1, '--duration', '1s', '--acknowledged', file);
    await checkAcknowledged(rig, [file]);
    const row = acknowledgedRows(file).findLast(({ table }) => table === 'users');
    assert.ok(row);
    removeFromMirror(rig, row);
    assert.deepEqual(lostRows(rig, acknowledgedRows(file)), [row]);
    assert.throws(() => assertSameRows(rig));
  });
});

/** True when it was still running. */
async function killAfter(child: ChildProcess, milliseconds: number): Promise<boolean> {
  const ended = endOf(child);
  await Promise.race([delay(milliseconds), ended]);
  const running = child.exitCode === null && child.signalCode === null;
  child.kill('SIGKILL');
  const { status, stderr } = await ended;
  if (!running) assert.equal(status, 0, stderr);
  return running;
}

function exportStatusOf(status: DeploymentStatus): string | undefined {
  const pool = status.pools.find(({ fqdn }) => fqdn === pool1);
  return pool?.modules.find(({ Identity }) => Identity === dataConf)?.ExportStatus;
}

function checkContent(rig: Rig, content: ChangingContent, exportStatus: string | undefined, when: string): void {
  const [own, copy] = [digestsOf(rig.content1), digestsOf(rig.content2)];
  for (const path of copy.keys()) {
    const known = content.wasEver(path, readFileSync(join(rig.content2, path)));
    assert.ok(known, `${path} is torn ${when}`);
  }
  const same = own.size === copy.size && [...own].every(([path, digest]) => copy.get(path) === digest);
  assert.equal(
    exportStatus === 'FinalState',
    same,
    `${exportStatus} although the trees are ${same ? 'the same' : 'different'} ${when}`,
  );
  for (const server of ['atl-fs-001.litwareinc.com', 'dal-fs-001.litwareinc.com']) {
    const share = join(rig.serverFolder(server), 'LyncShare');
    for (const folder of [
      '.lync-partial',
      '1-BackupService-1/BackupStore/Temp',
      '2-BackupService-1/BackupStore/Temp',
    ]) {
      const left = existsSync(join(share, folder)) ? readdirSync(join(share, folder)) : [];
      assert.deepEqual(left, [], `temporary files are left in ${folder} of ${server} ${when}`);
    }
  }
}

async function checkAcknowledged(rig: Rig, files: readonly string[]): Promise<void> {
  const status = await recover(rig);
  const databases = status.pools.find(({ fqdn }) => fqdn === pool1)?.databases ?? [];
  for (const database of databases) {
    const states = [database.StateOnPrimary, database.StateOnMirror].sort();
    assert.deepEqual(states, ['Mirror', 'Principal'], database.id);
  }
  for (const file of files) assert.deepEqual(lostRows(rig, acknowledgedRows(file)).slice(0, 3), [], file);
  assertSameRows(rig);
}

/** Resolves when the file is longer than it was, or when the process has ended. */
async function grown(child: ChildProcess, file: string): Promise<void> {
  const size = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const before = size();
  await waitUntil('a row is acknowledged', () => size() > before || child.exitCode !== null);
}

function startFailingOver(rig: Rig, name: string, acknowledged: string): ChildProcess {
  const fixture = join(projectFolder, 'test', 'fixtures', 'endToEnd', 'failingOver.ts');
  const words = [rig.topologyFile, rig.dataDirectory, pool1, name, acknowledged];
  return spawn(process.execPath, [fixture, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (data: Buffer) => {
      if (data.includes(word)) resolve();
    });
    child.once('exit', (status) => reject(new Error(`It ended with ${status} before it said "${word}".`)));
  });
}
