import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

function server(name: string, site: string, active: string): string {
  return `      ${name}: { site: ${site}, active: ${active} }`;
}

function chat(servers: readonly string[], more: readonly string[] = [], nextHop = 'atl-cs-001.litwareinc.com'): string {
  return [
    'persistentChatPools:',
    '  atl-pc-001.litwareinc.com:',
    ...(nextHop === '' ? [] : [`    nextHop: ${nextHop}`]),
    ...(servers.length === 0 ? ['    servers: {}'] : ['    servers:', ...servers]),
    ...more.map((line) => `    ${line}`),
    '',
  ].join('\n');
}

function numbered(count: number, site = 'Atlanta', active = 'false'): readonly string[] {
  return Array.from({ length: count }, (_, index) => server(`${site}-${index + 1}.litwareinc.com`, site, active));
}

function placement(...lines: readonly string[]): readonly string[] {
  return ['databases:', '  PersistentChat:', ...lines.map((line) => `    ${line}`)];
}

const primary = 'primary: atl-sql-011.litwareinc.com\\CHAT';
const backup = 'backup: dal-sql-011.litwareinc.com\\CHAT';
const share = 'logShippingShare: \\\\dal-fs-002.litwareinc.com\\PChatLogs';

describe('persistent-chat-server-count', () => {
  it('allows eight servers and says once that there are more', () => {
    expectFound('persistent-chat-server-count', chat(numbered(8)));
    const marked = chat([
      ...numbered(8),
      server('<<nine.litwareinc.com>>', 'Dallas', 'false'),
      ...numbered(2, 'Dallas'),
    ]);
    const found = expectOne('persistent-chat-server-count', 'error', marked);
    assert.match(found.message, /has 11 servers/);
    assert.deepEqual(relatedTexts(marked, found), ['atl-pc-001.litwareinc.com']);
  });
});

describe('persistent-chat-active-count', () => {
  it('allows four active servers and names those that are', () => {
    expectFound('persistent-chat-active-count', chat([...numbered(4, 'Atlanta', 'true'), ...numbered(4, 'Dallas')]));
    const fifth = (active: string) =>
      chat([...numbered(4, 'Atlanta', 'true'), server('five.litwareinc.com', 'Atlanta', active)]);
    const found = expectOne('persistent-chat-active-count', 'error', fifth('<<true>>'));
    assert.equal(found.related?.length, 4);
    assert.equal(found.fixes?.[0]?.preferred, false);
    expectFixed(fifth('<<true>>'), found.fixes?.[0], fifth('false'));
  });

  it('does not count what is not understood', () => {
    expectFound(
      'persistent-chat-active-count',
      chat([...numbered(4, 'Atlanta', 'true'), server('five.litwareinc.com', 'Atlanta', 'maybe')]),
    );
  });
});

describe('persistent-chat-active-site', () => {
  const atHome = server('atl-pc-1.litwareinc.com', 'Atlanta', 'true');
  const away = server('dal-pc-1.litwareinc.com', 'dallas', '<<true>>');
  const calm = away.replaceAll(/<<|>>/g, '');

  it('takes the site of the next hop, in any case', () => {
    const marked = chat([atHome.replace('Atlanta', 'ATLANTA'), away], placement(primary));
    const found = expectOne('persistent-chat-active-site', 'warning', marked);
    assert.deepEqual(relatedTexts(marked, found), ['atl-sql-011.litwareinc.com\\CHAT', 'Atlanta']);
    expectFixed(
      marked,
      found.fixes?.[0],
      chat([atHome.replace('Atlanta', 'ATLANTA'), calm.replace('true', 'false')], placement(primary)),
    );
  });

  it('offers no fix that would leave nobody active at home', () => {
    const found = expectOne('persistent-chat-active-site', 'warning', chat([away], placement(primary)));
    assert.equal(found.fixes, undefined);
  });

  const pool = (site: string, more: string) =>
    `pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013" }\n  dal-cs-001.litwareinc.com: { site: ${site}, edition: Enterprise, release: "2013", ${more} }\n`;

  it('believes the pools on the same SQL server more than the next hop', () => {
    const sharing = 'databases: { User: { primary: ATL-sql-011.litwareinc.com\\RTC } }';
    expectFound('persistent-chat-active-site', pool('Dallas', sharing) + chat([calm], placement(primary)));
    const marked =
      pool('Dallas', sharing) + chat([server('atl-pc-1.litwareinc.com', 'Atlanta', '<<true>>')], placement(primary));
    expectOne('persistent-chat-active-site', 'warning', marked);
  });

  it('believes a file share on the SQL server, and nobody where pools do not agree', () => {
    const sharing = 'fileShare: \\\\atl-sql-011.litwareinc.com\\Share';
    expectFound('persistent-chat-active-site', pool('Dallas', sharing) + chat([calm], placement(primary)));
    const third =
      '  phx-cs-001.litwareinc.com: { site: Phoenix, edition: Enterprise, release: "2013", fileShare: \\\\atl-sql-011.litwareinc.com\\Other }\n';
    expectFound(
      'persistent-chat-active-site',
      pool('Dallas', sharing) + third + chat([atHome, calm], placement(primary)),
    );
  });

  it('is silent without a database, a next hop that is known, a site or an active server', () => {
    expectFound('persistent-chat-active-site', chat([calm]));
    expectFound('persistent-chat-active-site', chat([calm], placement(primary), 'nowhere.litwareinc.com'));
    expectFound(
      'persistent-chat-active-site',
      chat(['      dal-pc-1.litwareinc.com: { active: true }'], placement(primary)),
    );
    expectFound('persistent-chat-active-site', chat([calm.replace('true', 'false')], placement(primary)));
  });

  it('knows two active and two idle servers in each of two sites', () => {
    const four = (site: string) => [
      ...numbered(2, site, 'true'),
      ...numbered(2, site).map((line) => line.replace('-', '-idle-')),
    ];
    expectFound('persistent-chat-active-site', chat([...four('Atlanta'), ...four('Dallas')], placement(primary)));
    const uneven = [...four('Atlanta'), ...four('Dallas').slice(0, 3)].map((line) =>
      line.replace('Dallas, active: true', 'Dallas, active: <<true>>'),
    );
    expectFound('persistent-chat-active-site', chat(uneven, placement(primary)));
  });

  it('reports other spreads of eight servers', () => {
    const some = (site: string, count: number, active: number) =>
      numbered(count, site).map((line, index) =>
        index >= active ? line : line.replace('false', site === 'Atlanta' ? 'true' : '<<true>>'),
      );
    for (const [servers, away] of [
      [[...some('Atlanta', 4, 2), ...some('Dallas', 4, 1)], 1],
      [[...some('Atlanta', 4, 1), ...some('Dallas', 4, 2)], 2],
      [[...some('Atlanta', 5, 2), ...some('Dallas', 3, 2)], 2],
      [[...some('Atlanta', 4, 2), ...some('Dallas', 2, 1), ...some('Phoenix', 2, 1)], 2],
      [[...some('Dallas', 8, 2)], 2],
    ] as const)
      assert.equal(expectFound('persistent-chat-active-site', chat(servers, placement(primary))).length, away);
  });
});

describe('persistent-chat-collocated', () => {
  const pools = (edition: string) =>
    `pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: ${edition}, release: "2013" }\n`;
  const own = server('ATL-cs-001.litwareinc.com', 'Atlanta', 'true');

  it('finds what stands beside a Standard Edition server that is one of the servers', () => {
    const marked = pools('Standard') + chat([own, server('<<dal-pc-1.litwareinc.com>>', 'Dallas', 'false')]);
    const found = expectOne('persistent-chat-collocated', 'error', marked);
    assert.deepEqual(relatedTexts(marked, found), ['Standard']);
  });

  it('is silent for one server, and for an Enterprise pool', () => {
    expectFound('persistent-chat-collocated', pools('Standard') + chat([own]));
    expectFound('persistent-chat-collocated', pools('Enterprise') + chat([own, ...numbered(2)]));
  });
});

describe('persistent-chat-domain', () => {
  it('compares every server with the first one, in any case', () => {
    const marked = chat([
      server('a.litwareinc.com', 'Atlanta', 'true'),
      server('b.LITWAREINC.com', 'Atlanta', 'true'),
      server('<<c.contoso.com>>', 'Dallas', 'false'),
    ]);
    const found = expectOne('persistent-chat-domain', 'warning', marked);
    assert.deepEqual(relatedTexts(marked, found), ['a.litwareinc.com']);
  });

  it('is silent where a name has no domain', () => {
    expectFound(
      'persistent-chat-domain',
      chat([server('a', 'Atlanta', 'true'), server('b.contoso.com', 'Atlanta', 'true')]),
    );
    expectFound(
      'persistent-chat-domain',
      chat([server('a.contoso.com', 'Atlanta', 'true'), server('b', 'Atlanta', 'true')]),
    );
  });
});

describe('persistent-chat-no-secondary', () => {
  it('is silent with a backup, also one that is not understood, without a primary, and for compliance', () => {
    const code = 'persistent-chat-no-secondary';
    expectFound(code, chat([], placement(primary, backup)));
    expectFound(code, chat([], placement(primary, 'backup: //wrong/CHAT')));
    expectFound(code, chat([], placement('availabilityGroup: ag.litwareinc.com')));
    expectFound(code, chat([], ['databases:', `  PersistentChatCompliance: { ${primary} }`]));
    expectFound(code, chat([]));
    const marked = chat([], ['databases:', `  <<PersistentChat>>: { ${primary} }`]);
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'warning', marked)), ['atl-pc-001.litwareinc.com']);
  });
});

describe('persistent-chat-secondary-server', () => {
  it('looks at primary and mirror, and at compliance', () => {
    const code = 'persistent-chat-secondary-server';
    const marked = chat(
      [],
      placement(primary, 'mirror: atl-sql-012.litwareinc.com\\CHAT', 'backup: <<ATL-sql-012.litwareinc.com\\B>>'),
    );
    const found = expectOne(code, 'error', marked);
    assert.match(found.message, /as its mirror is/);
    assert.deepEqual(relatedTexts(marked, found), ['atl-sql-012.litwareinc.com\\CHAT']);
    expectOne(
      code,
      'error',
      chat([], ['databases:', `  PersistentChatCompliance: { ${primary}, backup: <<atl-sql-011.litwareinc.com>> }`]),
    );
    expectFound(code, chat([], placement(primary, backup)));
    expectFound(code, chat([], placement(primary)));
  });
});

describe('backup-mirror-without-backup', () => {
  it('is silent with a backup, also one that is not understood, and takes the place of what is said of the backup', () => {
    const code = 'backup-mirror-without-backup';
    const mirror = 'backupMirror: dal-sql-012.litwareinc.com\\CHAT';
    expectFound(code, chat([], placement(primary, backup, mirror)));
    expectFound(code, chat([], placement(primary, 'backup: //wrong/CHAT', mirror)));
    const marked = chat([], placement(primary, 'backupMirror: <<dal-sql-012.litwareinc.com\\CHAT>>'));
    assert.deepEqual(relatedTexts(marked, expectOne(code, 'error', marked)), ['PersistentChat']);
    expectFound('persistent-chat-no-secondary', marked.replaceAll(/<<|>>/g, ''));
  });
});

describe('log-shipping-share-missing', () => {
  it('is silent with a share, also one that is not understood, and without a backup', () => {
    const code = 'log-shipping-share-missing';
    expectFound(code, chat([], [share, ...placement(primary, backup)]));
    expectFound(code, chat([], ['logShippingShare: nowhere', ...placement(primary, backup)]));
    expectFound(code, chat([], placement(primary)));
    expectFound(code, chat([], ['databases:', `  PersistentChatCompliance: { ${primary}, ${backup} }`]));
    expectOne(code, 'warning', chat([], placement(primary, 'backup: <<dal-sql-011.litwareinc.com\\CHAT>>')));
  });
});

describe('log-shipping-share-is-file-share', () => {
  const pools =
    'pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2013", fileShare: \\\\atl-fs-001.litwareinc.com\\LyncShare }\n';

  it('finds the share itself and a folder in it, in any case', () => {
    const code = 'log-shipping-share-is-file-share';
    for (const path of ['ATL-FS-001.litwareinc.com\\lyncshare', 'atl-fs-001.litwareinc.com\\LyncShare\\Logs']) {
      const marked = pools + chat([], [`logShippingShare: <<\\\\${path}>>`]);
      const found = expectOne(code, 'error', marked);
      assert.deepEqual(relatedTexts(marked, found), ['\\\\atl-fs-001.litwareinc.com\\LyncShare']);
    }
    expectFound(code, pools + chat([], ['logShippingShare: \\\\atl-fs-001.litwareinc.com\\PChatLogs']));
    expectFound(code, pools + chat([]));
  });
});

describe('persistent-chat-release', () => {
  const code = 'persistent-chat-release';
  const pools = (one: string, other: string) =>
    `pools:\n  atl-cs-001.litwareinc.com: { site: Atlanta, edition: Enterprise${one} }\n  dal-cs-001.litwareinc.com: { site: Dallas, edition: Enterprise${other} }\n`;

  it('looks at the release of the next hop', () => {
    for (const release of ['"2019"', 'SE']) {
      const marked =
        pools(`, release: ${release}`, ', release: "2013"') + chat([], [], '<<ATL-cs-001.litwareinc.com>>');
      const found = expectOne(code, 'error', marked);
      assert.deepEqual(relatedTexts(marked, found), [release]);
    }
    expectFound(code, pools(', release: "2015"', ', release: SE') + chat([]));
    expectFound(code, pools('', ', release: SE') + chat([]));
  });

  it('looks at all pools where the next hop is not known', () => {
    expectOne(
      code,
      'error',
      pools(', release: SE', ', release: "2019"') + chat([], [], '<<elsewhere.litwareinc.com>>'),
    );
    expectOne(
      code,
      'error',
      pools(', release: SE', ', release: "2019"') +
        chat([], [], '').replace('atl-pc-001.litwareinc.com', '<<atl-pc-001.litwareinc.com>>'),
    );
    expectFound(code, pools(', release: SE', '') + chat([], [], 'elsewhere.litwareinc.com'));
    expectFound(code, pools(', release: SE', ', release: "2013"') + chat([], [], 'elsewhere.litwareinc.com'));
    expectFound(code, `pools: {}\n${chat([], [], 'elsewhere.litwareinc.com')}`);
    expectFound(code, `${pools(', release: SE', ', release: SE')}  x: [\n${chat([], [], 'elsewhere.litwareinc.com')}`);
  });
});
