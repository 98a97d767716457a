import assert from 'node:assert/strict';
import { judge, parseCounts, sum, summary } from '../../../scripts/testCounts.ts';

describe('the sum of the suites', () => {
  it('adds up and leaves out skipped where there are none', () => {
    const counts = [
      { passed: 2, failed: 0, skipped: 0 },
      { passed: 3, failed: 1, skipped: 0 },
    ];
    assert.equal(summary(sum(counts)), '5 passed, 1 failed');
  });

  it('names what was skipped', () => {
    assert.equal(summary({ passed: 5, failed: 0, skipped: 2 }), '5 passed, 0 failed, 2 skipped');
  });

  it('counts a suite that died as a failure', () => {
    assert.deepEqual(judge(parseCounts(''), 139), { passed: 0, failed: 1, skipped: 0 });
  });

  it('counts a suite that ran nothing as a failure', () => {
    assert.deepEqual(judge({ passed: 0, failed: 0, skipped: 0 }, 0), { passed: 0, failed: 1, skipped: 0 });
  });

  it('lets a suite run nothing where tests were chosen by their title', () => {
    const nothing = { passed: 0, failed: 0, skipped: 0 };
    assert.deepEqual(judge(nothing, 0, { mayRunNothing: true }), nothing);
  });

  it('counts a suite as a failure whose tests passed and which ended red', () => {
    assert.deepEqual(judge({ passed: 7, failed: 0, skipped: 0 }, 1), { passed: 7, failed: 1, skipped: 0 });
  });

  it('does not count a failed test twice', () => {
    assert.deepEqual(judge({ passed: 7, failed: 1, skipped: 0 }, 1), { passed: 7, failed: 1, skipped: 0 });
  });
});
