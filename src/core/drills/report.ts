/** What a drill found: plain data, from which the report is written in each of its forms. */
import type { FaultStatus } from '../status.ts';
import type { LostRow } from './acknowledged.ts';
import type { LostFile } from './content.ts';

export interface DrillReport {
  readonly drill: string;
  readonly description?: string;
  readonly deployment: string;
  readonly operator: string;
  /** `job/<number>` */
  readonly job: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** `interrupted`: the engine ended before the drill did. */
  readonly outcome: 'passed' | 'failed' | 'interrupted';
  readonly steps: readonly StepReport[];
  readonly clients: readonly ClientReport[];
  readonly recovery: RecoveryReport;
  readonly lost: LossReport;
  readonly expectations: readonly ExpectationReport[];
  /** Faults that the drill made and that could not be mended. */
  readonly remainingFaults: readonly FaultStatus[];
}

export interface StepReport {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly outcome: 'done' | 'failed' | 'interrupted' | 'not run';
  readonly startedAt?: string;
  /** Milliseconds. */
  readonly duration?: number;
  /** What came of it, or why it failed. */
  readonly detail: string;
}

export interface ClientReport {
  readonly PoolFqdn: string;
  /** What they changed: rows of databases, or files of conference content. */
  readonly kind: 'rows' | 'files';
  /** What they counted; absent when the engine ended during the drill. */
  readonly transactions?: number;
  /** Rows or files. */
  readonly acknowledged?: number;
  readonly refusals?: number;
  /** Milliseconds. */
  readonly longestWait?: number;
  /** Where everything that was acknowledged is on record. */
  readonly file: string;
  readonly error?: string;
}

/** Milliseconds throughout. */
export interface RecoveryReport {
  /** The longest that clients or content had to wait; absent when they did not recover, or nothing was measured. */
  readonly time?: number;
  readonly timeFrom: string;
  /** From the oldest acknowledgement that was lost to the newest acknowledgement; absent when nothing was measured. */
  readonly point?: number;
  readonly objective?: string;
  readonly allowedTime?: number;
  readonly allowedPoint?: number;
}

export interface LossReport {
  readonly comparedRows: number;
  readonly rows: number;
  readonly comparedFiles: number;
  readonly files: number;
  /** The first of them, by name. */
  readonly firstRows: readonly LostRow[];
  readonly firstFiles: readonly LostFile[];
}

export interface ExpectationReport {
  readonly statement: string;
  readonly met: boolean;
  readonly evidence: string;
}
