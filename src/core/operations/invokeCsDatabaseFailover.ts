import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { FailoverOutcome, MirroredDatabase } from '../mirroring/contract.ts';
import type { DatabaseName, DatabaseType } from '../topology/vocabulary.ts';
import { formatDuration, formatList } from './amounts.ts';
import { reported } from './cmdletReport.ts';
import type { OperationDefinition, OperationRun, Plan, PlanStep } from './definition.ts';
import {
  databasePreconditions,
  databasesMeant,
  leaseOf,
  statusesMeant,
  stepOf,
  targetOf,
} from './failoverPreconditions.ts';
import { databaseType, meta } from './fields.ts';
import { reportFile, reportPreconditions } from './htmlReport.ts';
import { makePlan } from './plans.ts';
import { initializedPrecondition } from './subjects.ts';

const parameters = z.strictObject({
  PoolFqdn: z
    .string()
    .meta(meta({ description: 'The pool whose databases move.', offers: 'pool', pipeline: true, placeholder: 'FQDN' })),
  DatabaseType: databaseType.meta(
    meta({
      description: 'Which databases: User (rtcxds, rtcshared, rtcab), CentralMgmt (xds, lis) and so on.',
      offers: 'databaseType',
      placeholder: 'TYPE',
    }),
  ),
  NewPrincipal: z.enum(['primary', 'mirror']).meta(
    meta({
      description: 'The configured place that is to serve clients: mirror to fail over, primary to fail back.',
      offers: 'mirrorRole',
      placeholder: 'ROLE',
    }),
  ),
  ExcludeDatabaseList: z
    .array(z.string())
    .optional()
    .meta(
      meta({
        description: 'Databases of the type that stay where they are, separated by commas.',
        offers: 'database',
        placeholder: 'DATABASE,…',
      }),
    ),
  Force: z
    .boolean()
    .optional()
    .meta(
      meta({
        description:
          'Where the principal cannot be reached, the mirror takes over with what it has; commits that it lacks are lost.',
      }),
    ),
  Report: reportFile,
});
type Parameters = z.infer<typeof parameters>;

export interface DatabaseFailoverResult {
  readonly PoolFqdn: string;
  readonly DatabaseType: DatabaseType;
  readonly NewPrincipal: 'primary' | 'mirror';
  readonly Databases: readonly MovedDatabase[];
}

interface MovedDatabase {
  readonly DatabaseName: DatabaseName;
  readonly From: string;
  readonly To: string;
  /** Milliseconds during which commits were refused. */
  readonly RefusedFor: number;
  /** The mirror took over from a principal that could not be reached; the session is suspended. */
  readonly Forced?: boolean;
}

export const invokeCsDatabaseFailover: OperationDefinition<typeof parameters, DatabaseFailoverResult> = {
  name: 'Invoke-CsDatabaseFailover',
  kind: 'cmdlet',
  title: 'Fail over databases',
  summary: 'Makes the other instance of a mirrored database the principal, without losing a commit.',
  description: [
    'The databases of the type move one after the other. While one moves, its commits are refused for a moment and clients try again; nothing that was acknowledged is lost.',
    'Before anything changes, every database must be mirrored and synchronised; otherwise the failover is refused with the reason. If one fails after others have moved, those stay where they are now, and the message says which they are: mend the cause and run the same command again.',
    'With -Force a mirror whose principal cannot be reached takes over with the commits that it has. With a witness, mirror and witness must reach each other and neither the principal; without one, clients must not reach the principal either. Where the principal can be reached, -Force changes nothing.',
    'What a forced failover lost is known when the former principal comes back: it becomes the mirror, and the commits that it alone had are counted and listed by table and key in the status of the database. Mirroring stays suspended until you resume it with Install-CsMirrorDatabase.',
    'Primary and mirror name the configured places. The same cmdlet with the other -NewPrincipal fails back.',
    'In a terminal the plan is shown and you are asked, unless you add -Confirm:$false. Where standard input is not a terminal, the command itself is the decision. In a shell that replaces $false by nothing, -Confirm: means the same.',
  ],
  parameters,
  examples: [
    {
      command: 'Invoke-CsDatabaseFailover -PoolFqdn atl-cs-001.litwareinc.com -DatabaseType User -NewPrincipal mirror',
      explanation: 'Fails the User databases of the Atlanta pool over to its mirror instance.',
    },
    {
      command:
        "Invoke-CsDatabaseFailover -PoolFqdn atl-cs-001.litwareinc.com -DatabaseType CentralMgmt -NewPrincipal primary '-Confirm:$false' -Verbose",
      explanation: 'Fails the Central Management databases back without asking and says what it does.',
    },
    {
      command:
        'Invoke-CsDatabaseFailover -PoolFqdn atl-cs-001.litwareinc.com -DatabaseType User -NewPrincipal mirror -Force',
      explanation: 'The primary is lost and there is no witness that would have let the mirror take over.',
    },
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  confirmation: (_given, plan: Plan) => plan.confirmation ?? 'Fail over',
  describe: ({ PoolFqdn, DatabaseType, NewPrincipal }) =>
    `Fail over the ${DatabaseType} databases of ${PoolFqdn} to the ${NewPrincipal}`,
  leases: (services, given) => databasesMeant(services, given).map(({ name }) => leaseOf(given, name)),
  preconditions: async (services, given) => {
    const initialized = initializedPrecondition(services);
    if (!initialized.met) return [initialized];
    return [initialized, ...reportPreconditions(given.Report), ...databasePreconditions(services, given)];
  },
  plan: async (services, given, signal) => {
    const target = targetOf(services, given);
    const preconditions = (await invokeCsDatabaseFailover.preconditions?.(services, given, signal)) ?? [];
    return makePlan(invokeCsDatabaseFailover, given, {
      title: `Fail over the ${given.DatabaseType} databases of ${given.PoolFqdn} to ${target.instance}`,
      preconditions,
      steps: services.lab.initialized ? stepsOf(services, given) : [],
      losses: lossesOf(services, given),
      confirmation:
        forcedDatabases(services, given).length === 0
          ? `Fail over to ${target.server}`
          : `Force ${target.server} into service`,
    });
  },
  execute: (services, given, run) =>
    reported(
      {
        file: given.Report,
        title: invokeCsDatabaseFailover.describe(given),
        columns: ['DatabaseName', 'From', 'To', 'RefusedFor', 'Forced'],
      },
      ({ Databases }) => Databases,
      () => moveAll(services, given, run),
    ),
};

/** The databases whose principal cannot be reached, so that forcing them may lose commits. */
function forcedDatabases(services: EngineServices, given: Parameters): readonly MirroredDatabase[] {
  if (given.Force !== true || !services.lab.initialized) return [];
  return databasesMeant(services, given).filter(({ forcing }) => forcing(given.NewPrincipal).kind === 'takeover');
}

function stepsOf(services: EngineServices, given: Parameters): readonly PlanStep[] {
  const forced = forcedDatabases(services, given).map(({ name }) => name);
  const { instance } = targetOf(services, given);
  return statusesMeant(services, given).map((status) =>
    forced.includes(status.DatabaseName)
      ? {
          title: `Force ${instance} into service for ${status.DatabaseName}`,
          detail:
            'It redoes the log that it has and serves clients at once; the former principal becomes its mirror when it comes back.',
        }
      : stepOf(status, given),
  );
}

function lossesOf(services: EngineServices, given: Parameters): readonly string[] {
  const forced = forcedDatabases(services, given).map(({ name }) => name);
  if (forced.length === 0) {
    return ['No committed data. Commits to a database are refused while it changes roles; clients try again.'];
  }
  const { instance } = targetOf(services, given);
  return [
    `Every commit of ${formatList(forced)} that the present principal acknowledged and ${instance} does not have. How many is not known while the principal cannot be reached; they are listed by name when it comes back.`,
    'Mirroring of these databases stays suspended until it is resumed with Install-CsMirrorDatabase.',
  ];
}

/** One after the other; the first that fails ends it, and the error says what moved. */
async function moveAll(
  services: EngineServices,
  given: Parameters,
  run: OperationRun,
): Promise<DatabaseFailoverResult> {
  const databases = databasesMeant(services, given);
  const moved: MovedDatabase[] = [];
  for (const database of databases) {
    if (database.status().principal === given.NewPrincipal) {
      run.verbose(`${database.name}: the ${given.NewPrincipal} is its principal already.`);
      continue;
    }
    run.onProgress({
      phase: 'Failing over',
      done: moved.length,
      total: databases.length,
      unit: 'databases',
      current: database.name,
    });
    const outcome = await move(database, given, run, moved, databases);
    moved.push(presentOutcome(outcome));
    run.verbose(
      outcome.forced === true
        ? `${database.name}: ${outcome.to} was forced into service without ${outcome.from}; mirroring is suspended.`
        : `${database.name}: principal moved from ${outcome.from} to ${outcome.to}; commits were refused for ${formatDuration(outcome.refusedFor)}.`,
    );
  }
  run.onProgress({ phase: 'Failed over', done: databases.length, total: databases.length, unit: 'databases' });
  return {
    PoolFqdn: given.PoolFqdn,
    DatabaseType: given.DatabaseType,
    NewPrincipal: given.NewPrincipal,
    Databases: moved,
  };
}

async function move(
  database: MirroredDatabase,
  given: Parameters,
  run: OperationRun,
  moved: readonly MovedDatabase[],
  all: readonly MirroredDatabase[],
): Promise<FailoverOutcome> {
  try {
    run.signal.throwIfAborted();
    run.verbose(`${database.name}: failing over to the ${given.NewPrincipal}.`);
    return await database.failOver(given.NewPrincipal, { signal: run.signal, force: given.Force === true });
  } catch (error) {
    throw partialFailure(error, database, given, moved, all, run.signal.aborted);
  }
}

function partialFailure(
  error: unknown,
  database: MirroredDatabase,
  given: Parameters,
  moved: readonly MovedDatabase[],
  all: readonly MirroredDatabase[],
  cancelled: boolean,
): unknown {
  if (!cancelled && (moved.length === 0 || !(error instanceof LyncTopologyError))) return error;
  if (cancelled && error instanceof LyncTopologyError && error.kind !== 'cancelled') return error;
  const names = moved.map(({ DatabaseName }) => DatabaseName);
  const left = all.map(({ name }) => name).filter((name) => !names.includes(name));
  const stand =
    names.length === 0
      ? 'No database has moved'
      : `${formatList(names)} ${names.length === 1 ? 'has' : 'have'} moved to the ${given.NewPrincipal}, ${formatList(left)} ${left.length === 1 ? 'has' : 'have'} not`;
  if (cancelled || !(error instanceof LyncTopologyError)) {
    return new LyncTopologyError({
      code: 'cancelled',
      kind: 'cancelled',
      object: invokeCsDatabaseFailover.describe(given),
      message: `The failover was cancelled. ${stand}.`,
      remedy: 'Run the same command again to move the rest, or with the other -NewPrincipal to move back what moved.',
    });
  }
  return new LyncTopologyError(
    {
      ...error.toJSON(),
      kind: 'failed',
      object: database.name,
      message: `${database.name} could not be failed over: ${error.message} ${stand}.`,
      remedy: `${error.remedy} Then run the same command again: databases that have moved are left as they are.`,
    },
    { cause: error },
  );
}

function presentOutcome(outcome: FailoverOutcome): MovedDatabase {
  return {
    DatabaseName: outcome.DatabaseName,
    From: outcome.from,
    To: outcome.to,
    RefusedFor: outcome.refusedFor,
    ...(outcome.forced === true && { Forced: true }),
  };
}
