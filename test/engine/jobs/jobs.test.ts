import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { auditComponent, openAudit } from '../../../src/core/audit/audit.ts';
import type { JobRequest, JobRun } from '../../../src/core/engine/services.ts';
import { cancelled, throwIfCancelled } from '../../../src/core/errors.ts';
import { createEstimator } from '../../../src/core/jobs/estimate.ts';
import { type Jobs, openJobs } from '../../../src/core/jobs/jobs.ts';
import { leasesConflict } from '../../../src/core/jobs/leases.ts';
import { jobsComponent } from '../../../src/core/jobs/schema.ts';
import type { JobStatus } from '../../../src/core/status.ts';

const lease = 'pool/atl/module/ConfServices.DataConf';

describe('Jobs', () => {
  let database: DatabaseSync;
  let jobs: Jobs;

  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    for (const sql of [...jobsComponent.migrations, ...auditComponent.migrations]) database.exec(sql);
    jobs = openJobs({ database, operator: 'ada' });
  });
  afterEach(async () => {
    await jobs[Symbol.asyncDispose]();
    database.close();
  });

  const request = (change: Partial<JobRequest> = {}): JobRequest => ({
    operation: 'Invoke-CsBackupServiceSync',
    title: 'Synchronise ConfServices.DataConf of atl',
    parameters: { PoolFqdn: 'atl' },
    leases: [lease],
    ...change,
  });

  it('keeps result, log and times of a job that completed', async () => {
    const { id, ended } = jobs.start(request(), async (run) => {
      run.log('first');
      run.log('second');
      return { files: 3 };
    });
    assert.equal(jobs.get(id).state, 'running');
    const status = await ended;
    assert.deepEqual([status.state, status.result, status.operator], ['completed', { files: 3 }, 'ada']);
    assert.ok(status.endedAt !== undefined);
    const reopened = openJobs({ database, operator: 'bob' });
    assert.deepEqual(reopened.get(id), status);
    assert.deepEqual(
      reopened.log(id).map(({ line }) => line),
      ['first', 'second'],
    );
    assert.deepEqual(reopened.interrupted, []);
  });

  it('keeps why a job failed, without a stack', async () => {
    const status = await jobs.start(request(), async () => {
      throw new Error('the disk came off');
    }).ended;
    assert.equal(status.state, 'failed');
    assert.equal(status.error?.code, 'internal');
    assert.match(status.error?.message ?? '', /the disk came off/);
    assert.doesNotMatch(JSON.stringify(jobs.get(status.id)), /at .*\.ts:/);
  });

  it('refuses a second job on the same lease, names the first, and admits it when that has ended', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = jobs.start(request(), () => promise);
    assert.throws(
      () => jobs.start(request({ operation: 'Restore-ConferenceContents' }), async () => {}),
      (error: Error & { readonly code?: string; readonly remedy?: string }) => {
        assert.equal(error.code, 'lease-held');
        for (const part of [
          'Invoke-CsBackupServiceSync',
          'Synchronise ConfServices.DataConf of atl',
          'ada',
          first.id,
        ]) {
          assert.ok(error.message.includes(part), `${error.message} does not name ${part}`);
        }
        return true;
      },
    );
    assert.equal(jobs.list().length, 1);
    assert.deepEqual(
      jobs.leases.holders([lease]).map(({ id }) => id),
      [first.id],
    );
    resolve();
    await first.ended;
    assert.deepEqual(jobs.leases.holders([lease]), []);
    assert.equal((await jobs.start(request(), async () => {}).ended).state, 'completed');
  });

  it('knows that a lease of a thing conflicts with those of its parts, and of nothing else', () => {
    assert.ok(leasesConflict('pool/a', 'pool/a/module/x'));
    assert.ok(leasesConflict('pool/A/module/X', 'pool/a/module/x'));
    assert.ok(!leasesConflict('pool/a', 'pool/ab'));
    assert.ok(!leasesConflict('pool/a/module/x', 'pool/a/module/y'));
  });

  it('cancels a job and tells the state on the way', async () => {
    const states: string[] = [];
    jobs.onDidChange(({ state }) => states.push(state));
    const { id } = jobs.start(request(), (run) => untilAborted(run));
    const status = await jobs.cancel(id);
    assert.equal(status.state, 'cancelled');
    assert.deepEqual(states, ['running', 'cancelling', 'cancelled']);
    assert.equal((await jobs.cancel(id)).state, 'cancelled');
  });

  it('tells of much progress seldom, and of the last of it', async () => {
    const told: JobStatus[] = [];
    jobs.onDidChange((job) => told.push(job));
    const status = await jobs.start(request(), async (run) => {
      for (let done = 1; done <= 10_000; done += 1) run.onProgress({ phase: 'x', done, total: 10_000, unit: 'rows' });
    }).ended;
    assert.equal(status.progress?.done, 10_000);
    assert.ok(told.length < 10, `${told.length} events`);
    assert.equal(told.at(-1)?.progress?.done, 10_000);
  });

  it('hands what an engine left running to the next one, which takes it up or ends it', async () => {
    const forever = new Promise<void>(() => {});
    const [first, second, third] = ['a', 'b', 'c'].map((name) =>
      jobs.start(request({ title: name, leases: [name] }), () => forever),
    );
    if (first === undefined || second === undefined || third === undefined) throw new Error('no jobs');
    void jobs.cancel(third.id);
    // The engine is killed here: nothing of it runs on.
    const next = openJobs({ database, operator: 'ada' });
    assert.deepEqual(
      next.interrupted.map(({ id }) => id),
      [first.id, second.id, third.id],
    );
    const resumed = await next.resume(first.id, async () => 'done').ended;
    assert.deepEqual([resumed.state, resumed.resumed, resumed.result], ['completed', 1, 'done']);
    const abandoned = next.abandon(second.id);
    assert.deepEqual([abandoned.state, abandoned.error?.code], ['failed', 'job-interrupted']);
    assert.equal(next.abandon(third.id).state, 'cancelled');
    assert.deepEqual(openJobs({ database, operator: 'ada' }).interrupted, []);
    jobs = next;
  });

  it('leaves a job to the next engine when the engine is closed in between', async () => {
    const { id, ended } = jobs.start(request(), (run) => untilAborted(run));
    await jobs[Symbol.asyncDispose]();
    assert.equal((await ended).error?.code, 'engine-stopped');
    assert.throws(() => jobs.start(request(), async () => {}), { code: 'engine-stopped' });
    const next = openJobs({ database, operator: 'ada' });
    assert.deepEqual(
      next.interrupted.map((job) => job.id),
      [id],
    );
  });

  it('knows no job of another name', () => {
    for (const id of ['job/9', 'nine', '', 'job/1x']) assert.throws(() => jobs.get(id), { code: 'job-unknown' });
  });

  it('says that the disk is full before a job starts, and ends one that runs all the same', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const running = jobs.start(request(), () => promise);
    const pages = Number(database.prepare('pragma page_count').get()?.['page_count']);
    database.exec(`pragma max_page_count = ${pages}`);
    const large = { parameters: { text: 'x'.repeat(100_000) }, leases: [] };
    assert.throws(() => jobs.start(request(large), async () => {}), { code: 'disk-full', name: 'LyncTopologyError' });
    resolve('x'.repeat(100_000));
    assert.equal((await running.ended).state, 'completed');
    assert.deepEqual(
      jobs.leases.holders([lease]).map(({ id }) => id),
      [],
    );
  });

  it('estimates the time to go from the rate so far, by bytes where there are any', () => {
    let now = 0;
    const estimate = createEstimator(() => now);
    const progress = (bytesDone: number) =>
      estimate({ phase: 'x', done: 1, total: 2, unit: 'files', bytesDone, bytesTotal: 1_000 });
    assert.equal(progress(0).remaining, undefined);
    now = 1_000;
    assert.equal(progress(250).remaining, 3_000);
    now = 2_000;
    assert.equal(progress(1_000).remaining, 0);
  });

  it('keeps an audit log that nobody changes', () => {
    const audit = openAudit(database, 'ada');
    audit.append({ operation: 'Set-X', parameters: { A: 1 }, outcome: 'completed' });
    audit.append({ operation: 'Set-Y', parameters: {}, outcome: 'refused', detail: 'why' });
    const [newest, oldest] = audit.list(10);
    assert.deepEqual([newest?.operation, newest?.detail, newest?.operator], ['Set-Y', 'why', 'ada']);
    assert.deepEqual([oldest?.parameters, oldest?.outcome], [{ A: 1 }, 'completed']);
    assert.throws(() => database.exec("update audit set operator = 'eve'"), /append only/);
    assert.throws(() => database.exec('delete from audit'), /append only/);
    assert.equal(audit.list(10).length, 2);
  });
});

async function untilAborted(run: JobRun): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  run.signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
  throwIfCancelled(run.signal, 'The work');
  throw cancelled('The work');
}
