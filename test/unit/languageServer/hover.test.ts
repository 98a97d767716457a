import assert from 'node:assert/strict';
import { MarkupContent } from 'vscode-languageserver/node';
import { ruleCodes } from '../../../src/core/topology/diagnostics.ts';
import { describeRule } from '../../../src/languageServer/descriptions.ts';
import { escapeMarkdown, plainText } from '../../../src/languageServer/markup.ts';
import { type LanguageClient, startLanguageClient } from '../../support/languageClient.ts';
import { TopologyDocument } from '../topology/imports.ts';

const uri = 'file:///litware.topology.yaml';
const capabilities = { textDocument: { hover: { contentFormat: ['markdown', 'plaintext'] } } };

const text = `lyncTopology: 1
deployment: Litware
sites:
  Atlanta: { description: The *first* data centre }
  Dallas: {}
pools:
  a.x.com:
    site: Atlanta
    edition: Enterprise
    release: "2015"
    frontEnds: [fe-1.x.com, fe-2.x.com]
    fileShare: \\\\fs.x.com\\Share
    databases:
      User: { primary: sql-1.x.com\\RTC, mirror: sql-2.x.com\\RTC, witness: sql-3.x.com\\W } # lync-topology-disable-line mirror-release
      CentralMgmt: { availabilityGroup: ag.x.com }
  b.x.com: { site: Dallas, edition: Enterprise, release: "2015" }
poolPairs:
  - pools: [a.x.com, b.x.com]
    backupModules: [DataConf]
backupService: { syncInterval: 00:02:00 }
availabilityGroups:
  ag.x.com: { replicas: [sql-5.x.com\\AG, sql-6.x.com\\AG], commit: synchronous }
sqlServers:
  sql-1.x.com: { version: "2012", edition: Standard }
edgePools:
  edge.x.com: { site: Atlanta, nextHop: a.x.com }
persistentChatPools:
  chat.x.com:
    nextHop: a.x.com
    servers:
      pc-1.x.com: { site: Dallas, active: true }
    databases:
      PersistentChat: { primary: sql-1.x.com\\RTC, backup: sql-9.x.com\\RTC }
virtualMachines:
  VM-1: { primaryHost: hv-1, replicaHost: hv-2, disks: [os.vhdx] }
adminRoles:
  Operators: { template: CsServerAdministrator, cmdlets: [Get-CsPool], members: [LITWARE\\ops] }
`;

/** A piece of the text at which somebody points, and what is said there. */
const cases: readonly (readonly [string, string | RegExp, ...RegExp[]])[] = [
  [
    'syncInterval',
    /^\*\*syncInterval\*\* \(text\)/,
    /Allowed: 00:00:05 to 03:00:00/,
    /Default: `00:02:00`/,
    /Set-CsBackupServiceConfiguration/,
  ],
  ['edition: Ent', /^\*\*edition\*\* \(word\)/, /Allowed: Enterprise, Standard, Director/],
  ['Enterprise', /^\*\*Enterprise\*\*\n\nA pool of several Front End Servers/],
  ['"2015"', /Skype for Business Server 2015/],
  ['poolPairs', /Pairs of pools that back each other up/],
  [
    'a.x.com:\n',
    /^\*\*a\.x\.com\*\* {2}\nEnterprise Edition · Skype for Business Server 2015 · site Atlanta/,
    /Backup pool: b\.x\.com \(site Dallas\)/,
    /mirror `sql-2\.x\.com\\RTC`/,
  ],
  [
    'Atlanta:',
    /The \\\*first\\\* data centre/,
    /- a\.x\.com: Enterprise Edition · Skype for Business Server 2015\n/,
    /- edge\.x\.com: Edge pool/,
  ],
  ['fe-2.x.com', /Front End Server/, /Pool: a\.x\.com/],
  ['fs.x.com', /File server/, /`\\\\fs\.x\.com\\Share` is the file share of a\.x\.com/],
  [
    'RTC, mirror',
    /^\*\*sql-1\.x\.com\\\\RTC\*\*/,
    /SQL Server 2012 Standard/,
    /- primary of the User databases \(rtcxds, rtcshared, rtcab\) of a\.x\.com/,
    /- primary of the PersistentChat databases \(mgc\) of chat\.x\.com/,
  ],
  ['sql-2.x.com', /SQL server/, /`sql-2\.x\.com\\RTC`: mirror of the User databases/],
  [
    'ag.x.com }',
    /Always On/,
    /Replicas: `sql-5\.x\.com\\AG`, `sql-6\.x\.com\\AG`/,
    /Commit: synchronous/,
    /Holds the CentralMgmt databases of a\.x\.com/,
  ],
  ['AG, sql-6', /Replica of the availability group `ag\.x\.com`/],
  ['DataConf', /^\*\*ConfServices\.DataConf\*\*/, /conference content files/],
  ['mirror-release', /mirror/i, /\[mirror-release\]\(file:\/\/\/product\/docs\/rules\/mirror-release\.md\)/],
  ['edge.x.com', /Edge pool/, /Next hop: a\.x\.com/],
  [
    'chat.x.com',
    /Persistent Chat pool/,
    /Servers: 1, of which 1 active/,
    /PersistentChat: backup `sql-9\.x\.com\\RTC`/,
  ],
  ['pc-1.x.com', /Persistent Chat server/, /Pool: chat\.x\.com/, /Active/],
  ['VM-1', /Virtual machine/, /Runs on: hv-1/, /Disks: `os\.vhdx`/],
  ['hv-2', /Hyper-V host/, /VM-1 has its replica here/],
  ['Operators', /Custom RBAC role/, /Made from `CsServerAdministrator`/, /`LITWARE\\ops`/],
];

describe('Hover', () => {
  let client: LanguageClient;
  before(async () => {
    client = await startLanguageClient({
      inProcess: true,
      capabilities,
      initializationOptions: { documentationRoot: 'file:///product' },
    });
    await client.open(uri, text);
  });
  after(() => client[Symbol.asyncDispose]());

  for (const [piece, ...expected] of cases) {
    it(`on ${JSON.stringify(piece)}`, async () => {
      const at = text.indexOf(piece);
      assert.notEqual(at, -1);
      const hover = await client.hover(uri, at + 1);
      assert.ok(hover !== null && MarkupContent.is(hover.contents) && hover.contents.kind === 'markdown');
      for (const pattern of expected) assert.match(hover.contents.value, new RegExp(pattern));
      assert.doesNotMatch(hover.contents.value, /undefined|domain [A-K]\.\d/);
      const range = client.document(uri).getText(hover.range);
      assert.ok(text.slice(at + 1 - range.length, at + 1 + range.length).includes(range));
    });
  }

  it('says nothing where nothing stands', async () => {
    assert.equal(await client.hover(uri, text.indexOf('  a.x.com')), null);
    assert.equal(await client.hover(uri, text.indexOf('Litware') + 1).then((hover) => hover?.range?.start.line), 1);
  });

  it('is plain text for a client without Markdown', async () => {
    await using plain = await startLanguageClient({ inProcess: true, capabilities: {} });
    await plain.open(uri, text);
    const hover = await plain.hover(uri, text.indexOf('a.x.com:\n'));
    assert.ok(hover !== null && MarkupContent.is(hover.contents) && hover.contents.kind === 'plaintext');
    assert.equal(
      hover.contents.value,
      [
        'a.x.com',
        'Enterprise Edition · Skype for Business Server 2015 · site Atlanta',
        '',
        '- Backup pool: b.x.com (site Dallas)',
        '- Front Ends: 2',
        '- File share: \\\\fs.x.com\\Share',
        '- User databases (rtcxds, rtcshared, rtcab): primary sql-1.x.com\\RTC, mirror sql-2.x.com\\RTC, witness sql-3.x.com\\W',
        '- CentralMgmt databases (xds, lis): availability group ag.x.com',
      ].join('\n'),
    );
  });

  it('shows names as they are, whatever is in them', () => {
    for (const name of ['a_b*c', 'x [y](z)', '`code`', '# h', 'a\\b', '<b>', '1. a|b']) {
      assert.equal(plainText(escapeMarkdown(name)), name);
    }
    assert.equal(escapeMarkdown('[a](b) <i>'), '\\[a\\](b) \\<i\\>');
  });

  it('tells every rule without a word about design documents', () => {
    for (const code of ruleCodes) {
      const said = describeRule(code, 'file:///product') ?? '';
      assert.ok(said.includes(`docs/rules/${code}.md`), code);
      assert.doesNotMatch(said, /domain [A-K]\.\d/, code);
    }
  });

  it('never fails, wherever somebody points', async () => {
    const broken = text.replaceAll('}', '').replace('pools:', 'pools: [');
    const document = TopologyDocument.open(broken);
    assert.ok(document.diagnostics.length > 0);
    await client.open('file:///broken.topology.yaml', broken);
    for (let offset = 0; offset < broken.length; offset += 7)
      await client.hover('file:///broken.topology.yaml', offset);
    assert.deepEqual(
      client.log.filter(({ type }) => type === 1),
      [],
    );
  });
});
