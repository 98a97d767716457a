/**
 * Errors that a person reads.
 *
 * Every error that leaves the core names the object concerned, says what happened and what to do about it, and carries a
 * stable code. Surfaces (command line, extension, protocol) show `message` and `remedy` and never a stack trace.
 */

/**
 * How an operation ended when it did not succeed. The command line turns it into an exit status: `failed` and `cancelled`
 * 1, `refused` and `timedOut` 2, `usage` 64.
 */
export type ErrorKind = 'failed' | 'refused' | 'timedOut' | 'cancelled' | 'usage';

/** The closed set of error codes. A code names a cause, not a place in the code. */
export type ErrorCode =
  | 'argument-invalid'
  | 'argument-missing'
  | 'argument-unknown'
  | 'command-unknown'
  | 'topology-not-found'
  | 'topology-ambiguous'
  | 'topology-invalid'
  | 'topology-unreadable'
  | 'data-directory-missing'
  | 'data-directory-unusable'
  | 'data-directory-not-empty'
  | 'data-directory-newer'
  | 'deployment-unsupported'
  | 'engine-different'
  | 'engine-unreachable'
  | 'engine-stopped'
  | 'pool-unknown'
  | 'pool-not-paired'
  | 'pool-stopped'
  | 'pool-failed-over'
  | 'pool-not-failed-over'
  | 'pool-failing-over'
  | 'pool-next-hop'
  | 'release-different'
  | 'central-management-moving'
  | 'central-management-not-moved'
  | 'central-management-lost'
  | 'module-unknown'
  | 'module-not-applicable'
  | 'database-type-unknown'
  | 'database-type-absent'
  | 'database-unknown'
  | 'database-unavailable'
  | 'database-corrupt'
  | 'database-lost-content'
  | 'database-not-mirrored'
  | 'database-not-synchronized'
  | 'database-already-principal'
  | 'database-failed-over'
  | 'database-exists'
  | 'database-no-principal'
  | 'database-no-quorum'
  | 'database-failing-over'
  | 'mirroring-suspended'
  | 'chat-pool-unknown'
  | 'chat-server-unknown'
  | 'chat-server-limit'
  | 'chat-no-active-server'
  | 'chat-no-backup-database'
  | 'chat-primary-serving'
  | 'chat-primary-not-serving'
  | 'chat-pool-state'
  | 'chat-databases-not-ready'
  | 'chat-release'
  | 'chat-witness-on-partner'
  | 'log-backup-missing'
  | 'log-backup-damaged'
  | 'commit-rejected'
  | 'commit-unknown'
  | 'server-unknown'
  | 'server-stopped'
  | 'link-cut'
  | 'share-missing'
  | 'share-unreadable'
  | 'share-unwritable'
  | 'share-lost-content'
  | 'share-unknown'
  | 'disk-full'
  | 'machine-unknown'
  | 'machine-not-replicated'
  | 'replication-state-invalid'
  | 'virtual-disk-missing'
  | 'virtual-disk-invalid'
  | 'access-denied'
  | 'path-outside-root'
  | 'file-changed-while-read'
  | 'content-different'
  | 'sync-failed'
  | 'configuration-invalid'
  | 'package-damaged'
  | 'package-unknown'
  | 'pool-not-empty'
  | 'report-unwritable'
  | 'fault-unknown'
  | 'fault-unsupported'
  | 'drill-invalid'
  | 'drill-expectation'
  | 'drill-unknown'
  | 'procedure-unknown'
  | 'job-unknown'
  | 'job-interrupted'
  | 'lease-held'
  | 'role-missing'
  | 'role-unknown'
  | 'confirmation-declined'
  | 'confirmation-required'
  | 'out-of-memory'
  | 'timed-out'
  | 'cancelled'
  | 'internal';

/** What an error is made of; also its form on the wire and in `--json` output. */
export interface ErrorInformation {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  /** The thing concerned: a pool, share, database, file, parameter. */
  readonly object: string;
  /** One sentence: what happened, naming the object and the cause. */
  readonly message: string;
  /** One sentence: what to do now. */
  readonly remedy: string;
}

/** The one error class of the product. */
export class LyncTopologyError extends Error implements ErrorInformation {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly object: string;
  readonly remedy: string;

  constructor(information: ErrorInformation, options?: { readonly cause?: unknown }) {
    super(information.message, options);
    this.name = 'LyncTopologyError';
    this.code = information.code;
    this.kind = information.kind;
    this.object = information.object;
    this.remedy = information.remedy;
  }

  toJSON(): ErrorInformation {
    return { code: this.code, kind: this.kind, object: this.object, message: this.message, remedy: this.remedy };
  }
}

/** Throws a `cancelled` error that names what was cancelled, when the signal has been raised. */
export function throwIfCancelled(signal: AbortSignal | undefined, object: string): void {
  if (signal?.aborted) throw cancelled(object);
}

/** The error of work that the operator cancelled. */
export function cancelled(object: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'cancelled',
    kind: 'cancelled',
    object,
    message: `${object} was cancelled.`,
    remedy: 'Nothing is left half done. Run it again when you want it to go on.',
  });
}

/** What people are told of anything that was thrown: a `LyncTopologyError` as it is, everything else without its stack. */
export function errorInformation(error: unknown, object: string): ErrorInformation {
  if (error instanceof LyncTopologyError) return error.toJSON();
  if (error instanceof Error && error.name === 'AbortError') return cancelled(object).toJSON();
  const cause = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    kind: 'failed',
    object,
    message: `${object} failed for a reason that the product did not foresee: ${cause}`,
    remedy: 'Run it again; if it fails in the same way, report this message as a defect.',
  };
}
