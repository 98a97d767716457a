/** Hyper-V Replica through the engine: real disks, real jobs, real causes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ConcreteJob } from '../../../src/core/hyperV/concreteJob.ts';
import { createVhdx } from '../../../src/core/hyperV/format/createVhdx.ts';
import { inspectDisk } from '../../../src/core/hyperV/format/inspect.ts';
import { executeOperation, startOperation } from '../../../src/core/operations/run.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { quietRun } from '../engine/testEngine.ts';
import { type Machines, machineDeployment, machineName, openMachines } from './machines.ts';
import { changeDisk } from './rig.ts';

const megabyte = 1024 ** 2;
/** A machine that writes to its disk every millisecond. */
const writing = `const { openSync, writeSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const disk = openSync(workerData, 'r+');
const pause = new Int32Array(new SharedArrayBuffer(4));
for (let count = 0; ; count += 1) {
  writeSync(disk, Buffer.from([count % 256]), 0, 1, 4 * 1024 ** 2);
  if (count === 1) parentPort.postMessage('writing');
  Atomics.wait(pause, 0, 0, 1);
}`;
const quiet = { ...quietRun, onVerbose: () => {} };
const primary = 'hv-atl-01';
const replica = 'hv-dal-01';
const extended = 'hv-phx-01';

describe('Hyper-V Replica', () => {
  let machines: Machines;
  beforeEach(async () => {
    machines = await openMachines();
  });
  afterEach(async () => {
    spawnSync('umount', [machines.mark(replica, '')]);
    await machines[Symbol.asyncDispose]();
  });

  const change = (host = primary): void =>
    changeDisk(machines.disk(host), [{ offset: 4 * megabyte, length: 70_000, byte: 5 }]);
  /** Large enough for a job to be met while it compares. */
  const grow = (): void => changeDisk(machines.disk(primary), [{ offset: 512 * megabyte, length: 10, byte: 7 }]);
  const codeOf = (request: { type?: 'Simple' | 'Extended'; startTime?: unknown; machine?: string } = {}): number =>
    machines.engine.hyperV.tryResynchronize({ machine: machineName, ...request }).ReturnValue;
  const start = (): string => {
    const { ReturnValue, Job } = machines.engine.hyperV.tryResynchronize({ machine: machineName });
    assert.equal(ReturnValue, 4096);
    return Job?.InstanceID ?? '';
  };
  const assertEqualDisks = (from: string, to: string): void => {
    for (const name of ['os.vhdx', 'data.vhdx'])
      assert.ok(readFileSync(machines.disk(from, name)).equals(readFileSync(machines.disk(to, name))), name);
  };

  it('begins with valid disks that are the same, replicating and healthy', () => {
    for (const host of [primary, replica, extended])
      assert.deepEqual(inspectDisk(machines.disk(host)), {
        format: 'VHDX',
        type: 'Dynamic',
        virtualSize: 8 * 1024 ** 3,
      });
    const { ReplicationState, ReplicationHealth } = machines.state();
    assert.deepEqual([ReplicationState, ReplicationHealth], [3, 1]);
    assert.equal(machines.state('Extended').ReplicationState, 3);
  });

  it('resynchronises the replica, then the extended replica from the replica', async () => {
    change();
    assert.deepEqual([machines.state().ReplicationState, machines.state().ReplicationHealth], [9, 3]);
    assert.equal(machines.state('Extended').ReplicationState, 3);
    const parameters = { VMName: machineName.toLowerCase(), Resynchronize: true };
    const job = await startOperation(machines.engine, { operation: 'Resume-VMReplication', parameters }, quiet);
    const ended = await job.ended;
    assert.equal(ended.state, 'completed', ended.error?.message);
    assert.deepEqual(ended.result, {
      VMName: machineName,
      ReplicationRelationshipType: 'Simple',
      ReturnValue: 0,
      ComparedBytes: 2 * 4 * megabyte + 70_000,
      SentBytes: 70_000,
      Passes: 1,
    });
    assertEqualDisks(primary, replica);
    assert.deepEqual([machines.state().ReplicationState, machines.state().ReplicationHealth], [3, 1]);
    assert.equal(machines.state('Extended').ReplicationState, 9);
    const { ReturnValue, Job } = machines.engine.hyperV.tryResynchronize({ machine: machineName, type: 'Extended' });
    assert.deepEqual([ReturnValue, Job?.JobType, Job?.ErrorCode], [4096, 121, 0]);
    assert.equal((await machines.ended(Job?.InstanceID)).state, 'completed');
    assertEqualDisks(replica, extended);
    assert.deepEqual(
      { ...machines.engine.hyperV.job(Job?.InstanceID ?? '', 'Extended'), TimeSubmitted: '', StartTime: '' },
      {
        InstanceID: Job?.InstanceID,
        JobType: 121,
        JobState: 7,
        PercentComplete: 100,
        ErrorCode: 0,
        ErrorDescription: '',
        Cancellable: false,
        TimeSubmitted: '',
        StartTime: '',
      },
    );
  });

  it('with -AsJob the operation returns at once with the job', async () => {
    change();
    const parameters = { VMName: machineName, Resynchronize: true, AsJob: true };
    const job = await startOperation(machines.engine, { operation: 'Resume-VMReplication', parameters }, quiet);
    const { result } = await job.ended;
    assert.ok(isStarted(result), JSON.stringify(result));
    assert.deepEqual([result.ReturnValue, result.Job.JobType, result.Job.ErrorCode], [4096, 107, 0]);
    assert.equal((await machines.ended(result.Job.InstanceID)).state, 'completed');
    assertEqualDisks(primary, replica);
  });

  it('32772: a machine that never holds still, although it is asked', async () => {
    changeDisk(machines.disk(primary), [{ offset: 256 * megabyte, length: 10, byte: 7 }]);
    const before = readFileSync(machines.disk(replica));
    const writer = new Worker(writing, { eval: true, workerData: machines.disk(primary) });
    try {
      await once(writer, 'message');
      const job = await machines.ended(start());
      assert.equal(job.error?.code, 'timed-out', job.error?.message);
      assert.equal(machines.engine.hyperV.job(job.id, 'Simple').ErrorCode, 32772);
    } finally {
      await writer.terminate();
    }
    assert.ok(readFileSync(machines.disk(replica)).equals(before));
    assert.equal((await machines.ended(start())).state, 'completed');
    assertEqualDisks(primary, replica);
  });

  it('32770, 32773, 32775, 32776: what the topology, the time or the state does not allow', () => {
    change();
    assert.equal(codeOf({ machine: 'LONE' }), 32770);
    assert.equal(codeOf({ machine: 'NOBODY' }), 32773);
    assert.equal(codeOf({ startTime: new Date(Date.now() + 8 * 86_400_000) }), 32773);
    assert.equal(codeOf({ startTime: new Date(Date.now() - 3_600_000) }), 32773);
    assert.equal(codeOf({ startTime: 'soon' }), 32776);
    assert.equal(codeOf({ type: 'Extended' }), 32775);
    rmSync(machines.disk(replica));
    createVhdx(machines.disk(replica), { type: 'Dynamic', virtualSize: 1024 ** 3 });
    assert.equal(codeOf(), 32775);
  });

  it('32777, 32779, 32768, 32771: what is stopped, gone, no disk, or cannot be looked at', async () => {
    change();
    await machines.engine.lab.fault('stop', replica);
    assert.equal(codeOf(), 32777);
    assert.deepEqual([machines.state().ReplicationState, machines.state().error?.code], [8, 'server-stopped']);
    await machines.engine.lab.mendFault(replica);
    renameSync(machines.disk(replica, 'data.vhdx'), machines.mark(replica, 'away'));
    assert.equal(codeOf(), 32779);
    assert.equal(machines.state().ReplicationHealth, 3);
    renameSync(machines.mark(replica, 'away'), machines.disk(replica, 'data.vhdx'));
    writeFileSync(machines.disk(primary), 'no disk any more');
    assert.equal(codeOf(), 32768);
    rmSync(machines.mark(replica, ''), { recursive: true });
    writeFileSync(machines.mark(replica, '').replace(/\/$/, ''), '');
    assert.equal(codeOf(), 32771);
    rmSync(machines.mark(replica, '').replace(/\/$/, ''));
  });

  it('32774: another job works on it; suspended it keeps its place, and goes on from there', async () => {
    change();
    grow();
    const job = start();
    assert.equal(codeOf(), 32774);
    assert.equal(codeOf({ type: 'Extended' }), 32775);
    await waitUntil('it resynchronises', () => machines.state().ReplicationState === 10);
    const parameters = { VMName: machineName };
    await executeOperation(machines.engine, { operation: 'Suspend-VMReplication', parameters }, quiet);
    assert.equal(machines.state().ReplicationState, 11);
    assert.equal(machines.engine.hyperV.job(job, 'Simple').JobState, 5);
    await executeOperation(machines.engine, { operation: 'Resume-VMReplication', parameters }, quiet);
    assert.equal((await machines.ended(job)).state, 'completed');
    assert.equal(machines.state().ReplicationState, 3);
  });

  it('cancelled before the merge it still requires a resynchronisation, and the replica is as it was', async () => {
    change();
    grow();
    const before = readFileSync(machines.disk(replica));
    const job = start();
    await waitUntil('it resynchronises', () => machines.state().ReplicationState === 10);
    assert.equal((await machines.engine.jobs.cancel(job)).state, 'cancelled');
    assert.equal(machines.engine.hyperV.job(job, 'Simple').JobState, 8);
    assert.ok(readFileSync(machines.disk(replica)).equals(before));
    assert.deepEqual([machines.state().ReplicationState, machines.state().ReplicationHealth], [9, 3]);
  });

  it('suspended it can be forced although nothing requires it', async () => {
    machines.engine.hyperV.suspend(machineName, 'Simple');
    assert.equal(machines.state().ReplicationState, 7);
    const { error } = await machines.ended(start());
    assert.equal(error, undefined);
    assert.equal(machines.state().ReplicationState, 3);
  });

  it('a suspended resynchronisation stays suspended when the next engine takes it up', async () => {
    change();
    grow();
    const job = start();
    await waitUntil('it resynchronises', () => machines.state().ReplicationState === 10);
    machines.engine.hyperV.suspend(machineName, 'Simple');
    await machines.engine[Symbol.asyncDispose]();
    machines = await openMachines({}, machines.directory);
    await waitUntil('it is taken up', () => machines.state().ReplicationState === 11);
    machines.engine.hyperV.resume(machineName, 'Simple');
    assert.equal((await machines.ended(job)).state, 'completed');
    assert.equal(machines.state().ReplicationState, 3);
  });

  it('a start at a time is kept, and run by the engine that runs in the background then', async () => {
    change();
    const startTime = new Date(Date.now() + 1_500);
    const { ReturnValue, Job } = machines.engine.hyperV.tryResynchronize({ machine: machineName, startTime });
    assert.deepEqual([ReturnValue, Job?.JobState, Job?.StartTime], [4096, 2, startTime.toISOString()]);
    assert.equal(machines.state().startAt, startTime.toISOString());
    await machines.engine[Symbol.asyncDispose]();
    machines = await openMachines({ background: true }, machines.directory);
    await waitUntil('it has run', () => machines.state().ReplicationState === 3);
    assert.equal(machines.state().startAt, undefined);
    assertEqualDisks(primary, replica);
  });

  it('a suspension drops a scheduled start', () => {
    change();
    machines.engine.hyperV.resynchronize({ machine: machineName, startTime: new Date(Date.now() + 60_000) });
    machines.engine.hyperV.suspend(machineName, 'Simple');
    assert.equal(machines.state().startAt, undefined);
    assert.deepEqual([machines.state().ReplicationState, machines.state().ReplicationHealth], [7, 3]);
  });

  it('is told live: what changed on the disks, the job and its end', async () => {
    const told: number[] = [];
    const first = await machines.engine.status.snapshot();
    assert.equal(first.virtualMachines?.[0]?.relationships[0]?.ReplicationState, 3);
    using _ = machines.engine.status.onDidChange(({ virtualMachines }) => {
      const state = virtualMachines?.find(({ name }) => name === machineName)?.relationships[0]?.ReplicationState;
      if (state !== undefined) told.push(state);
    });
    change();
    grow();
    await waitUntil('the change is told', () => told.includes(9));
    const job = start();
    // Told are states, not every change of them: a job that goes on may be over at the next look.
    machines.engine.hyperV.suspend(machineName, 'Simple');
    await waitUntil('the job is told', () => told.includes(11), { seen: () => told });
    machines.engine.hyperV.resume(machineName, 'Simple');
    await machines.ended(job);
    await waitUntil('its end is told', () => told.at(-1) === 3, { seen: () => told });
  });

  it('a required one starts by itself in the window of the machine', async () => {
    change();
    await machines.engine[Symbol.asyncDispose]();
    const deployment = machineDeployment({ autoResynchronize: { enabled: true, start: 0, end: 0 } });
    machines = await openMachines({ background: true, deployment }, machines.directory);
    await waitUntil('it has run', () => machines.state().ReplicationState === 3);
    assertEqualDisks(primary, replica);
  });

  it('32769 and a full disk, by their real causes (skipped where no file system may be mounted)', async function () {
    change();
    const folder = machines.mark(replica, '');
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const mount = (options: string) => spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status;
    if (process.platform !== 'linux' || mount('size=256k') !== 0) this.skip();
    for (const name of ['os.vhdx', 'data.vhdx']) writeFileSync(machines.disk(replica, name), '');
    changeDisk(machines.disk(primary), [{ offset: 4 * megabyte, length: megabyte, byte: 5 }]);
    const job = await machines.ended(start());
    assert.equal(job.error?.code, 'disk-full', job.error?.message);
    assert.equal(machines.engine.hyperV.job(job.id, 'Simple').ErrorCode, 32768);
    assert.equal(readFileSync(machines.disk(replica)).length, 0);
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', folder]).status, 0);
    assert.equal(codeOf(), 32769);
    assert.equal(spawnSync('mount', ['-o', 'remount,rw,size=16m', folder]).status, 0);
    assert.equal((await machines.ended(start())).state, 'completed');
    assertEqualDisks(primary, replica);
  });
});

function isStarted(result: unknown): result is { readonly ReturnValue: number; readonly Job: ConcreteJob } {
  return typeof result === 'object' && result !== null && 'Job' in result && 'ReturnValue' in result;
}
