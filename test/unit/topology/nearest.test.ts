import assert from 'node:assert/strict';
import { nearest } from '../../../src/core/topology/shape/nearest.ts';

describe('The name that was meant', () => {
  const pools = ['atl-cs-001.litwareinc.com', 'dal-cs-001.litwareinc.com'];

  it('is a slip of the hand away, whatever the case', () => {
    assert.equal(nearest('ATL-cs-01.litwareinc.com', pools), pools[0]);
    assert.equal(nearest('alt-cs-001.litwareinc.com', pools), pools[0]);
    assert.equal(nearest('phx-xy-900.litwareinc.com', pools), undefined);
  });

  it('is the only one that begins like it', () => {
    assert.equal(nearest('dal-cs-001', pools), pools[1]);
    assert.equal(nearest('CsServerAdmin', ['CsServerAdministrator', 'CsVoiceAdministrator']), 'CsServerAdministrator');
  });

  it('is none where several begin like it, or hardly anything is written', () => {
    assert.equal(nearest('CsLocation', ['CsLocationAdministrator', 'CsLocationReader']), undefined);
    assert.equal(nearest('dal', pools), undefined);
  });
});
