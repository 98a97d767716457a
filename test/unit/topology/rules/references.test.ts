import assert from 'node:assert/strict';
import { expectFixed, expectFound, expectOne, relatedTexts } from './expected.ts';

const code = 'undefined-reference';

function pool(more: string): string {
  return `pools:\n  a.litwareinc.com: { site: Atlanta, edition: Enterprise, release: "2015"${more} }\n`;
}

function chat(placement: string): string {
  return `persistentChatPools:
  pc.litwareinc.com:
    nextHop: atl-cs-001.litwareinc.com
    servers: {}
    databases: { PersistentChat: { ${placement} } }
`;
}

const described = 'sqlServers:\n  sql.litwareinc.com: { instances: [RTC, CHAT] }\n';

describe('undefined-reference', () => {
  for (const [what, written, meant] of [
    ['a site', pool('').replace('Atlanta', '<<Atlnta>>'), pool('')],
    [
      'an availability group',
      `availabilityGroups:\n  ag-1.litwareinc.com: { replicas: [] }\n${pool(', databases: { User: { availabilityGroup: <<ag1.litwareinc.com>> } }')}`,
      `availabilityGroups:\n  ag-1.litwareinc.com: { replicas: [] }\n${pool(', databases: { User: { availabilityGroup: ag-1.litwareinc.com } }')}`,
    ],
    [
      'an instance',
      described + pool(', databases: { User: { primary: <<SQL.litwareinc.com\\RTCC>> } }'),
      described + pool(', databases: { User: { primary: SQL.litwareinc.com\\RTC } }'),
    ],
    [
      'an instance of Persistent Chat',
      described + chat('primary: a, backup: <<sql.litwareinc.com\\CHATT>>'),
      described + chat('primary: a, backup: sql.litwareinc.com\\CHAT'),
    ],
    [
      'the pool behind an Edge pool',
      'edgePools:\n  edge.litwareinc.com: { site: Atlanta, nextHop: <<atl-cs-01.litwareinc.com>> }\n',
      'edgePools:\n  edge.litwareinc.com: { site: Atlanta, nextHop: atl-cs-001.litwareinc.com }\n',
    ],
  ] as const) {
    it(`offers the name of ${what} that was meant`, () => {
      const found = expectOne(code, 'error', written);
      assert.equal(found.fixes?.[0]?.preferred, true);
      assert.match(found.message, /Did you mean "[^"]+"\?$/);
      expectFixed(written, found.fixes?.[0], meant);
    });
  }

  it('says where a name would be defined, where none is near', () => {
    const found = expectOne(code, 'error', pool('').replace('Atlanta', '<<Elsewhere>>'));
    assert.equal(found.message, 'There is no site "Elsewhere". Nothing under "sites" has that name.');
    assert.equal(found.fixes, undefined);
  });

  it('lists the instances where none is near, and says where their server is described', () => {
    const marked = described + pool(', databases: { User: { primary: <<sql.litwareinc.com\\OTHER>> } }');
    const found = expectOne(code, 'error', marked);
    assert.equal(found.fixes, undefined);
    assert.match(found.message, /described with RTC, CHAT\.$/);
    assert.deepEqual(relatedTexts(marked, found), ['sql.litwareinc.com']);
  });

  it('is silent about default instances, servers that are not described, and sections that cannot be read', () => {
    expectFound(code, described + pool(', databases: { User: { primary: sql.litwareinc.com } }'));
    expectFound(code, described + pool(', databases: { User: { primary: sql.litwareinc.com\\chat } }'));
    expectFound(code, described + pool(', databases: { User: { primary: other.litwareinc.com\\X } }'));
    expectFound(
      code,
      `sqlServers:\n  sql.litwareinc.com: {}\n${pool(', databases: { User: { primary: sql.litwareinc.com\\X } }')}`,
    );
    expectFound(code, `sites:\n  Atlnta: [\n${pool('')}`);
  });
});
