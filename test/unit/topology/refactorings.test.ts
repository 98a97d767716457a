import assert from 'node:assert/strict';
import { refactoringsAt } from '../../../src/core/topology/refactorings/all.ts';
import type { Refactoring } from '../../../src/core/topology/refactorings/refactoring.ts';
import { plainValue } from '../../../src/core/topology/shape/values.ts';
import { TopologyDocument } from './imports.ts';
import { applied } from './marked.ts';
import { below, knowingEdit, randomTopology, seededRandom } from './randomEdits.ts';

const cursor = '‸';

function offered(marked: string): readonly Refactoring[] {
  const at = marked.indexOf(cursor);
  assert.ok(at !== -1, 'the text has a cursor');
  return refactoringsAt(TopologyDocument.open(marked.replace(cursor, '')), { start: at, end: at });
}

function take(marked: string, title: string): string {
  const offers = offered(marked);
  const refactoring = offers.find((candidate) => candidate.title === title);
  assert.ok(refactoring !== undefined, `"${title}" is not among ${JSON.stringify(offers.map((offer) => offer.title))}`);
  return applied(marked.replace(cursor, ''), refactoring.edits());
}

const head = 'lyncTopology: 1\ndeployment: Litware\nsites: { Atlanta: {}, Dallas: {} }\n';
const two = `${head}pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", centralManagement: active }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: "2013", centralManagement: standby }
`;
const pair = 'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]\n';

function pool(name: string, site: string, more = ''): string {
  return `  ${name}.litwareinc.com: { site: ${site}, edition: Enterprise, release: "2013"${more} }\n`;
}

/** Title, text with the cursor, and the text that comes of it. */
const cases: readonly (readonly [string, string, string, string])[] = [
  [
    'makes the list of pairs',
    'Pair atl-cs-001.litwareinc.com with dal-cs-001.litwareinc.com',
    two.replace('  atl', `  ${cursor}atl`),
    two + pair,
  ],
  [
    'makes the list of pairs behind a blank line where sections have some',
    'Pair dal-cs-001.litwareinc.com with atl-cs-001.litwareinc.com',
    `${two.replace('\npools', '\n\npools').replace('  dal-cs', `  dal${cursor}-cs`)}\n\n`,
    `${two.replace('\npools', '\n\npools')}\npoolPairs:\n  - pools: [dal-cs-001.litwareinc.com, atl-cs-001.litwareinc.com]\n`,
  ],
  [
    'adds a pair in the style of the others',
    'Pair a-1.litwareinc.com with b-1.litwareinc.com',
    `${two}${pool(`${cursor}a-1`, 'Atlanta')}${pool('b-1', 'Dallas')}poolPairs:\n- pools:\n  - atl-cs-001.litwareinc.com\n  - dal-cs-001.litwareinc.com # both\n# end\n`,
    `${two}${pool('a-1', 'Atlanta')}${pool('b-1', 'Dallas')}poolPairs:\n- pools:\n  - atl-cs-001.litwareinc.com\n  - dal-cs-001.litwareinc.com # both\n- pools:\n  - a-1.litwareinc.com\n  - b-1.litwareinc.com\n# end\n`,
  ],
  [
    'adds a pair to a list in brackets',
    'Pair atl-cs-001.litwareinc.com with dal-cs-001.litwareinc.com',
    `${two.replace('  atl', `  ${cursor}atl`)}poolPairs: []\n`,
    `${two}poolPairs: [{ pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com] }]\n`,
  ],
  [
    'adds a pair below a key with nothing',
    'Pair atl-cs-001.litwareinc.com with dal-cs-001.litwareinc.com',
    `${two.replace('  atl', `  ${cursor}atl`)}poolPairs:\nbackupService: {}\n`,
    `${two}${pair}backupService: {}\n`,
  ],
  [
    'adds a mirror named as that of the partner',
    'Add the mirror dal-sql-003.litwareinc.com\\RTC to User',
    `${head}pools:\n${pool('a', 'Atlanta', ', databases: { User: { primary: atl-sql-001.litwareinc.com\\RTC, mirror: atl-sql-003.litwareinc.com\\RTC } }')}${pool('d', 'Dallas', `, databases: { User: { ${cursor}primary: dal-sql-001.litwareinc.com\\RTC } }`)}`,
    `${head}pools:\n${pool('a', 'Atlanta', ', databases: { User: { primary: atl-sql-001.litwareinc.com\\RTC, mirror: atl-sql-003.litwareinc.com\\RTC } }')}${pool('d', 'Dallas', ', databases: { User: { primary: dal-sql-001.litwareinc.com\\RTC, mirror: dal-sql-003.litwareinc.com\\RTC } }')}`,
  ],
  [
    'adds a mirror with the next number where nothing is like it',
    'Add the mirror sql-002.litwareinc.com\\RTC to User',
    `${head}pools:\n  a.litwareinc.com:\n    release: "2015"\n    databases:\n      User:${cursor}\n        primary: sql-001.litwareinc.com\\RTC # here\n`,
    `${head}pools:\n  a.litwareinc.com:\n    release: "2015"\n    databases:\n      User:\n        primary: sql-001.litwareinc.com\\RTC # here\n        mirror: sql-002.litwareinc.com\\RTC\n`,
  ],
  [
    'adds a witness on a third server',
    'Add the witness sql-003.litwareinc.com\\RTC to User',
    `${head}pools:\r\n  a.litwareinc.com:\r\n    release: "2013"\r\n    databases:\r\n      User:\r\n        primary: sql-001.litwareinc.com\\RTC\r\n        ${cursor}mirror: sql-002.litwareinc.com\\RTC\r\n`,
    `${head}pools:\r\n  a.litwareinc.com:\r\n    release: "2013"\r\n    databases:\r\n      User:\r\n        primary: sql-001.litwareinc.com\\RTC\r\n        mirror: sql-002.litwareinc.com\\RTC\r\n        witness: sql-003.litwareinc.com\\RTC\r\n`,
  ],
  [
    'adds the modules that are missing',
    'Add the missing modules UserServices.PresenceFocus and CentralMgmt.CMSMaster',
    `${two}${pair}    ${cursor}backupModules:\n    - DataConf # short\n`,
    `${two}${pair}    backupModules:\n    - DataConf # short\n    - UserServices.PresenceFocus\n    - CentralMgmt.CMSMaster\n`,
  ],
  [
    'adds the one module that is missing',
    'Add the missing module CentralMgmt.CMSMaster',
    `${two}${pair}    backupModules: [${cursor}PresenceFocus, DataConf]\n`,
    `${two}${pair}    backupModules: [PresenceFocus, DataConf, CentralMgmt.CMSMaster]\n`,
  ],
  [
    'writes a module with its long name',
    'Write DataConf as ConfServices.DataConf',
    `${two}${pair}    backupModules: [PresenceFocus, Data${cursor}Conf]\n`,
    `${two}${pair}    backupModules: [PresenceFocus, ConfServices.DataConf]\n`,
  ],
  [
    'writes all modules with their long names',
    'Write all modules of the file with their long names',
    `${two}${pair}    backupModules: [PresenceFocus, Data${cursor}Conf, CentralMgmt.CMSMaster]\n`,
    `${two}${pair}    backupModules: [UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster]\n`,
  ],
  [
    'writes out the default modules behind the pools',
    'Write out the modules that this pair has by default',
    `${two}${pair.replace('pools: ', `${cursor}pools: `)}    voiceFailover: {}\n`,
    `${two}${pair}    backupModules: [UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster]\n    voiceFailover: {}\n`,
  ],
  [
    'writes out the default modules behind a list of pools',
    'Write out the modules that this pair has by default',
    `${two}poolPairs:\n  - ${cursor}pools:\n      - atl-cs-001.litwareinc.com\n      - dal-cs-001.litwareinc.com\n`,
    `${two}poolPairs:\n  - pools:\n      - atl-cs-001.litwareinc.com\n      - dal-cs-001.litwareinc.com\n    backupModules: [UserServices.PresenceFocus, ConfServices.DataConf, CentralMgmt.CMSMaster]\n`,
  ],
  [
    'adds the standby from the pool that hosts the store',
    'Add the standby for Central Management to dal-cs-001.litwareinc.com',
    `${two.replace(', centralManagement: standby', '').replace('  atl', `  ${cursor}atl`)}${pair}`,
    `${two}${pair}`,
  ],
  [
    'describes a server with the instances that are used',
    'Describe sql-001.litwareinc.com under sqlServers',
    `${head}pools:\n${pool('a', 'Atlanta', `, databases: { User: { primary: ${cursor}sql-001.litwareinc.com\\RTC }, Monitoring: { primary: sql-001.litwareinc.com\\MON } }`)}sqlServers:\n  sql-009.litwareinc.com:\n    version: "2012"\n\n# end\n`,
    `${head}pools:\n${pool('a', 'Atlanta', ', databases: { User: { primary: sql-001.litwareinc.com\\RTC }, Monitoring: { primary: sql-001.litwareinc.com\\MON } }')}sqlServers:\n  sql-009.litwareinc.com:\n    version: "2012"\n  sql-001.litwareinc.com: { instances: [MON, RTC] }\n\n# end\n`,
  ],
  [
    'describes a server with a default instance in a new section',
    'Describe sql-001.litwareinc.com under sqlServers',
    `${head}pools:\n${pool('a', 'Atlanta', `, databases: { User: { primary: ${cursor}sql-001.litwareinc.com } }`)}`,
    `${head}pools:\n${pool('a', 'Atlanta', ', databases: { User: { primary: sql-001.litwareinc.com } }')}sqlServers:\n  sql-001.litwareinc.com: {}\n`,
  ],
  [
    'writes a map on several lines, and keeps the comment behind it',
    'Write this map on several lines',
    `${head}pools:\n  a.b: { site: Atlanta, ${cursor}frontEnds: [c.d, e.f] } # a pool\n`,
    `${head}pools:\n  a.b: # a pool\n    site: Atlanta\n    frontEnds: [c.d, e.f]\n`,
  ],
  [
    'writes a list on several lines',
    'Write this list on several lines',
    `${head}pools:\n  a.b:\n    frontEnds: [c.d,\n      ${cursor}e.f]\n`,
    `${head}pools:\n  a.b:\n    frontEnds:\n      - c.d\n      - e.f\n`,
  ],
  [
    'writes an item on several lines',
    'Write this map on several lines',
    `${head}poolPairs:\r\n  - { ${cursor}pools: [a.b, c.d], backupModules: [] } # one\r\n`,
    `${head}poolPairs:\r\n  - pools: [a.b, c.d] # one\r\n    backupModules: []\r\n`,
  ],
  [
    'writes a map on one line, and keeps the comment and the anchor of its key',
    'Write this map on one line',
    `${head}pools:\n  a.b: &p # a pool${cursor}\n    site: Atlanta\n    frontEnds: [c.d, e.f]\n\n  c.d: *p\n`,
    `${head}pools:\n  a.b: &p { site: Atlanta, frontEnds: [c.d, e.f] } # a pool\n\n  c.d: *p\n`,
  ],
  [
    'writes a list on one line',
    'Write this list on one line',
    `${head}pools:\n  a.b:\n    ${cursor}frontEnds:\n    - c.d\n    -   e.f\n`,
    `${head}pools:\n  a.b:\n    frontEnds: [c.d, e.f]\n`,
  ],
  [
    'writes an item on one line',
    'Write this map on one line',
    `${head}poolPairs:\n  - ${cursor}pools: [a.b, c.d]\n    backupModules: [DataConf]\n`,
    `${head}poolPairs:\n  - { pools: [a.b, c.d], backupModules: [DataConf] }\n`,
  ],
];

/** What is not offered: what, a part of the title, and the text with the cursor. */
const refusals: readonly (readonly [string, string, string])[] = [
  ['a pair for a pool that has one', 'Pair', `${two.replace('  atl', `  ${cursor}atl`)}${pair}`],
  ['a pair with a pool of another release', 'Pair', two.replace('  atl', `  ${cursor}atl`).replace('"2013"', '"2015"')],
  ['a pair of Directors', 'Pair', two.replaceAll('Enterprise', 'Director').replace('  atl', `  ${cursor}atl`)],
  [
    'a mirror from release 2019 on',
    'mirror',
    `${head}pools:\n${pool('a', 'Atlanta', `, databases: { User: { ${cursor}primary: sql-1.b } }`).replace('2013', '2019')}`,
  ],
  [
    'a mirror beside an availability group',
    'mirror',
    `${head}pools:\n${pool('a', 'Atlanta', `, databases: { User: { ${cursor}primary: sql-1.b, availabilityGroup: g.b } }`)}`,
  ],
  [
    'a witness without a mirror',
    'witness',
    `${head}pools:\n${pool('a', 'Atlanta', `, databases: { User: { ${cursor}primary: sql-1.b } }`)}`,
  ],
  [
    'a module where all are listed',
    'missing',
    `${two}${pair}    backupModules: [${cursor}PresenceFocus, DataConf, CMSMaster]\n`,
  ],
  ['default modules where some are listed', 'by default', `${two}${pair}    ${cursor}backupModules: []\n`],
  ['a standby where there is one', 'standby', `${two.replace('  atl', `  ${cursor}atl`)}${pair}`],
  [
    'a description of a server that has one',
    'Describe',
    `${head}pools:\n${pool('a', 'Atlanta', `, databases: { User: { primary: ${cursor}SQL-1.b } }`)}sqlServers: { sql-1.b: {} }\n`,
  ],
  [
    'several lines where a comment would be lost',
    'several lines',
    `${head}pools:\n  a.b: { ${cursor}site: Atlanta, # there\n    edition: Standard }\n`,
  ],
  [
    'several lines where a comment stands behind the last part',
    'several lines',
    `${head}pools:\n  a.b: { ${cursor}site: Atlanta # there\n    }\n`,
  ],
  [
    'one line where a comment speaks of the last part',
    'one line',
    `${head}pools:\n  a.b:${cursor}\n    site: Atlanta\n    edition: Standard # there\n`,
  ],
  ['several lines for nothing', 'several lines', `${head}pools: {${cursor}}\n`],
  [
    'one line where a comment would be lost',
    'one line',
    `${head}pools:\n  a.b:${cursor}\n    site: Atlanta # there\n    edition: Standard\n`,
  ],
  [
    'one line where a comment above would be lost',
    'one line',
    `${head}pools:\n  a.b:${cursor}\n    # there\n    site: Atlanta\n`,
  ],
  [
    'one line where a value would mean something else',
    'one line',
    `${head}pools:\n  a.b:${cursor}\n    operatingSystem: a, b\n`,
  ],
  [
    'one line where it would be a long one',
    'one line',
    `${head}pools:\n  a.b:${cursor}\n    operatingSystem: ${'x'.repeat(120)}\n`,
  ],
  [
    'one line for a map with a block in it',
    'one line',
    `${head}pools:\n  a.b:${cursor}\n    operatingSystem: |\n      x\n`,
  ],
];

describe('Refactorings', function () {
  this.timeout(60_000);

  for (const [what, title, marked, expected] of cases) {
    it(what, () => {
      const result = take(marked, title);
      assert.equal(result, expected);
      const again = offered(result.slice(0, marked.indexOf(cursor)) + cursor + result.slice(marked.indexOf(cursor)));
      assert.ok(!again.some((offer) => offer.title === title), 'it is not offered again');
    });
  }

  for (const [what, title, marked] of refusals) {
    it(`do not offer ${what}`, () => {
      assert.deepEqual(
        offered(marked)
          .map((offer) => offer.title)
          .filter((candidate) => candidate.includes(title)),
        [],
      );
    });
  }

  it('offers the best five pools to pair with, best first', () => {
    const pools = ['b-002', 'a-001', 'b-001', 'b-003', 'b-004', 'b-005'];
    const text = `${head}pools:\n${pool(`${cursor}a-002`, 'Atlanta')}${pools.map((name) => pool(name, name.startsWith('a') ? 'Atlanta' : 'Dallas')).join('')}`;
    const titles = offered(text)
      .map(({ title }) => title)
      .filter((title) => title.startsWith('Pair'));
    assert.deepEqual(
      titles.map((title) => title.split(' ').at(-1)?.split('.')[0]),
      ['b-002', 'b-001', 'b-003', 'b-004', 'b-005'],
    );
  });

  it('break nothing in random texts, and conversions change nothing that is said', () => {
    let tried = 0;
    for (let seed = 1; seed <= 25; seed += 1) {
      const random = seededRandom(seed);
      let text = randomTopology(random, 3);
      for (let step = below(random, 4); step > 0; step -= 1) text = applied(text, [knowingEdit(random, text)]);
      const document = TopologyDocument.open(text);
      for (let at = below(random, 20); at < text.length; at += 1 + below(random, 40)) {
        for (const { title, edits } of refactoringsAt(document, { start: at, end: at })) {
          const made = edits();
          if (made.length === 0) continue;
          tried += 1;
          const after = TopologyDocument.open(applied(text, made));
          const hint = `${title} at ${at}: ${JSON.stringify(text)}`;
          assert.ok(syntaxErrors(after) <= syntaxErrors(document), hint);
          if (title.startsWith('Write this'))
            assert.deepEqual(plainValue(after.tree.root), plainValue(document.tree.root), hint);
        }
      }
    }
    assert.ok(tried > 200, `${tried} tried`);
  });
});

function syntaxErrors(document: TopologyDocument): number {
  return document.diagnostics.filter(({ code }) => code === 'yaml-syntax').length;
}
