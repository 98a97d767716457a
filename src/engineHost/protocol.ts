/**
 * The messages between an engine and those attached to it: JSON-RPC over a local socket or named pipe. Both ends are of
 * the same version or refuse each other, so there is no negotiation.
 */
import { NotificationType, RequestType } from 'vscode-jsonrpc/node';
import * as z from 'zod';
import type { JobServices, RowChange } from '../core/engine/services.ts';
import type { ErrorInformation } from '../core/errors.ts';
import type { Plan } from '../core/operations/definition.ts';
import type { Request } from '../core/operations/run.ts';
import type { DeploymentStatus, JobStatus, Progress, StatusChange } from '../core/status.ts';
import type { DatabaseName } from '../core/topology/vocabulary.ts';

/** Grows with every change of the messages. */
export const protocolVersion = 2;

/** What both ends must agree on before anything else is said. */
export const attachSchema = z.object({
  token: z.string(),
  version: z.number(),
  topologyFile: z.string(),
  /** Of the deployment as the client reads it from the topology file; absent when it takes what the engine works with. */
  digest: z.string().optional(),
  /** Absent when the client takes what the engine has. Sorted `unc=folder` lines. */
  mappings: z.array(z.string()).optional(),
});
export type AttachParameters = z.infer<typeof attachSchema>;

export interface AttachResult {
  readonly pid: number;
}

/** `token` ties the progress and verbose notifications of a call to it. */
export interface CallParameters {
  readonly token: number;
}

export const attach = new RequestType<AttachParameters, AttachResult, ErrorInformation>('attach');
export const status = new RequestType<Record<string, never>, DeploymentStatus, ErrorInformation>('status');
export const plan = new RequestType<Request, Plan, ErrorInformation>('plan');
export const execute = new RequestType<CallParameters & { readonly request: Request }, unknown, ErrorInformation>(
  'execute',
);
export const start = new RequestType<Request, JobStatus, ErrorInformation>('start');
export const job = new RequestType<{ readonly id: string }, JobStatus, ErrorInformation>('job');
export const jobEnded = new RequestType<CallParameters & { readonly id: string }, JobStatus, ErrorInformation>(
  'jobEnded',
);
export const jobLog = new RequestType<{ readonly id: string }, ReturnType<JobServices['log']>, ErrorInformation>(
  'jobLog',
);
export const cancelJob = new RequestType<{ readonly id: string }, JobStatus, ErrorInformation>('cancelJob');
export const commit = new RequestType<
  { readonly pool: string; readonly database: DatabaseName; readonly changes: readonly RowChange[] },
  { readonly time: string },
  ErrorInformation
>('commit');

export const statusChanged = new NotificationType<StatusChange>('statusChanged');
export const progressed = new NotificationType<CallParameters & { readonly progress: Progress }>('progress');
export const verbose = new NotificationType<CallParameters & { readonly line: string }>('verbose');
