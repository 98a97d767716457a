import assert from 'node:assert/strict';
import { quorumOf } from '../../../../src/core/topology/frontEndQuorum.ts';
import type { Release } from '../../../../src/core/topology/vocabulary.ts';
import { TopologyDocument } from '../imports.ts';
import { completed } from '../marked.ts';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

function names(count: number): string {
  return Array.from({ length: count }, (_, index) => `fe-${index + 1}.litwareinc.com`).join(', ');
}

function pool(release: string, list: string, edition = 'Enterprise'): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: ${edition}
    release: ${release}
${list === '' ? '' : `    frontEnds: ${list}\n`}`;
}

describe('front-end-count', () => {
  for (const release of ['"2019"', 'SE']) {
    it(`refuses two and more than sixteen Front Ends in release ${release}, and warns of one`, () => {
      expectOne('front-end-count', 'error', pool(release, `<<[${names(2)}]>>`));
      expectOne('front-end-count', 'error', pool(release, `<<[${names(17)}]>>`));
      expectOne('front-end-count', 'warning', pool(release, `<<[${names(1)}]>>`));
      for (const count of [3, 12, 13, 16]) expectFound('front-end-count', pool(release, `[${names(count)}]`));
    });
  }

  it('takes twelve in release 2015, and says nothing about few', () => {
    const found = expectOne('front-end-count', 'error', pool('"2015"', `<<[${names(13)}]>>`));
    assert.match(found.message, /atl-cs-001\.litwareinc\.com has 13 Front Ends; release 2015 takes 12 at most/);
    assert.deepEqual(relatedTexts(pool('"2015"', `<<[${names(13)}]>>`), found), ['"2015"']);
    for (const count of [1, 2, 12]) expectFound('front-end-count', pool('"2015"', `[${names(count)}]`));
  });

  it('says nothing about release 2013, other editions, a missing list and a list that is being written', () => {
    expectFound('front-end-count', pool('"2013"', `[${names(20)}]`));
    expectFound('front-end-count', pool('"2019"', `[${names(2)}]`, 'Director'));
    for (const list of ['', '[]', `[${names(1)}, [x]]`, `\n      - ${names(1)}\n      -`, 'fe-1.litwareinc.com'])
      expectFound('front-end-count', pool('"2019"', list));
  });

  it('counts a Front End that is listed twice once', () => {
    expectOne('front-end-count', 'error', pool('"2019"', `<<[${names(2)}, FE-1.litwareinc.com]>>`));
  });

  it('goes by pool, not by file', () => {
    const other = '  dal-cs-001.litwareinc.com:\n    site: Dallas\n    edition: Enterprise\n    release: "2019"\n';
    const later = `${other}    frontEnds: <<[dal-1.litwareinc.com, dal-2.litwareinc.com]>>\n`;
    expectOne('front-end-count', 'error', pool('"2015"', `[${names(2)}]`) + later);
  });
});

describe('front-end-quorum', () => {
  it('warns of one and two Front Ends in releases 2013 and 2015', () => {
    for (const release of ['"2013"', '"2015"']) {
      for (const count of [1, 2]) expectOne('front-end-quorum', 'warning', pool(release, `<<[${names(count)}]>>`));
      expectFound('front-end-quorum', pool(release, `[${names(3)}]`));
    }
  });

  it('leaves later releases to front-end-count, and says nothing without a list', () => {
    for (const release of ['"2019"', 'SE']) expectFound('front-end-quorum', pool(release, `[${names(2)}]`));
    expectFound('front-end-quorum', pool('"2013"', ''));
    expectFound('front-end-quorum', pool('"2013"', `[${names(2)}]`, 'Standard'));
  });

  const machine = (name: string, host: string) => `  ${name}: { primaryHost: ${host} }\n`;

  it('warns where one Hyper-V host holds too many Front Ends of a pool', () => {
    const machines = `virtualMachines:\n${machine('FE-1', 'hv-1')}${machine('fe-2.litwareinc.com', 'HV-1')}${machine('FE-3', 'hv-2')}`;
    const text = `${pool('"2013"', '[<<fe-1.litwareinc.com>>, fe-2.litwareinc.com, fe-3.litwareinc.com]')}${machines}`;
    const found = expectOne('front-end-quorum', 'warning', text);
    assert.match(found.message, /2 Front Ends .* run on hv-1; without that host 1 of 3 are left, and 2 are needed/);
    assert.deepEqual(relatedTexts(text, found), ['hv-1', 'HV-1']);
  });

  it('says nothing where enough are left, and of Front Ends that are no virtual machines', () => {
    const twoOfFour = `virtualMachines:\n${machine('fe-1', 'hv-1')}${machine('fe-2', 'hv-1')}`;
    expectFound('front-end-quorum', `${pool('"2015"', `[${names(4)}]`)}${twoOfFour}`);
    expectFound('front-end-quorum', `${pool('"2015"', `[${names(3)}]`)}virtualMachines:\n${machine('web-1', 'hv-1')}`);
  });

  it('counts only the Front Ends that have a vote', () => {
    const onOneHost = (first: number, last: number) =>
      `virtualMachines:\n${Array.from({ length: last - first + 1 }, (_, index) => machine(`fe-${first + index}`, 'hv-1')).join('')}`;
    const marked = `[${names(8).replace('fe-1.litwareinc.com', '<<fe-1.litwareinc.com>>')}]`;
    expectOne('front-end-quorum', 'warning', `${pool('"2015"', marked)}${onOneHost(1, 4)}`);
    expectFound('front-end-quorum', `${pool('"2015"', `[${names(8)}]`)}${onOneHost(5, 8)}`);
  });
});

describe('The quorum tables', () => {
  const table: readonly (readonly [number, Release, number | undefined, number, number])[] = [
    [2, '2013', 1, 1, 2],
    [3, '2013', 3, 2, 3],
    [4, '2015', 3, 2, 4],
    [5, '2015', 4, 3, 5],
    [6, '2019', 5, 3, 6],
    [7, 'SE', 5, 4, 7],
    [8, '2013', 6, 4, 7],
    [9, '2015', 7, 4, 7],
    [10, '2019', 8, 5, 9],
    [11, 'SE', 9, 5, 9],
    [12, '2015', 10, 5, 9],
    [12, '2019', 10, 7, 12],
    [14, 'SE', undefined, 7, 12],
    [16, '2019', 12, 7, 12],
  ];
  for (const [count, release, firstStart, functional, voters] of table) {
    it(`have ${count} Front Ends in release ${release}`, () => {
      assert.deepEqual(quorumOf(count, release), { firstStart, functional, voters });
    });
  }

  it('have no larger and no smaller pools', () => {
    assert.equal(quorumOf(1, '2013'), undefined);
    assert.equal(quorumOf(13, '2015'), undefined);
    assert.equal(quorumOf(17, '2019'), undefined);
  });
});

describe('front-end-in-two-pools', () => {
  const second = (list: string, edition = 'Enterprise') =>
    `  dal-cs-001.litwareinc.com:\n    site: Dallas\n    edition: ${edition}\n    release: "2013"\n    frontEnds: ${list}\n`;

  it('finds a server in two lists, in any case', () => {
    const text = `${pool('"2013"', `[${names(3)}]`)}${second('[<<FE-3.LitwareInc.com>>, dal-fe-1.litwareinc.com]')}`;
    const found = expectOne('front-end-in-two-pools', 'error', text);
    assert.deepEqual(relatedTexts(text, found), ['fe-3.litwareinc.com']);
    assert.deepEqual(found.fixes, undefined);
  });

  it('finds a Standard Edition server in the list of a pool', () => {
    const text = `${pool('"2013"', `[${names(2)}, <<dal-cs-001.litwareinc.com>>]`)}${second('[dal-cs-001.litwareinc.com]', 'Standard')}`;
    expectOne('front-end-in-two-pools', 'error', text);
  });

  it('lets a Standard Edition server list itself, once', () => {
    expectFound('front-end-in-two-pools', `pools:\n${second('[dal-cs-001.litwareinc.com]', 'Standard')}`);
    const twice = '[dal-cs-001.litwareinc.com, <<DAL-cs-001.litwareinc.com>>]';
    expectOne('front-end-in-two-pools', 'error', `pools:\n${second(twice, 'Standard')}`);
  });

  it('finds it in its new place when the text before it changes and no name does', () => {
    const text = completed(`${pool('"2013"', `[${names(3)}]`)}${second('[fe-3.litwareinc.com]')}`);
    const document = TopologyDocument.open(text);
    assert.ok(document.diagnostics.some(({ code }) => code === 'front-end-in-two-pools'));
    const at = text.indexOf('    site: Dallas');
    document.update([{ start: at, end: at, text: '    hosting: physical\n' }]);
    assert.deepEqual(document.diagnostics, TopologyDocument.open(document.text).diagnostics);
  });

  it('finds one that an alias repeats, whatever way the text came about', () => {
    const repeated = completed(pool('"2013"', '[&first fe-1.litwareinc.com, *first, fe-2.litwareinc.com]'));
    const document = TopologyDocument.open(repeated);
    assert.equal(document.diagnostics.filter(({ code }) => code === 'front-end-in-two-pools').length, 1);
    const at = repeated.indexOf('*first');
    document.update([{ start: at, end: at + 6, text: 'fe-1.litwareinc.com' }]);
    assert.deepEqual(document.diagnostics, TopologyDocument.open(document.text).diagnostics);
  });

  it('takes the second of two out of one list', () => {
    const text = pool('"2013"', `[${names(3)}, <<FE-1.litwareinc.com>>]`);
    const found = expectOne('front-end-in-two-pools', 'error', text);
    expectFixed(text, found.fixes?.[0], pool('"2013"', `[${names(3)}]`));
  });
});
