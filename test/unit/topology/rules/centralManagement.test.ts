import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

function pools(atl: string, dal: string, phx = '', pair = 'dal'): string {
  const pool = (name: string, site: string, more: string) =>
    `  ${name}-cs-001.litwareinc.com: { site: ${site}, edition: Enterprise, release: "2013"${more} }\n`;
  const named = pool('atl', 'Atlanta', atl) + pool('dal', 'Dallas', dal) + pool('phx', 'Phoenix', phx);
  const paired =
    pair === '' ? '' : `poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, ${pair}-cs-001.litwareinc.com]\n`;
  return `pools:\n${named}${paired}`;
}

const active = ', centralManagement: active';
const standby = ', centralManagement: standby';

describe('two-active-central-management', () => {
  const code = 'two-active-central-management';
  const second = ', centralManagement: <<active>>';

  it('offers a standby where both are a pair', () => {
    const marked = pools(active, second);
    const found = expectOne(code, 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['active']);
    assert.equal(found.fixes?.[0]?.preferred, false);
    expectFixed(marked, found.fixes?.[0], pools(active, standby));
  });

  it('offers nothing elsewhere, and finds each further one', () => {
    assert.equal(expectOne(code, 'error', pools(active, second, '', 'phx')).fixes, undefined);
    const further = `${pools(active, second)}  - pools: [phx-cs-001.litwareinc.com, x.y]\n`;
    assert.equal(expectOne(code, 'error', further).fixes?.length, 1);
    assert.equal(expectFound(code, pools(active, second, second)).length, 2);
    expectFound(code, pools(active, standby));
  });
});

describe('no-active-central-management', () => {
  const code = 'no-active-central-management';

  it('is silent without pools, with a part that is not understood, and while pools cannot be read', () => {
    expectOne(code, 'warning', pools('', standby).replace('pools', '<<pools>>'));
    expectFound(code, pools(active, ''));
    expectFound(code, pools(standby, ', centralManagement: maybe'));
    expectFound(code, 'pools: {}\n');
    expectFound(code, `${pools('', '', '', '')}  x.litwareinc.com: { site: [ }\n`);
  });
});

describe('cms-standby-missing', () => {
  const code = 'cms-standby-missing';

  it('looks at the partner on either side, and adds the standby to it', () => {
    for (const [before, after, lacking] of [
      [pools(active, ''), pools(active, standby), 'dal-cs-001.litwareinc.com'],
      [pools('', active), pools(standby, active), 'atl-cs-001.litwareinc.com'],
    ] as const) {
      const marked = before.replace(lacking, `<<${lacking}>>`);
      const found = expectOne(code, 'warning', marked);
      assert.deepEqual(relatedTexts(marked, found), ['active']);
      assert.equal(found.fixes?.[0]?.preferred, true);
      expectFixed(marked, found.fixes?.[0], after);
    }
  });

  it('is silent about pools outside of the pair, and about a part that is not understood', () => {
    expectFound(code, pools(active, standby));
    expectFound(code, pools(active, ', centralManagement: maybe'));
    expectFound(code, pools('', '', active));
  });
});

describe('cms-standby-misplaced', () => {
  const code = 'cms-standby-misplaced';
  const misplaced = ', centralManagement: <<standby>>';

  it('wants the standby in the pair of the active store', () => {
    expectFound(code, pools(active, standby));
    const marked = pools(active, '', misplaced);
    const found = expectOne(code, 'warning', marked);
    assert.deepEqual(relatedTexts(marked, found), ['atl-cs-001.litwareinc.com']);
    expectFixed(marked, found.fixes?.[0], pools(active, ''));
    expectOne(code, 'warning', pools(misplaced, '', active));
  });

  it('is silent without pairs, without an active store, and where a partner is not understood', () => {
    expectFound(code, pools(active, standby, '', ''));
    expectFound(code, pools('', standby));
    expectFound(code, pools(', centralManagement: maybe', standby, active));
    expectFound(
      code,
      `${pools(active, '', standby)}  - pools: [phx-cs-001.litwareinc.com, elsewhere.litwareinc.com]\n`,
    );
    expectFound(code, `${pools(active, '', standby)}  - pools: [\n`);
  });
});

describe('cms-database-without-cms', () => {
  it('is silent with any part in Central Management', () => {
    const code = 'cms-database-without-cms';
    const database = (key: string) => `, databases: { ${key}: { primary: sql.litwareinc.com } }`;
    const marked = pools(active, database('<<CentralMgmt>>'));
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'warning', marked)), ['dal-cs-001.litwareinc.com']);
    expectFound(code, pools(active + database('CentralMgmt'), standby + database('CentralMgmt')));
    expectFound(code, pools(active, `, centralManagement: maybe${database('CentralMgmt')}`));
    expectFound(code, pools(active, database('User')));
  });
});

describe('backup-module-release', () => {
  it('looks at both pools, and is silent where releases are not understood', () => {
    const code = 'backup-module-release';
    const pair = (one: string, other: string, module: string) => `pools:
  a.litwareinc.com: { site: Atlanta, edition: Enterprise, release: ${one} }
  b.litwareinc.com: { site: Dallas, edition: Enterprise, release: ${other} }
poolPairs:
  - pools: [a.litwareinc.com, b.litwareinc.com]
    backupModules: [PresenceFocus, ${module}]
`;
    const marked = pair('"2019"', '"2015"', '<<RGSFileStore>>');
    const found = expectOne(code, 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['"2015"']);
    expectFixed(marked, found.fixes?.[0], pair('"2019"', '"2015"', '').replace(', ]', ']'));
    expectFound(code, pair('"2019"', 'SE', 'RGSFileStore'));
    expectFound(code, pair('"2019"', 'new', 'RGSFileStore'));
    expectFound(code, pair('"2013"', '"2013"', 'DataConf'));
  });
});
