/** The whole engine dies while it resynchronises a machine that keeps writing: the next engine brings the job to its end. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspectDisk } from '../../../src/core/hyperV/format/inspect.ts';
import { waitUntil } from '../../support/waitUntil.ts';
import { type TestDirectory, testDirectory } from '../engine/testEngine.ts';
import { type Machines, machineName, openMachines } from './machines.ts';
import { changeDisk } from './rig.ts';

const program = fileURLToPath(new URL('../../fixtures/hyperV/resynchronizeInEngine.ts', import.meta.url));
const megabyte = 1024 ** 2;
const [primary, replica] = ['hv-atl-01', 'hv-dal-01'];

describe('an engine that is killed while it resynchronises a machine', () => {
  let directory: TestDirectory;
  let machines: Machines;
  let round = 0;
  before(async () => {
    directory = testDirectory('lync-engine-kills-');
    machines = await openMachines({}, directory);
    await machines.engine[Symbol.asyncDispose]();
  });
  after(() => directory[Symbol.dispose]());

  for (const phase of ['Comparing', 'Suspended', 'Comparing again', 'Merging', 'Verifying']) {
    it(`while it is at ${phase}: the replica is as it was, or marked; then it is what the machine holds`, async () => {
      round += 1;
      const disk = machines.disk(primary);
      // Content all over the disk, and a long hole.
      changeDisk(disk, [
        { offset: 6 * megabyte + round * 70_000, length: 12 * megabyte, byte: round },
        { offset: 40 * megabyte, length: 9, byte: round },
      ]);
      const before = readFileSync(machines.disk(replica));
      const { signal, stderr } = spawnSync(process.execPath, [program, directory.root, phase], { encoding: 'utf8' });
      assert.equal(signal, 'SIGKILL', stderr);
      assertKnown(before);
      changeDisk(disk, [{ offset: 36 * megabyte + round, length: 5, byte: round }]);

      machines = await openMachines({}, directory);
      await using engine = machines.engine;
      const resumed = engine.jobs.list().filter((job) => job.resumed === 1);
      assert.equal(resumed.length, round);
      const [job] = resumed.sort((one, other) => other.queuedAt.localeCompare(one.queuedAt));
      if (phase === 'Suspended') {
        await waitUntil('it is suspended again', () => machines.state().ReplicationState === 11);
        engine.hyperV.resume(machineName, 'Simple');
      }
      const ended = await machines.ended(job?.id);
      assert.equal(ended.state, 'completed', ended.error?.message);
      assert.equal(machines.state().ReplicationState, 3);
      assert.ok(readFileSync(machines.disk(replica)).equals(readFileSync(disk)), 'they differ');
      assert.equal(existsSync(machines.mark(replica, '.merging')), false);
      assert.deepEqual(inspectDisk(machines.disk(replica)), inspectDisk(disk));
      assert.ok(statSync(machines.disk(replica)).blocks <= statSync(disk).blocks + 2048, 'holes were filled');
    });
  }

  /** Nothing of it is in the replica, or a mark says that some is, or all of it is and on record. */
  function assertKnown(before: Buffer): void {
    if (existsSync(machines.mark(replica, '.merging'))) return;
    const now = readFileSync(machines.disk(replica));
    assert.ok(now.equals(before) || now.equals(readFileSync(machines.disk(primary))), 'it is changed and not marked');
  }
});
