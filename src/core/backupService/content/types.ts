/**
 * The vocabulary of file-content replication (`ConfServices.DataConf`).
 *
 * Content belongs to the pool on whose share it appeared first (its owner). Each share holds its own content and, at the
 * same relative paths, a copy of the partner's. A stream carries the source's own content to the target; a restore
 * additionally sends back the copies that the source keeps of what the target lost (domain A.6).
 */
import type { DatabaseSync } from 'node:sqlite';
import type { StoreComparison } from '../comparison/differences.ts';

/** A file share as a directory that this process can reach. */
export interface ContentShare {
  /** FQDN of the pool whose share this is; also the owner name in the manifest. */
  readonly pool: string;
  /** The name people know the share by (UNC path); errors and findings name it. */
  readonly name: string;
  /** Absolute path of the directory: embedded share or mapped directory. */
  readonly directory: string;
  /** Which files of the share are meant: those of Response Groups, or by default everything that is conference content. */
  readonly scope?: 'responseGroups';
}

/** One direction of a pair. */
export interface ContentStream {
  readonly source: ContentShare;
  readonly target: ContentShare;
  /** The servers and the link that its files pass: for each, files of which one is there while it is slow. */
  readonly slowWays?: readonly (readonly string[])[];
}

/** How much may be missing before a share counts as having lost content: more than `part` and at least `files`. */
export interface GuardLimits {
  /** Part of the known files, 0–1. */
  readonly part: number;
  /** Number of files. */
  readonly files: number;
}

export const defaultGuardLimits: GuardLimits = { part: 0.1, files: 20 };

/** Why a share cannot be trusted to say what was deleted. */
export type GuardKind = 'missing' | 'unreadable' | 'empty' | 'lost';

/** A share that vanished, cannot be read, came back empty, or lost too much since the last cycle. */
export interface GuardFinding {
  readonly kind: GuardKind;
  /** Name of the share. */
  readonly share: string;
  readonly pool: string;
  /** Known files that are not there. */
  readonly lostFiles: number;
  /** Files that the manifest knows on this share in this stream. */
  readonly knownFiles: number;
  /** The folder concerned, for `missing` and `unreadable`. */
  readonly directory?: string;
  /** What the system said, for `unreadable` (`EACCES`, `EIO`, …). */
  readonly systemCode?: string;
}

/** Why something on a share is not content and is never followed, read or written. */
export type LeftOutKind = 'symbolicLink' | 'socket' | 'fifo' | 'device' | 'nameNotUnicode' | 'unreadable';

export interface LeftOut {
  readonly pool: string;
  /** Relative path with `/`; bytes that are not Unicode are written `\xNN`. */
  readonly path: string;
  readonly kind: LeftOutKind;
}

/** What is outstanding, counted by comparing both shares and the manifest. Items are files and directories. */
export interface Backlog {
  readonly items: number;
  /** Bytes of the files to be carried whole; of a changed file its full size. */
  readonly bytes: number;
  readonly newFiles: number;
  readonly changedFiles: number;
  readonly renamedFiles: number;
  readonly deletedFiles: number;
  /** Copies that the target no longer has or that were altered there. */
  readonly missingCopies: number;
  readonly directories: number;
  /** Files and directories whose bytes agree and only mode or time differ. */
  readonly metadata: number;
}

/** How far a stream has come. Both numbers only grow. */
export interface StreamPosition {
  /** Completed cycles. */
  readonly cycle: number;
  /** Items imported by the partner since the stream began. */
  readonly sequence: number;
  /** ISO time of the last completed cycle. */
  readonly completedAt?: string;
}

export interface ContentMeasurement {
  /** A cycle of this stream has completed at least once. */
  readonly initialised: boolean;
  readonly position: StreamPosition;
  readonly backlog: Backlog;
  /** What a restore would send back in addition: the target's own content that it lost and the source still keeps. */
  readonly restorable: { readonly items: number; readonly bytes: number };
  /** The source's own content present on the source. */
  readonly content: { readonly files: number; readonly bytes: number };
  /** The source lost its own content: every cycle of this stream is refused. */
  readonly sourceFinding?: GuardFinding;
  /** The target lost copies: background cycles are refused, a restore refills it. */
  readonly targetFinding?: GuardFinding;
  readonly leftOut: readonly LeftOut[];
}

/** Progress of a cycle, at most about ten times a second and once at the end. */
export interface ContentProgress {
  readonly phase: 'comparing' | 'carrying' | 'finishing';
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Relative path that was worked on last. */
  readonly path: string;
}

export interface CycleOptions {
  /** Cap of one cycle in bytes (`MaxDataConfPackageSizeKB` × 1024, domain A.7); one file is carried even if larger. */
  readonly maximumBytes: number;
  /** A requested sync: send back what the target lost, and refill lost copies. */
  readonly restore?: boolean;
  /** The operator accepts that what the source lost is gone: it is deleted on the target too. */
  readonly acceptLoss?: boolean;
  readonly guard?: GuardLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ContentProgress) => void;
}

/** Both pools created the same path: the first exporter owns it, the other's file is kept under another name. */
export interface ContentConflict {
  readonly path: string;
  /** Where the other file now lies on the target's share; it is the target's content from now on. */
  readonly keptAs: string;
  /** The pool whose file was moved aside. */
  readonly pool: string;
}

export interface CycleResult {
  readonly copiedFiles: number;
  /** Files brought up to date by their differing blocks. */
  readonly updatedInPlace: number;
  readonly renamedFiles: number;
  readonly deletedFiles: number;
  readonly restoredFiles: number;
  readonly restoredBytes: number;
  readonly directories: number;
  readonly metadata: number;
  /** Bytes written to the target. */
  readonly bytesWritten: number;
  /** Bytes of the files carried (full sizes): what counted against the cap. */
  readonly bytesCarried: number;
  /** What this cycle left for the next because of the cap or because it kept changing; zero items means none. */
  readonly remaining: { readonly items: number; readonly bytes: number };
  /** Files that changed while they were read, again and again; the next cycle takes them. */
  readonly changing: readonly string[];
  readonly conflicts: readonly ContentConflict[];
  /** Copies not sent back because their bytes are not what was recorded. */
  readonly damaged: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Set when a restore sent copies back but withheld the source's own content, which is itself lost in part. */
  readonly withheld?: GuardFinding;
  readonly position: StreamPosition;
}

export interface RecoveryResult {
  /** Files whose interrupted update was rolled back to the old content. */
  readonly rolledBack: readonly string[];
  /** Temporary files of ours that were removed. */
  readonly swept: number;
}

/** One difference between two trees. */
export interface TreeDifference {
  readonly path: string;
  readonly kind: 'onlyInFirst' | 'onlyInSecond' | 'type' | 'size' | 'bytes' | 'mode' | 'time';
}

export interface TreeComparison {
  readonly equal: boolean;
  readonly files: number;
  readonly directories: number;
  readonly bytes: number;
  readonly differences: readonly TreeDifference[];
  /** Of both trees; `pool` is the directory that was given. */
  readonly leftOut: readonly LeftOut[];
}

export interface CompareOptions {
  readonly signal?: AbortSignal;
  /** Also compare modes and modification times (to the microsecond). Default true. */
  readonly metadata?: boolean;
  /** As of `ContentShare`. */
  readonly scope?: ContentShare['scope'];
}

export interface ContentReplicationOptions {
  /** Bookkeeping of the engine; tables named `content_*` are created in it. Used on the calling thread only. */
  readonly database: DatabaseSync;
}

/** Paths relative to the share. */
export interface OwnContent {
  readonly files: readonly string[];
  readonly folders: readonly { readonly path: string; readonly mtimeUs: number; readonly mode: number }[];
}

export interface MeasureOptions {
  readonly guard?: GuardLimits;
  readonly signal?: AbortSignal;
}

/**
 * Replication of content for any number of pairs. Calls for the same pair run one after the other (a `measure` waits for
 * a running cycle of its pair), calls for different pairs side by side. All file work runs on worker threads.
 */
export interface ContentReplication {
  /**
   * Compares both shares and the manifest and says what is outstanding. Changes nothing.
   * A lost, empty, missing or unreadable share is a finding in the answer, not an error.
   * Errors: `cancelled`.
   */
  measure(stream: ContentStream, options?: MeasureOptions): Promise<ContentMeasurement>;

  /**
   * Runs one export/import cycle of the stream.
   * Errors: `share-missing`, `share-unreadable`, `share-lost-content` (guard, nothing was changed), `disk-full`,
   * `share-unwritable`, `sync-failed`, `path-outside-root`, `cancelled`. After any of them the state is consistent, what
   * was carried stays carried and the next cycle goes on from there.
   */
  runCycle(stream: ContentStream, options: CycleOptions): Promise<CycleResult>;

  /**
   * Repairs what a killed process may have left on both shares of the stream: rolls interrupted in-place updates back,
   * removes temporaries of ours. To be called once per pair when an engine takes over, before the first cycle. Safe to
   * repeat. A share that is missing is passed over. Errors: `share-unwritable`, `disk-full`, `sync-failed`.
   */
  recover(stream: ContentStream): Promise<RecoveryResult>;

  /**
   * Compares the bytes of both shares, whatever their sizes and times say, and names every difference. Changes nothing.
   * Errors: `share-missing`, `share-unreadable`, `cancelled`.
   */
  compare(stream: ContentStream, options?: { readonly signal?: AbortSignal }): Promise<StoreComparison>;

  /**
   * What the source's share holds of the source's own, parents before their children: everything but copies of the
   * partner's. Errors: `share-missing`, `share-unreadable`, `cancelled`.
   */
  ownContent(stream: ContentStream, options?: { readonly signal?: AbortSignal }): Promise<OwnContent>;

  /**
   * Has the next cycle look at copies whose bytes are wrong although their size and time are as recorded. Returns how many
   * there are. Errors: as `compare`, `path-outside-root`.
   */
  markDamagedCopies(stream: ContentStream, options?: { readonly signal?: AbortSignal }): Promise<number>;

  /** Runs work on the manifest of a pair while no measurement and no cycle of it runs. */
  exclusively<T>(pools: readonly [string, string], work: () => T): Promise<T>;

  /** Ends the worker threads; running cycles end as cancelled first. */
  close(): Promise<void>;
}
