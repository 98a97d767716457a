/**
 * Watches whether the principal of one session is seen, and lets its mirror take over when it is not (domain C.6): the session
 * had every commit on both sides, mirror and witness have seen each other all the time, neither sees the principal, and it
 * has been so for longer than the partner time-out. Never otherwise.
 */
import type { DatabaseName } from '../topology/vocabulary.ts';
import type { Supervised, Watch } from './contract.ts';
import { requireState } from './fileState.ts';
import { lookAt, type Partnership } from './partnership.ts';
import type { PlaceRole } from './roles.ts';
import { candidateOf, seize, type TakeoverMoment, witnessSeesPrincipal } from './takeover.ts';

export interface SuperviseRequest {
  readonly partnership: Partnership;
  readonly name: DatabaseName;
  readonly watch: Watch;
  readonly now: number;
  /** Milliseconds. */
  readonly partnerTimeout: number;
  readonly reached: (moment: TakeoverMoment) => void;
}

/** One look. Throws what keeps a file or the witness from being used while the roles change. */
export function supervise(request: SuperviseRequest): Supervised {
  const { partnership, watch, now, partnerTimeout } = request;
  const { mirror, witness } = partnership;
  if (mirror === undefined || witness === undefined) return 'quiet';
  const view = lookAt(partnership);
  const candidate = candidateOf(partnership, view);
  const record = view.witness?.record;
  if (candidate === undefined || witnessSeesPrincipal(view, candidate)) {
    const mirrorRole = candidate ?? (view.primary?.role === 'mirror' ? 'primary' : 'mirror');
    watch.together =
      view.primary !== undefined &&
      view.mirror !== undefined &&
      record !== undefined &&
      view.witness?.seenBy[mirrorRole] === true;
    watch.lost = undefined;
    return 'quiet';
  }
  const together = record !== undefined && view.witness?.seenBy[candidate] === true;
  watch.lost ??= { since: now - unheardFor(partnership, candidate), quorumKept: watch.together };
  if (!together) watch.lost.quorumKept = false;
  if (!together || !watch.lost.quorumKept || !record.synchronised || now - watch.lost.since < partnerTimeout) {
    return 'waiting';
  }
  const { since } = watch.lost;
  const started = performance.now();
  if (!seize(partnership, candidate, 'automatic', request.reached)) return 'waiting';
  watch.lost = undefined;
  const { principal, partner } = partnership.serving();
  const refusedFor = now - since + performance.now() - started;
  return {
    DatabaseName: request.name,
    from: partner?.place.instance ?? '',
    to: principal.place.instance,
    position: requireState(principal.database).position,
    refusedFor: Math.round(refusedFor * 100) / 100,
  };
}

/** A process that does not answer was lost when it was last heard, not when somebody looked. */
function unheardFor({ primary, mirror }: Partnership, candidate: PlaceRole): number {
  return (candidate === 'primary' ? mirror : primary)?.silentFor() ?? 0;
}
