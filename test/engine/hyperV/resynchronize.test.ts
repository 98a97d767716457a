import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { createVhdx } from '../../../src/core/hyperV/format/createVhdx.ts';
import { inspectDisk } from '../../../src/core/hyperV/format/inspect.ts';
import { requestCancel, requestPause } from '../../../src/core/hyperV/resynchronization/control.ts';
import { readRecord } from '../../../src/core/hyperV/resynchronization/marks.ts';
import type { ResynchronizationProgress } from '../../../src/core/hyperV/resynchronization/order.ts';
import { type Machinery, resynchronize } from '../../../src/core/hyperV/resynchronization/resynchronize.ts';
import { changeDisk, openRig, type Rig, type Stretch, writeDisk } from './rig.ts';

const megabyte = 1024 * 1024;
const quiet: Machinery = { fileSystem: nodeFileSystem, tell: () => {} };

function code(expected: string): (error: unknown) => boolean {
  return (error) => error instanceof LyncTopologyError && error.code === expected;
}

function assertSame(rig: Rig): void {
  for (const { source, target, name } of rig.order.disks)
    assert.ok(readFileSync(source).equals(readFileSync(target)), `${name} differs`);
  assert.deepEqual(
    readdirSync(rig.order.targetFolder).sort(),
    ['.synchronized', ...rig.order.disks.map(({ name }) => name)].sort(),
  );
  assert.equal(existsSync(rig.order.quiesceMark), false);
}

/** Calls that write, with what happens before the n-th of them. */
function beforeWrite(position: number, action: () => void): Machinery {
  let count = 0;
  return {
    ...quiet,
    fileSystem: {
      ...nodeFileSystem,
      writeSync: ((...parameters: Parameters<typeof nodeFileSystem.writeSync>) => {
        count += 1;
        if (count === position) action();
        return nodeFileSystem.writeSync(...parameters);
      }) as typeof nodeFileSystem.writeSync,
    },
  };
}

/** Runs an action before the read of the n-th chunk of the primary. */
function duringPass(rig: Rig, action: (chunk: number) => void): Machinery {
  let source = -1;
  let chunk = 0;
  return {
    ...quiet,
    fileSystem: {
      ...nodeFileSystem,
      openSync: (path, flags, mode) => {
        const descriptor = nodeFileSystem.openSync(path, flags, mode);
        if (path === rig.source) source = descriptor;
        return descriptor;
      },
      readSync: ((...parameters: Parameters<typeof nodeFileSystem.readSync>) => {
        if (parameters[0] === source) {
          chunk += 1;
          action(chunk);
        }
        return nodeFileSystem.readSync(...parameters);
      }) as typeof nodeFileSystem.readSync,
    },
  };
}

const stretch: fc.Arbitrary<Stretch> = fc.record({
  offset: fc.nat(5 * megabyte),
  length: fc.integer({ min: 1, max: 200_000 }),
  byte: fc.nat(3),
});
const disk = fc.record({ size: fc.nat(5 * megabyte), stretches: fc.array(stretch, { maxLength: 6 }) });

describe('a resynchronisation of virtual disks', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = openRig();
  });
  afterEach(() => rig[Symbol.dispose]());

  it('makes any replica the same as any primary, and sends nothing the second time', () => {
    fc.assert(
      fc.property(disk, disk, (primary, replica) => {
        writeDisk(rig.source, primary.size, primary.stretches);
        writeDisk(rig.target, replica.size, replica.stretches);
        resynchronize(quiet, rig.order);
        assertSame(rig);
        rig.order.control[0] = 0;
        assert.equal(resynchronize(quiet, rig.order).sentBytes, 0);
        rig.order.control[0] = 0;
      }),
      { numRuns: 30 },
    );
  });

  it('sends only blocks that differ, and leaves holes as holes', () => {
    writeDisk(rig.source, 64 * megabyte, [{ offset: 40 * megabyte + 5, length: 10, byte: 7 }]);
    writeDisk(rig.target, 0, []);
    const { sentBytes, passes } = resynchronize(quiet, rig.order);
    assert.deepEqual([sentBytes, passes], [64 * 1024, 1]);
    assert.equal(statSync(rig.target).size, 64 * megabyte);
    assert.ok(statSync(rig.target).blocks * 512 <= megabyte, `${statSync(rig.target).blocks} blocks are allocated`);
    assertSame(rig);
  });

  it('leaves fixed, dynamic and differencing disks valid, whatever the replica was, and their holes holes', () => {
    const virtualSize = 64 * megabyte;
    const parent = '.\\base.vhdx';
    const kinds = [
      { type: 'Fixed', virtualSize },
      { type: 'Dynamic', virtualSize },
      { type: 'Differencing', virtualSize, parent },
    ] as const;
    for (const [index, kind] of kinds.entries()) {
      for (const file of [rig.source, rig.target]) rmSync(file, { force: true });
      createVhdx(rig.source, kind);
      createVhdx(rig.target, kinds[(index + 1) % kinds.length] ?? kind);
      changeDisk(rig.source, [{ offset: 5 * megabyte, length: 70_000, byte: index + 1 }]);
      rig.order.control[0] = 0;
      resynchronize(quiet, rig.order);
      assertSame(rig);
      assert.deepEqual(inspectDisk(rig.target), { format: 'VHDX', ...kind });
      assert.ok(statSync(rig.target).blocks * 512 <= 2 * megabyte, `${statSync(rig.target).blocks} blocks`);
    }
  });

  it('finds what is written, cut off and appended while it compares', () => {
    writeDisk(rig.source, 4 * megabyte, [{ offset: 0, length: megabyte, byte: 1 }]);
    writeDisk(rig.target, 6 * megabyte, [{ offset: 5 * megabyte, length: 9, byte: 9 }]);
    const machinery = duringPass(rig, (chunk) => {
      if (chunk === 3) changeDisk(rig.source, [{ offset: 10, length: 100, byte: 5 }]);
      if (chunk === 6) truncateSync(rig.source, 3 * megabyte + 17);
      if (chunk === 7) changeDisk(rig.source, [{ offset: 4 * megabyte, length: 70_000, byte: 6 }]);
    });
    const { passes } = resynchronize(machinery, rig.order);
    assert.ok(passes > 1);
    assertSame(rig);
  });

  it('asks a machine that never rests to hold still, and lets it go on afterwards', () => {
    writeDisk(rig.source, 3 * megabyte, []);
    writeDisk(rig.target, 0, []);
    let asked = 0;
    const machinery = duringPass(rig, (chunk) => {
      if (existsSync(rig.order.quiesceMark)) asked += 1;
      else changeDisk(rig.source, [{ offset: 0, length: 10, byte: chunk % 250 }]);
    });
    assert.equal(resynchronize(machinery, rig.order).passes, 3);
    assert.ok(asked > 0);
    assertSame(rig);
  });

  it('gives up by name when the machine does not hold still, and leaves the replica as it was', () => {
    writeDisk(rig.source, megabyte, []);
    writeDisk(rig.target, 10, [{ offset: 0, length: 10, byte: 4 }]);
    const machinery = duringPass(rig, (chunk) => changeDisk(rig.source, [{ offset: 0, length: 1, byte: chunk }]));
    assert.throws(() => resynchronize(machinery, rig.order), code('timed-out'));
    assert.deepEqual(readFileSync(rig.target), Buffer.alloc(10, 4));
    assert.deepEqual(readdirSync(rig.order.targetFolder), [basename(rig.target)]);
    assert.equal(existsSync(rig.order.quiesceMark), false);
  });

  it('takes several disks together: a write to one has all of them compared again', () => {
    using two = openRig(undefined, ['os.vhdx', 'data.vhdx']);
    for (const { source, target } of two.order.disks) {
      writeDisk(source, 2 * megabyte, [{ offset: 100, length: 5000, byte: 3 }]);
      writeDisk(target, 0, []);
    }
    const machinery = duringPass(two, (chunk) => {
      if (chunk === 1) writeFileSync(two.order.disks[1]?.source ?? '', 'short');
    });
    assert.equal(resynchronize(machinery, two.order).passes, 2);
    assertSame(two);
  });

  it('leaves the replica as it was when it is cancelled before the merge, and is not cancelled in it', () => {
    writeDisk(rig.source, 3 * megabyte, [{ offset: 0, length: 100, byte: 1 }]);
    writeDisk(rig.target, 5, []);
    const cancelling = duringPass(rig, (chunk) => {
      if (chunk === 2) assert.equal(requestCancel(rig.order.control), true);
    });
    assert.throws(() => resynchronize(cancelling, rig.order), code('cancelled'));
    assert.equal(statSync(rig.target).size, 5);
    assert.equal(readRecord(rig.order.recordFile), undefined);
    assert.deepEqual(readdirSync(rig.order.targetFolder), [basename(rig.target)]);

    rig.order.control[0] = 0;
    const late: { cancel?: boolean; pause?: boolean } = {};
    const tell = ({ phase }: ResynchronizationProgress): void => {
      if (phase !== 'merge') return;
      late.cancel = requestCancel(rig.order.control);
      late.pause = requestPause(rig.order.control);
    };
    resynchronize({ ...quiet, tell }, rig.order);
    assert.deepEqual(late, { cancel: false, pause: false });
    assertSame(rig);
  });

  it('ends by name when a host stops meanwhile', () => {
    writeDisk(rig.source, 3 * megabyte, []);
    writeDisk(rig.target, 0, []);
    const stop = duringPass(rig, () => writeFileSync(rig.order.hosts[1]?.mark ?? '', ''));
    assert.throws(() => resynchronize(stop, rig.order), code('server-stopped'));
  });

  it('survives the failure of every write in turn, and says which', () => {
    const content = [
      { offset: 0, length: 100, byte: 1 },
      { offset: megabyte, length: 200_000, byte: 2 },
    ];
    for (let position = 1; ; position += 1) {
      writeDisk(rig.source, 2 * megabyte, content);
      writeDisk(rig.target, 3 * megabyte, [{ offset: 7, length: 7, byte: 7 }]);
      const before = readFileSync(rig.target);
      rig.order.control[0] = 0;
      let failed = false;
      const machinery = beforeWrite(position, () => {
        failed = true;
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
      });
      try {
        resynchronize(machinery, rig.order);
      } catch (error) {
        assert.ok(code('disk-full')(error), String(error));
        assert.ok(existsSync(rig.order.mergeMark) || readFileSync(rig.target).equals(before));
      }
      rig.order.control[0] = 0;
      resynchronize(quiet, rig.order);
      assertSame(rig);
      if (!failed) {
        assert.ok(position > 8, `only ${position} writes were tried`);
        return;
      }
    }
  });
});
