/** What a mirrored database says when it cannot do what was asked. */
import { type ErrorCode, LyncTopologyError } from '../errors.ts';
import type { Place } from './place.ts';
import type { NoPrincipal } from './roles.ts';

/** A mirrored database in words: `rtcxds of atl-pool-001.litware.com`. */
export type DatabaseLabel = string;

export interface Unreached {
  /** The instance. */
  readonly name: string;
  readonly error: LyncTopologyError;
}

/** Why nobody serves the database. `unreached` are the places that could not be used, each with its cause. */
export function noPrincipal(
  label: DatabaseLabel,
  why: NoPrincipal,
  unreached: readonly Unreached[],
): LyncTopologyError {
  const [first] = unreached;
  const causes = unreached.map(({ error }) => error.message).join(' ');
  switch (why) {
    case 'unreachable':
    case 'mirrorOnly':
      // The cause is what the operator must mend: it keeps its code, object and remedy.
      if (first !== undefined) {
        const rest = why === 'mirrorOnly' ? ' It holds the principal; the mirror has not taken over.' : '';
        return problem(
          first.error.code,
          first.error.object,
          `${label} has no principal. ${causes}${rest}`,
          first.error.remedy,
        );
      }
      return problem(
        'database-no-principal',
        label,
        `${label} has no principal: the topology names no mirror, and the file of the primary is a mirror's.`,
        'Name the mirror in the topology again, and fail the database over to the primary before removing it.',
      );
    case 'handOverInterrupted':
      return problem(
        'database-no-principal',
        label,
        `${label} has no principal: a failover was interrupted, and the partner that may have taken over cannot be reached. ${causes}`,
        first?.error.remedy ?? 'Bring the partner back.',
      );
    case 'noQuorum':
      return noQuorum(label, causes, first?.error.remedy);
    case 'superseded':
      return problem(
        'database-no-principal',
        label,
        `${label} has no principal: the witness has acknowledged a later principal than the one that can be reached. ${causes}`.trim(),
        first?.error.remedy ?? 'Bring back the current file of the place that served last.',
      );
    case 'promotionUnsettled':
      return problem(
        'database-no-principal',
        label,
        `${label} has no principal: the mirror has asked the witness for the role, and the witness cannot be asked what it answered. ${causes}`,
        first?.error.remedy ?? 'Bring the witness back.',
      );
    case 'twoPrincipals':
      return problem(
        'database-no-principal',
        label,
        `${label} has two principals with different histories, so neither serves.`,
        'Keep copies of both files, then move the one away that is not wanted: it is made anew from the other.',
      );
    case 'noneIsPrincipal':
      return problem(
        'database-no-principal',
        label,
        `${label} has no principal: neither file is the principal of the highest epoch; one of them is from an older copy.`,
        'Bring back the current file of the place that served last.',
      );
  }
}

/** A principal that sees neither its partner nor the witness stops serving: one of them may have a new principal. */
export function noQuorum(label: DatabaseLabel, causes: string, remedy: string | undefined): LyncTopologyError {
  return problem(
    'database-no-quorum',
    label,
    `${label} is not served: its principal has no quorum, since it reaches neither its partner nor the witness. ${causes}`.trim(),
    remedy ?? 'Bring the partner or the witness back.',
  );
}

export function mirroringSuspended(label: DatabaseLabel, mirror: Place): LyncTopologyError {
  return problem(
    'mirroring-suspended',
    label,
    `Mirroring of ${label} to ${mirror.instance} is suspended since the failover was forced.`,
    'Look at what was lost, then resume it with Install-CsMirrorDatabase.',
  );
}

export function failingOver(label: DatabaseLabel): LyncTopologyError {
  return problem('database-failing-over', label, `${label} is failing over to its partner.`, 'Try again in a moment.');
}

export function commitUnknown(label: DatabaseLabel, cause: unknown): LyncTopologyError {
  return problem(
    'commit-unknown',
    label,
    `Whether ${label} stored the change could not be established: ${messageOf(cause)}`,
    'Read the rows before making the change again.',
    cause,
  );
}

export function commitRejected(label: DatabaseLabel, reason: string): LyncTopologyError {
  return problem(
    'commit-rejected',
    label,
    `${label} refused the change: ${reason}`,
    'Correct the change; nothing of it was stored.',
  );
}

export function notMirrored(label: DatabaseLabel): LyncTopologyError {
  return refused(
    'database-not-mirrored',
    label,
    `${label} has no mirror, so there is nothing to fail over to.`,
    'Name a mirror for its database type in the topology.',
  );
}

export function failedOver(label: DatabaseLabel, principal: Place): LyncTopologyError {
  return refused(
    'database-failed-over',
    label,
    `${label} is failed over: its principal is the configured mirror ${principal.instance}.`,
    'Fail it back with Invoke-CsDatabaseFailover -NewPrincipal primary, then run this again.',
  );
}

export function mirrorLeft(label: DatabaseLabel, mirror: Place): LyncTopologyError {
  return refused(
    'database-exists',
    label,
    `On ${mirror.instance} lies a file of ${label} from before mirroring was removed.`,
    'Run this again with -DropExistingDatabasesOnMirror, which deletes it, or move it away.',
  );
}

export function asynchronous(label: DatabaseLabel): LyncTopologyError {
  return notSynchronized(
    label,
    'its safety is OFF, so commits do not wait for the mirror and some may be missing there.',
    'Set the safety to full (set-mirror-safety), wait until it is synchronised, then fail over; when the principal is lost, only -Force helps.',
  );
}

export function alreadyPrincipal(label: DatabaseLabel, place: Place): LyncTopologyError {
  return refused(
    'database-already-principal',
    label,
    `${place.instance} is already the principal of ${label}.`,
    `Nothing to do; to change the roles, name ${place.role === 'primary' ? 'mirror' : 'primary'} as the new principal.`,
  );
}

export function notSynchronized(label: DatabaseLabel, evidence: string, remedy: string): LyncTopologyError {
  return refused('database-not-synchronized', label, `${label} is not synchronised: ${evidence}`, remedy);
}

export function promotionRefused(label: DatabaseLabel, evidence: string): LyncTopologyError {
  return refused(
    'database-no-quorum',
    label,
    `The failover of ${label} cannot be forced: ${evidence}`,
    'Bring back what cannot be reached; force it only when the principal is lost.',
  );
}

export function grantDenied(label: DatabaseLabel): LyncTopologyError {
  return promotionRefused(label, 'the witness has acknowledged a later principal than the one that this mirror knows.');
}

export function mirrorBeingCopied(label: DatabaseLabel): LyncTopologyError {
  return notSynchronized(
    label,
    'its mirror is being made anew from a full copy.',
    'Wait until it is synchronised (`Get-CsDatabaseMirrorState`), then fail over.',
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refused(code: ErrorCode, object: string, message: string, remedy: string): LyncTopologyError {
  return new LyncTopologyError({ code, kind: 'refused', object, message, remedy });
}

function problem(code: ErrorCode, object: string, message: string, remedy: string, cause?: unknown): LyncTopologyError {
  return new LyncTopologyError({ code, kind: 'failed', object, message, remedy }, { cause });
}
