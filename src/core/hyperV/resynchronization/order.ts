/** What is to be resynchronised, and what came of it: plain data between two threads. */
import type { Control, HostMark } from './control.ts';

export interface DiskPair {
  readonly name: string;
  /** Paths of the disks of the primary and of the replica. */
  readonly source: string;
  readonly target: string;
  /** Where blocks are gathered on their way. */
  readonly redo: string;
}

export interface ResynchronizationOrder {
  readonly disks: readonly DiskPair[];
  /** Asks whatever writes to the primary's disks to hold still while it is there. */
  readonly quiesceMark: string;
  /** There while the replica's disks are being changed. */
  readonly mergeMark: string;
  /** What the disks were when they were last the same. */
  readonly recordFile: string;
  readonly targetFolder: string;
  readonly hosts: readonly HostMark[];
  readonly control: Control;
}

export type ResynchronizationPhase = 'compare' | 'merge' | 'verify';

export interface ResynchronizationProgress {
  readonly phase: ResynchronizationPhase;
  /** From 1; a disk that was written meanwhile is compared again. */
  readonly pass: number;
  readonly disk: string;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export interface ResynchronizationResult {
  readonly passes: number;
  readonly comparedBytes: number;
  /** Bytes that differed and were sent, with blocks that changed again counted once. */
  readonly sentBytes: number;
  /** A merge that was interrupted before was brought to its end. */
  readonly continuedMerge: boolean;
}
