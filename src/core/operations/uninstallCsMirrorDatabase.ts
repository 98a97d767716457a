import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { reported } from './cmdletReport.ts';
import type { OperationDefinition, OperationRun, Precondition } from './definition.ts';
import { databaseType, meta } from './fields.ts';
import { reportFile, reportPreconditions } from './htmlReport.ts';
import {
  databaseOf,
  excludeDatabaseList,
  type FoundDatabase,
  hasPrincipal,
  inTurn,
  leaseOfDatabase,
  mirroredFrom,
  notRefused,
  sqlServerFqdn,
  statusOf,
} from './mirrorDatabases.ts';
import { makePlan, precondition } from './plans.ts';
import { initializedPrecondition, noConflictPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  DatabaseType: databaseType.meta(
    meta({ description: 'The databases whose mirroring is removed.', offers: 'databaseType', placeholder: 'TYPE' }),
  ),
  SqlServerFqdn: sqlServerFqdn,
  SqlInstanceName: z
    .string()
    .optional()
    .meta(meta({ description: 'The instance of the configured primary.', placeholder: 'INSTANCE' })),
  ExcludeDatabaseList: excludeDatabaseList,
  DropExistingDatabasesOnMirror: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Deletes the files that the mirror has of these databases.' })),
  Report: reportFile,
});
type Parameters = z.infer<typeof parameters>;

interface UninstalledMirror {
  readonly DatabaseName: DatabaseName;
  readonly PoolFqdn: string;
  readonly Principal: string;
  readonly Mirror: string;
  readonly Dropped: boolean;
}

const columns = ['DatabaseName', 'PoolFqdn', 'Principal', 'Mirror', 'Dropped'];

export const uninstallCsMirrorDatabase: OperationDefinition<typeof parameters, readonly UninstalledMirror[]> = {
  name: 'Uninstall-CsMirrorDatabase',
  kind: 'cmdlet',
  title: 'Remove mirroring',
  summary: 'Ends mirroring of databases; their principals go on alone, without mirror and witness.',
  description: [
    'For each database of the type that the topology mirrors from the SQL Server: the mirror follows no more, the witness forgets the session, and the principal is served by itself. Get-CsDatabaseMirrorState then says DatabaseInaccessibleOrMirroringNotEnabled, although the topology still names the mirror.',
    'The databases must be served by the configured primary: fail them back first. A mirror that is away is told when it returns, unless its files are to be deleted.',
    'To change a mirror: run this, then change the topology; to use the same one again, run Install-CsMirrorDatabase. On real servers, restart the Front End services of the pool afterwards.',
  ],
  parameters,
  examples: [
    {
      command:
        'Uninstall-CsMirrorDatabase -DatabaseType User -SqlServerFqdn atl-sql-001.litwareinc.com -SqlInstanceName RTC -DropExistingDatabasesOnMirror',
      explanation: 'The User databases of Atlanta are to get another mirror.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  columns,
  confirmation: () => 'Remove mirroring',
  describe: ({ DatabaseType, SqlServerFqdn }) =>
    `Remove mirroring of the ${DatabaseType} databases of ${SqlServerFqdn}`,
  leases: (services, given) => databasesOn(services, given).map(leaseOfDatabase),
  preconditions: async (services, given) => {
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const found = databasesOn(services, given);
    const mirrored = found.filter((database) => hasSession(services, database, given));
    return [
      initialized,
      ...reportPreconditions(given.Report),
      somethingIsMirrored(mirrored, given),
      ...mirrored.flatMap((database) => ofDatabase(services, database, given)),
      noConflictPrecondition(services, found.map(leaseOfDatabase), `the databases of ${given.SqlServerFqdn}`),
    ];
  },
  plan: async (services, given, signal) => {
    const found = services.lab.initialized ? databasesOn(services, given) : [];
    const drops = given.DropExistingDatabasesOnMirror === true;
    return makePlan(uninstallCsMirrorDatabase, given, {
      title: uninstallCsMirrorDatabase.describe(given),
      preconditions: (await uninstallCsMirrorDatabase.preconditions?.(services, given, signal)) ?? [],
      steps: found.map((database) => {
        const { primary, mirror = '' } = statusOf(services, database);
        return {
          title: `Remove mirroring of ${database.name}`,
          detail: `${primary} serves it alone${drops ? `, and its files on ${mirror} are deleted` : `; its files stay on ${mirror}`}.`,
        };
      }),
      losses: [
        'No committed data. Until mirroring is set up again there is nothing to fail over to.',
        ...(drops ? ['The files of these databases on the mirror.'] : []),
      ],
      confirmation: `Remove mirroring of ${given.SqlServerFqdn}`,
    });
  },
  execute: (services, given, run) =>
    reported(
      { file: given.Report, title: uninstallCsMirrorDatabase.describe(given), columns },
      (removed) => removed,
      () => removeAll(services, given, run),
    ),
};

async function removeAll(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
): Promise<readonly UninstalledMirror[]> {
  const dropped = given.DropExistingDatabasesOnMirror === true;
  const words = { title: uninstallCsMirrorDatabase.describe(given), phase: 'Removing mirroring' };
  const removed = await inTurn(databasesOn(services, given), run, words, async (database) => {
    const ended = await databaseOf(services, database).endMirroring(dropped);
    const { primary, mirror = '' } = statusOf(services, database);
    run.verbose(`${database.name}: ${ended ? `${primary} serves it alone.` : 'mirroring had been removed before.'}`);
    const { name, pool } = database;
    return ended ? [{ DatabaseName: name, PoolFqdn: pool, Principal: primary, Mirror: mirror, Dropped: dropped }] : [];
  });
  return removed.flat();
}

function databasesOn(services: EngineServices, given: Parameters): readonly FoundDatabase[] {
  return mirroredFrom(services, {
    server: given.SqlServerFqdn,
    instance: given.SqlInstanceName,
    type: given.DatabaseType,
    excluded: given.ExcludeDatabaseList,
  });
}

/** One that was removed before is passed over, unless files are to be deleted. */
function hasSession(services: EngineServices, database: FoundDatabase, given: Parameters): boolean {
  return given.DropExistingDatabasesOnMirror === true || statusOf(services, database).mirroringRemoved !== true;
}

function somethingIsMirrored(mirrored: readonly FoundDatabase[], given: Parameters): Precondition {
  const names = mirrored.map(({ name }) => name).join(', ');
  return precondition('Mirroring is set up', mirrored.length > 0, names === '' ? 'Of no database.' : names, () => ({
    code: 'database-not-mirrored',
    kind: 'refused',
    object: given.SqlServerFqdn,
    message: `Mirroring of the ${given.DatabaseType} databases of ${given.SqlServerFqdn} has been removed already.`,
    remedy:
      'Nothing is to be done; -DropExistingDatabasesOnMirror deletes what the mirror has left, Install-CsMirrorDatabase sets it up again.',
  }));
}

function ofDatabase(services: EngineServices, database: FoundDatabase, given: Parameters): readonly Precondition[] {
  const status = statusOf(services, database);
  const refusal = databaseOf(services, database).ending(given.DropExistingDatabasesOnMirror === true);
  return [
    hasPrincipal(status),
    notRefused(`Mirroring of ${database.name} can be removed`, refusal, `${status.primary} is its principal.`),
  ];
}
