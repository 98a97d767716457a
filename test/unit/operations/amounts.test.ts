import assert from 'node:assert/strict';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDuration,
  formatList,
} from '../../../src/core/operations/amounts.ts';

describe('amounts as people read them', () => {
  it('are bytes in the unit that keeps them short', () => {
    assert.deepEqual([0, 1, 999, 1000, 1024, 10_240, 157_286_400, 5 * 1024 ** 4].map(formatBytes), [
      '0 bytes',
      '1 byte',
      '999 bytes',
      '0.98 KB',
      '1.00 KB',
      '10.0 KB',
      '150.0 MB',
      '5.00 TB',
    ]);
  });

  it('are times without false exactness', () => {
    assert.deepEqual([0, 349.6, 999.4, 4_200, 59_940, 59_960, 125_000, 3_599_600, 3_780_000].map(formatDuration), [
      '0 ms',
      '350 ms',
      '999 ms',
      '4.2 s',
      '59.9 s',
      '1 min 00 s',
      '2 min 05 s',
      '1 h 00 min',
      '1 h 03 min',
    ]);
  });

  it('are counts with their noun and lists with their last word', () => {
    assert.deepEqual([formatCount(1, 'file'), formatCount(3_000, 'file')], ['1 file', '3,000 files']);
    assert.deepEqual([formatAmount(2, 0), formatAmount(1, 2_048, 'row')], ['2 items', '1 row (2.00 KB)']);
    assert.deepEqual(
      [formatList([]), formatList(['a']), formatList(['a', 'b']), formatList(['a', 'b', 'c'], 'or')],
      ['', 'a', 'a and b', 'a, b or c'],
    );
  });
});
