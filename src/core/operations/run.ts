/** Running operations: the same steps for every one, whichever surface asks. */
import { clientLoad, type GuardedAction, requireRole, rolesOf } from '../access/roles.ts';
import type { AuditRecord, EngineServices, JobRun, StartedJob } from '../engine/services.ts';
import { cancelled, type ErrorInformation, errorInformation, LyncTopologyError } from '../errors.ts';
import type { JobStatus, Progress } from '../status.ts';
import { findChatPool } from '../topology/model.ts';
import type { OperationDefinition, OperationRequest, Plan, Precondition } from './definition.ts';
import { describeParameters, parseParameters } from './parameters.ts';
import { precondition, requireAll } from './plans.ts';
import { findOperation, requireOperation } from './registry.ts';
import { requirePartner, requirePool } from './subjects.ts';

export type Request = OperationRequest;

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Lines of the Verbose stream; with the job they belong to, if they belong to one. */
  readonly onVerbose: (line: string, job?: string) => void;
}

interface Prepared {
  readonly definition: OperationDefinition;
  /** Checked, with every name as the topology writes it. */
  readonly parameters: Record<string, unknown>;
}

/** Changes nothing. Throws what is wrong with the request; what stands in its way is in the plan. */
export async function planOperation(services: EngineServices, request: Request, signal: AbortSignal): Promise<Plan> {
  const { definition, parameters } = prepare(services, request);
  const plan = await definition.plan(services, parameters, signal);
  const role = rolePrecondition(services, definition);
  if (role === undefined) return plan;
  return { ...plan, preconditions: [role, ...plan.preconditions], ready: plan.ready && role.met };
}

/** Cancels a job for the operator, who may do that with what they may run. Throws `role-missing`, `job-unknown`. */
export async function cancelJob(services: EngineServices, id: string): Promise<JobStatus> {
  const job = services.jobs.get(id);
  const action = findOperation(job.operation) ?? { name: job.operation, roles: ['CsAdministrator'] };
  requireRoleOnRecord(services, action, { Id: id }, `cancel ${id} (${job.operation})`);
  return services.jobs.cancel(id);
}

/** Throws `role-missing` unless the operator may load pools as their clients do. */
export function requireClientLoad(services: EngineServices, pool: string): void {
  requireRoleOnRecord(services, clientLoad, { PoolFqdn: pool });
}

/** Whether the operation is a job: then it is started with `startOperation`. */
export function isJob(operation: string): boolean {
  return requireOperation(operation).leases !== undefined;
}

/** Runs an operation that is not a job to its end. */
export async function executeOperation(
  services: EngineServices,
  request: Request,
  options: RunOptions,
): Promise<unknown> {
  const { definition, parameters } = await admit(services, request, options.signal);
  const audit = auditOf(services, definition, parameters);
  const run = { id: '', signal: options.signal, onProgress: options.onProgress, log: options.onVerbose };
  try {
    const result = await definition.execute(services, parameters, {
      ...run,
      verbose: options.onVerbose,
      perform: (inner) => perform(services, inner, options),
    });
    audit('completed');
    return result;
  } catch (error) {
    audit(outcomeOf(error), errorInformation(error, definition.describe(parameters)).message);
    throw error;
  }
}

/** Starts an operation that is a job; refuses it before anything is recorded when a precondition does not hold. */
export async function startOperation(
  services: EngineServices,
  request: Request,
  options: Pick<RunOptions, 'signal' | 'onVerbose'>,
): Promise<StartedJob> {
  const { definition, parameters } = await admit(services, request, options.signal);
  const audit = auditOf(services, definition, parameters);
  const title = definition.describe(parameters);
  audit('started', title);
  try {
    const job = { operation: definition.name, title, parameters };
    const leases = definition.leases?.(services, parameters) ?? [];
    const work = jobWork(services, definition, parameters, options.onVerbose);
    const started = services.jobs.start({ ...job, leases }, work);
    void started.ended.then((end) => audit(jobOutcome(end), end.error?.message ?? end.id));
    return started;
  } catch (error) {
    audit(outcomeOf(error), errorInformation(error, title).message);
    throw error;
  }
}

/**
 * The work of a job that an engine before this one left unfinished, or `undefined` when it is not to be taken up: a
 * failover that was interrupted has been decided by the databases, and a person must look before the next one moves.
 */
export function resumableWork(
  services: EngineServices,
  job: JobStatus,
  onVerbose: RunOptions['onVerbose'] = () => {},
): ((run: JobRun) => Promise<unknown>) | undefined {
  const definition = findOperation(job.operation);
  if (definition === undefined) return undefined;
  if (definition.effect === 'destructive' && definition.resumes !== true) return undefined;
  return jobWork(services, definition, parseParameters(definition, job.parameters), onVerbose);
}

function jobWork(
  services: EngineServices,
  definition: OperationDefinition,
  parameters: Record<string, unknown>,
  onVerbose: RunOptions['onVerbose'],
): (run: JobRun) => Promise<unknown> {
  return (run) =>
    definition.execute(services, parameters, {
      ...run,
      verbose: (line) => {
        run.log(line);
        onVerbose(line, run.id);
      },
      perform: (request) => perform(services, request, { ...run, onVerbose: (line) => run.log(line) }),
    });
}

/** Another operation, to its end: what it says goes to whoever runs it. Throws its error. */
async function perform(
  services: EngineServices,
  request: Request,
  run: Pick<RunOptions, 'signal' | 'onVerbose'>,
): Promise<unknown> {
  if (!isJob(request.operation)) return executeOperation(services, request, { ...run, onProgress: () => {} });
  const started = await startOperation(services, request, run);
  const cancel = (): void => void services.jobs.cancel(started.id).catch(() => {});
  run.signal.addEventListener('abort', cancel, { once: true });
  if (run.signal.aborted) cancel();
  const ended = await started.ended.finally(() => run.signal.removeEventListener('abort', cancel));
  if (ended.state === 'completed') return ended.result;
  throw ended.error === undefined ? cancelled(ended.title) : new LyncTopologyError(ended.error);
}

/** Everything that is decided before anything changes: name, parameters, role, preconditions. */
async function admit(services: EngineServices, request: Request, signal: AbortSignal): Promise<Prepared> {
  const prepared = prepare(services, request);
  const { definition, parameters } = prepared;
  requireRoleOnRecord(services, definition, parameters);
  try {
    requireAll((await definition.preconditions?.(services, parameters, signal)) ?? []);
  } catch (error) {
    auditOf(services, definition, parameters)(outcomeOf(error), errorInformation(error, definition.name).message);
    throw error;
  }
  return prepared;
}

function prepare(services: EngineServices, request: Request): Prepared {
  const definition = requireOperation(request.operation);
  const parameters: Record<string, unknown> = { ...parseParameters(definition, request.parameters) };
  const described = describeParameters(definition);
  const isOfDatabases = described.some(({ offers }) => offers === 'databaseType');
  for (const { name, offers } of described) {
    const value = parameters[name];
    if (typeof value !== 'string' || (offers !== 'pool' && offers !== 'pairedPool')) continue;
    // Persistent Chat pools have databases, and nothing else of a pool.
    const chat = isOfDatabases && offers === 'pool' ? findChatPool(services.deployment, value) : undefined;
    parameters[name] = (chat ?? requirePool(services.deployment, value)).fqdn;
    if (offers === 'pairedPool') requirePartner(services.deployment, value);
  }
  return { definition, parameters };
}

/** A refusal for want of a role is on record, also where what was asked for only reads. */
function requireRoleOnRecord(
  services: EngineServices,
  action: GuardedAction,
  parameters: Readonly<Record<string, unknown>>,
  deed?: string,
): void {
  try {
    requireRole(services.deployment, services.operator, action, deed);
  } catch (error) {
    const detail = errorInformation(error, action.name).message;
    services.audit.append({ operation: action.name, parameters, outcome: 'refused', detail });
    throw error;
  }
}

/** For plans; `undefined` while the topology gives no role to anybody. */
function rolePrecondition(services: EngineServices, action: GuardedAction): Precondition | undefined {
  const { deployment, operator } = services;
  const held = rolesOf(deployment, operator);
  if (held === undefined) return undefined;
  const refusal = refusalOf(() => requireRole(deployment, operator, action));
  const evidence = held.length === 0 ? 'No role.' : `Roles: ${held.map(({ name }) => name).join(', ')}.`;
  return precondition(`${operator} may run ${action.name}`, refusal === undefined, evidence, () => {
    if (refusal === undefined) throw new Error(`${operator} may run ${action.name}`);
    return refusal;
  });
}

function refusalOf(check: () => void): ErrorInformation | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return errorInformation(error, 'role');
  }
}

/** What only reads leaves no trace in the audit log. */
function auditOf(
  services: EngineServices,
  definition: OperationDefinition,
  parameters: Record<string, unknown>,
): (outcome: AuditRecord['outcome'], detail?: string) => void {
  return (outcome, detail) => {
    if (definition.effect === 'reads') return;
    try {
      services.audit.append({
        operation: definition.name,
        parameters,
        outcome,
        ...(detail !== undefined && { detail }),
      });
    } catch (error) {
      // The end of what has run cannot be undone because the record of it failed; its beginning is refused.
      if (outcome === 'started') throw error;
    }
  };
}

function outcomeOf(error: unknown): AuditRecord['outcome'] {
  if (!(error instanceof LyncTopologyError)) return 'failed';
  if (error.kind === 'cancelled') return 'cancelled';
  return error.kind === 'refused' || error.kind === 'usage' ? 'refused' : 'failed';
}

function jobOutcome(job: JobStatus): AuditRecord['outcome'] {
  if (job.state === 'completed' || job.state === 'cancelled') return job.state;
  return 'failed';
}
