/** Decides from what the two files say who serves. Pure, so that every combination can be looked at (domain C.3, C.6). */
import type { FileState } from './fileState.ts';
import type { WitnessRecord } from './witness.ts';

export type PlaceRole = 'primary' | 'mirror';

/** What is seen of a place: the state of its file, or nothing because it cannot be reached. */
export type Seen = FileState | undefined;

export type RoleDecision =
  /** `exposed`: the partner is not seen. `fence`: the partner's file must become the mirror of the principal's epoch. */
  | {
      readonly kind: 'serve';
      readonly principal: PlaceRole;
      readonly clearPending: boolean;
      readonly fence: boolean;
    }
  /** The witness has granted the role to that mirror, which was interrupted before it took it. */
  | { readonly kind: 'promote'; readonly place: PlaceRole; readonly epoch: number; readonly forced: boolean }
  | { readonly kind: 'none'; readonly why: NoPrincipal };

export type NoPrincipal =
  /** Neither place can be reached. */
  | 'unreachable'
  /** The one place that is seen is the mirror; whoever was the principal is not seen. */
  | 'mirrorOnly'
  /** The principal is seen, was handing over when it was interrupted, and its partner is not seen. */
  | 'handOverInterrupted'
  /** A principal is seen, but sees neither its partner nor the witness. */
  | 'noQuorum'
  /** The witness has acknowledged a later principal than the one that is seen. */
  | 'superseded'
  /** The mirror has asked the witness for the role, and the witness that knows the answer is not seen. */
  | 'promotionUnsettled'
  /** Both files say that they are the principal of the same epoch. */
  | 'twoPrincipals'
  /** Neither file says that it is the principal of the highest epoch. */
  | 'noneIsPrincipal';

/** What can be seen of a session: the files, the witness, and who can talk to whom. */
export interface SessionView {
  readonly primary: Seen;
  readonly mirror: Seen;
  /** Primary and mirror can talk to each other, as far as the link between them is concerned. */
  readonly partners: boolean;
  /** Present when the topology names a witness and a mirror. */
  readonly witness?: {
    /** Absent when the witness cannot be asked, or knows nothing of the session. */
    readonly record: WitnessRecord | undefined;
    readonly seenBy: Readonly<Record<PlaceRole, boolean>>;
  };
}

/**
 * What is left of the view where mirroring was removed: such a principal serves alone and needs no quorum, such a mirror is
 * nobody's. A principal whose mirror was told so, and that was interrupted before its own file said so, serves alone as well.
 */
export function withoutEnded(view: SessionView): SessionView {
  const { primary, mirror, partners } = view;
  if (primary?.role === 'principal' && servesAlone(primary, mirror, partners)) {
    return { primary, mirror: undefined, partners: true };
  }
  if (mirror?.role === 'principal' && servesAlone(mirror, primary, partners)) {
    return { primary: undefined, mirror, partners: true };
  }
  if (primary?.ended !== true && mirror?.ended !== true) return view;
  return { ...view, primary: hideEnded(primary), mirror: hideEnded(mirror) };
}

function servesAlone(own: FileState, other: Seen, partners: boolean): boolean {
  const related = other?.history === own.history ? other : undefined;
  if (related?.role === 'principal' && related.epoch > own.epoch) return false;
  return own.ended || (partners && related?.role === 'mirror' && related.ended && related.epoch <= own.epoch);
}

function hideEnded(state: Seen): Seen {
  return state?.role === 'mirror' && state.ended ? undefined : state;
}

/** Who serves, with the quorum of the three (domain C.6): without a witness no quorum is needed. */
export function decideSession(view: SessionView): RoleDecision {
  const granted = grantedPromotion(view);
  if (granted !== undefined) return granted;
  const { primary, mirror, partners } = view;
  if (primary !== undefined && mirror !== undefined && partners) return decideTogether(view, primary, mirror);
  const found = [
    ...(primary === undefined ? [] : [standingAlone(view, 'primary', primary)]),
    ...(mirror === undefined ? [] : [standingAlone(view, 'mirror', mirror)]),
  ];
  const serving = found.filter((decision) => decision.kind === 'serve');
  if (serving.length > 1) return decideApart(primary, mirror);
  const [only] = serving;
  if (only !== undefined) return only;
  const reasons = found.flatMap((decision) => (decision.kind === 'none' ? [decision.why] : []));
  const [first] = reasons;
  return none(reasons.find((why) => why !== 'mirrorOnly') ?? first ?? 'unreachable');
}

/** A mirror that vowed and that the witness names as the principal of the next epoch is it, whatever else is seen. */
function grantedPromotion(view: SessionView): RoleDecision | undefined {
  const record = view.witness?.record;
  if (record === undefined) return undefined;
  const state = view[record.principal];
  if (state?.role !== 'mirror' || state.vow === '' || !view.witness?.seenBy[record.principal]) return undefined;
  if (record.history !== state.history || record.epoch !== state.epoch + 1) return undefined;
  return { kind: 'promote', place: record.principal, epoch: record.epoch, forced: record.forced };
}

function decideTogether(view: SessionView, primary: FileState, mirror: FileState): RoleDecision {
  const decision = decideRoles(primary, mirror);
  if (decision.kind !== 'serve' || view.witness === undefined) return decision;
  const { record, seenBy } = view.witness;
  const [own, partner] = decision.principal === 'primary' ? [primary, mirror] : [mirror, primary];
  const sameEpoch = own.history === partner.history && own.epoch === partner.epoch;
  const witnessSeen = record !== undefined && (seenBy.primary || seenBy.mirror);
  if (sameEpoch && partner.vow !== '' && !witnessSeen) return none('promotionUnsettled');
  if (witnessSeen && isSuperseded(record, decision.principal, own)) return none('superseded');
  return decision;
}

/** A place that does not see its partner. */
function standingAlone(view: SessionView, place: PlaceRole, state: FileState): RoleDecision {
  const alone = decideAlone(place, state);
  if (alone.kind !== 'serve' || view.witness === undefined) return alone;
  const { record, seenBy } = view.witness;
  if (!seenBy[place] || record === undefined || record.history !== state.history) return none('noQuorum');
  return isSuperseded(record, place, state) ? none('superseded') : alone;
}

function isSuperseded(record: WitnessRecord, place: PlaceRole, state: FileState): boolean {
  if (record.history !== state.history) return false;
  return record.epoch > state.epoch || (record.epoch === state.epoch && record.principal !== place);
}

/** Two principals that cannot talk to each other, after a forced failover without a witness: the later one is served. */
function decideApart(primary: Seen, mirror: Seen): RoleDecision {
  if (primary === undefined || mirror === undefined) return none('unreachable');
  if (primary.history !== mirror.history || primary.epoch === mirror.epoch) return none('twoPrincipals');
  const principal = primary.epoch > mirror.epoch ? 'primary' : 'mirror';
  return { kind: 'serve', principal, clearPending: false, fence: false };
}

/** Two places that see each other, by their files alone. */
export function decideRoles(primary: Seen, mirror: Seen): RoleDecision {
  if (primary !== undefined && mirror !== undefined) return decideBoth(primary, mirror);
  if (primary !== undefined) return decideAlone('primary', primary);
  if (mirror !== undefined) return decideAlone('mirror', mirror);
  return none('unreachable');
}

function decideAlone(place: PlaceRole, state: FileState): RoleDecision {
  if (state.role === 'mirror') return none('mirrorOnly');
  if (state.pendingFailover) return none('handOverInterrupted');
  return { kind: 'serve', principal: place, clearPending: false, fence: false };
}

function decideBoth(primary: FileState, mirror: FileState): RoleDecision {
  // A file of another history is not a partner: it is replaced when it is a mirror, and never when it is a principal.
  if (primary.history !== mirror.history && primary.role === mirror.role) {
    return none(primary.role === 'principal' ? 'twoPrincipals' : 'noneIsPrincipal');
  }
  if (primary.epoch === mirror.epoch || primary.history !== mirror.history) {
    if (primary.role === mirror.role) return none(primary.role === 'principal' ? 'twoPrincipals' : 'noneIsPrincipal');
    return primary.role === 'principal' ? serve('primary', primary, mirror) : serve('mirror', mirror, primary);
  }
  const [place, higher, lower]: [PlaceRole, FileState, FileState] =
    primary.epoch > mirror.epoch ? ['primary', primary, mirror] : ['mirror', mirror, primary];
  return higher.role === 'principal' ? serve(place, higher, lower) : none('noneIsPrincipal');
}

/** Seeing that the partner was not promoted ends a hand-over that was interrupted before its decisive moment. */
function serve(principal: PlaceRole, state: FileState, partner: FileState): RoleDecision {
  const fence = partner.history === state.history && partner.epoch !== state.epoch;
  return { kind: 'serve', principal, clearPending: state.pendingFailover, fence };
}

function none(why: NoPrincipal): RoleDecision {
  return { kind: 'none', why };
}
