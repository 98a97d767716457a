/** What the rest of the engine sees of a database: one logical database with a principal and perhaps a mirror. */
import type { DatabaseSync } from 'node:sqlite';
import type { LyncTopologyError } from '../errors.ts';
import type { DatabaseStatus, Progress } from '../status.ts';
import type { DatabaseName, DatabaseType } from '../topology/vocabulary.ts';

/** A place in a database's log. The checksum chains every entry to the one before, so equal positions mean equal history. */
export interface LogPosition {
  /** Grows with every change of the principal. */
  readonly epoch: number;
  /** Number of the last commit, from 1; 0 before the first. */
  readonly sequence: number;
  readonly checksum: string;
}

/** One commit as the log keeps it. */
export interface LogEntry {
  readonly position: LogPosition;
  /** `client`, or `import:<pool>` for what a Backup Service import wrote: an export carries only what clients wrote. */
  readonly origin: string;
  readonly rows: number;
  /** SQLite changeset. */
  readonly changeset: Uint8Array;
  /** ISO 8601, UTC. */
  readonly time: string;
}

/** What one entry of the log weighs. */
export interface LogEntrySize {
  readonly sequence: number;
  readonly origin: string;
  readonly rows: number;
  /** Of the changeset. */
  readonly bytes: number;
}

export interface MirroredDatabase extends Disposable {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly name: DatabaseName;

  /**
   * Runs `change` in one transaction on the principal and returns once it is durable there and, while the session is
   * synchronised, hardened on the mirror. A change that writes nothing leaves no log entry.
   * Throws `database-unavailable`, `database-no-principal`, `database-failing-over` (try again after the role change),
   * `disk-full`, `commit-rejected` (nothing was stored) or `commit-unknown` (the outcome could not be established).
   */
  commit<T>(
    origin: string,
    change: (database: DatabaseSync) => T,
  ): { readonly value: T; readonly position: LogPosition };

  /** Reads from the principal. Same errors as `commit`. */
  read<T>(query: (database: DatabaseSync) => T): T;

  /** The principal's position. */
  position(): LogPosition;

  /**
   * Log entries after a sequence, oldest first, up to `limit`; `undefined` when the log no longer reaches back so far, so
   * that the reader must take a full copy.
   */
  logAfter(sequence: number, limit: number): readonly LogEntry[] | undefined;

  /** As `logAfter`, without the changesets: what is needed to count a backlog, however long it is. */
  logSizesAfter(sequence: number, limit: number): readonly LogEntrySize[] | undefined;

  /** Keeps the log from being trimmed beyond a reader's position; the readers are remembered by name in the database. */
  retainLog(reader: string, sequence: number): void;

  /** Measured now from both places. Never throws: what cannot be reached is said in the states. */
  status(): DatabaseStatus;

  /**
   * Changes the roles when synchronised; refuses with the reason otherwise, before anything changed. With `force`, and with a
   * principal that cannot be reached, see `FailoverOptions`.
   */
  failOver(newPrincipal: 'primary' | 'mirror', options: FailoverOptions): Promise<FailoverOutcome>;

  /** What `failOver` with `force` would do now. Nothing is changed. */
  forcing(newPrincipal: 'primary' | 'mirror'): Forcing;

  /**
   * One look at whether the principal is seen, by who watches the sessions; `watch` is what the watcher remembers of this one.
   * The mirror takes over by itself when it has every commit, has seen the witness all the time, and neither of them has seen
   * the principal for longer than `partnerTimeout` milliseconds. Throws what keeps a file from being used meanwhile.
   */
  supervise(watch: Watch, partnerTimeout: number): Promise<Supervised>;

  /** Ends the suspension that a forced failover left; false when there was none. Throws as `commit` does. */
  resume(): Promise<boolean>;

  /**
   * Resumes mirroring that a forced failover left suspended, begins it again where it was removed, and brings the mirror up to
   * date, with a full copy where there is no other way. Refuses as `settingUp` says; throws as `commit` does.
   */
  setUp(options: SetUpOptions): Promise<SetUpOutcome>;

  /** Why `setUp` would refuse now, or `undefined`. Nothing is changed. */
  settingUp(dropExisting: boolean): LyncTopologyError | undefined;

  /**
   * Removes mirroring: the principal goes on alone, and needs nobody for it. With `dropExisting` the mirror's file is deleted.
   * False when it was removed before and nothing was deleted. Refuses as `ending` says; throws as `commit` does.
   */
  endMirroring(dropExisting: boolean): Promise<boolean>;

  /** Why `endMirroring` would refuse now, or `undefined`. Nothing is changed. */
  ending(dropExisting: boolean): LyncTopologyError | undefined;

  /**
   * Whether commits wait for the mirror (domain C.6). False when it is so already. Throws as `commit` does,
   * `database-not-mirrored`, and what keeps the witness from being told.
   */
  setSafety(safety: 'full' | 'off'): Promise<boolean>;

  /** Redo on the mirror, catching up after it was away, trimming the log. Cheap when there is nothing to do. */
  maintain(signal?: AbortSignal): Promise<void>;
}

/** `ordinary`: the principal can be reached, so the roles change as without force. */
export type Forcing =
  | { readonly kind: 'ordinary' | 'takeover'; readonly error?: never }
  | { readonly kind: 'refused'; readonly error: LyncTopologyError };

export interface FailoverOptions {
  /** Where the principal cannot be reached, the mirror takes over with what it has (forced service). */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface FailoverOutcome {
  readonly DatabaseName: DatabaseName;
  readonly from: string;
  readonly to: string;
  readonly position: LogPosition;
  /** Milliseconds during which commits were refused. */
  readonly refusedFor: number;
  /** The mirror took over without its principal: what it did not have is lost, and the session is suspended. */
  readonly forced?: boolean;
}

export interface SetUpOptions {
  /** Makes the mirror anew although its file exists. */
  readonly dropExisting: boolean;
  /** The folder of the share that a full copy goes through; from file to file when absent. */
  readonly through?: string;
  readonly signal?: AbortSignal;
}

/** `begun`: mirroring had been removed, or the mirror was dropped. */
export interface SetUpOutcome {
  readonly resumed: boolean;
  readonly begun: boolean;
}

/** What one watcher remembers of a session; times are of the monotonic clock, in milliseconds. */
export interface Watch {
  /** The last look found mirror and witness together, with the principal seen. */
  together: boolean;
  lost: { readonly since: number; quorumKept: boolean } | undefined;
}

/** `quiet`: the principal is seen, or there is nothing to watch. */
export type Supervised = 'quiet' | 'waiting' | FailoverOutcome;
