/** Running operations: the same steps for every one, whichever surface asks. */
import { requireRole } from '../access/roles.ts';
import type { AuditRecord, EngineServices, JobRun, StartedJob } from '../engine/services.ts';
import { errorInformation, LyncTopologyError } from '../errors.ts';
import type { JobStatus, Progress } from '../status.ts';
import type { OperationDefinition, Plan } from './definition.ts';
import { describeParameters, parseParameters } from './parameters.ts';
import { requireAll } from './plans.ts';
import { findOperation, requireOperation } from './registry.ts';
import { requirePartner, requirePool } from './subjects.ts';

export interface Request {
  /** In any case. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

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
  return definition.plan(services, parameters, signal);
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
    const result = await definition.execute(services, parameters, { ...run, verbose: options.onVerbose });
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
    });
}

/** Everything that is decided before anything changes: name, parameters, role, preconditions. */
async function admit(services: EngineServices, request: Request, signal: AbortSignal): Promise<Prepared> {
  const prepared = prepare(services, request);
  const { definition, parameters } = prepared;
  try {
    requireRole(services.deployment, services.operator, definition);
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
  for (const { name, offers } of describeParameters(definition)) {
    const value = parameters[name];
    if (typeof value !== 'string' || (offers !== 'pool' && offers !== 'pairedPool')) continue;
    parameters[name] = requirePool(services.deployment, value).fqdn;
    if (offers === 'pairedPool') requirePartner(services.deployment, value);
  }
  return { definition, parameters };
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
