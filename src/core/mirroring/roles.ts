/** Decides from what the two files say who serves. Pure, so that every combination can be looked at (domain C.3, C.6). */
import type { FileState } from './fileState.ts';

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
  | { readonly kind: 'none'; readonly why: NoPrincipal };

export type NoPrincipal =
  /** Neither place can be reached. */
  | 'unreachable'
  /** The one place that is seen is the mirror; whoever was the principal is not seen. */
  | 'mirrorOnly'
  /** The principal is seen, was handing over when it was interrupted, and its partner is not seen. */
  | 'handOverInterrupted'
  /** Both files say that they are the principal of the same epoch. */
  | 'twoPrincipals'
  /** Neither file says that it is the principal of the highest epoch. */
  | 'noneIsPrincipal';

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
