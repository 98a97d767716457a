import assert from 'node:assert/strict';
import { builtInRoles } from '../../../src/core/access/builtInRoles.ts';
import { clientLoad } from '../../../src/core/access/roles.ts';
import { operations } from '../../../src/core/operations/registry.ts';
import { builtInRoleNames, operationNames, otherCmdlets } from '../../../src/core/topology/cmdlets.ts';

describe('the names that roles may give', () => {
  it('are those of the operations', () => {
    assert.deepEqual([...operationNames].sort(), [...operations.map(({ name }) => name), clientLoad.name].sort());
  });

  it('are each listed once', () => {
    const all = [...operationNames, ...otherCmdlets].map((name) => name.toLowerCase());
    assert.deepEqual(
      all.filter((name, index) => all.indexOf(name) !== index),
      [],
    );
  });

  it('are those of the built-in roles', () => {
    assert.deepEqual(
      builtInRoleNames,
      builtInRoles.map(({ name }) => name),
    );
  });
});
