/** What operations may ask of Hyper-V Replica (domain E). */
import type { JobRun } from '../engine/services.ts';
import type { ErrorInformation, LyncTopologyError } from '../errors.ts';
import type { RelationshipType, VirtualMachineStatus } from '../status.ts';
import type { ConcreteJob } from './concreteJob.ts';
import type { Relationship } from './relationships.ts';
import type { ResynchronizationResult } from './resynchronization/order.ts';

/** Every call that names a machine throws `machine-unknown`, `machine-not-replicated`. */
export interface HyperVServices {
  find(machine: string, type: RelationshipType): Relationship;
  /** Measured now. */
  status(): readonly VirtualMachineStatus[];
  /** What must hold before a resynchronisation, in order. */
  checks(machine: string, type: RelationshipType): readonly ReplicationCheck[];
  /** Starts a job or schedules one. Throws what stands in its way. */
  resynchronize(request: ResynchronizeRequest): ResynchronizeReturn;
  /** `Msvm_ReplicationService.Resynchronize`: never throws, every cause has its return code (domain E.1). */
  tryResynchronize(request: ResynchronizeRequest): ResynchronizeReturn;
  /** A job of a resynchronisation as the documentation describes it (domain E.3). Throws `job-unknown`. */
  job(id: string, type: RelationshipType): ConcreteJob;
  /** The work of a job that resynchronises now. */
  run(machine: string, type: RelationshipType, run: JobRun): Promise<ResynchronizationResult>;
  /** Suspends replication, or the resynchronisation that runs. Throws `replication-state-invalid` while that merges. */
  suspend(machine: string, type: RelationshipType): void;
  /** Ends a suspension. */
  resume(machine: string, type: RelationshipType): void;
}

export interface ResynchronizeRequest {
  readonly machine: string;
  /** `Simple` when absent. */
  readonly type?: RelationshipType;
  /** Absent or null: now. Otherwise a date, or one as text, at most seven days ahead. */
  readonly startTime?: unknown;
}

export interface ResynchronizeReturn {
  /** 4096 when a job was started or scheduled, otherwise why not (domain E.1). */
  readonly ReturnValue: number;
  readonly Job?: ConcreteJob;
  readonly error?: ErrorInformation;
}

export interface ReplicationCheck {
  readonly statement: string;
  readonly evidence: string;
  readonly error?: LyncTopologyError;
}
