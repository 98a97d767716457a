/** What must hold before databases are failed over, measured, and which databases are meant. */
import type { EngineServices } from '../engine/services.ts';
import { type ErrorInformation, LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { DatabaseStatus } from '../status.ts';
import { sqlInstanceName } from '../topology/model.ts';
import { type DatabaseName, type DatabaseType, databasesByType } from '../topology/vocabulary.ts';
import { formatCount, formatList } from './amounts.ts';
import type { PlanStep, Precondition } from './definition.ts';
import { didYouMean } from './nearest.ts';
import { precondition } from './plans.ts';
import { noConflictPrecondition, requireDatabaseOwner } from './subjects.ts';

/** What of the cmdlet's parameters says which databases move, and where to. */
interface FailoverParameters {
  readonly PoolFqdn: string;
  readonly DatabaseType: DatabaseType;
  readonly NewPrincipal: 'primary' | 'mirror';
  readonly ExcludeDatabaseList?: readonly string[] | undefined;
  readonly Force?: boolean | undefined;
}

export function databasePreconditions(services: EngineServices, given: FailoverParameters): readonly Precondition[] {
  const statuses = statusesMeant(services, given);
  const leases = statuses.map(({ DatabaseName }) => leaseOf(given, DatabaseName));
  const toMove = statuses.filter(({ principal }) => principal !== given.NewPrincipal);
  return [
    somethingMoves(services, given, statuses, toMove),
    ...toMove.flatMap((status) => [mirrored(status), readyToMove(services, given, status)]),
    noConflictPrecondition(services, leases, `${given.DatabaseType} of ${given.PoolFqdn}`),
  ];
}

function somethingMoves(
  services: EngineServices,
  given: FailoverParameters,
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
  if (status.mirroringRemoved === true) {
    return precondition(`${status.DatabaseName} is mirrored`, false, status.explanation, () => ({
      code: 'database-not-mirrored',
      kind: 'refused',
      object: status.DatabaseName,
      message: `Mirroring of ${status.DatabaseName} was removed, so it cannot be failed over.`,
      remedy: 'Set it up again with Install-CsMirrorDatabase, or leave the database out with -ExcludeDatabaseList.',
    }));
  }
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

/** With -Force a mirror whose principal cannot be reached need not be synchronised. */
function readyToMove(services: EngineServices, given: FailoverParameters, status: DatabaseStatus): Precondition {
  if (given.Force !== true) return synchronised(status);
  const { kind, error } = services.databases.find(given.PoolFqdn, status.DatabaseName).forcing(given.NewPrincipal);
  if (kind === 'ordinary') return synchronised(status);
  const statement = `${status.DatabaseName} can be forced into service on the ${given.NewPrincipal}`;
  if (error === undefined)
    return precondition(statement, true, 'Its principal cannot be reached.', () => notSynchronised(status));
  return precondition(statement, false, error.message, () => ({ ...error.toJSON(), kind: 'refused' }));
}

function notSynchronised(status: DatabaseStatus): ErrorInformation {
  if (status.principal !== undefined && status.safety === 'OFF') {
    return {
      code: 'database-not-synchronized',
      kind: 'refused',
      object: status.DatabaseName,
      message: `${status.DatabaseName} cannot be failed over, because its safety is OFF: commits do not wait for the mirror, and some may be missing there.`,
      remedy:
        'Set the safety to full (set-mirror-safety) and wait until it is synchronised. When the principal is lost, only -Force helps.',
    };
  }
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

export function stepOf(status: DatabaseStatus, given: FailoverParameters): PlanStep {
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

export function statusesMeant(services: EngineServices, given: FailoverParameters): readonly DatabaseStatus[] {
  const names = databasesMeant(services, given).map(({ name }) => name);
  return services.databases
    .status(given.PoolFqdn, given.DatabaseType)
    .filter(({ DatabaseName }) => names.includes(DatabaseName));
}

/** The databases of the type without the excluded ones. Throws `database-type-absent`, `database-unknown`. */
export function databasesMeant(services: EngineServices, given: FailoverParameters): readonly MirroredDatabase[] {
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

function unknownExcluded(name: string, given: FailoverParameters, known: readonly string[]): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-unknown',
    kind: 'refused',
    object: name,
    message: `-ExcludeDatabaseList names ${name}, which is not a ${given.DatabaseType} database.`,
    remedy: didYouMean(name, known, `The ${given.DatabaseType} databases are ${formatList(known)}.`),
  });
}

/** The instance that is to be principal. Throws `database-type-absent`, `database-not-mirrored`. */
export function targetOf(
  services: EngineServices,
  given: FailoverParameters,
): { readonly server: string; readonly instance: string } {
  const pool = requireDatabaseOwner(services, given.PoolFqdn);
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

export function leaseOf(given: FailoverParameters, database: DatabaseName): string {
  return `pool/${given.PoolFqdn}/database/${database}`;
}
