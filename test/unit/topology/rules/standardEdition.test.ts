import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

function server(lines: readonly string[], edition = 'Standard'): string {
  return `pools:
  atl-se-001.litwareinc.com:
    site: Atlanta
    edition: ${edition}
    release: "2015"
${lines.map((line) => `    ${line}\n`).join('')}`;
}

describe('standard-edition-shape', () => {
  it('takes other Front Ends out, and puts the server in where it is missing', () => {
    const other = server(['frontEnds: [<<atl-fe-001.litwareinc.com>>]']);
    const found = expectOne('standard-edition-shape', 'error', other);
    assert.deepEqual(relatedTexts(other, found), ['Standard']);
    expectFixed(other, found.fixes?.[0], server(['frontEnds: [atl-se-001.litwareinc.com]']));
    const block = server(['frontEnds:', '  - ATL-se-001.litwareinc.com', '  - <<atl-fe-001.litwareinc.com>>']);
    const fix = expectOne('standard-edition-shape', 'error', block).fixes?.[0];
    expectFixed(block, fix, server(['frontEnds:', '  - ATL-se-001.litwareinc.com']));
  });

  it('takes mirror and witness out together', () => {
    const local = 'primary: atl-se-001\\RTC';
    const text = server([
      'databases:',
      `  User: { ${local}, mirror: <<sql-2.litwareinc.com\\RTC>>, witness: sql-3.litwareinc.com\\RTC }`,
    ]);
    const found = expectOne('standard-edition-shape', 'error', text);
    expectFixed(text, found.fixes?.[0], server(['databases:', `  User: { ${local} }`]));
  });

  it('puts the databases on the server itself, under the same instance', () => {
    const text = server(['databases:', '  CentralMgmt:', '    primary: <<sql-1.litwareinc.com\\RTC>>']);
    const found = expectOne('standard-edition-shape', 'error', text);
    const fixed = server(['databases:', '  CentralMgmt:', '    primary: atl-se-001.litwareinc.com\\RTC']);
    expectFixed(text, found.fixes?.[0], fixed);
  });

  it('lets Archiving and Monitoring lie elsewhere, and other editions alone', () => {
    const elsewhere = '{ primary: sql-1.litwareinc.com\\RTC, mirror: sql-2.litwareinc.com\\RTC }';
    expectFound(
      'standard-edition-shape',
      server(['databases:', `  Monitoring: ${elsewhere}`, `  Archiving: ${elsewhere}`]),
    );
    const lines = ['frontEnds: [fe-1.litwareinc.com]', 'databases:', `  User: ${elsewhere}`];
    expectFound('standard-edition-shape', server(lines, 'Enterprise'));
    expectFound('standard-edition-shape', server(lines, 'Standart'));
    expectFound('standard-edition-shape', server([]));
  });
});
