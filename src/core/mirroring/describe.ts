/** The status of a database, measured from both files, in the words of `Get-CsDatabaseMirrorState` (domain C.3). */
import { LyncTopologyError } from '../errors.ts';
import type { DatabaseStatus, LostContent, MirroringStatus, MirrorRoleState, WitnessState } from '../status.ts';
import type { DatabaseName, DatabaseType } from '../topology/vocabulary.ts';
import { asLyncError } from './asLyncError.ts';
import { type FileState, requireState, samePosition } from './fileState.ts';
import { lossesOf } from './losses.ts';
import type { Upkeep } from './maintenance.ts';
import type { Partnership, Serving } from './partnership.ts';
import type { Place } from './place.ts';
import type { PlaceRole } from './roles.ts';

export interface Identity {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly name: DatabaseName;
}

/** Never throws. */
export function describe(identity: Identity, partnership: Partnership, upkeep: Upkeep): DatabaseStatus {
  const measured = measure(partnership);
  const session = sessionOf(partnership, measured, upkeep);
  const words = { ...session, mirrored: partnership.mirror !== undefined && !isRemoved(measured) };
  const { serving, error } = measured;
  const shown = error ?? (session.status === 'synchronized' ? undefined : mirrorCause(measured, upkeep));
  return {
    id: `pool/${identity.pool}/database/${identity.name}`,
    DatabaseType: identity.type,
    DatabaseName: identity.name,
    StateOnPrimary: roleWord(words.mirrored, measured.primary),
    StateOnMirror: roleWord(words.mirrored, measured.mirror),
    MirroringStatusOnPrimary: statusAt('primary', words, measured),
    MirroringStatusOnMirror: statusAt('mirror', words, measured),
    primary: partnership.primary.instance,
    ...(partnership.mirror === undefined ? {} : { mirror: partnership.mirror.instance }),
    ...(serving === undefined ? {} : { principal: serving.principal.place.role }),
    ...(words.mirrored ? witnessWords(partnership, measured) : {}),
    ...(isRemoved(measured) ? { mirroringRemoved: true as const } : {}),
    ...(measured.lost === undefined ? {} : { lost: measured.lost }),
    sendQueue: session.sendQueue,
    redoQueue: session.redoQueue,
    explanation: explain(partnership, measured, session, upkeep),
    ...(shown === undefined ? {} : { error: shown.toJSON() }),
  };
}

interface Measured {
  readonly primary: FileState | undefined;
  readonly mirror: FileState | undefined;
  readonly serving: Serving | undefined;
  /** Why nobody serves. */
  readonly error: LyncTopologyError | undefined;
  /** Why the mirror of a serving principal cannot be used. */
  readonly mirrorError: LyncTopologyError | undefined;
  /** The link between the partners is up. */
  readonly partners: boolean;
  readonly witness: WitnessState;
  readonly lost: LostContent | undefined;
}

/** Rows that a status names; there may be more. */
const lostRowsNamed = 100;

function measure(partnership: Partnership): Measured {
  let serving: Serving | undefined;
  let error: LyncTopologyError | undefined;
  try {
    serving = partnership.serving();
  } catch (cause) {
    error = asLyncError(cause, partnership.label);
  }
  const primary = look(partnership.primary);
  const mirror = partnership.mirror === undefined ? undefined : look(partnership.mirror);
  const principalState = serving?.principal.place.role === 'primary' ? primary : mirror;
  if (serving !== undefined && principalState instanceof LyncTopologyError) {
    error = principalState;
    serving = undefined;
  }
  return {
    primary: primary instanceof LyncTopologyError ? undefined : primary,
    mirror: mirror instanceof LyncTopologyError ? undefined : mirror,
    serving,
    error,
    mirrorError: serving?.partner === undefined ? undefined : mirrorErrorOf(serving, primary, mirror),
    partners: partnership.links.partners.isUp(),
    witness: serving === undefined ? 'unknown' : witnessState(partnership, serving),
    lost: serving === undefined ? undefined : lostOf(serving),
  };
}

function witnessState({ witness, links }: Partnership, { principal }: Serving): WitnessState {
  const linked = witness !== undefined && links.toWitness[principal.place.role].isUp();
  return linked && witness.ask().error === undefined ? 'connected' : 'disconnected';
}

function lostOf({ principal }: Serving): LostContent | undefined {
  try {
    return lossesOf(principal.database, lostRowsNamed);
  } catch {
    // A file that cannot be read says so in the state.
    return undefined;
  }
}

function witnessWords(
  { mirror, witness }: Partnership,
  measured: Measured,
): Pick<DatabaseStatus, 'witness' | 'witnessState' | 'safety'> {
  return {
    ...(mirror === undefined ? {} : { safety: safetyOf(measured) }),
    ...(witness === undefined ? {} : { witness: witness.instance, witnessState: measured.witness }),
  };
}

/** Whoever can be seen says so, since both files were told. */
function isRemoved({ serving, primary, mirror }: Measured): boolean {
  const own = serving === undefined ? undefined : serving.principal.place.role === 'primary' ? primary : mirror;
  return own?.ended ?? (primary?.ended === true || mirror?.ended === true);
}

function safetyOf({ serving, primary, mirror }: Measured): 'FULL' | 'OFF' {
  const own = serving?.principal.place.role === 'mirror' ? (mirror ?? primary) : (primary ?? mirror);
  return own?.safety === 'off' ? 'OFF' : 'FULL';
}

function mirrorErrorOf(
  serving: Serving,
  primary: FileState | LyncTopologyError | undefined,
  mirror: FileState | LyncTopologyError | undefined,
): LyncTopologyError | undefined {
  const state = serving.principal.place.role === 'primary' ? mirror : primary;
  return state instanceof LyncTopologyError ? state : serving.partner?.error;
}

/** What keeps the mirror from following: that its server is stopped, what making it anew met, or what its file says. */
function mirrorCause(measured: Measured, upkeep: Upkeep): LyncTopologyError | undefined {
  const { mirrorError } = measured;
  return mirrorError !== undefined && isAway(mirrorError) ? mirrorError : (upkeep.problem ?? mirrorError);
}

function isAway({ code }: LyncTopologyError): boolean {
  return code === 'server-stopped' || code === 'link-cut';
}

function look(place: Place): FileState | LyncTopologyError {
  const { database, error } = place.reach();
  if (database === undefined) return error;
  try {
    return requireState(database);
  } catch (cause) {
    // A file that turned out to be damaged is opened, and so looked at, anew the next time.
    place.close();
    return asLyncError(cause, place.label);
  }
}

interface Session {
  /** As the serving principal sees it; empty without a mirror or without a principal. */
  readonly status: MirroringStatus;
  readonly sendQueue: number;
  readonly redoQueue: number;
}

function sessionOf(partnership: Partnership, measured: Measured, upkeep: Upkeep): Session {
  const { serving } = measured;
  if (partnership.mirror === undefined || serving?.partner === undefined)
    return { status: '', ...queuesAlone(measured) };
  const [principal, mirror] =
    serving.principal.place.role === 'primary'
      ? [measured.primary, measured.mirror]
      : [measured.mirror, measured.primary];
  if (principal === undefined) return { status: '', sendQueue: 0, redoQueue: 0 };
  const end = principal.position.sequence;
  if (mirror === undefined || measured.mirrorError !== undefined) {
    const hardened = mirror?.position.sequence ?? partnership.knownHardened ?? principal.partnerHardened;
    return {
      status: statusWithoutMirror(measured.mirrorError, upkeep),
      sendQueue: Math.max(0, end - hardened),
      redoQueue: 0,
    };
  }
  return {
    status: statusOf(principal, mirror, upkeep),
    sendQueue: Math.max(0, end - mirror.position.sequence),
    redoQueue: Math.max(0, mirror.position.sequence - mirror.redone),
  };
}

/** The one file that is seen while nobody serves is a mirror: what it has not redone is known, what it lacks is not. */
function queuesAlone(measured: Measured): { readonly sendQueue: number; readonly redoQueue: number } {
  const seen = measured.serving === undefined ? (measured.mirror ?? measured.primary) : undefined;
  return {
    sendQueue: 0,
    redoQueue: seen?.role === 'mirror' ? Math.max(0, seen.position.sequence - seen.redone) : 0,
  };
}

function statusOf(principal: FileState, mirror: FileState, upkeep: Upkeep): MirroringStatus {
  if (principal.pendingFailover) return 'pending failover';
  const together = principal.history === mirror.history && principal.epoch === mirror.epoch;
  if (principal.safety === 'full' && together && samePosition(principal.position, mirror.position))
    return 'synchronized';
  return upkeep.problem === undefined ? 'synchronizing' : 'suspended';
}

/** A server that does not answer is disconnected; a mirror that answers and cannot be used is suspended. */
function statusWithoutMirror(error: LyncTopologyError | undefined, upkeep: Upkeep): MirroringStatus {
  if (upkeep.copying) return 'synchronizing';
  if (upkeep.problem !== undefined && !(error !== undefined && isAway(error))) return 'suspended';
  switch (error?.code) {
    case 'mirroring-suspended':
    case 'database-corrupt':
    case 'access-denied':
    case 'disk-full':
    case 'data-directory-newer':
      return 'suspended';
    default:
      return 'disconnected';
  }
}

function roleWord(mirrored: boolean, state: FileState | undefined): MirrorRoleState {
  if (!mirrored || state === undefined) return 'DatabaseInaccessibleOrMirroringNotEnabled';
  return state.role === 'principal' ? 'Principal' : 'Mirror';
}

function statusAt(
  place: PlaceRole,
  session: Session & { readonly mirrored: boolean },
  measured: Measured,
): MirroringStatus {
  const own = place === 'primary' ? measured.primary : measured.mirror;
  const other = place === 'primary' ? measured.mirror : measured.primary;
  if (!session.mirrored || own === undefined) return '';
  if (measured.serving === undefined) return other === undefined || !measured.partners ? 'disconnected' : 'suspended';
  // Pending failover is a state of the principal alone (domain C.6).
  if (session.status === 'pending failover' && own.role === 'mirror') return 'synchronized';
  return session.status;
}

function explain(partnership: Partnership, measured: Measured, session: Session, upkeep: Upkeep): string {
  const { serving, error } = measured;
  if (serving === undefined)
    return `${error?.message ?? `${partnership.label} has no principal.`} ${error?.remedy ?? ''}`.trim();
  const principal = serving.principal.place;
  const lost = lostWords(measured.lost);
  if (serving.partner === undefined) {
    const why = isRemoved(measured)
      ? 'Mirroring was removed; Install-CsMirrorDatabase sets it up again.'
      : 'The topology names no mirror.';
    return `Served by ${principal.instance}. ${why}`;
  }
  const mirror = serving.partner.place;
  const where =
    principal.role === 'primary'
      ? `${principal.instance} is the principal, as configured`
      : `Failed over: the configured mirror ${principal.instance} is the principal`;
  const sentences = [
    `${where}.`,
    explainMirror(mirror, measured, session, upkeep),
    explainWitness(partnership, measured, session.status),
  ];
  return [...sentences, lost].filter((sentence) => sentence !== '').join(' ');
}

function asynchronousWords(mirror: Place, behind: string): string {
  return `Commits do not wait for ${mirror.instance} (safety OFF), which lacks ${behind}; nothing fails over but by force, and what it lacks is lost then.`;
}

function lostWords(lost: LostContent | undefined): string {
  if (lost === undefined) return '';
  const commits = `${lost.commits} ${lost.commits === 1 ? 'commit' : 'commits'}`;
  return `A forced failover lost ${commits} that only the former principal had; they are listed by name.`;
}

function explainWitness({ witness }: Partnership, measured: Measured, status: MirroringStatus): string {
  if (witness === undefined) return '';
  if (measured.witness !== 'connected') {
    return `The witness ${witness.instance} cannot be reached, so nothing fails over by itself.`;
  }
  return status === 'synchronized'
    ? `With the witness ${witness.instance} the mirror takes over by itself when the principal is lost.`
    : '';
}

function explainMirror(mirror: Place, measured: Measured, session: Session, upkeep: Upkeep): string {
  const behind = `${session.sendQueue} ${session.sendQueue === 1 ? 'commit' : 'commits'}`;
  switch (session.status) {
    case 'synchronized':
      return `${mirror.instance} has every commit on its disk, so a failover loses nothing.`;
    case 'pending failover':
      return `The roles are changing to ${mirror.instance}; commits are refused meanwhile.`;
    case 'synchronizing':
      if (safetyOf(measured) === 'OFF' && !upkeep.copying) return asynchronousWords(mirror, behind);
      return upkeep.copying
        ? `${mirror.instance} is being made anew from a full copy; until it has caught up, a failover is refused.`
        : `${mirror.instance} is catching up and lacks ${behind}; until then a failover is refused.`;
    case 'suspended':
    case 'disconnected': {
      const cause = mirrorCause(measured, upkeep);
      const lacks = session.sendQueue === 0 ? '' : ` It lacks ${behind}.`;
      return `It runs without its mirror ${mirror.instance}.${lacks} ${cause?.message ?? ''} ${cause?.remedy ?? ''}`.trim();
    }
    case '':
      return '';
  }
}
