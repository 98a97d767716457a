import assert from 'node:assert/strict';
import { definedNames } from '../../../src/core/topology/queries/names.ts';
import { bestNames } from '../../../src/core/topology/queries/symbolSearch.ts';
import { goneAround } from './deploymentToGoAround.ts';
import { TopologyDocument } from './imports.ts';

const found = (query: string, names: readonly string[], most = 200): readonly string[] =>
  bestNames(
    names.map((name) => ({ name })),
    query,
    most,
  ).map(({ name }) => name);

describe('Search for names', () => {
  it('finds by letters in their order, whatever their case', () => {
    assert.deepEqual(found('ACS1', ['atl-cs-001', 'dal-cs-001', 'atl-sql-001']), ['atl-cs-001', 'dal-cs-001']);
    assert.deepEqual(found('zz', ['az', 'zaz']), ['zaz']);
  });

  it('puts the name itself first, then its beginning, labels, one piece, several pieces', () => {
    const names = ['a-t-l', 'at-xx-l', 'xatl', 'x-atl', 'atlanta', 'Atl'];
    assert.deepEqual(found('atl', names), ['Atl', 'atlanta', 'x-atl', 'xatl', 'at-xx-l', 'a-t-l']);
  });

  it('takes spaces as nothing, finds characters of any script, and everything with no letters', () => {
    assert.deepEqual(found('new y', ['New York']), ['New York']);
    assert.deepEqual(found('ü', ['Zürich', 'Bern']), ['Zürich']);
    assert.deepEqual(found('', ['b', 'a']), ['a', 'b']);
  });

  it('gives as many as are asked for, the best ones', () => {
    assert.deepEqual(found('a', ['ba', 'a', 'ca'], 2), ['a', 'ba']);
  });

  it('looks through everything that is defined', () => {
    const names = definedNames(TopologyDocument.open(goneAround).tree.root).map(({ kind, name }) => `${kind} ${name}`);
    assert.deepEqual(names, [
      'site Atlanta',
      'site New York',
      'pool atl-cs-001.litwareinc.com',
      'frontEnd atl-fe-001.litwareinc.com',
      'frontEnd atl-fe-002.litwareinc.com',
      'pool NYC-se-001.litwareinc.com',
      'frontEnd nyc-se-001.litwareinc.com',
      'availabilityGroup atl-ag.litwareinc.com',
      'sqlServer atl-sql-001.litwareinc.com',
      'sqlInstance atl-sql-001.litwareinc.com\\RTC',
      'sqlInstance atl-sql-001.litwareinc.com\\LYNC',
      'edgePool edge-atl.litwareinc.com',
      'persistentChatPool atl-pc-001.litwareinc.com',
      'chatServer pc1.litwareinc.com',
      'chatServer pc2.litwareinc.com',
      'virtualMachine ATL-FE-001',
      'virtualMachine ATL-FE-002',
      'adminRole DrOperators',
    ]);
  });
});
