import assert from 'node:assert/strict';
import { TopologyDocument } from './imports.ts';
import { applied, completed, diagnosticsOf, preferredFix, readMarks } from './marked.ts';

/** A fragment with marks, the code that is expected there, and the fragment after the preferred fix, if there is one. */
const cases: readonly (readonly [string, string, string, string?])[] = [
  [
    'a year without quotes',
    'wrong-type',
    'sqlServers:\n  s.litwareinc.com: { version: <<2012>> }\n',
    'sqlServers:\n  s.litwareinc.com: { version: "2012" }\n',
  ],
  [
    'text instead of a list',
    'wrong-type',
    'sqlServers:\n  s.litwareinc.com:\n    instances: <<RTC>>\n',
    'sqlServers:\n  s.litwareinc.com:\n    instances: [RTC]\n',
  ],
  [
    'a number in quotes',
    'wrong-type',
    'backupService: { maxConcurrentCalls: <<"10">> }\n',
    'backupService: { maxConcurrentCalls: 10 }\n',
  ],
  ['a number that is too small', 'invalid-value', 'backupService: { maxConcurrentCalls: <<0>> }\n'],
  ['a fraction', 'wrong-type', 'backupService: { maxConcurrentCalls: <<1.5>> }\n'],
  ['a key without its value', 'wrong-type', 'backupService:\n  <<syncInterval>>:\n'],
  ['a map instead of a word', 'wrong-type', 'sqlServers:\n  s.litwareinc.com:\n    edition: <<{ a: b }>>\n'],
  ['a key of another name', 'unknown-key', 'backupService:\n  <<interval>>: 00:02:00\n'],
  ['a section of another name', 'unknown-key', '<<poolPair>>: []\n', 'poolPairs: []\n'],
  [
    'a share in forward slashes',
    'invalid-unc-path',
    share('<<//fs.litwareinc.com/Share>>'),
    share('\\\\fs.litwareinc.com\\Share'),
  ],
  [
    'a share with one backslash',
    'invalid-unc-path',
    share('<<\\fs.litwareinc.com\\Share>>'),
    share('\\\\fs.litwareinc.com\\Share'),
  ],
  [
    'a share with doubled backslashes',
    'invalid-unc-path',
    share('<<\\\\\\\\fs.litwareinc.com\\\\Share>>'),
    share('\\\\fs.litwareinc.com\\Share'),
  ],
  ['a share with a folder above', 'invalid-unc-path', share('<<\\\\fs.litwareinc.com\\Share\\..\\Other>>')],
  [
    'a time in words',
    'invalid-time-span',
    'backupService: { syncInterval: <<90 s>> }\n',
    'backupService: { syncInterval: 00:01:30 }\n',
  ],
  [
    'a time in short',
    'invalid-time-span',
    'backupService: { syncInterval: <<0:2:0>> }\n',
    'backupService: { syncInterval: 00:02:00 }\n',
  ],
  ['an interval beyond three hours', 'sync-interval-range', 'backupService: { syncInterval: <<03:00:01>> }\n'],
  ['an alias without an anchor', 'yaml-syntax', 'backupService: <<*nothing>>\n'],
  ['a word in the first column', 'yaml-syntax', 'backupService: {}\n<<sqlserv>>\n'],
  [
    'a name that differs only in case',
    'invalid-value',
    'sqlServers:\n  s.litwareinc.com: {}\n  <<S.litwareinc.com>>: {}\n',
  ],
  [
    'a key that says the same for the second time',
    'yaml-syntax',
    'backupService:\n  syncInterval: 00:02:00\n  <<syncInterval>>: 00:02:00 # again\n',
    'backupService:\n  syncInterval: 00:02:00\n',
  ],
  [
    'a key that says something else',
    'yaml-syntax',
    'backupService: { maxConcurrentCalls: 1, <<maxConcurrentCalls>>: 2 }\n',
  ],
  [
    'backslashes in double quotes',
    'yaml-syntax',
    share('"\\\\fs.litwareinc.com<<\\>>Share" # "quoted"'),
    share('\'\\\\fs.litwareinc.com\\Share\' # "quoted"'),
  ],
  [
    'backslashes in double quotes, with another quote between them',
    'yaml-syntax',
    'sites: { Atl: { description: "it\'s <<\\>>S" } }\n',
  ],
  [
    'backslashes in the second of two texts',
    'yaml-syntax',
    'sites: { A: { description: "\\n" }, B: { description: "C:<<\\>>Windows" } }\n',
    'sites: { A: { description: "\\n" }, B: { description: \'C:\\Windows\' } }\n',
  ],
  ['a tag that means nothing', 'yaml-syntax', 'backupService: { syncInterval: <<!span>> 00:02:00 }\n'],
];

function share(path: string): string {
  return `persistentChatPools:
  pc.litwareinc.com:
    nextHop: atl-cs-001.litwareinc.com
    servers: {}
    logShippingShare: ${path}
`;
}

describe('Shape of a topology', () => {
  for (const [title, code, fragment, fixed] of cases) {
    it(`${title}: ${code}`, () => {
      const { text, ranges } = readMarks(completed(fragment));
      const found = diagnosticsOf(text).filter((diagnostic) => diagnostic.code === code);
      assert.deepEqual(
        found.map((diagnostic) => diagnostic.range),
        ranges,
      );
      const fixes = found.flatMap((diagnostic) => preferredFix(diagnostic) ?? []);
      assert.equal(fixes.length > 0, fixed !== undefined, 'a preferred fix');
      if (fixed !== undefined) {
        const result = applied(
          text,
          fixes.flatMap((fix) => fix.edits),
        );
        assert.equal(result, completed(fixed));
      }
    });
  }

  it('says once that a needed key is misspelt', () => {
    const codes = diagnosticsOf('lyncTopology: 1\ndeploymnt: Litware\n').map((diagnostic) => diagnostic.code);
    assert.deepEqual(codes, ['unknown-key']);
  });

  it('asks for what every topology needs', () => {
    const found = diagnosticsOf('# nothing yet\n').filter((diagnostic) => diagnostic.code === 'missing-key');
    assert.deepEqual(
      found.map((diagnostic) => diagnostic.message),
      ['The topology has no "deployment", which it needs.', 'The topology has no "lyncTopology", which it needs.'],
    );
  });

  it('checks what an alias stands for where its anchor stands, once', () => {
    const text = completed(`sqlServers:
  a.litwareinc.com: &facts { version: "2012", edition: Enterprize }
  b.litwareinc.com: *facts
`);
    const found = diagnosticsOf(text).filter((diagnostic) => diagnostic.code === 'invalid-value');
    assert.deepEqual(
      found.map((diagnostic) => text.slice(diagnostic.range.start, diagnostic.range.end)),
      ['Enterprize'],
    );
  });

  it('stays silent about names while the section that defines them cannot be read', () => {
    const text = completed('sites:\n  Atlanta: {}\n  Dal\n  Phoenix: {}\n');
    const codes = diagnosticsOf(text).map((diagnostic) => diagnostic.code);
    assert.ok(codes.includes('yaml-syntax'));
    assert.ok(!codes.includes('undefined-reference'));
  });

  it('says once what broken indentation breaks, and not what seems to be missing for it', () => {
    const text = completed(`sqlServers:
  a.litwareinc.com:
      version: "2012"
    edition: Enterprise
    domain: litwareinc.com
edgePools:
  edge.litwareinc.com:
      site: Atlanta
    nextHop: atl-cs-001.litwareinc.com
`);
    const found = diagnosticsOf(text).filter((diagnostic) => diagnostic.severity === 'error');
    assert.deepEqual(
      found.map((diagnostic) => diagnostic.code),
      ['yaml-syntax', 'yaml-syntax'],
    );
  });

  it('keeps a section together around a word that is typed in the first column', () => {
    for (const word of ['x', 'sqlServer', 'hosting: physical']) {
      const text = completed(`sqlServers:
  a.litwareinc.com: {}
${word}
  b.litwareinc.com:
    edition: Enterprize
`);
      const document = TopologyDocument.open(text);
      assert.deepEqual(
        document.topology.sqlServers.all.map((server) => server.name),
        ['a.litwareinc.com', 'b.litwareinc.com'],
      );
      const codes = document.diagnostics.map((diagnostic) => diagnostic.code);
      assert.ok(codes.includes('yaml-syntax') && codes.includes('invalid-value'), codes.join());
    }
  });

  it('keeps checking everything else beside an error', () => {
    const text = completed('sqlServers:\n  a.litwareinc.com: [\n  b.litwareinc.com: { edition: Enterprize }\n');
    const codes = new Set(diagnosticsOf(text).map((diagnostic) => diagnostic.code));
    assert.ok(codes.has('yaml-syntax') && codes.has('invalid-value'), [...codes].join());
  });
});
