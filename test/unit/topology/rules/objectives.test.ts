import assert from 'node:assert/strict';
import { expectFound, expectOne, relatedTexts } from './expected.ts';

const code = 'objective-below-sync-interval';
const objective = (text: string) => `objectives:\n  poolFailover: { ${text} }\n`;

describe(code, () => {
  it('compares with the interval that is given, and with two minutes otherwise', () => {
    expectFound(code, objective('recoveryPoint: 00:02:00'));
    assert.equal(expectOne(code, 'information', objective('recoveryPoint: <<00:01:59>>')).related, undefined);
    const given = 'backupService: { syncInterval: 01:00:00 }\n';
    const marked = given + objective('recoveryPoint: <<00:59:00>>');
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'information', marked)), ['01:00:00']);
    expectFound(code, given + objective('recoveryPoint: 1.00:00:00'));
  });

  it('is silent about other objectives, and where either is not understood', () => {
    expectFound(code, 'objectives:\n  databaseFailover: { recoveryPoint: 00:00:01 }\n');
    expectFound(code, objective('recoveryTime: 00:00:01'));
    expectFound(code, objective('recoveryPoint: soon'));
    expectFound(code, `backupService: { syncInterval: often }\n${objective('recoveryPoint: 00:00:01')}`);
  });
});
