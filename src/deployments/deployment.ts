/**
 * One interface to a deployment, embedded or real: what the command line and the extension work with. They never see the
 * engine behind it, and it makes no difference to them whether it runs in this process or in another.
 */
import type { RowChange } from '../core/engine/services.ts';
import type { Event } from '../core/events.ts';
import type { Plan } from '../core/operations/definition.ts';
import type { DeploymentStatus, JobStatus, Progress, StatusChange } from '../core/status.ts';
import type { DatabaseName } from '../core/topology/vocabulary.ts';

export interface DeploymentConnection extends AsyncDisposable {
  readonly kind: 'embedded' | 'powershell';
  /** Whether this process owns the data directory or is attached to an engine in another one. */
  readonly role: 'owner' | 'attached';
  readonly dataDirectory: string;

  status(signal?: AbortSignal): Promise<DeploymentStatus>;
  /** Live changes, from whichever window or command caused them. */
  readonly onDidChangeStatus: Event<StatusChange>;
  /** The engine has gone (its window was closed, its process was ended). The next call connects anew or takes over. */
  readonly onDidDisconnect: Event<void>;

  plan(request: OperationRequest, signal?: AbortSignal): Promise<Plan>;
  /** Runs an operation to its end and gives its result. Rejects with a `LyncTopologyError`. */
  execute(request: OperationRequest, run?: ExecuteOptions): Promise<unknown>;
  /** Starts an operation that is a job and returns it as soon as it has been accepted. */
  start(request: OperationRequest): Promise<JobStatus>;
  job(id: string): Promise<JobStatus>;
  /** Resolves when the job has ended. */
  jobEnded(id: string, run?: ExecuteOptions): Promise<JobStatus>;
  jobLog(id: string): Promise<readonly { readonly time: string; readonly line: string }[]>;
  cancelJob(id: string): Promise<JobStatus>;

  /** One client transaction (the load generator). */
  commit(pool: string, database: DatabaseName, changes: readonly RowChange[]): Promise<{ readonly time: string }>;
}

export interface OperationRequest {
  /** In any case. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  readonly onVerbose?: (line: string) => void;
}
