import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { type ErrorInformation, LyncTopologyError } from '../errors.ts';
import type { FailoverOutcome, MirroredDatabase } from '../mirroring/contract.ts';
import type { DatabaseStatus } from '../status.ts';
import { sqlInstanceName } from '../topology/model.ts';
import { type DatabaseName, type DatabaseType, databasesByType } from '../topology/vocabulary.ts';
import { formatCount, formatDuration, formatList } from './amounts.ts';
import type { OperationDefinition, OperationRun, Plan, PlanStep, Precondition } from './definition.ts';
import { databaseType, meta } from './fields.ts';
import { didYouMean } from './nearest.ts';
import { makePlan, precondition } from './plans.ts';
import { initializedPrecondition, noConflictPrecondition, requirePool } from './subjects.ts';

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
}

export const invokeCsDatabaseFailover: OperationDefinition<typeof parameters, DatabaseFailoverResult> = {
  name: 'Invoke-CsDatabaseFailover',
  kind: 'cmdlet',
  title: 'Fail over databases',
  summary: 'Makes the other instance of a mirrored database the principal, without losing a commit.',
  description: [
    'The databases of the type move one after the other. While one moves, its commits are refused for a moment and clients try again; nothing that was acknowledged is lost.',
    'Before anything changes, every database must be mirrored and synchronised; otherwise the failover is refused with the reason. If one fails after others have moved, those stay where they are now, and the message says which they are: mend the cause and run the same command again.',
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
  ],
  roles: ['CsAdministrator'],
  effect: 'destructive',
  confirmation: (_given, plan: Plan) => plan.confirmation ?? 'Fail over',
  describe: ({ PoolFqdn, DatabaseType, NewPrincipal }) =>
    `Fail over the ${DatabaseType} databases of ${PoolFqdn} to the ${NewPrincipal}`,
  leases: (services, given) => databasesMeant(services, given).map(({ name }) => leaseOf(given, name)),
  preconditions: async (services, given) => {
    const initialized = initializedPrecondition(services);
    return initialized.met ? [initialized, ...databasePreconditions(services, given)] : [initialized];
  },
  plan: async (services, given, signal) => {
    const target = targetOf(services, given);
    const preconditions = (await invokeCsDatabaseFailover.preconditions?.(services, given, signal)) ?? [];
    return makePlan(invokeCsDatabaseFailover, given, {
      title: `Fail over the ${given.DatabaseType} databases of ${given.PoolFqdn} to ${target.instance}`,
      preconditions,
      steps: services.lab.initialized ? statusesMeant(services, given).map((status) => stepOf(status, given)) : [],
      losses: ['No committed data. Commits to a database are refused while it changes roles; clients try again.'],
      confirmation: `Fail over to ${target.server}`,
    });
  },
  execute: moveAll,
};

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
      `${database.name}: principal moved from ${outcome.from} to ${outcome.to}; commits were refused for ${formatDuration(outcome.refusedFor)}.`,
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
    return await database.failOver(given.NewPrincipal, { signal: run.signal });
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

function databasePreconditions(services: EngineServices, given: Parameters): readonly Precondition[] {
  const statuses = statusesMeant(services, given);
  const leases = statuses.map(({ DatabaseName }) => leaseOf(given, DatabaseName));
  const toMove = statuses.filter(({ principal }) => principal !== given.NewPrincipal);
  return [
    somethingMoves(services, given, statuses, toMove),
    ...toMove.flatMap((status) => [mirrored(status), synchronised(status)]),
    noConflictPrecondition(services, leases, `${given.DatabaseType} of ${given.PoolFqdn}`),
  ];
}

function somethingMoves(
  services: EngineServices,
  given: Parameters,
  statuses: readonly DatabaseStatus[],
  toMove: readonly DatabaseStatus[],
): Precondition {
  const { instance } = targetOf(services, given);
  return precondition(
    `The ${given.NewPrincipal} (${instance}) is not the principal of all of them already`,
    toMove.length > 0,
    `${formatCount(toMove.length, 'database')} of ${statuses.length} to move.`,
    () => ({
      code: 'database-already-principal',
      kind: 'refused',
      object: instance,
      message: `${instance} is already the principal of ${formatList(statuses.map(({ DatabaseName }) => DatabaseName))}: nothing is to be moved.`,
      remedy: `Use -NewPrincipal ${given.NewPrincipal === 'mirror' ? 'primary' : 'mirror'} to move them the other way.`,
    }),
  );
}

function mirrored(status: DatabaseStatus): Precondition {
  return precondition(
    `${status.DatabaseName} is mirrored`,
    status.mirror !== undefined,
    status.mirror === undefined ? `Only on ${status.primary}.` : `On ${status.primary} and ${status.mirror}.`,
    () => ({
      code: 'database-not-mirrored',
      kind: 'refused',
      object: status.DatabaseName,
      message: `${status.DatabaseName} has no mirror in the topology, so it cannot be failed over.`,
      remedy: 'Add a mirror to its DatabaseType in the topology file, or leave it out with -ExcludeDatabaseList.',
    }),
  );
}

function synchronised(status: DatabaseStatus): Precondition {
  const met =
    status.principal !== undefined &&
    status.MirroringStatusOnPrimary === 'synchronized' &&
    status.MirroringStatusOnMirror === 'synchronized';
  const measured = `On ${status.primary}: ${placeText(status.StateOnPrimary, status.MirroringStatusOnPrimary)}; on ${status.mirror ?? 'no mirror'}: ${placeText(status.StateOnMirror, status.MirroringStatusOnMirror)}; ${formatCount(status.sendQueue, 'commit')} to send.`;
  return precondition(`${status.DatabaseName} is synchronised`, met, measured, () => notSynchronised(status));
}

function notSynchronised(status: DatabaseStatus): ErrorInformation {
  return {
    code: status.principal === undefined ? 'database-no-principal' : 'database-not-synchronized',
    kind: 'refused',
    object: status.DatabaseName,
    message: `${status.DatabaseName} cannot be failed over, because its two instances are not synchronised. ${status.error?.message ?? status.explanation}`,
    remedy:
      status.error?.remedy ??
      'Bring the instance that is away back, wait until both are synchronised (Get-CsDatabaseMirrorState shows it), and run this again.',
  };
}

function placeText(state: string, status: string): string {
  return status === '' ? state : `${state}, ${status}`;
}

function stepOf(status: DatabaseStatus, given: Parameters): PlanStep {
  const [from, to] =
    given.NewPrincipal === 'mirror' ? [status.primary, status.mirror] : [status.mirror, status.primary];
  if (status.principal === given.NewPrincipal) {
    return { title: `Leave ${status.DatabaseName}`, detail: `${to} is its principal already.` };
  }
  return {
    title: `Make ${to ?? 'the mirror'} the principal of ${status.DatabaseName}`,
    detail: `${from ?? 'The present principal'} stops taking commits and sends the rest of its log, ${to ?? 'the mirror'} redoes it, and the roles change.`,
  };
}

function statusesMeant(services: EngineServices, given: Parameters): readonly DatabaseStatus[] {
  const names = databasesMeant(services, given).map(({ name }) => name);
  return services.databases
    .status(given.PoolFqdn, given.DatabaseType)
    .filter(({ DatabaseName }) => names.includes(DatabaseName));
}

/** The databases of the type without the excluded ones. Throws `database-type-absent`, `database-unknown`. */
function databasesMeant(services: EngineServices, given: Parameters): readonly MirroredDatabase[] {
  const known: readonly string[] = databasesByType[given.DatabaseType];
  const excluded = (given.ExcludeDatabaseList ?? []).map((name) => name.toLowerCase());
  for (const name of excluded) if (!known.includes(name)) throw unknownExcluded(name, given, known);
  targetOf(services, given);
  const meant = services.databases
    .of(given.PoolFqdn, given.DatabaseType)
    .filter(({ name }) => !excluded.includes(name));
  if (meant.length > 0) return meant;
  throw new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: '-ExcludeDatabaseList',
    message: `-ExcludeDatabaseList leaves no ${given.DatabaseType} database to fail over.`,
    remedy: `Exclude fewer of ${formatList(known)}.`,
  });
}

function unknownExcluded(name: string, given: Parameters, known: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-unknown',
    kind: 'refused',
    object: name,
    message: `-ExcludeDatabaseList names ${name}, which is not a ${given.DatabaseType} database.`,
    remedy: didYouMean(name, known, `The ${given.DatabaseType} databases are ${formatList(known)}.`),
  });
}

/** The instance that is to be principal. Throws `database-type-absent`, `database-not-mirrored`. */
function targetOf(services: EngineServices, given: Parameters): { readonly server: string; readonly instance: string } {
  const pool = requirePool(services.deployment, given.PoolFqdn);
  const placement = pool.databases[given.DatabaseType];
  const present = Object.keys(pool.databases);
  if (placement === undefined) {
    throw new LyncTopologyError({
      code: 'database-type-absent',
      kind: 'refused',
      object: pool.fqdn,
      message: `A database of type ${given.DatabaseType} is not present on pool ${pool.fqdn}.`,
      remedy:
        present.length === 0
          ? 'The topology gives this pool no databases at all.'
          : `On this pool there ${present.length === 1 ? 'is' : 'are'} ${formatList(present)}.`,
    });
  }
  const instance = given.NewPrincipal === 'mirror' ? placement.mirror : placement.primary;
  if (instance === undefined) {
    throw new LyncTopologyError({
      code: 'database-not-mirrored',
      kind: 'refused',
      object: pool.fqdn,
      message: `The ${given.DatabaseType} databases of ${pool.fqdn} have no mirror: they lie on ${sqlInstanceName(placement.primary)} alone.`,
      remedy: 'Add a mirror to this DatabaseType in the topology file.',
    });
  }
  return { server: instance.server, instance: sqlInstanceName(instance) };
}

function presentOutcome(outcome: FailoverOutcome): MovedDatabase {
  return {
    DatabaseName: outcome.DatabaseName,
    From: outcome.from,
    To: outcome.to,
    RefusedFor: outcome.refusedFor,
  };
}

function leaseOf(given: Parameters, database: DatabaseName): string {
  return `pool/${given.PoolFqdn}/database/${database}`;
}
