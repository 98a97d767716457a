import { expectFixed, expectFound, expectOne } from './expected.ts';

describe('invalid-fqdn', () => {
  const frontEnd = (name: string) =>
    `pools:\n  a.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", frontEnds: [${name}] }\n`;

  it('wants letters, digits and hyphens in two parts or more', () => {
    for (const name of ['fe-1.x', 'FE1.litwareinc.com', '1.2']) expectFound('invalid-fqdn', frontEnd(name));
    for (const name of ['fe-1', '-fe.x', 'fe-.x', 'fe_1.x', '"fe 1.x"', 'fe..x', `${'a'.repeat(64)}.x`])
      expectOne('invalid-fqdn', 'error', frontEnd(`<<${name}>>`));
  });

  it('takes the short name of a host', () => {
    expectFound('invalid-fqdn', 'sqlServers:\n  sql-1: {}\n');
    expectOne('invalid-fqdn', 'error', 'sqlServers:\n  <<sql_1>>: {}\n');
  });
});

describe('invalid-sql-instance', () => {
  const replica = (name: string) =>
    `availabilityGroups:\n  ag.litwareinc.com: { replicas: [${name}, b.litwareinc.com\\RTC] }\n`;

  it('wants a server, and an instance name of 16 characters at most', () => {
    for (const name of ['a.x', 'a.x\\RTC', `a.x\\${'R'.repeat(16)}`])
      expectFound('invalid-sql-instance', replica(name));
    for (const name of ['a.x\\', 'a.x\\1', `a.x\\${'R'.repeat(17)}`, '"a b"'])
      expectOne('invalid-sql-instance', 'error', replica(`<<${name}>>`));
  });

  it('offers the backslash that was meant', () => {
    for (const written of ['a.x/RTC', 'a.x\\\\RTC', '\\\\a.x\\RTC']) {
      const marked = replica(`<<${written}>>`);
      expectFixed(marked, expectOne('invalid-sql-instance', 'error', marked).fixes?.[0], replica('a.x\\RTC'));
    }
  });
});
