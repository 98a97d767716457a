/** What the three kinds of threads ask each other. */
import type { CycleOrder } from './cycle.ts';
import type { CopyProgress } from './machinery.ts';
import type { ManifestChange, ManifestRow, StreamRecord } from './manifest.ts';
import type { PackedBatch, PackedOutcomes } from './packing.ts';
import type { PackedTree } from './tree.ts';
import type {
  ContentMeasurement,
  ContentProgress,
  ContentShare,
  ContentStream,
  CycleResult,
  GuardLimits,
  RecoveryResult,
  TreeComparison,
} from './types.ts';

export type Role = 'coordinator' | 'copier';

/** Raised by storing 1 at index 0; seen by every thread at once, between two chunks. */
export type CancelFlag = Int32Array<SharedArrayBuffer>;

/** Part of every request about a stream. */
export interface StreamRequest {
  readonly stream: ContentStream;
  /** The manifest's version: tells the coordinator whether the rows it remembers still hold. */
  readonly version: number;
  readonly flag: CancelFlag;
}

interface Call<Request, Result, Progress = never> {
  readonly request: Request;
  readonly result: Result;
  readonly progress: Progress;
}

/** The engine's thread asks the coordinator. */
export type CoordinatorCalls = {
  measure: Call<StreamRequest & { readonly guard?: GuardLimits }, ContentMeasurement>;
  cycle: Call<StreamRequest & { readonly order: CycleOrder }, CycleResult, ContentProgress>;
  recover: Call<StreamRequest, RecoveryResult>;
};

/** The coordinator asks the engine's thread, which alone touches the database. */
export type ManifestCalls = {
  rows: Call<{ readonly pair: string; readonly after: string | null; readonly limit: number }, readonly ManifestRow[]>;
  stream: Call<{ readonly pair: string; readonly source: string; readonly target: string }, StreamRecord>;
  temporaries: Call<{ readonly pair: string; readonly pool: string }, readonly string[]>;
  /** Answers with the pair's new version. */
  commit: Call<ManifestChange, number>;
};

/** The coordinator asks its copy workers. */
export type CopierCalls = {
  walk: Call<{ readonly share: ContentShare; readonly flag: CancelFlag }, PackedTree>;
  carry: Call<{ readonly batch: PackedBatch; readonly flag: CancelFlag }, PackedOutcomes, CopyProgress>;
  compare: Call<
    {
      readonly first: string;
      readonly second: string;
      readonly metadata: boolean;
      readonly scope?: ContentShare['scope'];
      readonly flag: CancelFlag;
    },
    TreeComparison
  >;
};

export type NoCalls = Record<never, Call<never, never>>;
