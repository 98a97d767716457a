import assert from 'node:assert/strict';
import { renameAt, renameableAt } from '../../../src/core/topology/queries/rename.ts';
import { cursorIn, goneAround, readCursor } from './deploymentToGoAround.ts';
import { TopologyDocument } from './imports.ts';
import { applied } from './marked.ts';

/** The text after a rename at the cursor; a refusal as a sentence. */
function renamed(text: string, offset: number, newName: string): string {
  const result = renameAt(TopologyDocument.open(text).tree, offset, newName);
  return 'refused' in result ? result.refused : applied(text, result);
}

/** The lines that a rename changes in the deployment, as they are afterwards. */
function changedLines(marked: string, newName: string, text = goneAround): readonly string[] {
  const after = renamed(text, cursorIn(marked, 0, text), newName).split(/\r?\n/);
  const before = text.split(/\r?\n/);
  assert.equal(after.length, before.length, after.join('\n'));
  return after.filter((line, index) => line !== before[index]).map((line) => line.trim());
}

function refusal(marked: string, newName = 'x.litwareinc.com'): string {
  const result = renameAt(TopologyDocument.open(goneAround).tree, cursorIn(marked), newName);
  assert.ok('refused' in result, 'it is refused');
  return result.refused;
}

describe('Rename', () => {
  it('gives a pool another name everywhere, from its key and from a reference, with every quote kept', () => {
    const expected = [
      "'nyc-cs-009.litwareinc.com':",
      'frontEnds: [nyc-cs-009.litwareinc.com]',
      'fileShare: \\\\nyc-cs-009.litwareinc.com\\LyncShare',
      'User: { primary: nyc-cs-009.litwareinc.com\\RTC }',
      '- pools: [atl-cs-001.litwareinc.com, "nyc-cs-009.litwareinc.com"]',
    ];
    assert.deepEqual(changedLines("'NYC¦-se-001", 'nyc-cs-009.litwareinc.com'), expected);
    assert.deepEqual(changedLines('"nyc-se¦-001.litwareinc.com"]', 'nyc-cs-009.litwareinc.com'), expected);
  });

  it('renames the server of instances, inside double quotes too', () => {
    assert.deepEqual(changedLines('atl-sql-¦002.litwareinc.com\\RTC }', 'sql2'), [
      'mirror: "sql2\\\\RTC"',
      'CentralMgmt: { primary: atl-sql-001.litwareinc.com\\RTC, mirror: sql2\\RTC }',
      'mirror: sql2\\RTC',
    ]);
  });

  it('renames an instance on its server and nowhere else', () => {
    assert.deepEqual(changedLines('instances: [R¦TC', '_RTC'), [
      'primary: atl-sql-001.litwareinc.com\\_RTC',
      'CentralMgmt: { primary: atl-sql-001.litwareinc.com\\_RTC, mirror: atl-sql-002.litwareinc.com\\RTC }',
      'atl-sql-001.litwareinc.com: { version: "2012", edition: Enterprise, instances: ["_RTC", LYNC] }',
      'primary: atl-sql-001.litwareinc.com\\_RTC',
    ]);
  });

  it('renames file servers, hosts, machines, chat servers, groups and roles', () => {
    assert.deepEqual(changedLines('\\\\atl-¦fs-001.litwareinc.com\\LyncShare', 'fs'), [
      'fileShare: \\\\fs\\LyncShare',
      'logShippingShare: \\\\fs\\PChatLogs',
    ]);
    const quoted = 'pools:\n  a.b: { fileShare: "\\\\\\\\FS\\\\Share" }\n  c.d: { fileShare: \'\\\\fs\\Share\' }\n';
    assert.equal(renamed(quoted, quoted.indexOf('FS') + 1, 'new'), quoted.replaceAll(/fs/gi, 'new'));
    assert.equal(changedLines('hv-¦atl-01', 'hv-atl-09').length, 2);
    assert.deepEqual(changedLines('DrOper¦ators', 'Dr: Operators'), [
      '"Dr: Operators": { template: CsServerAdministrator }',
    ]);
    assert.equal(changedLines('ATL-FE-¦001', 'ATL-FE-009').length, 1);
    assert.equal(changedLines('¦pc1.litwareinc.com', 'pc9.litwareinc.com').length, 1);
    assert.equal(changedLines('atl-ag¦.litwareinc.com', 'ag.litwareinc.com').length, 1);
  });

  it('puts a name in quotes where it needs them, and doubles the quotes in it', () => {
    const text = `sites:\n  A: {}\npools:\n  a.b: { site: A }\n  c.d: { site: "A" }\n  e.f: { site: 'A' }\n`;
    assert.equal(
      renamed(text, text.indexOf('A'), `Bob's, "true"`),
      `sites:\n  "Bob's, \\"true\\"": {}\npools:\n  a.b: { site: "Bob's, \\"true\\"" }\n  c.d: { site: "Bob's, \\"true\\"" }\n  e.f: { site: 'Bob''s, "true"' }\n`,
    );
    assert.match(renamed(text, text.indexOf('A'), 'true'), /^ {2}"true": {}$/m);
  });

  it('finds every place from the name itself in another case, and changes the case', () => {
    assert.deepEqual(changedLines('site: ATL¦ANTA', 'ATLANTA'), [
      'ATLANTA: { description: Primary data centre }',
      'site: ATLANTA',
      'pc1.litwareinc.com: { site: ATLANTA, active: true }',
    ]);
  });

  it('keeps CRLF and characters beyond ASCII', () => {
    const text = '# ü😀\r\nsites:\r\n  Zürich: {}\r\npools:\r\n  a.b:\r\n    site: Zürich\r\n';
    assert.equal(renamed(text, text.indexOf('Zürich'), 'Bern'), text.replaceAll('Zürich', 'Bern'));
    assert.match(renamed(text, text.indexOf('Zürich'), 'Genève'), /^ {2}"Genève": {}\r$/m);
  });

  it('leaves an alias alone, which follows its anchor', () => {
    const text = 'sites: { A: {} }\npools:\n  a.b: { site: &s A }\n  c.d: { site: *s }\n';
    assert.equal(renamed(text, 9, 'B'), 'sites: { B: {} }\npools:\n  a.b: { site: &s B }\n  c.d: { site: *s }\n');
    assert.match(renamed(text, text.indexOf('*s'), 'B'), /alias/);
  });

  it('says what would be renamed', () => {
    const { tree } = TopologyDocument.open(goneAround);
    const at = (marked: string): unknown => {
      const found = renameableAt(tree, cursorIn(marked));
      return 'refused' in found ? found : [goneAround.slice(found.range.start, found.range.end), found.placeholder];
    };
    assert.deepEqual(at('"¦nyc-se-001'), ['nyc-se-001.litwareinc.com', 'nyc-se-001.litwareinc.com']);
    assert.deepEqual(at('¦atl-cs-001.litwareinc.com:'), ['atl-cs-001.litwareinc.com', 'atl-cs-001.litwareinc.com']);
    assert.deepEqual(at('mirror: "atl-sql-002.litwareinc.com\\\\R¦TC'), ['RTC', 'RTC']);
    assert.deepEqual(at('\\\\atl-fs-¦001'), ['atl-fs-001.litwareinc.com', 'atl-fs-001.litwareinc.com']);
  });
});

describe('Rename is refused', () => {
  it('where there is no name', () => {
    for (const marked of ['Lync¦Share', '# Lit¦ware', 'Enter¦prise', 'Litware¦\n\nsites', '00:02¦:00'])
      assert.match(refusal(marked), /^There is no name to rename here\./, marked);
  });

  it('for keys of the format and modules of the product', () => {
    assert.equal(refusal('si¦te: Atlanta'), '"site" is a key of the topology format and cannot be renamed.');
    assert.match(refusal('poo¦lPairs'), /is a key of the topology format/);
    assert.match(refusal('¦DataConf'), /is a module of the Backup Service/);
  });

  it('for the default instance', () => {
    const text = 'sqlServers:\n  s: { instances: [MSSQLSERVER] }\n';
    assert.match(renamed(text, text.indexOf('MSSQL'), 'X'), /default instance/);
  });

  it('where the new name is not of the form', () => {
    assert.match(refusal('¦atl-cs-001.litwareinc.com:', 'atl'), /"atl" is not a fully qualified domain name/);
    assert.match(refusal('atl-sql-¦002', 'a b'), /"a b" is not a host name/);
    assert.match(refusal("'NYC¦-se-001", 'host'), /fully qualified/, 'a server that is a pool as well');
    assert.match(refusal('instances: [R¦TC', '1RTC'), /not the name of an instance/);
    assert.match(refusal('instances: [R¦TC', 'A\\B'), /not the name of an instance/);
    assert.match(refusal('Atl¦anta', ''), /empty/);
    assert.match(refusal('Atl¦anta', ' A'), /begins or ends with a space/);
    assert.match(refusal('Atl¦anta', 'A\nB'), /characters that cannot stand in a name/);
  });

  it('where the new name is taken, without regard to case', () => {
    const taken = (marked: string, name: string): string => refusal(marked, name);
    assert.equal(
      taken('¦atl-cs-001.litwareinc.com:', 'nyc-SE-001.litwareinc.com'),
      '"NYC-se-001.litwareinc.com" is already the name of a pool. Choose another name.',
    );
    assert.match(taken('Atl¦anta', 'new york'), /"New York" is already the name of a site/);
    assert.match(taken('instances: [R¦TC', 'lync'), /"LYNC" is already the name of an instance/);
    assert.match(taken('atl-sql-¦001', 'atl-sql-002.litwareinc.com'), /already the name of a SQL server/);
    assert.match(taken('hv-¦atl-01', 'HV-DAL-01'), /already the name of a Hyper-V host/);
  });

  it('while the name also stands where the text cannot be read', () => {
    const { text, offset } = readCursor('sites:\n  ¦Atlanta: {}\npools:\n  a.b:\n    site: [Atlanta\n');
    assert.match(renamed(text, offset, 'Dallas'), /also stands in a part of the file that cannot be read/);
    assert.match(renamed(text.replace('[Atlanta', '[A # Atlanta'), offset, 'Dallas'), /^sites:\n {2}Dallas:/);
  });

  it('where the name is also written as a block of text', () => {
    const text = 'sites:\n  Atlanta: {}\npools:\n  a.b:\n    site: >-\n      Atlanta\n';
    assert.match(renamed(text, text.indexOf('Atl'), 'Dallas'), /block of text/);
  });
});
