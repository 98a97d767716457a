import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { SetUpOutcome } from '../mirroring/contract.ts';
import type { DatabaseStatus, MirroringStatus } from '../status.ts';
import type { UncPath } from '../topology/model.ts';
import { parseUncPath } from '../topology/values.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { formatCount } from './amounts.ts';
import { reported } from './cmdletReport.ts';
import type { OperationDefinition, OperationRun, PlanStep, Precondition } from './definition.ts';
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
  SqlServerFqdn: sqlServerFqdn,
  FileShare: z.string().meta(
    meta({
      description:
        'A share that both SQL Servers may use. The backups from which mirrors are made go through it, and are removed from it.',
      placeholder: '\\\\SERVER\\SHARE',
    }),
  ),
  ConfiguredDatabases: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Every database that the topology mirrors from there.' })),
  DatabaseType: databaseType
    .optional()
    .meta(meta({ description: 'Only the databases of this type.', offers: 'databaseType', placeholder: 'TYPE' })),
  SqlInstanceName: z
    .string()
    .optional()
    .meta(meta({ description: 'The instance, with -DatabaseType.', placeholder: 'INSTANCE' })),
  ForInstance: z
    .string()
    .optional()
    .meta(meta({ description: 'The instance, with -ConfiguredDatabases.', placeholder: 'INSTANCE' })),
  ForDefaultInstance: z
    .boolean()
    .optional()
    .meta(meta({ description: 'The default instance, with -ConfiguredDatabases.' })),
  ExcludeDatabaseList: excludeDatabaseList,
  DropExistingDatabasesOnMirror: z
    .boolean()
    .optional()
    .meta(meta({ description: 'Deletes the files that the mirror has and makes them anew from a full copy.' })),
  DatabasePathMap: z
    .string()
    .optional()
    .meta(
      meta({
        description:
          'Folders for the files of the mirror. Refused here: where files lie is decided by the data directory.',
        placeholder: 'MAP',
      }),
    ),
  Report: reportFile,
});
type Parameters = z.infer<typeof parameters>;

interface InstalledMirror {
  readonly DatabaseName: DatabaseName;
  readonly PoolFqdn: string;
  readonly Principal: string;
  readonly Mirror: string;
  readonly MirroringStatus: MirroringStatus;
  /** Mirroring was suspended after a forced failover. */
  readonly Resumed: boolean;
  /** Mirroring had been removed, or the files of the mirror were dropped. */
  readonly Begun: boolean;
  /** Commits that forced failovers of the database lost. */
  readonly LostCommits: number;
}

const columns = [
  'DatabaseName',
  'PoolFqdn',
  'Principal',
  'Mirror',
  'MirroringStatus',
  'Resumed',
  'Begun',
  'LostCommits',
];

export const installCsMirrorDatabase: OperationDefinition<typeof parameters, readonly InstalledMirror[]> = {
  name: 'Install-CsMirrorDatabase',
  kind: 'cmdlet',
  title: 'Set up mirrors',
  summary:
    'Brings databases into synchronised mirroring with the mirrors that the topology names, also after a forced failover.',
  description: [
    'For each database that the topology mirrors from the SQL Server: a mirror that is missing is made from its principal, one that is behind catches up, mirroring that a forced failover left suspended is resumed, and mirroring that Uninstall-CsMirrorDatabase removed begins again.',
    'Files that were left on the mirror when mirroring was removed are in the way: -DropExistingDatabasesOnMirror deletes them. Given for a mirror that is in use, it makes that one anew; commits are not mirrored until it has caught up.',
    'Resuming discards what the former principal alone holds; it has been listed in the status of the database before (ALTER DATABASE … SET PARTNER RESUME on a real server).',
    'Run it with -ConfiguredDatabases for everything on the server, or with -DatabaseType.',
  ],
  parameters,
  examples: [
    {
      command:
        "Install-CsMirrorDatabase -DatabaseType User -SqlServerFqdn atl-sql-001.litwareinc.com -SqlInstanceName RTC -FileShare '\\\\atl-fs-001.litwareinc.com\\LyncShare'",
      explanation: 'The User databases were forced over to the mirror; the old primary is back and is to follow again.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  columns,
  confirmation: () => 'Set up mirrors',
  describe: ({ SqlServerFqdn, DatabaseType }) =>
    `Set up the ${DatabaseType ?? 'configured'} mirrors of ${SqlServerFqdn}`,
  leases: (services, given) => databasesOn(services, given).map(leaseOfDatabase),
  preconditions: async (services, given) => {
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const found = databasesOn(services, given);
    return [
      initialized,
      ...reportPreconditions(given.Report),
      shareTakesBackups(services, given),
      ...found.flatMap((database) => ofDatabase(services, database, given)),
      noConflictPrecondition(services, found.map(leaseOfDatabase), `the databases of ${given.SqlServerFqdn}`),
    ];
  },
  plan: async (services, given, signal) => {
    const preconditions = (await installCsMirrorDatabase.preconditions?.(services, given, signal)) ?? [];
    const found = services.lab.initialized ? databasesOn(services, given) : [];
    const suspended = found.filter((database) => isSuspended(statusOf(services, database)));
    return makePlan(installCsMirrorDatabase, given, {
      title: installCsMirrorDatabase.describe(given),
      preconditions,
      steps: found.map((database) => stepOf(statusOf(services, database), given)),
      losses: [
        ...suspended.map(
          ({ name }) => `What the mirror of ${name} alone holds since the failover was forced; its status lists it.`,
        ),
        ...(given.DropExistingDatabasesOnMirror === true ? ['The files of these databases on the mirror.'] : []),
      ],
      confirmation: `Set up mirrors of ${given.SqlServerFqdn}`,
    });
  },
  execute: (services, given, run) =>
    reported(
      { file: given.Report, title: installCsMirrorDatabase.describe(given), columns },
      (installed) => installed,
      () => installAll(services, given, run),
    ),
};

async function installAll(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
): Promise<readonly InstalledMirror[]> {
  const found = databasesOn(services, given);
  const through = services.databases.shareFolder(fileShareOf(given));
  const dropExisting = given.DropExistingDatabasesOnMirror === true;
  const words = { title: installCsMirrorDatabase.describe(given), phase: 'Setting up mirrors' };
  return inTurn(found, run, words, async (database) => {
    const outcome = await databaseOf(services, database).setUp({ dropExisting, through, signal: run.signal });
    const status = statusOf(services, database);
    run.verbose(`${database.name}: ${outcome.resumed ? 'mirroring resumed; ' : ''}${status.explanation}`);
    return present(database.pool, status, outcome);
  });
}

/** Throws `argument-invalid`, `database-not-mirrored`. */
function databasesOn(services: EngineServices, given: Parameters): readonly FoundDatabase[] {
  checkArguments(given);
  return mirroredFrom(services, {
    server: given.SqlServerFqdn,
    instance: given.ForDefaultInstance === true ? '' : (given.ForInstance ?? given.SqlInstanceName),
    type: given.DatabaseType,
    excluded: given.ExcludeDatabaseList,
  });
}

function checkArguments(given: Parameters): void {
  const every = given.ConfiguredDatabases === true;
  if (every === (given.DatabaseType !== undefined)) {
    throw usage('-ConfiguredDatabases', 'Name either -ConfiguredDatabases or a -DatabaseType.');
  }
  if (every && given.SqlInstanceName !== undefined) {
    throw usage('-SqlInstanceName', 'With -ConfiguredDatabases the instance is named by -ForInstance.');
  }
  if (!every && (given.ForInstance !== undefined || given.ForDefaultInstance === true)) {
    throw usage('-ForInstance', 'With -DatabaseType the instance is named by -SqlInstanceName.');
  }
  if (given.DatabasePathMap !== undefined) {
    throw usage('-DatabasePathMap', 'Leave it out: the files of a mirror lie in its own folder of the data directory.');
  }
  fileShareOf(given);
}

function fileShareOf({ FileShare }: Parameters): UncPath {
  const share = parseUncPath(FileShare);
  if (share === undefined) throw usage('-FileShare', 'Name a share as \\\\server\\share.');
  return share;
}

function usage(object: string, remedy: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object,
    message: `${object} does not fit the other parameters of Install-CsMirrorDatabase.`,
    remedy,
  });
}

function ofDatabase(services: EngineServices, database: FoundDatabase, given: Parameters): readonly Precondition[] {
  const status = statusOf(services, database);
  const refusal = databaseOf(services, database).settingUp(given.DropExistingDatabasesOnMirror === true);
  return [
    hasPrincipal(status),
    mirrorRuns(status),
    notRefused(`Mirroring of ${database.name} can be set up`, refusal, status.explanation),
  ];
}

function shareTakesBackups(services: EngineServices, given: Parameters): Precondition {
  const statement = `Backups can be written to ${given.FileShare}`;
  try {
    return { statement, met: true, evidence: services.databases.shareFolder(fileShareOf(given)) };
  } catch (error) {
    if (!(error instanceof LyncTopologyError)) throw error;
    return notRefused(statement, error, '');
  }
}

/** What keeps the mirror away is mended first; a suspension and what can be copied anew is mended by this. */
function mirrorRuns(status: DatabaseStatus): Precondition {
  const away = status.error?.code === 'server-stopped' || status.error?.code === 'link-cut';
  return precondition(`The mirror of ${status.DatabaseName} can be reached`, !away, status.explanation, () => ({
    code: status.error?.code ?? 'database-unavailable',
    kind: 'refused',
    object: status.DatabaseName,
    message: `The mirror of ${status.DatabaseName} cannot be reached. ${status.error?.message ?? ''}`.trim(),
    remedy: status.error?.remedy ?? 'Bring it back.',
  }));
}

function stepOf(status: DatabaseStatus, given: Parameters): PlanStep {
  const [principal, mirror] = placesOf(status);
  if (status.mirroringRemoved === true || given.DropExistingDatabasesOnMirror === true) {
    return {
      title: `Make the mirror of ${status.DatabaseName} anew`,
      detail: `${principal} is backed up to ${given.FileShare}, and ${mirror} made from there; it then catches up.`,
    };
  }
  return isSuspended(status)
    ? {
        title: `Resume mirroring of ${status.DatabaseName}`,
        detail: `${mirror} follows ${principal} again; what it alone holds is discarded.`,
      }
    : {
        title: `Synchronise the mirror of ${status.DatabaseName}`,
        detail: `${mirror} is made or brought up to date from ${principal}; ${formatCount(status.sendQueue, 'commit')} to send.`,
      };
}

function isSuspended(status: DatabaseStatus): boolean {
  return status.error?.code === 'mirroring-suspended';
}

function present(pool: string, status: DatabaseStatus, { begun, resumed }: SetUpOutcome): InstalledMirror {
  const [principal, mirror] = placesOf(status);
  return {
    DatabaseName: status.DatabaseName,
    PoolFqdn: pool,
    Principal: principal,
    Mirror: mirror,
    MirroringStatus: status.principal === 'mirror' ? status.MirroringStatusOnMirror : status.MirroringStatusOnPrimary,
    Resumed: resumed,
    Begun: begun,
    LostCommits: status.lost?.commits ?? 0,
  };
}

function placesOf(status: DatabaseStatus): readonly [string, string] {
  const mirror = status.mirror ?? '';
  return status.principal === 'mirror' ? [mirror, status.primary] : [status.primary, mirror];
}
