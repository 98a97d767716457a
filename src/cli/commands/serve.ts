import { once } from 'node:events';
import { LyncTopologyError } from '../../core/errors.ts';
import type { JobStatus, PoolStatus } from '../../core/status.ts';
import { type Command, parameter } from '../command.ts';
import type { Context } from '../context.ts';
import { readDuration } from '../durations.ts';
import { localTime } from '../render/value.ts';

/** Milliseconds. */
const discouragedBelow = 10_000;

export const serve: Command = {
  name: 'serve',
  summary: 'Runs the engine in the foreground: Backup Service cycles by themselves.',
  description: [
    'Windows and other commands attach to it. It is refused where another process runs the engine already.',
    'Ctrl+C ends it when the jobs that run have ended; a second Ctrl+C ends it at once, and the next engine takes them up.',
  ],
  group: 'deployment',
  dashes: '--',
  parameters: [
    parameter(
      'PartnerTimeout',
      'string',
      'How long a principal must be lost before its mirror takes over by itself: 10s, 00:00:30. Less than 10 s is discouraged.',
      { placeholder: 'TIMESPAN', default: '10s' },
    ),
    parameter(
      'InstanceProcesses',
      'switch',
      'Runs every SQL instance that is used as a process of its own: "fault stop" on an instance then stops the process as it is, on a server kills it. For drills; about 70 MB of memory each.',
    ),
  ],
  examples: [
    { command: 'serve', explanation: 'For the deployment of the topology file in this folder.' },
    { command: 'serve --topology litware.topology.yaml --json', explanation: 'Writes what happens as lines of JSON.' },
    {
      command: 'serve --instance-processes',
      explanation: 'For drills that stop, continue and kill principals, mirrors and witnesses.',
    },
  ],
  run: async (context, { parameters }) => {
    const instanceProcesses = parameters['InstanceProcesses'] === true;
    const partnerTimeout = readPartnerTimeout(context, parameters['PartnerTimeout']);
    const connection = await context.connect({ backgroundCycles: true, instanceProcesses, ...partnerTimeout });
    if (connection.role === 'attached') throw alreadyServed(connection.dataDirectory);
    const status = await connection.status(context.signal);
    announce(context, status.deployment, connection.dataDirectory, status.backgroundCycles.syncInterval);
    const states = new Map(status.jobs.map(({ id, state }) => [id, state]));
    const principals = new Map(status.pools.flatMap(principalsOf));
    const subscription = connection.onDidChangeStatus(({ jobs = [], pools = [] }) => {
      for (const pool of pools) tellRoles(context, pool, principals);
      for (const job of jobs) {
        if (states.get(job.id) === job.state) continue;
        states.set(job.id, job.state);
        tellJob(context, job);
      }
    });
    const lost = new AbortController();
    const gone = connection.onDidDisconnect(() => lost.abort());
    await raised(AbortSignal.any([context.signal, context.terminal.outputClosed, lost.signal]));
    gone[Symbol.dispose]();
    if (lost.signal.aborted) throw directoryGone(connection.dataDirectory);
    if (context.signal.aborted) noteRunning(context, [...states.values()]);
    await context[Symbol.asyncDispose]();
    subscription[Symbol.dispose]();
    return 0;
  },
};

/** Below 10 s it is taken, with a word of warning (domain C.6). Throws `argument-invalid`. */
function readPartnerTimeout(
  context: Context,
  given: string | boolean | undefined,
): { readonly partnerTimeout?: number } {
  if (typeof given !== 'string') return {};
  const partnerTimeout = readDuration('--partner-timeout', given);
  if (partnerTimeout < discouragedBelow) {
    context.note('A partner time-out below 10 s is discouraged: a server that is only slow is then taken for lost.');
  }
  return { partnerTimeout };
}

/** An event on the signal alone does not keep the process running; the engine's listener does. */
async function raised(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function noteRunning(context: Context, states: readonly JobStatus['state'][]): void {
  const running = states.filter((state) => state === 'running' || state === 'cancelling').length;
  if (running > 0)
    context.note(`Waiting for ${running} running job${running === 1 ? '' : 's'}. Ctrl+C again ends at once.`);
}

function announce(context: Context, deployment: string, dataDirectory: string, syncInterval: number): void {
  if (context.options.json) {
    context.jsonLine({ event: 'serving', deployment, dataDirectory, pid: process.pid, syncInterval });
  } else if (!context.options.quiet) {
    context.terminal.out.line(
      `Serving ${deployment} from ${dataDirectory}, a cycle every ${syncInterval / 1000} s (process ${process.pid}). Ctrl+C ends it.`,
    );
  }
}

function tellJob(context: Context, job: JobStatus): void {
  const { id, operation, title, state, error } = job;
  if (context.options.json) {
    context.jsonLine({ event: 'job', id, operation, title, state, ...(error !== undefined && { error }) });
  } else if (!context.options.quiet) {
    const why = error === undefined ? '' : `: ${error.message} ${error.remedy}`;
    context.terminal.out.line(`${localTime(new Date().toISOString())}  ${id}  ${title}: ${state}${why}`);
  }
}

/** Which place serves each database, by its identity; a database that nobody serves keeps the place that did. */
function principalsOf({ databases }: PoolStatus): readonly (readonly [string, string])[] {
  return databases.flatMap(({ id, principal }) => (principal === undefined ? [] : [[id, principal] as const]));
}

/** Says which databases have another principal than before, whoever changed the roles. */
function tellRoles(context: Context, pool: PoolStatus, principals: Map<string, string>): void {
  for (const database of pool.databases) {
    const { id, DatabaseName, principal } = database;
    const before = principals.get(id);
    if (principal === undefined || principal === before) continue;
    principals.set(id, principal);
    if (before === undefined) continue;
    const instance = database[principal] ?? principal;
    if (context.options.json) {
      context.jsonLine({ event: 'failover', pool: pool.fqdn, database: DatabaseName, principal, instance });
    } else if (!context.options.quiet) {
      const time = localTime(new Date().toISOString());
      context.terminal.out.line(`${time}  ${DatabaseName} of ${pool.fqdn}: ${instance} is the principal now`);
    }
  }
}

function alreadyServed(dataDirectory: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'lease-held',
    kind: 'refused',
    object: dataDirectory,
    message: `Another process (a window, or another command) already runs the engine on ${dataDirectory}.`,
    remedy:
      'Nothing needs to be served then: other commands attach to it. End it first if you want this one to be the engine.',
  });
}

function directoryGone(dataDirectory: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'data-directory-missing',
    kind: 'failed',
    object: dataDirectory,
    message: `The data directory ${dataDirectory} was deleted or replaced while the engine ran on it.`,
    remedy: 'Put it back, or create a new one with "lync-topology init".',
  });
}
