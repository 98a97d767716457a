import * as z from 'zod';
import type { DatabaseStatus, MirroringStatus, MirrorRoleState } from '../status.ts';
import type { DatabaseName, DatabaseType } from '../topology/vocabulary.ts';
import { reported } from './cmdletReport.ts';
import type { OperationDefinition } from './definition.ts';
import { databaseType, meta } from './fields.ts';
import { reportFile, reportPreconditions } from './htmlReport.ts';
import { makePlan, requireAll } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: z.string().meta(
    meta({
      description: 'The pool whose databases are asked for.',
      offers: 'pool',
      pipeline: true,
      placeholder: 'FQDN',
    }),
  ),
  DatabaseType: databaseType.optional().meta(
    meta({
      description: 'Only the databases of this type, User or CentralMgmt for instance. Every type when left out.',
      offers: 'databaseType',
      placeholder: 'TYPE',
    }),
  ),
  Report: reportFile,
});

/** Property names of the documentation (domain C.3), and whose database it is. */
export interface DatabaseMirrorState {
  readonly DatabaseName: DatabaseName;
  readonly StateOnPrimary: MirrorRoleState;
  readonly StateOnMirror: MirrorRoleState;
  readonly MirroringStatusOnPrimary: MirroringStatus;
  readonly MirroringStatusOnMirror: MirroringStatus;
  readonly PoolFqdn: string;
  readonly DatabaseType: DatabaseType;
}

const columns = [
  'DatabaseName',
  'StateOnPrimary',
  'StateOnMirror',
  'MirroringStatusOnPrimary',
  'MirroringStatusOnMirror',
];

export const getCsDatabaseMirrorState: OperationDefinition<typeof parameters, readonly DatabaseMirrorState[]> = {
  name: 'Get-CsDatabaseMirrorState',
  kind: 'cmdlet',
  title: 'Show database mirror state',
  summary: 'Shows for each database of a pool which instance is principal and whether the mirror is synchronised.',
  description: [
    'Primary and Mirror in the property names are the places that the topology configures. Principal and Mirror in the values are the roles that they have at this moment: after a failover, StateOnPrimary is Mirror.',
    'DatabaseInaccessibleOrMirroringNotEnabled means that the instance cannot be reached, or that the database has no mirror, or that its mirroring was removed (Uninstall-CsMirrorDatabase). The mirroring status is synchronized, synchronizing, suspended, disconnected, pending failover, or empty.',
    'A failover needs synchronized on both sides.',
  ],
  parameters,
  examples: [
    {
      command: 'Get-CsDatabaseMirrorState -PoolFqdn atl-cs-001.litwareinc.com -DatabaseType User',
      explanation: 'Which instance is principal for the User databases of the Atlanta pool.',
    },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  columns,
  describe: ({ PoolFqdn }) => `Database mirror state of ${PoolFqdn}`,
  plan: async (_services, given) =>
    makePlan(getCsDatabaseMirrorState, given, {
      title: getCsDatabaseMirrorState.describe(given),
      steps: [{ title: `Ask both instances of each database of ${given.PoolFqdn}`, detail: 'Nothing is changed.' }],
    }),
  execute: async (services, given) => {
    requireAll([initializedPrecondition(services), ...reportPreconditions(given.Report)]);
    const { DatabaseType, PoolFqdn } = given;
    return await reported(
      { file: given.Report, title: getCsDatabaseMirrorState.describe(given), columns },
      (states) => states,
      async () => services.databases.status(PoolFqdn, DatabaseType).map((status) => present(PoolFqdn, status)),
    );
  },
};

function present(pool: string, status: DatabaseStatus): DatabaseMirrorState {
  return {
    DatabaseName: status.DatabaseName,
    StateOnPrimary: status.StateOnPrimary,
    StateOnMirror: status.StateOnMirror,
    MirroringStatusOnPrimary: status.MirroringStatusOnPrimary,
    MirroringStatusOnMirror: status.MirroringStatusOnMirror,
    PoolFqdn: pool,
    DatabaseType: status.DatabaseType,
  };
}
