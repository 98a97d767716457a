import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

const atl = 'atl-cs-001.litwareinc.com';
const dal = 'dal-cs-001.litwareinc.com';
const phx = 'phx-cs-001.litwareinc.com';

function pairs(...lists: readonly string[]): string {
  return `poolPairs:\n${lists.map((list) => `  - pools: ${list}\n`).join('')}`;
}

function two(one: string, other: string, list = `[${atl}, ${dal}]`): string {
  return `pools:\n  ${atl}: { ${one} }\n  ${dal}: { ${other} }\n${pairs(list)}`;
}

/** A pair of two pools, with marks around its list. */
const marked = `<<[${atl}, ${dal}]>>`;
const enterprise = (more: string, site = 'Atlanta') => `site: ${site}, edition: Enterprise, release: "2013"${more}`;

describe('pair-needs-two-pools', () => {
  const code = 'pair-needs-two-pools';

  it('counts, and offers to take out what is beyond two', () => {
    assert.match(expectOne(code, 'error', pairs('<<[]>>')).message, /none/);
    assert.match(expectOne(code, 'error', pairs(`<<[${atl}]>>`)).message, /only one/);
    const three = pairs(`[${atl}, ${dal}, <<${phx}>>]`);
    expectFixed(three, expectOne(code, 'error', three).fixes?.[0], pairs(`[${atl}, ${dal}]`));
    assert.equal(expectFound(code, pairs(`[${atl}, ${dal}, <<${phx}>>, <<x.y>>]`)).length, 2);
  });

  it('is silent where there is no list', () => {
    expectFound(code, 'poolPairs:\n  - backupModules: []\n');
    expectFound(code, pairs(atl));
  });
});

describe('pair-with-itself', () => {
  const code = 'pair-with-itself';

  it('compares names in any case, and says where the pool stands first', () => {
    const itself = pairs(`[${atl}, <<ATL-cs-001.litwareinc.com>>]`);
    const found = expectOne(code, 'error', itself);
    assert.deepEqual(relatedTexts(itself, found), [atl]);
    assert.equal(found.fixes, undefined);
  });

  it('takes the second one of the same out where two others are left', () => {
    const three = pairs(`[${atl}, <<${atl}>>, ${dal}]`);
    const found = expectOne(code, 'error', three);
    assert.equal(found.fixes?.[0]?.preferred, true);
    expectFixed(three, found.fixes?.[0], pairs(`[${atl}, ${dal}]`));
  });
});

describe('pool-in-two-pairs', () => {
  it('compares names in any case, and leaves one pair to itself', () => {
    const text = pairs(`[${atl}, ${dal}]`, `[<<DAL-cs-001.litwareinc.com>>, ${phx}]`);
    assert.deepEqual(relatedTexts(text, expectOne('pool-in-two-pairs', 'error', text)), [dal]);
    expectFound('pool-in-two-pairs', pairs(`[${atl}, ${atl}]`));
    expectFound('pool-in-two-pairs', pairs(`[${atl}, ${dal}]`, `[${phx}, x.y]`));
  });
});

describe('pools of a pair', () => {
  it('have one edition: pair-edition-mismatch, pair-director', () => {
    const of = (one: string, other: string) =>
      two(
        `site: Atlanta, edition: ${one}, release: "2013"`,
        `site: Dallas, edition: ${other}, release: "2013"`,
        marked,
      );
    const calm = (one: string, other: string) => of(one, other).replaceAll(/<<|>>/g, '');
    const found = expectOne('pair-edition-mismatch', 'error', of('Standard', 'Enterprise'));
    assert.deepEqual(relatedTexts(of('Standard', 'Enterprise'), found), ['Standard', 'Enterprise']);
    expectFound('pair-edition-mismatch', calm('Standard', 'Standard'));
    expectFound('pair-edition-mismatch', calm('Standard', 'Director'));
    expectFound('pair-edition-mismatch', calm('Standard', 'Stnadard'));
    const director = calm('Director', 'Enterprise').replace(`[${atl}`, `[<<${atl}>>`);
    assert.deepEqual(relatedTexts(director, expectOne('pair-director', 'error', director)), ['Director']);
    expectFound('pair-director', calm('Enterprise', 'Enterprise'));
  });

  it('have one release, 2019 and SE with care: pair-release-mismatch', () => {
    const of = (one: string, other: string, list?: string) =>
      two(
        `site: Atlanta, edition: Enterprise, release: ${one}`,
        `site: Dallas, edition: Enterprise, release: ${other}`,
        list,
      );
    const code = 'pair-release-mismatch';
    expectOne(code, 'error', of('"2015"', 'SE', marked));
    expectOne(code, 'warning', of('"2019"', 'SE', marked));
    expectFound(code, of('SE', 'SE'));
    expectFound(code, of('SE', 'new'));
  });

  it('are alike: pair-hosting-mismatch, pair-operating-system-mismatch', () => {
    expectOne(
      'pair-hosting-mismatch',
      'warning',
      two(enterprise(', hosting: virtual'), enterprise(', hosting: physical'), marked),
    );
    expectFound('pair-hosting-mismatch', two(enterprise(', hosting: virtual'), enterprise('')));
    const windows = (name: string) => enterprise(`, operatingSystem: ${name}`);
    expectOne('pair-operating-system-mismatch', 'warning', two(windows('A'), windows('B'), marked));
    expectFound('pair-operating-system-mismatch', two(windows('A'), windows('A')));
    expectFound('pair-operating-system-mismatch', two(windows('A'), enterprise('')));
  });

  it('protect their databases in one way: pair-availability-mismatch', () => {
    const code = 'pair-availability-mismatch';
    const of = (placement: string) => enterprise(`, databases: { User: { ${placement} } }`);
    expectOne(code, 'warning', two(of('primary: a'), of('primary: b, mirror: c'), marked));
    expectOne(code, 'warning', two(of('primary: a'), of('availabilityGroup: ag.x.com'), marked));
    expectOne(code, 'warning', two(of('primary: a, mirror: d'), of('availabilityGroup: ag.x.com'), marked));
    expectFound(code, two(of('primary: a'), of('primary: b')));
    expectFound(code, two(of('primary: a'), of('primary: b, mirror: //c')));
    expectFound(code, two(of('primary: a'), enterprise('')));
    expectFound(code, two(of('primary: a').replace('Enterprise', 'Standard'), of('primary: b, mirror: c')));
  });

  it('stand in two sites: pair-same-site', () => {
    const text = two(enterprise(''), enterprise('', 'ATLANTA'), marked);
    assert.deepEqual(relatedTexts(text, expectOne('pair-same-site', 'warning', text)), ['Atlanta', 'ATLANTA']);
    expectFound('pair-same-site', two(enterprise(''), enterprise('', 'Dallas')));
    expectFound('pair-same-site', two(enterprise(''), 'edition: Enterprise'));
  });

  it('can carry the users of both: pair-capacity', () => {
    const code = 'pair-capacity';
    const of = (edition: string, release: string, users: string) =>
      two(`site: Atlanta, edition: ${edition}, release: ${release}, enabledUsers: ${users}`, enterprise('', 'Dallas'));
    expectOne(code, 'warning', of('Enterprise', '"2019"', '<<53001>>'));
    expectOne(code, 'warning', of('Standard', 'SE', '<<2501>>'));
    expectFound(code, of('Enterprise', '"2019"', '53000'));
    expectFound(code, of('Standard', 'SE', '2500'));
    expectFound(code, of('Enterprise', '"2015"', '100000'));
    expectFound(code, of('Director', '"2019"', '100000'));
    expectFound(code, of('Enterprise', '"2019"', '100000').replace(/poolPairs[\s\S]*/, ''));
  });

  it('share no file share: pair-same-file-share', () => {
    const code = 'pair-same-file-share';
    const of = (share: string) => enterprise(`, fileShare: ${share}`);
    const text = two(of('\\\\fs.x.com\\Share'), of('<<\\\\FS.x.com\\share>>'));
    assert.deepEqual(relatedTexts(text, expectOne(code, 'warning', text)), ['\\\\fs.x.com\\Share']);
    expectFound(code, two(of('\\\\fs.x.com\\A'), of('\\\\fs.x.com\\B')));
    expectFound(code, two(of('\\\\fs.x.com\\A'), enterprise('')));
    expectFound(code, two(of('\\\\fs.x.com\\A'), of('\\\\fs.x.com\\A'), `[${atl}, ${phx}]`));
  });

  it('share no SQL server: pair-same-sql-server', () => {
    const code = 'pair-same-sql-server';
    const of = (placement: string, type = 'User') => enterprise(`, databases: { ${type}: { ${placement} } }`);
    const text = two(of('primary: a.x\\A, mirror: b.x\\A'), of('primary: c.x\\A, mirror: <<B.x\\C>>'));
    assert.deepEqual(relatedTexts(text, expectOne(code, 'warning', text)), ['b.x\\A']);
    expectOne(code, 'warning', two(of('primary: a.x\\A'), of('primary: <<a.x\\B>>')));
    expectFound(
      code,
      two(
        of('primary: a.x\\A, mirror: b.x\\A, witness: w.x\\A'),
        of('primary: c.x\\A, mirror: d.x\\A, witness: w.x\\A'),
      ),
    );
    expectFound(code, two(of('primary: a.x\\A', 'Archiving'), of('primary: a.x\\A', 'Archiving')));
    expectFound(code, two(of('primary: a.x\\A'), enterprise('')));
  });
});

describe('unpaired-pool', () => {
  it('is silent about Directors, editions that are not understood, and while pairs cannot be read', () => {
    const pools = (edition: string, name = phx) =>
      `pools:\n  ${name}: { site: Phoenix, edition: ${edition}, release: "2013" }\n`;
    expectOne('unpaired-pool', 'information', pools('Standard', `<<${phx}>>`));
    expectFound('unpaired-pool', pools('Director'));
    expectFound('unpaired-pool', pools('Other'));
    expectFound('unpaired-pool', `${pools('Standard')}poolPairs:\n  - pools: [\n`);
    expectFound('unpaired-pool', pools('Standard') + pairs('[PHX-cs-001.litwareinc.com, x.y]'));
  });
});
