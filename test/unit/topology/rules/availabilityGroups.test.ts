import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

const one = 'dal-sql-001.litwareinc.com\\RTC';
const two = 'dal-sql-002.litwareinc.com\\RTC';
const three = 'dal-sql-003.litwareinc.com\\RTC';

function group(lines: readonly string[], name = 'dal-sql-ag.litwareinc.com'): string {
  return `availabilityGroups:\n  ${name}:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

const replicas = (...names: readonly string[]) => `replicas: [${names.join(', ')}]`;

describe('availability-group-listener', () => {
  it('puts the port right, and needs none', () => {
    const text = group([replicas(one, two), 'listenerPort: <<5022>>']);
    const found = expectOne('availability-group-listener', 'error', text);
    expectFixed(text, found.fixes?.[0], group([replicas(one, two), 'listenerPort: 1433']));
    expectFound('availability-group-listener', group([replicas(one, two)]));
    expectFound('availability-group-listener', group([replicas(one, two), 'listenerPort: 1433']));
  });

  it('finds a listener with the name of a replica, in any case', () => {
    const text = group([replicas(one, 'DAL-sql-ag.litwareinc.com\\RTC')], '<<dal-sql-ag.litwareinc.com>>');
    const found = expectOne('availability-group-listener', 'error', text);
    assert.deepEqual(relatedTexts(text, found), ['DAL-sql-ag.litwareinc.com\\RTC']);
  });
});

describe('availability-group-replicas', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `sql-${index}.litwareinc.com\\RTC`);

  it('takes two to nine', () => {
    for (const names of [[], [one], many(10)])
      expectOne('availability-group-replicas', 'error', group([`replicas: <<[${names.join(', ')}]>>`]));
    for (const names of [many(2), many(9)]) expectFound('availability-group-replicas', group([replicas(...names)]));
  });

  it('finds two on one server; the same one twice is taken out', () => {
    const other = group([replicas(one, `<<DAL-sql-001.litwareinc.com\\OTHER>>`, two)]);
    const found = expectOne('availability-group-replicas', 'error', other);
    assert.deepEqual(relatedTexts(other, found), [one]);
    assert.deepEqual(found.fixes, undefined);
    const twice = group([replicas(one, `<<${one.toUpperCase()}>>`, two)]);
    const fix = expectOne('availability-group-replicas', 'error', twice).fixes?.[0];
    expectFixed(twice, fix, group([replicas(one, two)]));
  });

  it('says nothing of a list that is missing', () => {
    expectFound('availability-group-replicas', group(['commit: synchronous']));
  });
});

describe('availability-group-commit-mode', () => {
  it('warns of asynchronous commits and of failover by hand, and puts them right', () => {
    const commit = group([replicas(one, two), 'commit: <<asynchronous>>', 'failover: automatic']);
    const found = expectOne('availability-group-commit-mode', 'warning', commit);
    expectFixed(commit, found.fixes?.[0], group([replicas(one, two), 'commit: synchronous', 'failover: automatic']));
    const failover = group([replicas(one, two), 'failover: <<manual>>']);
    const fix = expectOne('availability-group-commit-mode', 'warning', failover).fixes?.[0];
    expectFixed(failover, fix, group([replicas(one, two), 'failover: automatic']));
    expectFound('availability-group-commit-mode', group([replicas(one, two)]));
  });
});

describe('availability-group-instance-name', () => {
  it('warns of each replica with another name than the first, in any case', () => {
    const text = group([replicas(one, two.replace('RTC', 'rtc'), `<<${three.replace('RTC', 'LYNC')}>>`)]);
    const found = expectOne('availability-group-instance-name', 'warning', text);
    assert.deepEqual(relatedTexts(text, found), [one]);
  });

  it('compares the default instance, too', () => {
    expectOne('availability-group-instance-name', 'warning', group([replicas(one, '<<dal-sql-002.litwareinc.com>>')]));
    const names = [one, two].map((name) => name.replace('\\RTC', ''));
    expectFound('availability-group-instance-name', group([replicas(...names)]));
    expectFound('availability-group-instance-name', group([replicas(names[0] ?? '', `${names[1]}\\MSSQLSERVER`)]));
  });
});

interface PoolLines {
  readonly edition?: string;
  readonly release?: string;
  readonly site?: string;
  readonly name?: string;
  readonly more?: readonly string[];
}

function pool(
  databases: readonly string[],
  { edition = 'Enterprise', release = '"2015"', site = 'Dallas', name = 'dal-cs-001', more = [] }: PoolLines = {},
): string {
  const head = [`site: ${site}`, `edition: ${edition}`, `release: ${release}`, ...more, 'databases:'];
  const lines = [...head, ...databases.map((line) => `  ${line}`)];
  return `  ${name}.litwareinc.com:\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

const inGroup = '{ availabilityGroup: dal-sql-ag.litwareinc.com }';
const markedGroup = '{ availabilityGroup: <<dal-sql-ag.litwareinc.com>> }';
const whole = group([replicas(one, two)]);

function file(pools: string, servers: readonly string[] = [], groups = whole): string {
  const described = servers.length === 0 ? '' : `sqlServers:\n${servers.map((line) => `  ${line}\n`).join('')}`;
  return `pools:\n${pools}${groups}${described}`;
}

describe('availability-group-release', () => {
  it('refuses a group in release 2013 only, for each type of databases', () => {
    const text = file(pool([`User: ${markedGroup}`, `Monitoring: ${markedGroup}`], { release: '"2013"' }));
    const found = expectFound('availability-group-release', text);
    assert.deepEqual(
      found.map(({ severity }) => severity),
      ['error', 'error'],
    );
    for (const release of ['"2015"', '"2019"', 'SE', '"2021"'])
      expectFound('availability-group-release', file(pool([`User: ${inGroup}`], { release })));
  });
});

describe('availability-group-edition', () => {
  it('finds replicas on another edition of SQL Server than Enterprise', () => {
    const groups = group([replicas(one, `<<${two.toUpperCase()}>>`)]);
    const servers = [
      'dal-sql-001.litwareinc.com: { edition: Enterprise }',
      'dal-sql-002.litwareinc.com: { edition: Standard }',
    ];
    const text = file(pool([`User: ${inGroup}`]), servers, groups);
    const found = expectOne('availability-group-edition', 'error', text);
    assert.deepEqual(relatedTexts(text, found), ['Standard']);
    expectFound(
      'availability-group-edition',
      file(pool([`User: ${inGroup}`]), ['x.litwareinc.com: { edition: Express }']),
    );
  });

  it('finds the local databases of a Standard Edition server in a group, and not the others', () => {
    const databases = [`User: ${markedGroup}`, `Monitoring: ${inGroup}`];
    const text = file(pool(databases, { edition: 'Standard' }));
    const found = expectOne('availability-group-edition', 'error', text);
    assert.deepEqual(relatedTexts(text, found), ['Standard']);
  });
});

describe('availability-group-with-mirror', () => {
  const mirrored = (mark: boolean) =>
    `User: { availabilityGroup: dal-sql-ag.litwareinc.com, mirror: ${mark ? `<<${two}>>` : two}, witness: ${three} }`;

  it('leaves open which is meant in release 2015', () => {
    const text = file(pool([mirrored(true)]));
    const found = expectOne('availability-group-with-mirror', 'error', text);
    assert.deepEqual(relatedTexts(text, found), ['dal-sql-ag.litwareinc.com']);
    assert.equal(found.fixes?.[0]?.preferred, false);
    expectFixed(text, found.fixes?.[0], file(pool([`User: ${inGroup}`])));
  });

  it('takes the mirror out where the release has none', () => {
    for (const release of ['"2019"', 'SE']) {
      const found = expectOne('availability-group-with-mirror', 'error', file(pool([mirrored(true)], { release })));
      assert.equal(found.fixes?.[0]?.preferred, true);
    }
    const noGroup = file(pool([mirrored(true)], { release: 'SE' }), [], 'availabilityGroups: {}\n');
    assert.equal(expectOne('availability-group-with-mirror', 'error', noGroup).fixes?.[0]?.preferred, false);
  });

  it('finds a witness alone', () => {
    expectOne(
      'availability-group-with-mirror',
      'error',
      file(pool(['User:', '  availabilityGroup: dal-sql-ag.litwareinc.com', `  witness: <<${three}>>`])),
    );
    expectFound('availability-group-with-mirror', file(pool([`User: { primary: ${one}, mirror: ${two} }`])));
  });
});

describe('availability-group-primary-not-listener', () => {
  const both = (primary: string) => [
    'User:',
    '  availabilityGroup: dal-sql-ag.litwareinc.com',
    `  primary: ${primary}`,
  ];

  it('warns of a node beside the listener; the node can be taken out once the listener is published', () => {
    const text = file(pool(both(`<<${one}>>`)));
    const found = expectOne('availability-group-primary-not-listener', 'warning', text);
    assert.deepEqual(relatedTexts(text, found), ['dal-sql-ag.litwareinc.com']);
    assert.equal(found.fixes?.[0]?.preferred, false);
    expectFixed(text, found.fixes?.[0], file(pool(both(one).slice(0, 2))));
  });

  it('says nothing when the listener is the primary, or either is missing', () => {
    expectFound('availability-group-primary-not-listener', file(pool(both('DAL-sql-ag.litwareinc.com\\RTC'))));
    expectFound('availability-group-primary-not-listener', file(pool([`User: ${inGroup}`])));
    expectFound('availability-group-primary-not-listener', file(pool([`User: { primary: ${one} }`])));
  });
});

describe('availability-group-domain', () => {
  const far = 'dal-sql-002.contoso.com\\RTC';

  it('compares the DNS suffix of each replica with that of the pool, once for each group', () => {
    const groups = group([replicas(one, far)]);
    const text = file(pool([`User: ${markedGroup}`, `Application: ${inGroup}`]), [], groups);
    const found = expectOne('availability-group-domain', 'error', text);
    assert.deepEqual(relatedTexts(text, found), [far]);
    assert.match(found.message, /dal-sql-002\.contoso\.com\\RTC .* domain contoso\.com .* in litwareinc\.com/);
  });

  it('goes by the domain that is given, and by the Front Ends of the pool', () => {
    const groups = group([replicas(one, far)]);
    const described = ['dal-sql-002.contoso.com: { domain: LITWAREINC.com }'];
    expectFound('availability-group-domain', file(pool([`User: ${inGroup}`]), described, groups));
    const more = ['frontEnds: [fe-1.corp.litwareinc.com, fe-2.corp.litwareinc.com, fe-3.corp.litwareinc.com]'];
    const servers = [1, 2].map((number) => `dal-sql-00${number}.litwareinc.com: { domain: corp.litwareinc.com }`);
    expectFound('availability-group-domain', file(pool([`User: ${inGroup}`], { more }), servers));
    const moved = file(pool([`User: ${markedGroup}`]), servers.slice(0, 1));
    assert.deepEqual(relatedTexts(moved, expectOne('availability-group-domain', 'error', moved)), [
      one,
      'corp.litwareinc.com',
    ]);
  });

  it('says nothing of a server without a domain', () => {
    expectFound('availability-group-domain', file(pool([`User: ${inGroup}`]), [], group([replicas('sql-1', 'sql-2')])));
  });
});

describe('availability-group-cross-site', () => {
  const atlanta = (databases: readonly string[]) => pool(databases, { site: 'Atlanta', name: 'atl-cs-001' });

  it('finds replicas on servers of two sites', () => {
    const groups = group([replicas(one, '<<atl-sql-001.litwareinc.com\\RTC>>')]);
    const pools = `${pool([`User: { primary: ${one} }`])}${atlanta(['User: { primary: ATL-sql-001.litwareinc.com\\X }'])}`;
    const text = file(pools, [], groups);
    const found = expectOne('availability-group-cross-site', 'warning', text);
    assert.deepEqual(relatedTexts(text, found), [one, 'ATL-sql-001.litwareinc.com\\X']);
  });

  it('finds a group that pools of two sites use', () => {
    const text = file(`${pool([`User: ${inGroup}`])}${atlanta([`User: ${markedGroup}`])}`);
    const found = expectOne('availability-group-cross-site', 'warning', text);
    assert.deepEqual(relatedTexts(text, found), ['dal-sql-ag.litwareinc.com']);
  });

  it('says nothing where sites are the same, unknown or unclear', () => {
    const same = pool([`User: { primary: ${two} }`], { site: 'dallas', name: 'dal-cs-002' });
    expectFound('availability-group-cross-site', file(`${pool([`User: { primary: ${one} }`])}${same}`));
    expectFound('availability-group-cross-site', file(pool([`User: { primary: ${one} }`])));
    const unclear = [`User: { primary: ${one}, mirror: ${two} }`];
    expectFound('availability-group-cross-site', file(`${atlanta([`User: { primary: ${two} }`])}${pool(unclear)}`));
  });
});

describe('availability-group-incomplete', () => {
  it('warns of databases of the unit outside, and not of others', () => {
    const alone = `{ primary: ${three} }`;
    const text = file(
      pool([`User: ${inGroup}`, `<<CentralMgmt>>: ${alone}`, `Monitoring: ${alone}`, `Archiving: ${alone}`]),
    );
    const found = expectOne('availability-group-incomplete', 'warning', text);
    assert.deepEqual(relatedTexts(text, found), ['dal-sql-ag.litwareinc.com']);
  });

  it('counts what names the listener as inside, and what is in another group', () => {
    const listener = 'Application: { primary: DAL-sql-ag.litwareinc.com\\RTC }';
    const other = 'CentralMgmt: { availabilityGroup: dal-sql-ag2.litwareinc.com }';
    const groups = `${whole}  dal-sql-ag2.litwareinc.com: { ${replicas('"a.litwareinc.com"', '"b.litwareinc.com"')} }\n`;
    expectFound('availability-group-incomplete', file(pool([`User: ${inGroup}`, listener, other]), [], groups));
  });

  it('says nothing of a pool without a group', () => {
    expectFound(
      'availability-group-incomplete',
      file(pool([`User: { primary: ${one} }`, `Application: { primary: ${two} }`])),
    );
  });
});

describe('availability-group-persistent-chat', () => {
  it('finds the databases of Persistent Chat of a pool, without repeating other rules', () => {
    const text = file(pool([`PersistentChatCompliance: ${markedGroup}`], { release: '"2013"' }));
    expectOne('availability-group-persistent-chat', 'error', text);
    expectFound('availability-group-release', text.replace(/<<|>>/g, ''));
  });

  it('finds those of a Persistent Chat pool', () => {
    const chat = `persistentChatPools:
  dal-pc-001.litwareinc.com:
    nextHop: dal-cs-001.litwareinc.com
    servers: {}
    databases:
      PersistentChat: ${markedGroup}
`;
    const found = expectOne('availability-group-persistent-chat', 'error', `${whole}${chat}`);
    assert.match(found.message, /PersistentChat of dal-pc-001\.litwareinc\.com/);
  });
});
