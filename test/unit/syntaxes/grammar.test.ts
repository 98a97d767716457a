import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describeTokens, loadTokeniser, type Token } from '../../support/grammar.ts';

const root = new URL('../../../', import.meta.url);
const samples = ['litware', 'fabrikam'];

/** A line, the part of it that is looked at, and its innermost scope; `before` are lines that stand above it. */
type Row = readonly [line: string, part: string, scope: string, ...before: string[]];

const rows: readonly Row[] = [
  ['pools:', 'pools', 'keyword.other.section'],
  ['  - pools: [a.b.com]', 'pools', 'entity.name.tag'],
  ['    site: Atlanta', 'site', 'entity.name.tag'],
  ['    site: Atlanta', 'Atlanta', 'string.unquoted.plain'],
  ['  atl-cs-001.litwareinc.com:', 'atl-cs-001.litwareinc.com', 'entity.name.type'],
  ['  Salt Lake City: {}', 'Salt Lake City', 'entity.name.type'],
  ['  "quoted name": 1', '"quoted name"', 'entity.name.type'],
  ['      CentralMgmt:', 'CentralMgmt', 'support.class.database-type'],
  ['  - a', '-', 'punctuation.definition.block.sequence.item'],
  ['  - - a', 'a', 'string.unquoted.plain'],
  ['  ? a', '?', 'punctuation.definition.map.key'],

  ['# about it', ' about it', 'comment.line.number-sign'],
  ['  a: b # about it', '#', 'punctuation.definition.comment'],
  ['  a: b#c', 'b#c', 'string.unquoted.plain'],
  ['  a: b # lync-topology-disable-line unpaired-pool', 'lync-topology-disable-line', 'keyword.control'],
  ['# lync-topology-disable-next-line unpaired-pool', ' unpaired-pool', 'constant.other.rule'],

  ['  a: "b"', '"', 'punctuation.definition.string.begin'],
  ['  a: "b # c"', 'b # c', 'string.quoted.double'],
  ['  a: "b\\tc"', '\\t', 'constant.character.escape'],
  ['  a: "b\\u00e9c"', '\\u00e9', 'constant.character.escape'],
  ['  a: "b\\qc"', '\\q', 'invalid.illegal.escape'],
  ["  a: 'it''s'", "''", 'constant.character.escape'],
  ["  a: 'b\\tc'", 'b\\tc', 'string.quoted.single'],
  ['    goes on"', '    goes on', 'string.quoted.double', '  a: "starts and'],
  ['pools:', 'pools', 'keyword.other.section', '  a: "never closed'],

  [
    '    fileShare: \\\\fs.litwareinc.com\\Lync Share # x',
    '\\\\fs.litwareinc.com\\Lync Share',
    'string.unquoted.share',
  ],
  ['    a: { fileShare: \\\\fs\\Share, b: c }', '\\\\fs\\Share', 'string.unquoted.share'],
  ['    a: "\\\\\\\\fs\\\\Share"', '\\\\', 'constant.character.escape'],
  ['    primary: sql.litwareinc.com\\RTC', 'sql.litwareinc.com\\RTC', 'string.unquoted.plain'],
  ['    members: [LITWARE\\dr-team]', 'LITWARE\\dr-team', 'string.unquoted.plain'],

  ['  syncInterval: 00:02:00', '00:02:00', 'constant.numeric.time-span'],
  ['  failureDetectionInterval: 1.00:00:00', '1.00:00:00', 'constant.numeric.time-span'],
  ['  enabledUsers: 12000', '12000', 'constant.numeric'],
  ['  a: -5', '-5', 'constant.numeric'],
  ['  automatic: true', 'true', 'constant.language.boolean'],
  ['  a: ~', '~', 'constant.language.boolean'],
  ['  edition: Enterprise', 'Enterprise', 'constant.language'],
  ['  description: Enterprise pools, and more', 'Enterprise pools, and more', 'string.unquoted.plain'],
  ['  description: Enterprise, [old] {x}', 'Enterprise, [old] {x}', 'string.unquoted.plain'],
  ['  - ConfServices.DataConf', 'ConfServices.DataConf', 'support.constant.backup-module'],
  ['  a: http://litwareinc.com/x#y', 'http://litwareinc.com/x#y', 'string.unquoted.plain'],

  ['    a: [b, c]', '[', 'punctuation.definition.sequence.begin'],
  ['    a: [b, c]', ',', 'punctuation.separator'],
  ['      c, d,', 'd', 'string.unquoted.plain', '    a: [b,'],
  ['    a: { site: Dallas }', 'site', 'entity.name.tag'],
  ['    a: { b: [Enterprise, c] }', 'Enterprise', 'constant.language'],
  ['pools:', 'pools', 'keyword.other.section', '  a: [never, closed'],

  ['  a: &defaults', '&', 'keyword.control.anchor'],
  ['  a: *defaults', 'defaults', 'variable.other.anchor'],
  ['  a: &one two', 'two', 'string.unquoted.plain'],
  ['  <<: *defaults', '<<', 'keyword.operator.merge'],
  ['  a: !!str 12', '!!str', 'storage.type.tag'],

  ['  a: |2-', '|', 'keyword.control.flow.block-scalar'],
  ['  a: |2-', '2-', 'storage.modifier.chomping'],
  ['  a: > # why', '# why', 'comment.line.number-sign'],
  ['    text: [ # as it is', '    text: [ # as it is', 'string.unquoted.block', '  a: &one |', '    first', ''],
  ['  b: c', 'b', 'entity.name.type', '  a: |', '    text'],

  ['%YAML 1.2', '%YAML 1.2', 'keyword.control.directive'],
  ['---', '---', 'entity.other.document'],
  ['...', '...', 'entity.other.document'],
];

describe('The grammar', () => {
  let tokenise: (text: string) => readonly (readonly Token[])[];

  before(async () => {
    tokenise = await loadTokeniser();
  });

  for (const [line, part, scope, ...before] of rows)
    it(`has ${scope} for ${part} in ${[...before, line].join(' ⏎ ')}`, () => {
      const tokens = tokenise([...before, line].join('\n')).at(-1) ?? [];
      const token = tokens.find(({ text }) => text === part);
      assert.ok(token, `the tokens are ${JSON.stringify(tokens)}`);
      assert.equal(token.scopes.join(' ').split(' ').at(-1), scope);
    });

  for (const sample of samples) {
    const text = readFileSync(new URL(`samples/${sample}/${sample}.topology.yaml`, root), 'utf8');

    it(`leaves nothing of the sample ${sample} without a scope`, () => {
      const bare = tokenise(text).flatMap((line) => line.filter(({ scopes }) => scopes.length === 0));
      assert.deepEqual(bare, []);
    });

    it(`colours each key of the sample ${sample} as a section, a key, a kind of database or a name`, () => {
      const kinds = new Set(
        tokenise(text).flatMap((line) =>
          line.flatMap(({ scopes }, index) =>
            line[index + 1]?.text === ':' ? [scopes.filter((scope) => !scope.startsWith('meta.')).join(' ')] : [],
          ),
        ),
      );
      assert.deepEqual([...kinds].sort(), [
        'entity.name.tag',
        'entity.name.type',
        'keyword.other.section',
        'support.class.database-type',
      ]);
    });

    it(`colours the sample ${sample} as it did (node test/fixtures/scopes/write.ts)`, () => {
      const snapshot = readFileSync(new URL(`test/fixtures/scopes/${sample}.txt`, root), 'utf8');
      assert.equal(describeTokens(tokenise(text)), snapshot);
    });
  }
});
