import assert from 'node:assert/strict';
import { readSeverities } from '../../../src/cli/severities.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';

function refusal(given: string): { readonly message: string; readonly remedy: string } {
  try {
    readSeverities(given);
  } catch (error) {
    if (error instanceof LyncTopologyError && error.kind === 'usage') return error;
    throw error;
  }
  throw new Error(`${given} was taken`);
}

describe('Severities of rules on the command line', () => {
  it('are read one by one, the last one for a rule counting', () => {
    assert.deepEqual(readSeverities(undefined), {});
    assert.deepEqual(readSeverities('pair-same-site=error, Unpaired-Pool=OFF,pair-same-site=hint'), {
      'pair-same-site': 'hint',
      'unpaired-pool': 'off',
    });
  });

  it('are refused for a rule that there is none of, with the one that was meant', () => {
    const { message, remedy } = refusal('pair-samesite=error');
    assert.equal(message, 'There is no rule pair-samesite.');
    assert.equal(remedy, 'Did you mean pair-same-site?');
    assert.match(refusal('nonsense=error').remedy, /lists the rules/);
  });

  it('are refused where they are none', () => {
    assert.match(refusal('pair-same-site=fatal').message, /"fatal" is no severity/);
    assert.match(refusal('pair-same-site=error=hint').message, /"error=hint" is no severity/);
    assert.match(refusal('pair-same-site').message, /says no severity/);
    assert.match(refusal('pair-same-site').remedy, /error, warning, information, hint or off/);
  });
});
