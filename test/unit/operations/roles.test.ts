import assert from 'node:assert/strict';
import { requireRole } from '../../../src/core/access/roles.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { requireOperation } from '../../../src/core/operations/registry.ts';
import { readTopology } from '../../../src/core/topology/document.ts';

const failover = requireOperation('Invoke-CsDatabaseFailover');
const sync = requireOperation('Invoke-CsBackupServiceSync');
const state = requireOperation('Get-CsDatabaseMirrorState');

function deploymentWith(roles: string) {
  return readTopology(`lyncTopology: 1\ndeployment: Litware\nsites: {}\npools: {}\n${roles}`).deployment;
}

const roles = `adminRoles:
  DrOperators: { template: CsServerAdministrator, cmdlets: [Invoke-CsDatabaseFailover], members: ['LITWARE\\dr'] }
  Viewers: { template: CsViewOnlyAdministrator, members: [vera] }
`;

describe('the role check', () => {
  it('leaves the deployment to its owner while no role names anybody', () => {
    requireRole(deploymentWith(''), 'anybody', failover);
    requireRole(deploymentWith('adminRoles: { Empty: { template: CsHelpDesk } }\n'), 'anybody', failover);
  });

  it('gives a role the operations of its template and those it names', () => {
    requireRole(deploymentWith(roles), 'dr', sync);
    requireRole(deploymentWith(roles), 'dr', failover);
    requireRole(deploymentWith(roles), 'Vera', state);
  });

  it('refuses with the roles that would do', () => {
    for (const operator of ['vera', 'nobody']) {
      assert.throws(
        () => requireRole(deploymentWith(roles), operator, failover),
        (error) =>
          error instanceof LyncTopologyError &&
          error.code === 'role-missing' &&
          error.kind === 'refused' &&
          /CsAdministrator, DrOperators/.test(error.remedy) &&
          error.object === operator,
      );
    }
  });
});
