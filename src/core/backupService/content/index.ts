/** File-content replication: the library under the Backup Service module `ConfServices.DataConf`. */
import type { DatabaseSync } from 'node:sqlite';
import type {
  ContentMeasurement,
  ContentStream,
  CycleOptions,
  CycleResult,
  GuardLimits,
  RecoveryResult,
} from './types.ts';

export * from './types.ts';

export interface ContentReplicationOptions {
  /** Bookkeeping of the engine; tables named `content_*` are created in it. Used on the calling thread only. */
  readonly database: DatabaseSync;
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

  /** Ends the worker threads; running cycles end as cancelled first. */
  close(): Promise<void>;
}

export { compareTrees, openContentReplication } from './replication.ts';
