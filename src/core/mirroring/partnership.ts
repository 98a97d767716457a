/**
 * The two places of a database together: who serves, settled from the files whenever a file is opened or lost.
 *
 * Settling ends what was interrupted: a former principal that finds a higher epoch at its partner becomes the mirror, a
 * hand-over whose partner was not promoted is called off, and commits that only the mirror holds (the principal ended between
 * the two writes, or came back from an older copy) are brought back from its log before anything new is committed.
 */
import { LyncTopologyError } from '../errors.ts';
import { linkCut } from '../storage/links.ts';
import { redoAll, rollForward } from './catchUp.ts';
import { type DatabaseLabel, mirroringSuspended, noPrincipal, type Unreached } from './errors.ts';
import { demote, type FileState, promote, requireState, setEnded, setPendingFailover, setVow } from './fileState.ts';
import { recordLosses } from './losses.ts';
import type { Place, PlaceDatabase, Reached } from './place.ts';
import { decideSession, type RoleDecision, type SessionView, withoutEnded } from './roles.ts';
import type { SessionLinks } from './sessionLinks.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

export interface Serving {
  readonly principal: { readonly place: Place; readonly database: PlaceDatabase };
  /** The other place, when the topology names a mirror; `database` when it can be used now. */
  readonly partner?: { readonly place: Place } & Reached;
}

export interface Partnership extends Disposable {
  readonly label: DatabaseLabel;
  readonly primary: Place;
  readonly mirror: Place | undefined;
  /** Of a mirrored database, when the topology names one. */
  readonly witness: Witness | undefined;
  readonly links: SessionLinks;
  /** Who serves now. Throws the reason when nobody does. */
  serving(): Serving;
  /** Settles the roles again at the next look. */
  forget(): void;
  /** While a hand-over runs in this process its mark is not called off. */
  handingOver: boolean;
  /** The last commit that the mirror was seen to have hardened, by this process. */
  knownHardened: number | undefined;
}

export interface PartnershipParts {
  readonly label: DatabaseLabel;
  readonly primary: Place;
  readonly mirror: Place | undefined;
  readonly witness: Witness | undefined;
  readonly links: SessionLinks;
}

interface Settled extends Sight {
  readonly outcome: Outcome;
}

/** The places as they are now, and whether they can talk to each other. */
interface Sight {
  readonly primary: Reached;
  readonly mirror: Reached | undefined;
  readonly partners: boolean;
}

export function createPartnership(parts: PartnershipParts): Partnership {
  const { primary, mirror, witness, links } = parts;
  let settled: Settled | undefined;
  const partnership: Partnership = {
    ...parts,
    handingOver: false,
    knownHardened: undefined,
    serving: () => {
      const seen: Sight = { primary: primary.reach(), mirror: mirror?.reach(), partners: links.partners.isUp() };
      if (settled !== undefined && sameSight(settled, seen)) return answer(settled.outcome);
      const outcome = settle(partnership, seen);
      // An attempt that failed half-way is made again, and so is one that hangs on the witness; only a clear answer is kept.
      const clear = witness === undefined || outcome.alone === true || outcome.serving?.partner?.database !== undefined;
      settled = outcome.final && clear ? { ...seen, outcome } : undefined;
      return answer(outcome);
    },
    forget: () => {
      settled = undefined;
    },
    [Symbol.dispose]: () => {
      settled = undefined;
      primary[Symbol.dispose]();
      mirror?.[Symbol.dispose]();
      witness?.[Symbol.dispose]();
    },
  };
  return partnership;
}

/** What the files, the witness and the links say now, and what the witness answered. */
function viewOf(
  partnership: Partnership,
  seen: Sight,
): { readonly view: SessionView; readonly answer: WitnessAnswer | undefined } {
  const { witness, links } = partnership;
  const files = {
    primary: stateOf(seen.primary),
    mirror: seen.mirror === undefined ? undefined : stateOf(seen.mirror),
    partners: seen.partners,
  };
  if (witness === undefined) return { view: withoutEnded(files), answer: undefined };
  const answered = witness.ask();
  const seenBy = { primary: links.toWitness.primary.isUp(), mirror: links.toWitness.mirror.isUp() };
  const view = withoutEnded({ ...files, witness: { record: answered.record, seenBy } });
  return { view, answer: answered };
}

/** As `viewOf`, looking now. Throws what keeps an open file from being read. */
export function lookAt(partnership: Partnership): SessionView {
  const { primary, mirror, links } = partnership;
  return viewOf(partnership, {
    primary: primary.reach(),
    mirror: mirror?.reach(),
    partners: links.partners.isUp(),
  }).view;
}

type Outcome = { readonly final: boolean } /** `alone`: mirroring was removed, so that nobody is asked. */ & (
  | { readonly serving: Serving; readonly alone?: boolean; readonly error?: never }
  | { readonly serving?: never; readonly alone?: never; readonly error: unknown }
);

function answer(outcome: Outcome): Serving {
  if (outcome.serving === undefined) throw outcome.error;
  return outcome.serving;
}

function sameSight(left: Sight, right: Sight): boolean {
  return (
    left.partners === right.partners && sameFile(left.primary, right.primary) && sameFile(left.mirror, right.mirror)
  );
}

/** The same open file, or the same reason for having none (a reason changes with its text only). */
function sameFile(left: Reached | undefined, right: Reached | undefined): boolean {
  return left?.database === right?.database && left?.error?.message === right?.error?.message;
}

function settle(partnership: Partnership, seen: Sight): Outcome {
  try {
    const { view, answer: answered } = viewOf(partnership, seen);
    const decision = decideSession(view);
    switch (decision.kind) {
      case 'promote':
        completePromotion(partnership, seen, decision);
        return settle(partnership, seen);
      case 'none': {
        const causes = unreached(partnership, seen, answered?.error);
        return { final: true, error: noPrincipal(partnership.label, decision.why, causes) };
      }
      case 'serve': {
        const outcome = serve(partnership, decision, seen);
        if (outcome.serving !== undefined && outcome.alone !== true) tellWitness(partnership, outcome.serving, view);
        return outcome;
      }
    }
  } catch (error) {
    return { final: false, error };
  }
}

function completePromotion(
  partnership: Partnership,
  seen: Sight,
  { place, epoch, forced }: Extract<RoleDecision, { kind: 'promote' }>,
): void {
  const reached = place === 'primary' ? seen.primary : seen.mirror;
  if (reached?.database === undefined) throw reached?.error ?? noPrincipal(partnership.label, 'unreachable', []);
  takeRole(reached.database, epoch, forced);
}

/** Makes a mirror that was granted the epoch the principal of it. */
function takeRole(mirror: PlaceDatabase, epoch: number, suspended: boolean): void {
  redoAll(mirror, requireState(mirror).position.sequence);
  promote(mirror, epoch, suspended);
}

/** A principal that the witness does not know yet, or knows of an earlier epoch, is made known to it. */
function tellWitness(partnership: Partnership, serving: Serving, view: SessionView): void {
  const { place, database } = serving.principal;
  if (partnership.witness === undefined || view.witness?.seenBy[place.role] !== true) return;
  const { epoch, history } = requireState(database);
  const { record } = view.witness;
  if (record !== undefined && (record.history !== history || record.epoch >= epoch)) return;
  try {
    partnership.witness.acknowledge({ history, epoch, principal: place.role, synchronised: false });
  } catch {
    // A witness that cannot write is as good as away: the session goes on with the partner.
  }
}

function serve(partnership: Partnership, decision: Extract<RoleDecision, { kind: 'serve' }>, seen: Sight): Outcome {
  const places = sides(partnership, decision, seen.primary, seen.mirror);
  const principal = places.principal.reached.database;
  if (principal === undefined) throw places.principal.reached.error;
  const base = { principal: { place: places.principal.place, database: principal } };
  if (places.partner === undefined) return { final: true, serving: base };
  if (endedWith(principal, places.partner, seen)) return { final: true, serving: base, alone: true };
  const { place, reached } = places.partner;
  if (reached.database === undefined) return { final: true, serving: { ...base, partner: { place, ...reached } } };
  if (!seen.partners) {
    const error = linkCut(base.principal.place.server, place.server);
    return { final: true, serving: { ...base, partner: { place, error } } };
  }
  if (decision.clearPending && !partnership.handingOver) setPendingFailover(principal, false);
  const error = prepare(principal, { place, database: reached.database }, decision.fence);
  if (error !== undefined) return { final: false, serving: { ...base, partner: { place, error } } };
  if (requireState(principal).suspended) {
    const suspended = mirroringSuspended(partnership.label, place);
    return { final: true, serving: { ...base, partner: { place, error: suspended } } };
  }
  return { final: true, serving: { ...base, partner: { place, ...reached } } };
}

/**
 * Whether mirroring of the principal was removed. Whichever of the two files was told first, the other one is told now: the one
 * that was away, or not reached before an interruption.
 */
function endedWith(principal: PlaceDatabase, partner: Side, { partners }: Sight): boolean {
  const own = requireState(principal);
  const database = partners ? partner.reached.database : undefined;
  const other = database === undefined ? undefined : requireState(database);
  const related = other?.history === own.history && other.role === 'mirror' && other.epoch <= own.epoch;
  if (!own.ended && !(related && other.ended)) return false;
  if (!own.ended) setEnded(principal);
  if (database !== undefined && related && !other.ended) {
    try {
      setEnded(database);
    } catch {
      // It is told at the next look; until then nobody follows it.
    }
  }
  return true;
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
 *
 * A former principal that is fenced gives nothing back: what it alone holds was lost with the failover that was forced, and
 * is written down by name before its file forgets that it was the principal.
 */
function prepare(
  principal: PlaceDatabase,
  partner: { readonly place: Place; readonly database: PlaceDatabase },
  fence: boolean,
): LyncTopologyError | undefined {
  const { database } = partner;
  const [own, other] = [requireState(principal), requireState(database)];
  const wasPrincipal = fence && other.role === 'principal';
  if (wasPrincipal) recordLosses(principal, database, partner.place.instance);
  try {
    if (fence) demote(database, own.epoch);
    // The witness was asked and has granted nothing, or another has been promoted since.
    else if (other.vow !== '') setVow(database, '');
  } catch (error) {
    if (error instanceof LyncTopologyError) return error;
    throw error;
  }
  if (!wasPrincipal && !own.suspended) rollForward(principal, database);
  return undefined;
}

function unreached(
  partnership: Partnership,
  { primary, mirror }: Sight,
  witnessError: LyncTopologyError | undefined,
): readonly Unreached[] {
  const found: Unreached[] = [];
  if (primary.error !== undefined) found.push({ name: partnership.primary.instance, error: primary.error });
  if (mirror?.error !== undefined && partnership.mirror !== undefined) {
    found.push({ name: partnership.mirror.instance, error: mirror.error });
  }
  found.push(...unreachedOverLinks(partnership, witnessError));
  // A server that only has to be started is the first thing to tell.
  return found.sort((left, right) => Number(isStopped(right)) - Number(isStopped(left)));
}

function unreachedOverLinks(
  { primary, mirror, witness, links }: Partnership,
  witnessError: LyncTopologyError | undefined,
): readonly Unreached[] {
  if (mirror === undefined) return [];
  const cut = (up: boolean, from: Place, to: { readonly server: string; readonly instance: string }): Unreached[] =>
    up ? [] : [{ name: to.instance, error: linkCut(from.server, to.server) }];
  return [
    ...cut(links.partners.isUp(), primary, mirror),
    ...(witness === undefined ? [] : cut(links.toWitness.primary.isUp(), primary, witness)),
    ...(witness === undefined ? [] : cut(links.toWitness.mirror.isUp(), mirror, witness)),
    ...(witness === undefined || witnessError === undefined ? [] : [{ name: witness.instance, error: witnessError }]),
  ];
}

function isStopped({ error }: Unreached): boolean {
  return error.code === 'server-stopped';
}

/** A process that does not answer is not seen. */
function stateOf({ database }: Reached): FileState | undefined {
  if (database === undefined) return undefined;
  try {
    return requireState(database);
  } catch (error) {
    if (error instanceof LyncTopologyError && error.code === 'server-stopped') return undefined;
    throw error;
  }
}
