import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

function pool(placements: readonly string[], release = '"2013"', servers = ''): string {
  return `pools:
  atl-cs-001.litwareinc.com:
    site: Atlanta
    edition: Enterprise
    release: ${release}
    centralManagement: active
    databases:
${placements.map((line) => `      ${line}\n`).join('')}${servers}`;
}

function chat(placement: string, servers = ''): string {
  return `persistentChatPools:
  atl-pc-001.litwareinc.com:
    nextHop: atl-cs-001.litwareinc.com
    servers: {}
    databases: { PersistentChat: { ${placement} } }
${servers}`;
}

const servers = (...lines: readonly string[]) => `sqlServers:\n${lines.map((line) => `  ${line}\n`).join('')}`;

describe('mirror-same-instance', () => {
  const code = 'mirror-same-instance';

  it('takes MSSQLSERVER for the default instance, and names in any case', () => {
    const marked = pool(['User: { primary: a.x.com, mirror: <<A.x.com\\MSSQLSERVER>> }']);
    const found = expectOne(code, 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['a.x.com']);
  });

  it('holds for Persistent Chat and for its log-shipping secondary', () => {
    expectOne(code, 'error', chat('primary: a.x.com\\C, mirror: <<a.x.com\\C>>'));
    const found = expectOne(
      code,
      'error',
      chat('primary: a.x.com\\C, backup: b.x.com\\C, backupMirror: <<b.x.com\\C>>'),
    );
    assert.match(found.message, /backup mirror of PersistentChat is its backup instance/);
    expectFound(code, chat('primary: a.x.com\\C, mirror: b.x.com\\C, backup: c.x.com\\C, backupMirror: d.x.com\\C'));
    expectFound(code, chat('primary: a.x.com\\C, backupMirror: a.x.com\\C'));
  });
});

describe('mirror-on-same-server', () => {
  it('finds another instance on the same server, and leaves the same instance to another rule', () => {
    const code = 'mirror-on-same-server';
    const marked = pool(['User: { primary: a.x.com\\A, mirror: <<A.x.com\\B>> }']);
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'warning', marked)), ['a.x.com\\A']);
    expectFound(code, pool(['User: { primary: a.x.com\\A, mirror: a.x.com\\A }']));
    expectFound(code, pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A }']));
    expectOne(code, 'warning', chat('primary: a.x.com\\C, backup: b.x.com\\C, backupMirror: <<b.x.com\\D>>'));
  });
});

describe('witness-on-partner-server', () => {
  it('looks at both partners, also of Persistent Chat', () => {
    const code = 'witness-on-partner-server';
    const marked = pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A, witness: <<A.x.com\\W>> }']);
    const found = expectOne(code, 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['a.x.com\\A']);
    assert.equal(found.related?.[0]?.message, 'The primary instance.');
    const other = pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A, witness: <<b.x.com\\W>> }']);
    assert.equal(expectOne(code, 'error', other).related?.[0]?.message, 'The mirror instance.');
    expectOne(code, 'error', chat('primary: a.x.com\\A, mirror: b.x.com\\A, witness: <<b.x.com\\W>>'));
    expectFound(code, pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A, witness: c.x.com\\W }']));
  });
});

describe('witness-without-mirror', () => {
  const code = 'witness-without-mirror';

  it('offers to take the witness out of a flow map and of a block map', () => {
    const flow = pool(['User: { primary: a.x.com\\A, witness: <<c.x.com\\W>> }']);
    const found = expectOne(code, 'error', flow);
    assert.equal(found.fixes?.[0]?.preferred, false);
    expectFixed(flow, found.fixes?.[0], pool(['User: { primary: a.x.com\\A }']));
    const block = pool(['User:', '  primary: a.x.com\\A', '  witness: <<c.x.com\\W>>']);
    expectFixed(block, expectOne(code, 'error', block).fixes?.[0], pool(['User:', '  primary: a.x.com\\A']));
  });

  it('is silent with a mirror that is not understood, and in an availability group', () => {
    expectFound(code, pool(['User: { primary: a.x.com\\A, mirror: //b, witness: c.x.com\\W }']));
    expectFound(code, pool(['User: { availabilityGroup: ag.x.com, witness: c.x.com\\W }']));
    expectOne(code, 'error', chat('primary: a.x.com\\A, witness: <<c.x.com\\W>>'));
  });
});

describe('the servers of a mirroring session', () => {
  const partners = 'primary: a.x.com\\A, mirror: <<b.x.com\\A>>';
  const both = (one: string, other: string) => servers(`a.x.com: { ${one} }`, `b.x.com: { ${other} }`);

  it('run one version: mirror-version-mismatch', () => {
    const code = 'mirror-version-mismatch';
    const marked = pool([`User: { ${partners} }`], '"2013"', both('version: "2012"', 'version: "2008 R2"'));
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'error', marked)), ['a.x.com\\A', '"2012"', '"2008 R2"']);
    expectOne(code, 'error', chat(partners, both('version: "2012"', 'version: "2014"')));
    const witness = 'primary: a.x.com\\A, mirror: c.x.com\\A, witness: <<b.x.com\\W>>';
    expectOne(code, 'error', pool([`User: { ${witness} }`], '"2013"', both('version: "2012"', 'version: "2014"')));
    const calm = partners.replaceAll(/<<|>>/g, '');
    expectFound(code, pool([`User: { ${calm} }`], '"2013"', both('version: "2012"', 'edition: Standard')));
  });

  it('partners have one edition, the witness any: mirror-edition-mismatch', () => {
    const code = 'mirror-edition-mismatch';
    const marked = chat(
      `primary: z.x.com\\Z, backup: a.x.com\\A, backupMirror: <<b.x.com\\A>>`,
      both('edition: Standard', 'edition: Enterprise'),
    );
    const found = expectOne(code, 'error', marked);
    assert.match(
      found.message,
      /^The backup mirror of PersistentChat runs SQL Server Enterprise Edition and the backup Standard/,
    );
    const witness = 'primary: a.x.com\\A, mirror: c.x.com\\A, witness: b.x.com\\W';
    expectFound(code, pool([`User: { ${witness} }`], '"2013"', both('edition: Enterprise', 'edition: Express')));
  });

  it('are in one domain, the one that is given or that of the name: mirror-domain-mismatch', () => {
    const code = 'mirror-domain-mismatch';
    const marked = pool(['User: { primary: a.x.com\\A, mirror: <<b.y.com\\A>>, witness: <<c.z.com\\W>> }']);
    assert.equal(expectFound(code, marked).length, 2);
    expectFound(
      code,
      pool(['User: { primary: a.x.com\\A, mirror: b.y.com\\A }'], '"2013"', servers('b.y.com: { domain: X.com }')),
    );
    expectFound(code, pool(['User: { primary: a.x.com\\A, mirror: b\\A }']));
    expectOne(code, 'error', chat('primary: a.x.com\\A, backup: b.x.com\\A, backupMirror: <<c.y.com\\A>>'));
  });
});

describe('mirror-release and mirror-without-witness', () => {
  it('follow the release of the pool', () => {
    const marked = pool(['User: { primary: a.x.com\\A, mirror: <<b.x.com\\A>>, witness: c.x.com\\W }'], 'SE');
    const found = expectOne('mirror-release', 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['SE']);
    assert.equal(found.fixes?.[0]?.title, 'Take mirror and witness out');
    expectFixed(marked, found.fixes?.[0], pool(['User: { primary: a.x.com\\A }'], 'SE'));
    const witness = pool(['User: { primary: a.x.com\\A, witness: <<c.x.com\\W>> }'], 'SE');
    assert.equal(expectOne('mirror-release', 'error', witness).fixes?.[0]?.title, 'Take the witness out');
    expectFound('mirror-release', pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A }'], '"2015"'));
    expectFound('mirror-release', pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A }'], 'none'));
    const lonely = pool(['User: { primary: a.x.com\\A, mirror: <<b.x.com\\A>> }'], '"2015"');
    expectOne('mirror-without-witness', 'information', lonely);
    const understood = pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A, witness: //c }'], '"2015"');
    expectFound('mirror-without-witness', understood);
    expectFound('mirror-without-witness', pool(['User: { primary: a.x.com\\A, mirror: b.x.com\\A }'], '"2019"'));
  });
});

describe('mirror-incomplete-set', () => {
  const code = 'mirror-incomplete-set';
  const user = 'User: { primary: a.x.com\\A, mirror: b.x.com\\A, witness: c.x.com\\W }';

  it('gives the same instance the same mirror, in a flow map and in a block map', () => {
    const flow = pool([user, '<<Application>>: { primary: A.x.com\\A }']);
    const found = expectOne(code, 'warning', flow);
    assert.deepEqual(relatedTexts(flow, found), ['b.x.com\\A']);
    expectFixed(
      flow,
      found.fixes?.[0],
      pool([user, 'Application: { primary: A.x.com\\A, mirror: b.x.com\\A, witness: c.x.com\\W }']),
    );
    const block = pool([user, '<<CentralMgmt>>:', '  primary: a.x.com\\A # the same']);
    expectFixed(
      block,
      expectOne(code, 'warning', block).fixes?.[0],
      pool([user, 'CentralMgmt:', '  primary: a.x.com\\A # the same', '  mirror: b.x.com\\A', '  witness: c.x.com\\W']),
    );
  });

  it('adds no witness where there is one, and none that is not known', () => {
    const own = (more: string) => `Application: { primary: a.x.com\\A, witness: z.x.com\\W${more} }`;
    const marked = pool([user, own('').replace('Application', '<<Application>>')]);
    const found = expectOne(code, 'warning', marked);
    assert.equal(found.fixes?.[0]?.preferred, true);
    expectFixed(marked, found.fixes?.[0], pool([user, own(', mirror: b.x.com\\A')]));
    const alone = user.replace(', witness: c.x.com\\W', '');
    const without = pool([alone, '<<Application>>: { primary: a.x.com\\A }']);
    const mirrored = pool([alone, 'Application: { primary: a.x.com\\A, mirror: b.x.com\\A }']);
    expectFixed(without, expectOne(code, 'warning', without).fixes?.[0], mirrored);
  });

  it('offers nothing for another instance', () => {
    assert.equal(expectOne(code, 'warning', pool([user, '<<Application>>: { primary: z.x.com\\A }'])).fixes, undefined);
  });

  it('is silent about other databases, groups, and mirrors that are not understood', () => {
    expectFound(code, pool([user, 'Archiving: { primary: a.x.com\\A }']));
    expectFound(code, pool([user, 'Application: { primary: a.x.com\\A, mirror: //b }']));
    expectFound(code, pool([user, 'Application: { primary: a.x.com\\A, availabilityGroup: ag.x.com }']));
    expectFound(code, pool([user, 'Application: { primary: //a }']));
    expectFound(code, pool(['User: { primary: a.x.com\\A }', 'Application: { primary: a.x.com\\A }']));
  });
});
