import assert from 'node:assert/strict';
import { type Analysis, analyse } from '../../../src/core/topology/analysis.ts';
import { resolveRuleOptions } from '../../../src/core/topology/rules/ruleOptions.ts';
import { cut, recut } from '../../../src/core/topology/syntax/segments.ts';
import { growTree } from '../../../src/core/topology/syntax/tree.ts';

const pool = (place: string): string => `  ${place}-cs-001.litwareinc.com:
    site: ${place}
    edition: Enterprise
    release: "2013"
    databases:
      User: { primary: ${place}-sql-001.litwareinc.com\\RTC, mirror: ${place}-sql-002.litwareinc.com\\RTC }
`;
const text = `lyncTopology: 1
deployment: Litware
sites:
  atl: {}
  dal: {}
pools:
${pool('atl')}${pool('dal')}sqlServers:
  atl-sql-001.litwareinc.com: { version: "2012" }
  dal-sql-001.litwareinc.com: { version: "2012" }
`;

/** For each pool whether its rules were run again after an edit, and what they found then. */
function after(edit: { readonly at: string; readonly by: string }): readonly (readonly [boolean, number])[] {
  const options = resolveRuleOptions({ today: '2026-11-21' });
  const segments = cut(text);
  const before = analyse(growTree(segments), options);
  const ofPoolsBefore = new Map(before.topology.pools.all.map((facts) => [facts.lower, resultOf(before, facts.lower)]));
  const start = text.indexOf(edit.at);
  const changed = text.slice(0, start) + edit.by + text.slice(start + edit.at.length);
  const replacement = { start, end: start + edit.at.length, length: edit.by.length };
  const now = analyse(growTree(recut(changed, segments, replacement, text)), options, before);
  return now.topology.pools.all.map(({ lower }) => {
    const result = resultOf(now, lower);
    return [result !== ofPoolsBefore.get(lower), result?.findings.length ?? 0];
  });
}

function resultOf({ topology, ofPools }: Analysis, lower: string): ReturnType<Analysis['ofPools']['get']> {
  const facts = topology.pools.getLower(lower);
  return facts && ofPools.get(facts);
}

describe('Rules on pools, after an edit around them', () => {
  const mirrorOnly = 1;

  it('run again where they looked at what changed', () => {
    const edit = {
      at: 'dal-sql-001.litwareinc.com: { version: "2012" }',
      by: 'dal-sql-001.litwareinc.com: { version: "2019" }',
    };
    const [atlanta, dallas] = after(edit);
    assert.deepEqual(atlanta, [false, mirrorOnly]);
    assert.deepEqual(dallas, [true, mirrorOnly + 1]);
  });

  it('run again where something appears that they looked for in vain', () => {
    const added =
      '  dal-sql-001.litwareinc.com: { version: "2012" }\n  dal-sql-002.litwareinc.com: { version: "2019" }\n';
    const [atlanta, dallas] = after({ at: '  dal-sql-001.litwareinc.com: { version: "2012" }\n', by: added });
    assert.equal(atlanta?.[0], false);
    assert.equal(dallas?.[0], true);
    assert.ok((dallas?.[1] ?? 0) > mirrorOnly);
  });

  it('run again where something is gone', () => {
    assert.deepEqual(
      after({ at: '  atl: {}\n', by: '' }).map(([again]) => again),
      [true, false],
    );
  });
});
