import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { DatabaseStatus, MirroringStatus } from '../status.ts';
import { sqlInstanceName } from '../topology/model.ts';
import { parseUncPath } from '../topology/values.ts';
import { type DatabaseName, type DatabaseType, databasesByType, databaseTypes } from '../topology/vocabulary.ts';
import { formatCount, formatList } from './amounts.ts';
import type { OperationDefinition, OperationRun, PlanStep, Precondition } from './definition.ts';
import { databaseType, meta } from './fields.ts';
import { didYouMean } from './nearest.ts';
import { makePlan, precondition } from './plans.ts';
import { initializedPrecondition, noConflictPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  SqlServerFqdn: z
    .string()
    .meta(meta({ description: 'The SQL Server of the configured primary.', placeholder: 'FQDN' })),
  FileShare: z.string().meta(
    meta({
      description:
        'A share that both SQL Servers may use; the embedded engine copies from instance to instance and needs it for the PowerShell text alone.',
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
  ExcludeDatabaseList: z
    .array(z.string())
    .optional()
    .meta(
      meta({
        description: 'Databases that are left as they are, separated by commas.',
        offers: 'database',
        placeholder: 'DATABASE,…',
      }),
    ),
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
  /** Commits that forced failovers of the database lost. */
  readonly LostCommits: number;
}

export const installCsMirrorDatabase: OperationDefinition<typeof parameters, readonly InstalledMirror[]> = {
  name: 'Install-CsMirrorDatabase',
  kind: 'cmdlet',
  title: 'Set up mirrors',
  summary:
    'Brings databases into synchronised mirroring with the mirrors that the topology names, also after a forced failover.',
  description: [
    'For each database that the topology mirrors from the SQL Server: a mirror that is missing is made from its principal, one that is behind catches up, and mirroring that a forced failover left suspended is resumed.',
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
  columns: ['DatabaseName', 'PoolFqdn', 'Principal', 'Mirror', 'MirroringStatus', 'Resumed', 'LostCommits'],
  confirmation: () => 'Set up mirrors',
  describe: ({ SqlServerFqdn, DatabaseType }) =>
    `Set up the ${DatabaseType ?? 'configured'} mirrors of ${SqlServerFqdn}`,
  leases: (services, given) => databasesOn(services, given).map(leaseOf),
  preconditions: async (services, given) => {
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    const found = databasesOn(services, given);
    return [
      initialized,
      ...found.flatMap((database) => {
        const status = statusOf(services, database);
        return [served(status), mirrorRuns(status)];
      }),
      noConflictPrecondition(services, found.map(leaseOf), `the databases of ${given.SqlServerFqdn}`),
    ];
  },
  plan: async (services, given, signal) => {
    const preconditions = (await installCsMirrorDatabase.preconditions?.(services, given, signal)) ?? [];
    const found = services.lab.initialized ? databasesOn(services, given) : [];
    const suspended = found.filter((database) => isSuspended(statusOf(services, database)));
    return makePlan(installCsMirrorDatabase, given, {
      title: installCsMirrorDatabase.describe(given),
      preconditions,
      steps: found.map((database) => stepOf(statusOf(services, database))),
      losses: suspended.map(
        ({ name }) => `What the mirror of ${name} alone holds since the failover was forced; its status lists it.`,
      ),
      confirmation: `Set up mirrors of ${given.SqlServerFqdn}`,
    });
  },
  execute: installAll,
};

async function installAll(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
): Promise<readonly InstalledMirror[]> {
  const found = databasesOn(services, given);
  const installed: InstalledMirror[] = [];
  for (const database of found) {
    throwIfCancelled(run.signal, installCsMirrorDatabase.describe(given));
    run.onProgress({
      phase: 'Setting up mirrors',
      done: installed.length,
      total: found.length,
      unit: 'databases',
      current: database.name,
    });
    const mirrored = services.databases.find(database.pool, database.name);
    const resumed = await mirrored.resume();
    await mirrored.maintain(run.signal);
    const status = statusOf(services, database);
    run.verbose(`${database.name}: ${resumed ? 'mirroring resumed; ' : ''}${status.explanation}`);
    installed.push(present(database.pool, status, resumed));
  }
  return installed;
}

interface Found {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly name: DatabaseName;
}

/** The mirrored databases whose configured primary is there. Throws `argument-invalid`, `server-unknown`, `database-not-mirrored`. */
function databasesOn(services: EngineServices, given: Parameters): readonly Found[] {
  checkArguments(given);
  const wanted = given.ForDefaultInstance === true ? '' : (given.ForInstance ?? given.SqlInstanceName);
  const excluded = (given.ExcludeDatabaseList ?? []).map((name) => name.toLowerCase());
  const types = given.DatabaseType === undefined ? databaseTypes : [given.DatabaseType];
  const primaries = services.deployment.pools.flatMap((pool) =>
    types.flatMap((type) => {
      const placement = pool.databases[type];
      return placement?.mirror === undefined ? [] : [{ pool: pool.fqdn, type, primary: placement.primary }];
    }),
  );
  const found = primaries
    .filter(({ primary }) => same(primary.server, given.SqlServerFqdn))
    .filter(({ primary }) => wanted === undefined || same(primary.instance, wanted))
    .flatMap(({ pool, type }) => databasesByType[type].map((name) => ({ pool, type, name })))
    .filter(({ name }) => !excluded.includes(name));
  if (found.length > 0) return found;
  const known = primaries.map(({ primary }) => sqlInstanceName(primary));
  throw new LyncTopologyError({
    code: 'database-not-mirrored',
    kind: 'refused',
    object: given.SqlServerFqdn,
    message: `The topology mirrors no ${given.DatabaseType === undefined ? '' : `${given.DatabaseType} `}database from ${given.SqlServerFqdn}${wanted === undefined || wanted === '' ? '' : `\\${wanted}`}.`,
    remedy: didYouMean(
      given.SqlServerFqdn,
      known.map((name) => name.split('\\')[0] ?? name),
      known.length === 0
        ? 'Add a mirror to a DatabaseType.'
        : `Databases are mirrored from ${formatList([...new Set(known)])}.`,
    ),
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
  if (parseUncPath(given.FileShare) === undefined) throw usage('-FileShare', 'Name a share as \\\\server\\share.');
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

function served(status: DatabaseStatus): Precondition {
  const statement = `${status.DatabaseName} has a principal`;
  return precondition(statement, status.principal !== undefined, status.explanation, () => ({
    code: status.error?.code ?? 'database-no-principal',
    kind: 'refused',
    object: status.DatabaseName,
    message: `${status.DatabaseName} has no principal to mirror from. ${status.explanation}`,
    remedy: status.error?.remedy ?? 'Bring its principal back.',
  }));
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

function stepOf(status: DatabaseStatus): PlanStep {
  const [principal, mirror] = placesOf(status);
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

function present(pool: string, status: DatabaseStatus, resumed: boolean): InstalledMirror {
  const [principal, mirror] = placesOf(status);
  return {
    DatabaseName: status.DatabaseName,
    PoolFqdn: pool,
    Principal: principal,
    Mirror: mirror,
    MirroringStatus: status.principal === 'mirror' ? status.MirroringStatusOnMirror : status.MirroringStatusOnPrimary,
    Resumed: resumed,
    LostCommits: status.lost?.commits ?? 0,
  };
}

function placesOf(status: DatabaseStatus): readonly [string, string] {
  const mirror = status.mirror ?? '';
  return status.principal === 'mirror' ? [mirror, status.primary] : [status.primary, mirror];
}

function statusOf(services: EngineServices, { pool, name }: Found): DatabaseStatus {
  return services.databases.find(pool, name).status();
}

function leaseOf({ pool, name }: Found): string {
  return `pool/${pool}/database/${name}`;
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
