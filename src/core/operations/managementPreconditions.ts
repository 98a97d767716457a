/** What must hold before the Central Management store moves (domain B.5, B.7), measured. */

import { requirePool } from '../engine/pools.ts';
import type { EngineServices } from '../engine/services.ts';
import type { ErrorInformation, LyncTopologyError } from '../errors.ts';
import type { CentralManagementMove } from '../pools/moveCentralManagement.ts';
import { sqlInstanceName } from '../topology/model.ts';
import { formatList } from './amounts.ts';
import type { Precondition } from './definition.ts';
import type { ManagementParameters } from './invokeCsManagementServerFailover.ts';
import { precondition } from './plans.ts';
import {
  initializedPrecondition,
  noConflictPrecondition,
  poolRunsPrecondition,
  poolStatus,
  sharePrecondition,
} from './subjects.ts';

export async function managementPreconditions(
  services: EngineServices,
  given: ManagementParameters,
  move: CentralManagementMove,
  leases: readonly string[],
  signal: AbortSignal,
): Promise<readonly Precondition[]> {
  const initialized = initializedPrecondition(services);
  if (!initialized.met) return [initialized];
  const free = noConflictPrecondition(services, leases, 'the Central Management store');
  if (move.set === 'restore') return [initialized, targetAnswers(services, move), free];
  const target = await poolStatus(services, move.to, signal);
  const common = [
    initialized,
    targetAnswers(services, move),
    poolRunsPrecondition(target),
    targetIsBackup(services, move),
  ];
  if (move.set === 'disaster')
    return [...common, definedStore(services, given, move), sourceIsLost(services, given, move), free];
  const source = await poolStatus(services, move.from, signal);
  return [...common, sourceAnswers(services, move), poolRunsPrecondition(source), sharePrecondition(target), free];
}

function errorOf(services: EngineServices, pool: string): LyncTopologyError | undefined {
  return services.centralManagement.standing().stores.find((store) => store.pool === pool)?.error;
}

function targetAnswers(services: EngineServices, { to }: CentralManagementMove): Precondition {
  const error = errorOf(services, to);
  return precondition(
    `The Central Management store of ${to} has a principal that answers`,
    error === undefined,
    error?.message ?? 'It was read.',
    () => refusedBy(error, to),
  );
}

/**
 * A store that was superseded while it was away and has not been demoted yet, because the one that replaced it cannot say
 * what it took over, holds older documents (domain B.7).
 */
function targetIsBackup(services: EngineServices, { from, to }: CentralManagementMove): Precondition {
  const { active, stores } = services.centralManagement.standing();
  const mode = stores.find(({ pool }) => pool === to)?.mode;
  const superseded = mode === 'Active' && active !== to;
  return precondition(
    `The store of ${to} is in Backup mode`,
    !superseded,
    mode === undefined ? 'Its mode is not known.' : `Its mode is ${mode}.`,
    () => ({
      code: 'central-management-not-moved',
      kind: 'refused',
      object: `xds of ${to}`,
      message: `The Central Management store of ${to} is not in Backup mode: it was replaced by that of ${from} while it was away, and does not hold what was changed there.`,
      remedy: `Bring the store of ${from} back, which demotes it; or, if that is lost for good, run Invoke-CsManagementServerFailover -Restore -Force: what was changed on ${from} is lost then, and named should it answer again.`,
    }),
  );
}

function sourceAnswers(services: EngineServices, { from, to }: CentralManagementMove): Precondition {
  const error = services.centralManagement.standing().active === to ? undefined : errorOf(services, from);
  return precondition(
    `The present store of ${from} answers, so that it can be replicated to the last document`,
    error === undefined,
    error?.message ?? 'It was read.',
    () => ({
      code: 'central-management-lost',
      kind: 'refused',
      object: `xds of ${from}`,
      message: `The active Central Management store of ${from} does not answer: ${error?.message ?? ''}`,
      remedy: `Bring it back, or make the store of ${to} the active one without it: ${disasterCommand(services, to)}`,
    }),
  );
}

/** Only what the topology defines, and of the two the one that is principal (domain B.5, B.6). */
function definedStore(
  services: EngineServices,
  given: ManagementParameters,
  { to }: CentralManagementMove,
): Precondition {
  const placement = requirePool(services.deployment, to).databases.CentralMgmt;
  const [xds] = services.databases.status(to, 'CentralMgmt').filter(({ DatabaseName }) => DatabaseName === 'xds');
  const principal = xds?.principal === 'mirror' ? xds.mirror : xds?.primary;
  const other = xds?.principal === 'mirror' ? xds.primary : xds?.mirror;
  const named = nameOf(given.BackupSqlServerFqdn, given.BackupSqlInstanceName);
  const namedMirror = nameOf(given.BackupMirrorSqlServerFqdn, given.BackupMirrorSqlInstanceName);
  const met = same(named, principal) && same(namedMirror, other);
  const defined = [placement?.primary, placement?.mirror].flatMap((place) =>
    place === undefined ? [] : [sqlInstanceName(place)],
  );
  return precondition(
    `The store that is named is the one that the topology defines for ${to}`,
    met,
    `Defined: ${formatList(defined)}; principal: ${principal ?? 'none'}.`,
    () => ({
      code: 'argument-invalid',
      kind: 'refused',
      object: '-BackupSqlServerFqdn',
      message: `${named ?? ''}${namedMirror === undefined ? '' : ` with the mirror ${namedMirror}`} is not the Central Management store of ${to}: its principal is ${principal ?? 'not there'}${other === undefined ? ', and it has no mirror' : `, its mirror ${other}`}.`,
      remedy: `Name them as they are now: ${disasterCommand(services, to)}`,
    }),
  );
}

function sourceIsLost(
  services: EngineServices,
  given: ManagementParameters,
  { from, to }: CentralManagementMove,
): Precondition {
  const superseded = services.centralManagement.standing().active === to;
  const lost = superseded || errorOf(services, from) !== undefined;
  return precondition(
    `The present store of ${from} is lost, or -Force accepts that it is not contacted`,
    lost || given.Force === true,
    lost ? 'It does not answer.' : 'It answers.',
    () => ({
      code: 'central-management-not-moved',
      kind: 'refused',
      object: `xds of ${from}`,
      message: `The active Central Management store of ${from} answers: without it, what it has not replicated would be lost for nothing.`,
      remedy: 'Run Invoke-CsManagementServerFailover without -BackupSqlServerFqdn, or add -Force.',
    }),
  );
}

function disasterCommand({ databases }: EngineServices, pool: string): string {
  const [xds] = databases.status(pool, 'CentralMgmt').filter(({ DatabaseName }) => DatabaseName === 'xds');
  const places = xds?.principal === 'mirror' ? [xds.mirror, xds.primary] : [xds?.primary, xds?.mirror];
  const words = places.flatMap((place, index) => {
    if (place === undefined) return [];
    const [server = '', instance] = place.split('\\');
    const name = index === 0 ? 'Backup' : 'BackupMirror';
    return [`-${name}SqlServerFqdn ${server}`, ...(instance ? [`-${name}SqlInstanceName ${instance}`] : [])];
  });
  return `Invoke-CsManagementServerFailover ${words.join(' ')} -Force`;
}

function nameOf(server: string | undefined, instance: string | undefined): string | undefined {
  return server === undefined ? undefined : sqlInstanceName({ server, instance: instance ?? '' });
}

function same(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}

function refusedBy(error: LyncTopologyError | undefined, pool: string): ErrorInformation {
  const lost: ErrorInformation = {
    code: 'central-management-lost',
    kind: 'refused',
    object: `xds of ${pool}`,
    message: `The Central Management store of ${pool} does not answer.`,
    remedy: 'Bring its SQL Server back.',
  };
  return { ...(error?.toJSON() ?? lost), kind: 'refused' };
}
