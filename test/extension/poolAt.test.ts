import assert from 'node:assert/strict';
import { poolAt } from '../../src/extension/poolAt.ts';

/** The pool at `|` in the text. */
function at(marked: string): string | undefined {
  const offset = marked.indexOf('|');
  return poolAt(marked.replace('|', ''), offset);
}

const pools = `pools:
  a.litwareinc.com:
    site: Atlanta
    databases:
      User:
        primary: sql.litwareinc.com
  b.litwareinc.com: { site: Dallas }
`;

describe('the pool at the cursor', () => {
  it('is the pool whose block the cursor is in', () => {
    assert.equal(at(pools.replace('primary', 'pri|mary')), 'a.litwareinc.com');
    assert.equal(at(pools.replace('Dallas', 'Dal|las')), 'b.litwareinc.com');
    assert.equal(at(pools.replace('  b.lit', '  b.l|it')), 'b.litwareinc.com');
  });

  it('is the pool whose name the cursor is on, elsewhere in the file', () => {
    assert.equal(at(`${pools}poolPairs:\n  - pools: [a.litwareinc.com, b.lit|wareinc.com]\n`), 'b.litwareinc.com');
    assert.equal(at(`poolPairs:\n  - pools: [A.litware|inc.com]\n${pools}`), 'A.litwareinc.com');
  });

  it('is none where no pool is meant', () => {
    assert.equal(at(`sites:\n  Atl|anta: {}\n${pools}`), undefined);
    assert.equal(at(pools.replace('sql.lit', 'sql.l|it')), 'a.litwareinc.com');
    assert.equal(at('|'), undefined);
    assert.equal(at('pools|:\n  a: {}\n'), undefined);
  });
});
