import assert from 'node:assert/strict';
import { expectFound, expectOne, relatedTexts } from './expected.ts';

const code = 'edge-next-hop-unpaired';
const edge = (nextHop: string) => `edgePools:\n  edge.litwareinc.com: { site: Atlanta, nextHop: ${nextHop} }\n`;
const pairs = 'poolPairs:\n  - pools: [atl-cs-001.litwareinc.com, DAL-cs-001.litwareinc.com]\n';

describe(code, () => {
  it('looks for the next hop in the pairs, in any case', () => {
    expectFound(code, pairs + edge('dal-CS-001.litwareinc.com'));
    const marked = pairs + edge('<<PHX-cs-001.litwareinc.com>>');
    const found = expectOne(code, 'warning', marked);
    assert.deepEqual(relatedTexts(marked, found), ['phx-cs-001.litwareinc.com']);
  });

  it('is silent about a Director, a pool that is not known or not understood, and while pairs cannot be read', () => {
    const pool = (edition: string) =>
      `pools:\n  dir.litwareinc.com: { site: Atlanta, edition: ${edition}, release: "2013" }\n`;
    expectFound(code, edge('dir.litwareinc.com') + pool('Director'));
    expectFound(code, edge('dir.litwareinc.com') + pool('Enterprize'));
    expectFound(code, edge('nowhere.litwareinc.com'));
    expectFound(code, `${edge('atl-cs-001.litwareinc.com')}poolPairs:\n  - pools: [x.y\n`);
  });
});
