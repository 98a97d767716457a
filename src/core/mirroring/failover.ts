/**
 * Manual failover (domain C.6): the principal stops taking commits, the mirror redoes its log to the end, the roles change.
 *
 * In this order, each step durable before the next: the principal is marked as handing over → the mirror is promoted in a new
 * epoch → the former principal becomes its mirror. The promotion is the one decisive moment. Before it, an interrupted
 * failover is called off when both places meet again; after it, the former principal finds the higher epoch and follows.
 */
import { setImmediate } from 'node:timers/promises';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { asLyncError } from './asLyncError.ts';
import { catchUpStep, redoAll } from './catchUp.ts';
import type { FailoverOptions, FailoverOutcome, Forcing } from './contract.ts';
import { alreadyPrincipal, asynchronous, grantDenied, notMirrored, notSynchronized } from './errors.ts';
import { demote, type FileState, promote, requireState, samePosition, setPendingFailover } from './fileState.ts';
import { carryLosses } from './losses.ts';
import { lookAt, type Partnership } from './partnership.ts';
import type { Place, PlaceDatabase } from './place.ts';
import { carryReaders } from './readers.ts';
import type { PlaceRole } from './roles.ts';
import { tellSynchronised } from './synchronised.ts';
import { candidateOf, refusalOfForce, seize, type TakeoverMoment } from './takeover.ts';

/** Moments that tests stop the process at. */
export type FailoverMoment = 'pending' | 'redone' | 'promoted' | 'demoted';

export interface FailoverRequest {
  readonly partnership: Partnership;
  readonly name: DatabaseName;
  readonly newPrincipal: PlaceRole;
  readonly options: FailoverOptions;
  readonly reached: (moment: FailoverMoment | TakeoverMoment) => void;
}

/** See `MirroredDatabase.failOver`. */
export async function failOver(request: FailoverRequest): Promise<FailoverOutcome> {
  const { partnership, options } = request;
  const partners = requireReady(partnership, request.newPrincipal);
  const { signal, onProgress } = options;
  onProgress?.({ phase: `Redoing the log on ${partners.to.place.instance}`, done: 0, total: 2, unit: 'steps' });
  // While clients still commit: what is left to redo when they must wait is little.
  while (catchUpStep(partners.from.database, partners.to.database) === 'again') {
    throwIfCancelled(signal, `The failover of ${partnership.label}`);
    await setImmediate();
  }
  throwIfCancelled(signal, `The failover of ${partnership.label}`);
  onProgress?.({ phase: 'Changing the roles', done: 1, total: 2, unit: 'steps' });
  const started = performance.now();
  changeRoles(request);
  tellSynchronised(partnership);
  const refusedFor = Math.round((performance.now() - started) * 100) / 100;
  onProgress?.({ phase: 'Changing the roles', done: 2, total: 2, unit: 'steps' });
  return {
    DatabaseName: request.name,
    from: partners.from.place.instance,
    to: partners.to.place.instance,
    position: requireState(partnership.serving().principal.database).position,
    refusedFor,
  };
}

/**
 * As `failOver`, and when the principal cannot be reached its mirror takes over with what it has. Throws the reason when the
 * mirror may not: what is lost is known only when the former principal comes back (see `losses.ts`).
 */
export async function forceFailOver(request: FailoverRequest): Promise<FailoverOutcome> {
  const { partnership, newPrincipal } = request;
  const { kind, error } = forcing(partnership, newPrincipal);
  if (error !== undefined) throw error;
  if (kind === 'ordinary') return await failOver(request);
  const started = performance.now();
  if (!seize(partnership, newPrincipal, 'forced', request.reached)) throw grantDenied(partnership.label);
  const { principal, partner } = partnership.serving();
  return {
    DatabaseName: request.name,
    from: partner?.place.instance ?? '',
    to: principal.place.instance,
    position: requireState(principal.database).position,
    refusedFor: Math.round((performance.now() - started) * 100) / 100,
    forced: true,
  };
}

/** See `MirroredDatabase.forcing`. */
export function forcing(partnership: Partnership, newPrincipal: PlaceRole): Forcing {
  try {
    const view = lookAt(partnership);
    if (candidateOf(partnership, view) !== newPrincipal) return { kind: 'ordinary' };
    const refusal = refusalOfForce(partnership, view, newPrincipal);
    return refusal === undefined ? { kind: 'takeover' } : { kind: 'refused', error: refusal };
  } catch (error) {
    return { kind: 'refused', error: asLyncError(error, partnership.label) };
  }
}

interface Partner {
  readonly place: Place;
  readonly database: PlaceDatabase;
}

interface Partners {
  readonly from: Partner;
  readonly to: Partner;
}

/** Nothing waits in between: a commit sees the roles before or after. */
function changeRoles(request: FailoverRequest): void {
  const { partnership, newPrincipal } = request;
  const { from, to } = requireReady(partnership, newPrincipal);
  partnership.handingOver = true;
  try {
    prepareHandOver(partnership, from, to, request.reached);
    takeOver(from, to, request.reached);
  } catch (error) {
    partnership.handingOver = false;
    if (!settledAs(partnership, from, to, newPrincipal)) throw error;
  } finally {
    partnership.handingOver = false;
    partnership.forget();
  }
}

/** Until the promotion is tried this process knows that it did not happen, whether the mirror can be asked or not. */
function prepareHandOver(
  partnership: Partnership,
  from: Partner,
  to: Partner,
  reached: (moment: FailoverMoment) => void,
): void {
  try {
    setPendingFailover(from.database, true);
    reached('pending');
    const state = requireState(from.database);
    requireSamePosition(partnership, to, state, requireState(to.database));
    redoAll(to.database, state.position.sequence);
    carryReaders(from.database, to.database);
    carryLosses(from.database, to.database);
    reached('redone');
  } catch (error) {
    callOff(from.database);
    throw error;
  }
}

/** When this fails too, the mark stays until both places are seen again. */
function callOff(principal: PlaceDatabase): void {
  try {
    setPendingFailover(principal, false);
  } catch {
    // The error that led here is the one to report.
  }
}

function takeOver(from: Partner, to: Partner, reached: (moment: FailoverMoment) => void): void {
  const { epoch } = requireState(from.database);
  promote(to.database, epoch + 1);
  reached('promoted');
  demote(from.database, epoch + 1);
  reached('demoted');
}

/** After an error the files themselves say, opened anew, whether the roles have changed. */
function settledAs(partnership: Partnership, from: Partner, to: Partner, newPrincipal: PlaceRole): boolean {
  from.place.close();
  to.place.close();
  partnership.forget();
  try {
    return partnership.serving().principal.place.role === newPrincipal;
  } catch {
    return false;
  }
}

/** Both places in use and at the same position, with the roles the other way round; refuses with the reason otherwise. */
function requireReady(partnership: Partnership, newPrincipal: PlaceRole): Partners {
  const { label } = partnership;
  if (partnership.mirror === undefined) throw notMirrored(label);
  const { principal, partner } = servingOrRefuse(partnership);
  if (principal.place.role === newPrincipal) throw alreadyPrincipal(label, principal.place);
  if (partner === undefined) throw notMirrored(label);
  if (requireState(principal.database).safety === 'off') throw asynchronous(label);
  const { place, database, error } = partner;
  if (database === undefined) {
    throw notSynchronized(label, `the mirror ${place.instance} cannot be used: ${error.message}`, error.remedy);
  }
  const partners = { from: principal, to: { place, database } };
  requireSamePosition(partnership, partners.to, requireState(principal.database), requireState(database));
  return partners;
}

function servingOrRefuse(partnership: Partnership): ReturnType<Partnership['serving']> {
  try {
    return partnership.serving();
  } catch (error) {
    if (!(error instanceof LyncTopologyError)) throw error;
    const evidence = principalUnreached(partnership) ?? error.message;
    throw notSynchronized(partnership.label, evidence, error.remedy);
  }
}

/** The place that is not seen while the other one is a mirror holds the principal. */
function principalUnreached(partnership: Partnership): string | undefined {
  for (const place of [partnership.primary, partnership.mirror]) {
    const error = place?.reach().error;
    if (place !== undefined && error !== undefined) {
      return `the principal ${place.instance} cannot be reached: ${error.message}`;
    }
  }
  return undefined;
}

function requireSamePosition(partnership: Partnership, to: Partner, principal: FileState, mirror: FileState): void {
  if (principal.history === mirror.history && samePosition(principal.position, mirror.position)) return;
  throw notSynchronized(
    partnership.label,
    `the mirror ${to.place.instance} has hardened ${mirror.position.sequence} of ${principal.position.sequence} commits.`,
    'Wait until it is synchronised (`Get-CsDatabaseMirrorState`), then fail over.',
  );
}
