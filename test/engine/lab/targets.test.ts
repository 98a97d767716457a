import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { faultTarget } from '../../../src/core/lab/faults/targets.ts';
import { litware } from './litware.ts';

describe('the target of a fault', () => {
  const found: readonly (readonly [typed: string, kind: string, name: string])[] = [
    ['ATL-CS-001.litwareinc.com', 'pool', 'atl-cs-001.litwareinc.com'],
    ['atl-fe-002.litwareinc.com', 'server', 'atl-fe-002.litwareinc.com'],
    ['atl-sql-001.litwareinc.com', 'server', 'atl-sql-001.litwareinc.com'],
    ['atl-sql-002.litwareinc.com\\rtc', 'instance', 'atl-sql-002.litwareinc.com\\RTC'],
    ['atl-sql-002.litwareinc.com/RTC/RTCXDS', 'database', 'atl-sql-002.litwareinc.com\\RTC\\rtcxds'],
    ['\\\\atl-fs-001.litwareinc.com\\LyncShare', 'share', '\\\\atl-fs-001.litwareinc.com\\LyncShare'],
    ['//atl-fs-001.litwareinc.com/lyncshare/', 'share', '\\\\atl-fs-001.litwareinc.com\\LyncShare'],
    ['\\atl-fs-001.litwareinc.com\\LyncShare', 'share', '\\\\atl-fs-001.litwareinc.com\\LyncShare'],
    [
      '\\\\atl-fs-001.litwareinc.com\\LyncShare\\1-WebServices-1\\CollabContent',
      'share',
      '\\\\atl-fs-001.litwareinc.com\\LyncShare\\1-WebServices-1\\CollabContent',
    ],
  ];
  for (const [typed, kind, name] of found) {
    it(`is found: ${typed}`, () => {
      const target = faultTarget(litware, typed);
      assert.deepEqual([target.kind, target.name], [kind, name]);
    });
  }

  it('is asked back when the name is wrong', () => {
    assert.throws(() => faultTarget(litware, 'atl-fe-02.litwareinc.com'), {
      code: 'fault-unknown',
      remedy: /Did you mean atl-fe-00[12]\.litwareinc\.com\?/,
    });
    assert.throws(() => faultTarget(litware, '\\\\atl-fs-001.litwareinc.com\\LyncShares\\x'), {
      code: 'fault-unknown',
    });
  });
});
