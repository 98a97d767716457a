/**
 * The two places of a database together: who serves, settled from the files whenever a file is opened or lost.
 *
 * Settling ends what was interrupted: a former principal that finds a higher epoch at its partner becomes the mirror, a
 * hand-over whose partner was not promoted is called off, and commits that only the mirror holds (the principal ended between
 * the two writes, or came back from an older copy) are brought back from its log before anything new is committed.
 */
import { LyncTopologyError } from '../errors.ts';
import { rollForward } from './catchUp.ts';
import { type DatabaseLabel, noPrincipal, type Unreached } from './errors.ts';
import { demote, type FileState, requireState, setPendingFailover } from './fileState.ts';
import type { Place, PlaceDatabase, Reached } from './place.ts';
import { decideRoles, type RoleDecision } from './roles.ts';

export interface Serving {
  readonly principal: { readonly place: Place; readonly database: PlaceDatabase };
  /** The other place, when the topology names a mirror; `database` when it can be used now. */
  readonly partner?: { readonly place: Place } & Reached;
}

export interface Partnership extends Disposable {
  readonly label: DatabaseLabel;
  readonly primary: Place;
  readonly mirror: Place | undefined;
  /** Who serves now. Throws the reason when nobody does. */
  serving(): Serving;
  /** Settles the roles again at the next look. */
  forget(): void;
  /** While a hand-over runs in this process its mark is not called off. */
  handingOver: boolean;
  /** The last commit that the mirror was seen to have hardened, by this process. */
  knownHardened: number | undefined;
}

export function createPartnership(label: DatabaseLabel, primary: Place, mirror: Place | undefined): Partnership {
  let settled:
    | { readonly primary: Reached; readonly mirror: Reached | undefined; readonly outcome: Outcome }
    | undefined;
  const partnership: Partnership = {
    label,
    primary,
    mirror,
    handingOver: false,
    knownHardened: undefined,
    serving: () => {
      const seen = { primary: primary.reach(), mirror: mirror?.reach() };
      if (settled === undefined || !sameFile(settled.primary, seen.primary) || !sameFile(settled.mirror, seen.mirror)) {
        const outcome = settle(partnership, seen.primary, seen.mirror);
        // An attempt that failed half-way is made again; only a clear answer is kept.
        settled = outcome.final ? { ...seen, outcome } : undefined;
        return answer(outcome);
      }
      return answer(settled.outcome);
    },
    forget: () => {
      settled = undefined;
    },
    [Symbol.dispose]: () => {
      settled = undefined;
      primary[Symbol.dispose]();
      mirror?.[Symbol.dispose]();
    },
  };
  return partnership;
}

type Outcome = { readonly final: boolean } & (
  | { readonly serving: Serving; readonly error?: never }
  | { readonly serving?: never; readonly error: unknown }
);

function answer(outcome: Outcome): Serving {
  if (outcome.serving === undefined) throw outcome.error;
  return outcome.serving;
}

/** The same open file, or the same reason for having none (a reason changes with its text only). */
function sameFile(left: Reached | undefined, right: Reached | undefined): boolean {
  return left?.database === right?.database && left?.error?.message === right?.error?.message;
}

function settle(partnership: Partnership, primary: Reached, mirror: Reached | undefined): Outcome {
  try {
    const decision = decideRoles(stateOf(primary), mirror === undefined ? undefined : stateOf(mirror));
    return decision.kind === 'none'
      ? { final: true, error: noPrincipal(partnership.label, decision.why, unreached(partnership, primary, mirror)) }
      : serve(partnership, decision, primary, mirror);
  } catch (error) {
    return { final: false, error };
  }
}

function serve(
  partnership: Partnership,
  decision: Extract<RoleDecision, { kind: 'serve' }>,
  primary: Reached,
  mirror: Reached | undefined,
): Outcome {
  const places = sides(partnership, decision, primary, mirror);
  const principal = places.principal.reached.database;
  if (principal === undefined) throw places.principal.reached.error;
  const base = { principal: { place: places.principal.place, database: principal } };
  if (places.partner === undefined) return { final: true, serving: base };
  const { place, reached } = places.partner;
  if (reached.database === undefined) return { final: true, serving: { ...base, partner: { place, ...reached } } };
  if (decision.clearPending && !partnership.handingOver) setPendingFailover(principal, false);
  const error = prepare(principal, reached.database, decision.fence);
  if (error !== undefined) return { final: false, serving: { ...base, partner: { place, error } } };
  return { final: true, serving: { ...base, partner: { place, ...reached } } };
}

interface Side {
  readonly place: Place;
  readonly reached: Reached;
}

function sides(
  partnership: Partnership,
  decision: Extract<RoleDecision, { kind: 'serve' }>,
  primary: Reached,
  mirror: Reached | undefined,
): { readonly principal: Side; readonly partner?: Side } {
  const first: Side = { place: partnership.primary, reached: primary };
  if (partnership.mirror === undefined || mirror === undefined) return { principal: first };
  const second: Side = { place: partnership.mirror, reached: mirror };
  return decision.principal === 'primary'
    ? { principal: first, partner: second }
    : { principal: second, partner: first };
}

/**
 * Fences the partner and brings back what only its log holds. What keeps the partner from being written is an error of the
 * partner, without which the principal serves; what keeps the principal from taking its own commits back is thrown.
 */
function prepare(principal: PlaceDatabase, partner: PlaceDatabase, fence: boolean): LyncTopologyError | undefined {
  if (fence) {
    try {
      demote(partner, requireState(principal).epoch);
    } catch (error) {
      if (error instanceof LyncTopologyError) return error;
      throw error;
    }
  }
  rollForward(principal, partner);
  return undefined;
}

function unreached(partnership: Partnership, primary: Reached, mirror: Reached | undefined): readonly Unreached[] {
  const found: Unreached[] = [];
  if (primary.error !== undefined) found.push({ place: partnership.primary, error: primary.error });
  if (mirror?.error !== undefined && partnership.mirror !== undefined) {
    found.push({ place: partnership.mirror, error: mirror.error });
  }
  // A server that only has to be started is the first thing to tell.
  return found.sort((left, right) => Number(isStopped(right)) - Number(isStopped(left)));
}

function isStopped({ error }: Unreached): boolean {
  return error.code === 'server-stopped';
}

function stateOf(reached: Reached): FileState | undefined {
  return reached.database === undefined ? undefined : requireState(reached.database);
}
