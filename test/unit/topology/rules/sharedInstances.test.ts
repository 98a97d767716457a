import assert from 'node:assert/strict';
import { expectFound, expectOne, relatedTexts } from './expected.ts';

const code = 'database-collation-of-types';

function pools(one: string, other: string): string {
  const pool = (name: string, databases: string) =>
    `  ${name}.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2015", databases: { ${databases} } }\n`;
  return `pools:\n${pool('atl-cs-001', one)}${pool('atl-cs-002', other)}`;
}

describe(code, () => {
  it('finds databases of one type on an instance, in any case and in either part', () => {
    const marked = pools(
      'User: { primary: sql-1.litwareinc.com }',
      'User: { primary: sql-2.litwareinc.com, mirror: <<SQL-1.litwareinc.com\\MSSQLSERVER>> }',
    );
    const found = expectOne(code, 'warning', marked);
    assert.match(found.message, /holds rtcxds, rtcshared, rtcab of atl-cs-001/);
    assert.deepEqual(relatedTexts(marked, found), ['sql-1.litwareinc.com']);
    expectOne(code, 'warning', pools('CentralMgmt: { primary: s\\A }', 'CentralMgmt: { primary: <<s\\A>> }'));
    expectOne(code, 'warning', pools('Application: { primary: s\\A }', 'Application: { primary: <<s\\A>> }'));
  });

  it('is silent about other instances, other types, witnesses, and stores that may serve several pools', () => {
    expectFound(code, pools('User: { primary: s\\A }', 'User: { primary: s\\B }'));
    expectFound(code, pools('User: { primary: s\\A }', 'Application: { primary: s\\A }'));
    expectFound(
      code,
      pools(
        'User: { primary: a\\A, mirror: b\\A, witness: w\\W }',
        'User: { primary: c\\A, mirror: d\\A, witness: w\\W }',
      ),
    );
    expectFound(
      code,
      pools(
        'Archiving: { primary: s\\A }, Monitoring: { primary: s\\A }',
        'Archiving: { primary: s\\A }, Monitoring: { primary: s\\A }',
      ),
    );
    expectFound(code, pools('User: { primary: s\\A, mirror: s\\A }', 'User: { primary: t\\A }'));
  });

  it('follows availability groups to their replicas', () => {
    const group = 'availabilityGroups:\n  ag.litwareinc.com: { replicas: [s\\A, t\\A] }\n';
    const found = expectFound(
      code,
      group +
        pools('User: { availabilityGroup: ag.litwareinc.com }', 'User: { availabilityGroup: <<ag.litwareinc.com>> }'),
    );
    assert.equal(found.length, 1);
    expectOne(
      code,
      'warning',
      group + pools('User: { availabilityGroup: ag.litwareinc.com }', 'User: { primary: <<t\\A>> }'),
    );
    expectFound(
      code,
      group +
        pools('User: { availabilityGroup: ag.litwareinc.com }', 'User: { availabilityGroup: other.litwareinc.com }'),
    );
  });

  it('compares Persistent Chat pools with each other', () => {
    const chat = (name: string, placement: string) =>
      `  ${name}.litwareinc.com: { nextHop: atl-cs-001.litwareinc.com, servers: {}, databases: { PersistentChat: { ${placement} } } }\n`;
    const both = (one: string, other: string) => `persistentChatPools:\n${chat('pc-1', one)}${chat('pc-2', other)}`;
    expectOne(code, 'warning', both('primary: a\\C, backup: b\\C', 'primary: <<b\\C>>'));
    expectOne(
      code,
      'warning',
      both('primary: a\\C, backup: b\\C, backupMirror: c\\C', 'primary: d\\C, mirror: <<c\\C>>'),
    );
    expectFound(code, both('primary: a\\C, backup: b\\C', 'primary: c\\C, backup: d\\C'));
    expectFound(
      code,
      pools('PersistentChat: { primary: a\\C }', 'User: { primary: z\\A }') + both('primary: a\\C', 'primary: b\\C'),
    );
  });
});
