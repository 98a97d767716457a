/** What a thread does that reaches its memory: it ends by name, and the engine and the replica are as they were. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { memoryFailure } from '../../../src/core/hyperV/resynchronization/failures.ts';
import { returnCodeOf } from '../../../src/core/hyperV/returnCodes.ts';
import { runInWorker } from '../../../src/core/hyperV/runInWorker.ts';
import { openRig, writeDisk } from './rig.ts';

const megabyte = 1024 ** 2;

describe('a resynchronisation without enough memory', () => {
  it('32778: ends when its thread reaches the limit, and succeeds with enough', async () => {
    using rig = openRig();
    writeDisk(rig.source, 3 * megabyte, [{ offset: 0, length: megabyte, byte: 1 }]);
    writeDisk(rig.target, megabyte, []);
    const before = readFileSync(rig.target);
    await assert.rejects(
      runInWorker(rig.order, () => {}, 6),
      { code: 'out-of-memory' },
    );
    assert.equal(returnCodeOf('out-of-memory'), 32778);
    assert.ok(readFileSync(rig.target).equals(before));
    await runInWorker(rig.order, () => {});
    assert.ok(readFileSync(rig.target).equals(readFileSync(rig.source)));
  });

  it('32778: so is what the system or the language refuses, and nothing else', () => {
    const refused = (work: () => unknown): unknown => {
      try {
        work();
      } catch (error) {
        return error;
      }
      return undefined;
    };
    for (const work of [() => new ArrayBuffer(2 ** 52), () => Buffer.allocUnsafeSlow(2 ** 50)])
      assert.equal(memoryFailure(refused(work))?.code, 'out-of-memory');
    assert.equal(memoryFailure(refused(() => Buffer.alloc(1).readUInt8(5))), undefined);
  });
});
