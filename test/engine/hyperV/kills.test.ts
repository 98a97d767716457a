/** Processes that die in the middle of a resynchronisation: the replica is as it was, or known to be half merged. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import { readRecord } from '../../../src/core/hyperV/resynchronization/marks.ts';
import { resynchronize } from '../../../src/core/hyperV/resynchronization/resynchronize.ts';
import { changeDisk, openRig, type Rig, writeDisk } from './rig.ts';

const program = fileURLToPath(new URL('resynchronizeUntilKilled.ts', import.meta.url));
const megabyte = 1024 ** 2;

describe('a resynchronisation whose process is killed', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = openRig();
    writeDisk(rig.source, 3 * megabyte, [
      { offset: 5, length: 100, byte: 1 },
      { offset: megabyte, length: 300_000, byte: 2 },
    ]);
    writeDisk(rig.target, 4 * megabyte, [{ offset: 2 * megabyte, length: 9, byte: 9 }]);
  });
  afterEach(() => rig[Symbol.dispose]());

  /** Either nothing of it is in the replica, or a mark says that some is; the next one makes it whole. */
  const assertKnown = (before: Buffer): void => {
    const merged = readRecord(rig.order.recordFile) !== undefined && !existsSync(rig.order.mergeMark);
    const now = readFileSync(rig.target);
    assert.ok(
      now.equals(merged ? readFileSync(rig.source) : before) || existsSync(rig.order.mergeMark),
      'the replica was changed and nothing says so',
    );
  };
  const finish = (): void => {
    resynchronize(
      { fileSystem: nodeFileSystem, tell: () => {} },
      { ...rig.order, control: openRig(rig.folder).order.control },
    );
  };

  it('before each of its calls that change something is brought to its end by the next one', () => {
    const before = readFileSync(rig.target);
    const source = readFileSync(rig.source);
    let continued = 0;
    for (let fatal = 1; ; fatal += 1) {
      writeFileSync(rig.target, before);
      rmSync(rig.order.recordFile, { force: true });
      const { signal } = spawnSync(process.execPath, [program, rig.folder, String(fatal)]);
      assertKnown(before);
      if (existsSync(rig.order.mergeMark)) continued += 1;
      finish();
      assert.ok(readFileSync(rig.target).equals(source), `after a kill before call ${fatal}`);
      assert.equal(existsSync(rig.order.mergeMark), false);
      if (signal === null) {
        assert.ok(fatal > 15 && continued > 5, `${fatal} calls, ${continued} of them while merging`);
        return;
      }
    }
  });

  it('is finished although the machine was written after the kill', () => {
    spawnSync(process.execPath, [program, rig.folder, '14']);
    changeDisk(rig.source, [{ offset: 2 * megabyte + 5, length: 5, byte: 7 }]);
    finish();
    assert.ok(readFileSync(rig.target).equals(readFileSync(rig.source)));
  });

  it('at any time is brought to its end by the next one', async () => {
    for (let round = 0; round < 8; round += 1) {
      changeDisk(rig.source, [{ offset: round * 100_000, length: 150_000, byte: round + 10 }]);
      const before = readFileSync(rig.target);
      const child = spawn(process.execPath, [program, rig.folder, '0'], { stdio: 'ignore' });
      await Promise.race([new Promise((resolve) => child.once('exit', resolve)), delay(60 + round * 40)]);
      const exited = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exited;
      }
      if (readRecord(rig.order.recordFile) === undefined) assertKnown(before);
      finish();
      assert.ok(readFileSync(rig.target).equals(readFileSync(rig.source)), `round ${round}`);
    }
  });
});
