/**
 * A mirror takes the role over from a principal that it does not see: by itself when it has every commit and the witness
 * grants it, or because an operator forces it (domain C.6).
 *
 * In this order, each step durable before the next: the mirror vows to harden nothing more for the principal of its epoch, redoes
 * its log to the end, the witness grants it the next epoch, it becomes the principal. The grant is the one decisive moment.
 * Before it, an interrupted attempt is called off; after it, it is completed as soon as mirror and witness see each other.
 */
import type { LyncTopologyError } from '../errors.ts';
import { redoAll } from './catchUp.ts';
import { promotionRefused } from './errors.ts';
import { type FileState, promote, requireState, setVow } from './fileState.ts';
import type { Partnership } from './partnership.ts';
import type { Place, PlaceDatabase } from './place.ts';
import type { PlaceRole, SessionView } from './roles.ts';

/** Moments that tests stop the process at. */
export type TakeoverMoment = 'vowed' | 'granted' | 'seized';

interface Candidate {
  readonly place: Place;
  readonly database: PlaceDatabase;
  readonly state: FileState;
}

/** The mirror that can be reached while its principal cannot be reached from it, or `undefined`. */
export function candidateOf(partnership: Partnership, view: SessionView): PlaceRole | undefined {
  if (partnership.mirror === undefined) return undefined;
  const found = (['primary', 'mirror'] as const).filter((role) => {
    const state = view[role];
    const other = view[otherRole(role)];
    return state?.role === 'mirror' && (other === undefined || (other.role === 'principal' && !view.partners));
  });
  const [only] = found;
  return found.length === 1 ? only : undefined;
}

/** Whether the witness sees the principal that the candidate does not see. */
export function witnessSeesPrincipal(view: SessionView, candidate: PlaceRole): boolean {
  const principal = otherRole(candidate);
  return view.witness?.record !== undefined && view.witness.seenBy[principal] && view[principal] !== undefined;
}

/** What keeps the mirror from being forced into service, or `undefined`. Nothing is changed. */
export function refusalOfForce(
  partnership: Partnership,
  view: SessionView,
  candidate: PlaceRole,
): LyncTopologyError | undefined {
  const { label } = partnership;
  const instance = placeOf(partnership, candidate)?.instance ?? '';
  if (partnership.witness === undefined) {
    // Clients reach the principal, only its mirror does not: it goes on serving them.
    if (view[otherRole(candidate)] === undefined) return undefined;
    return promotionRefused(label, `the principal still serves clients, although ${instance} cannot reach it.`);
  }
  const { instance: witness } = partnership.witness;
  if (view.witness?.record === undefined || !view.witness.seenBy[candidate]) {
    return promotionRefused(label, `${instance} cannot reach the witness ${witness}, without which it has no quorum.`);
  }
  if (!witnessSeesPrincipal(view, candidate)) return undefined;
  return promotionRefused(label, `the witness ${witness} still reaches the principal.`);
}

/**
 * Makes the candidate the principal. False when the witness does not grant it. Throws what keeps the mirror or the witness from
 * being used; what was begun is then called off, or completed when both see each other again.
 */
export function seize(
  partnership: Partnership,
  candidate: PlaceRole,
  kind: 'automatic' | 'forced',
  reached: (moment: TakeoverMoment) => void,
): boolean {
  const mirror = requireCandidate(partnership, candidate);
  try {
    setVow(mirror.database, kind);
    reached('vowed');
    redoAll(mirror.database, mirror.state.position.sequence);
    if (!isGranted(partnership, mirror, candidate, kind)) {
      setVow(mirror.database, '');
      return false;
    }
    reached('granted');
    promote(mirror.database, mirror.state.epoch + 1, kind === 'forced');
    reached('seized');
    return true;
  } finally {
    partnership.forget();
  }
}

/** Without a witness nobody has to be asked. */
function isGranted(
  { witness }: Partnership,
  { state }: Candidate,
  candidate: PlaceRole,
  kind: 'automatic' | 'forced',
): boolean {
  if (witness === undefined) return kind === 'forced';
  const { epoch, history } = state;
  return witness.grant({ history, epoch, candidate, forced: kind === 'forced' });
}

function requireCandidate(partnership: Partnership, role: PlaceRole): Candidate {
  const place = placeOf(partnership, role);
  const reached = place?.reach();
  if (place === undefined || reached?.database === undefined) {
    throw reached?.error ?? promotionRefused(partnership.label, 'it has no mirror.');
  }
  const { database } = reached;
  const state = requireState(database);
  if (state.role === 'mirror') return { place, database, state };
  throw promotionRefused(partnership.label, `${place.instance} is not its mirror.`);
}

function placeOf({ primary, mirror }: Partnership, role: PlaceRole): Place | undefined {
  return role === 'primary' ? primary : mirror;
}

function otherRole(role: PlaceRole): PlaceRole {
  return role === 'primary' ? 'mirror' : 'primary';
}
