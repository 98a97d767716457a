/**
 * A stream of the Backup Service: what one pool exports of one module to its partner, and what the partner imports of it
 * (domain A.1). A pair runs two of them per module, one in each direction.
 */
import { type ErrorInformation, errorInformation, LyncTopologyError } from '../errors.ts';
import type { Backlog, Progress } from '../status.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import type { CompareRun, StoreComparison } from './comparison/differences.ts';

export interface BackupStream {
  readonly module: BackupModule;
  /** FQDN of the exporting pool. */
  readonly source: string;
  /** FQDN of the importing pool. */
  readonly target: string;
  /** False for CMSMaster on the pool without the active store (domain A.2). */
  readonly exportsHere: boolean;
  /** Reads both sides now. Changes nothing. What cannot be reached or trusted is said in the answer; throws only `cancelled`. */
  measure(signal?: AbortSignal): Promise<StreamMeasurement>;
  /**
   * What was measured last and, while a cycle runs, what it has carried since; `undefined` when nothing has been measured.
   * Absent where measuring is so cheap that it is always done.
   */
  lastMeasured?(): StreamMeasurement | undefined;
  /** What a sync that begins now has to reach. */
  aim(signal?: AbortSignal): Promise<StreamAim>;
  /**
   * Runs one cycle within the caps of the configuration: collects, writes, imports, acknowledges. Whatever it throws, what
   * was imported stays imported exactly once and the next cycle goes on from there. Errors are `StreamFailure`s or `cancelled`.
   */
  runCycle(run: StreamCycleRun): Promise<StreamCycle>;
  /** `compare` of one direction speaks of both pools' content, so that the other direction has nothing to add. */
  readonly comparesPair: boolean;
  /** Compares what the source holds with the partner's copy of it, item by item. Changes nothing. Errors are of the product. */
  compare(run: CompareRun): Promise<StoreComparison>;
  /**
   * Puts the partner's copy right where a cycle would not, or has the next cycle do it. Throws what keeps it from that,
   * `database-lost-content` when the source is more likely the one that lost something.
   */
  repair(run: CompareRun): Promise<void>;
  /** Removes what a killed engine left behind on the way. Called once, before the first cycle. */
  recover(): Promise<void>;
}

export interface StreamMeasurement {
  /** The partner has imported one complete export at least once. */
  readonly initialized: boolean;
  /** Absent when it cannot be measured; a problem then says why. */
  readonly backlog?: Backlog;
  /** Why what the source holds cannot be exported: it cannot be reached, or it lost content. */
  readonly exportProblem?: StreamProblem;
  /** Why the partner cannot take what is exported. */
  readonly importProblem?: StreamProblem;
}

export interface StreamProblem {
  readonly error: ErrorInformation;
  /** A sync on request mends it: the partner's lost content is sent again. */
  readonly mendedBySync: boolean;
}

/** Where a sync has to come; what it is made of is the stream's own business. */
export interface StreamAim {
  /** Whether the partner has imported everything that existed when the aim was taken. */
  reached(cycle: StreamCycle): boolean;
}

export interface StreamCycleRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** A sync on request: content that the partner lost is sent back to it. */
  readonly restore: boolean;
  /** The operator accepts that what the source lost is gone. */
  readonly acceptLoss: boolean;
}

export interface StreamCycle {
  readonly items: number;
  readonly bytes: number;
  /** What the cycle knew of and left for the next one. */
  readonly remaining: { readonly items: number; readonly bytes: number };
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  readonly restored: { readonly items: number; readonly bytes: number };
  /** Lines worth keeping in the job's log. */
  readonly notes: readonly string[];
}

/** A cycle that failed, and on whose side: the exporting pool's or the importing one's. */
export class StreamFailure extends Error {
  readonly side: 'export' | 'import';

  constructor(side: 'export' | 'import', cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'StreamFailure';
    this.side = side;
  }
}

export const emptyBacklog: Backlog = { items: 0, bytes: 0, batches: 0, beyondOneCycle: false };

/** Runs a step of the exporting side. */
export function exporting<T>(step: () => T): T {
  return onSide('export', step);
}

/** Runs a step of the importing side. */
export function importing<T>(step: () => T): T {
  return onSide('import', step);
}

/** A failure keeps the side where it happened first; a cancellation is no failure. */
function onSide<T>(side: 'export' | 'import', step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw failureOn(side, error);
  }
}

export function failureOn(side: 'export' | 'import', error: unknown): unknown {
  if (error instanceof StreamFailure) return error;
  return error instanceof LyncTopologyError && error.kind === 'cancelled' ? error : new StreamFailure(side, error);
}

export function streamProblem(error: unknown, object: string, mendedBySync = false): StreamProblem {
  return { error: errorInformation(error, object), mendedBySync };
}
