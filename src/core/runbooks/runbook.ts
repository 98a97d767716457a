/**
 * A procedure of the documentation as data: steps in order, each with the command that the documentation gives, how one
 * sees that what it brings about is there, and what does it. Whoever shows or rehearses a procedure reads the same data.
 */
import type { ErrorInformation } from '../errors.ts';
import type { Progress } from '../status.ts';

export interface Runbook<Context> {
  /** The operation that it belongs to, for instance `Invoke-CsPoolFailOver`. */
  readonly operation: string;
  /** What it is about, for instance `pool/<fqdn>`. At most one run of an operation on a subject is unfinished. */
  readonly subject: string;
  /** What distinguishes this run from another of the same operation on the subject; plain data. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly steps: readonly RunbookStep<Context>[];
}

export interface RunbookStep<Context> {
  /** Unique in its runbook and the same in every version of it: a run that was interrupted is found again by it. */
  readonly id: string;
  readonly title: string;
  /** What it does, in a sentence or two. */
  readonly detail: string;
  /** The command of the documentation that does this, as a person would type it. */
  readonly command?: string;
  /** Measured now: the evidence that what the step brings about is there already; `undefined` when it is not. */
  alreadyDone(context: Context, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Does it and returns the evidence that it is done, in words. Interrupted anywhere, it can be run again. Throws a
   * `LyncTopologyError` when it cannot be done.
   */
  run(context: Context, run: StepRun): Promise<string>;
}

/** What a step gets while it runs. */
export interface StepRun {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly log: (line: string) => void;
}

/** `done` steps are never run again. A `failed` step is where the run stopped, and where it goes on. */
export type StepState = 'pending' | 'running' | 'done' | 'failed';

/** `stopped`: a step could not run, or somebody cancelled it, or the engine was killed. `abandoned`: another run replaced it. */
export type RunState = 'running' | 'stopped' | 'completed' | 'abandoned';

export interface RunbookReport {
  /** `runbook/<number>` */
  readonly id: string;
  readonly operation: string;
  readonly subject: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly state: RunState;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** How often it was taken up again. */
  readonly resumed: number;
  readonly steps: readonly StepReport[];
}

export interface StepReport {
  readonly id: string;
  readonly title: string;
  readonly command?: string;
  readonly state: StepState;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** What was measured when it was done. */
  readonly evidence?: string;
  /** Why it could not run the last time it was tried. */
  readonly error?: ErrorInformation;
}
