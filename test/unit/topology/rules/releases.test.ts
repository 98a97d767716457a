import assert from 'node:assert/strict';
import { expectFound, expectOne, relatedTexts } from './expected.ts';

function pool(release: string, lines: readonly string[]): string {
  const all = ['site: Dallas', 'edition: Enterprise', `release: ${release}`, ...lines];
  return `pools:\n  dal-cs-001.litwareinc.com:\n${all.map((line) => `    ${line}\n`).join('')}`;
}

describe('sql-version-release', () => {
  const on = (release: string, version: string, primary = 'dal-sql-001.litwareinc.com\\RTC') =>
    `${pool(release, ['databases:', `  User: { primary: ${primary} }`])}sqlServers:\n  DAL-sql-001.litwareinc.com: { version: "${version}" }\n`;
  const marked = '<<dal-sql-001.litwareinc.com\\RTC>>';

  for (const [release, wrong, right] of [
    ['"2013"', ['2014', '2016 SP2', '2019'], ['2008 R2', '2012', '2012 SP4']],
    ['"2015"', [], ['2008 R2', '2012', '2014', '2016', '2019', '2022']],
    ['"2019"', ['2008 R2', '2012', '2014', '2022'], ['2016', '2017', '2019', 'SQL Server 2019']],
  ] as const) {
    it(`knows what release ${release} supports`, () => {
      for (const version of wrong) expectOne('sql-version-release', 'error', on(release, version, marked));
      for (const version of [...right, 'newest', '15.0']) expectFound('sql-version-release', on(release, version));
    });
  }

  it('warns only for Subscription Edition, and says nothing about later versions', () => {
    const found = expectOne('sql-version-release', 'warning', on('SE', '2014', marked));
    assert.deepEqual(relatedTexts(on('SE', '2014', marked), found), ['"2014"', 'SE']);
    for (const version of ['2016', '2017', '2019', '2022', '2025'])
      expectFound('sql-version-release', on('SE', version));
  });

  it('looks at mirror, witness and replicas, at each server once', () => {
    const servers = 'sqlServers:\n  sql-2.litwareinc.com: { version: "2016" }\n';
    const placements = [
      'databases:',
      '  User: { primary: sql-1.litwareinc.com\\RTC, mirror: <<sql-2.litwareinc.com\\RTC>> }',
      '  Application: { primary: sql-1.litwareinc.com\\RTC, mirror: SQL-2.litwareinc.com\\RTC }',
    ];
    expectOne('sql-version-release', 'error', pool('"2013"', placements) + servers);
    const group =
      'availabilityGroups:\n  ag.litwareinc.com: { replicas: [sql-1.litwareinc.com, sql-3.litwareinc.com] }\n';
    const inGroup = ['databases:', '  User: { availabilityGroup: <<ag.litwareinc.com>> }'];
    const text = `${pool('"2019"', inGroup)}${group}sqlServers:\n  sql-3.litwareinc.com: { version: "2014" }\n`;
    const found = expectOne('sql-version-release', 'error', text);
    assert.deepEqual(relatedTexts(text, found), ['"2014"', '"2019"', 'sql-3.litwareinc.com']);
  });

  it('says nothing of a server that is not described, or has no version', () => {
    expectFound('sql-version-release', on('"2019"', '2014').replace('DAL-sql-001', 'dal-sql-009'));
    expectFound('sql-version-release', on('"2019"', '2014').replace('{ version: "2014" }', '{}'));
  });
});

describe('operating-system-release', () => {
  const on = (release: string, system: string) => pool(release, [`operatingSystem: ${system}`]);

  it('knows what release 2019 runs on', () => {
    for (const system of ['Windows Server 2012 R2', 'Windows Server 2022', 'Windows Server 2019 Core'])
      expectOne('operating-system-release', 'error', on('"2019"', `<<${system}>>`));
    for (const system of ['Windows Server 2016', 'windows server 2019 Datacenter', 'Windows'])
      expectFound('operating-system-release', on('"2019"', system));
  });

  it('warns only for Subscription Edition, and says nothing about later ones', () => {
    const text = on('SE', '<<Windows Server 2012 R2>>');
    assert.deepEqual(relatedTexts(text, expectOne('operating-system-release', 'warning', text)), ['SE']);
    expectOne('operating-system-release', 'warning', on('SE', '<<Windows Server 2019 (Server Core)>>'));
    for (const system of ['Windows Server 2016', 'Windows Server 2019', 'Windows Server 2022'])
      expectFound('operating-system-release', on('SE', system));
  });

  it('says nothing about older releases', () => {
    for (const release of ['"2013"', '"2015"'])
      expectFound('operating-system-release', on(release, 'Windows Server 2008 R2'));
    expectFound('operating-system-release', pool('"2019"', []));
  });
});

describe('rgs-backup-global', () => {
  const pair = (first: string, second: string, modules: string) => `pools:
  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: ${first} }
  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise, release: ${second} }
poolPairs:
  - pools: [atl-cs-001.litwareinc.com, dal-cs-001.litwareinc.com]
    backupModules: [${modules}]
`;

  it('tells what the modules need, once for each pair, under any name', () => {
    const text = pair('"2019"', 'SE', 'PresenceFocus, <<rgsdatastore>>, ApplicationServer.RGSFileStore');
    const found = expectOne('rgs-backup-global', 'information', text);
    assert.deepEqual(relatedTexts(text, found), ['ApplicationServer.RGSFileStore']);
    assert.match(found.message, /EnableRgsBackupService/);
  });

  it('leaves older releases to backup-module-release, and says nothing without the modules', () => {
    expectFound('rgs-backup-global', pair('"2019"', '"2015"', 'ApplicationServer.RGSDataStore'));
    expectFound('rgs-backup-global', pair('"2019"', '"2021"', 'ApplicationServer.RGSDataStore'));
    expectFound('rgs-backup-global', pair('"2019"', '"2019"', 'PresenceFocus'));
  });
});

function pools(...releases: readonly string[]): string {
  const lines = releases.map(
    (release, index) => `  cs-${index}.litwareinc.com: { site: Dallas, edition: Enterprise, release: ${release} }\n`,
  );
  return `pools:\n${lines.join('')}`;
}

describe('tri-coexistence', () => {
  it('warns of three numbered releases, at the first pool of the newest', () => {
    const text = pools('<<"2019">>', '"2019"', '"2015"', '"2013"', '"2013"');
    const found = expectOne('tri-coexistence', 'warning', text);
    assert.deepEqual(relatedTexts(text, found), ['"2013"', '"2015"']);
  });

  it('lets two go together, and does not count Subscription Edition', () => {
    expectFound('tri-coexistence', pools('"2013"', '"2015"', 'SE'));
    expectFound('tri-coexistence', pools('"2013"', '"2019"', '"2013"'));
    expectFound('tri-coexistence', pools('"2013"', '"2015"', '"2017"'));
  });
});

describe('se-with-older-release', () => {
  it('tells where older releases stand beside Subscription Edition, once', () => {
    for (const older of ['"2013"', '"2015"', '"2019"']) {
      const text = pools(older, older, '<<SE>>', 'SE');
      const found = expectOne('se-with-older-release', 'information', text);
      assert.deepEqual(relatedTexts(text, found), [older]);
    }
  });

  it('says nothing of Subscription Edition alone, or of older releases alone', () => {
    expectFound('se-with-older-release', pools('SE', 'SE'));
    expectFound('se-with-older-release', pools('"2015"', '"2019"'));
  });
});
