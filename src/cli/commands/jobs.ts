import type { DeploymentConnection } from '../../deployments/deployment.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { progressLine } from '../render/progress.ts';
import { localTime, writeTable, writeValue } from '../render/value.ts';
import { usage } from '../usage.ts';

export const jobs: Command = {
  name: 'jobs',
  summary: 'Lists jobs; "jobs show ID" shows one with its log, "jobs cancel ID" cancels it.',
  description: [
    'A job survives the end of the engine that ran it: the next engine takes it up, or ends it as interrupted. A cancelled job leaves nothing half done.',
  ],
  group: 'deployment',
  dashes: '--',
  parameters: [],
  positionals: [
    { name: 'ACTION', description: 'list (the default), show or cancel.', required: false },
    { name: 'ID', description: 'The number of the job.', required: false },
  ],
  examples: [
    { command: 'jobs', explanation: 'The jobs, newest first.' },
    { command: 'jobs show 7', explanation: 'Parameters, progress, result and log of job 7.' },
    { command: 'jobs cancel 7', explanation: 'Cancels job 7 and waits until it has ended.' },
  ],
  run: async (context, { positionals }) => {
    const [action = 'list', id] = positionals;
    const known = ['list', 'show', 'cancel'].find((candidate) => candidate === action.toLowerCase());
    if (known === undefined) {
      throw usage(
        'argument-invalid',
        action,
        `jobs does not know "${action}".`,
        'It knows list, show ID and cancel ID.',
      );
    }
    if (known === 'list') return list(context, await context.connect());
    if (id === undefined) {
      const remedy = '"lync-topology jobs" lists them.';
      throw usage('argument-missing', 'ID', `jobs ${known} needs the number of a job.`, remedy);
    }
    const connection = await context.connect();
    const full = id.toLowerCase().startsWith('job/') ? id.toLowerCase() : `job/${id}`;
    return known === 'show' ? show(context, connection, full) : cancel(context, connection, full);
  },
};

async function list(context: Context, connection: DeploymentConnection): Promise<number> {
  const { jobs: all } = await connection.status(context.signal);
  context.result(all, () => {
    if (all.length === 0) context.terminal.out.line('No job has run yet.');
    else
      writeTable(
        context.terminal.out,
        all.map(({ id, title, state, operator, startedAt, endedAt }) => ({
          id,
          title,
          state,
          operator,
          started: startedAt,
          ended: endedAt,
        })),
      );
  });
  return 0;
}

async function show(context: Context, connection: DeploymentConnection, id: string): Promise<number> {
  const job = await connection.job(id);
  const log = await connection.jobLog(id);
  const { out } = context.terminal;
  context.result({ ...job, log }, () => {
    const { progress, result, error, parameters, ...rest } = job;
    writeValue(out, {
      ...rest,
      parameters: JSON.stringify(parameters),
      ...(error !== undefined && { error: `${error.message} ${error.remedy}` }),
    });
    if (progress !== undefined && error === undefined && result === undefined) out.line(progressLine(progress));
    if (result !== undefined && result !== null) {
      out.line();
      out.line(out.style('bold', 'Result'));
      writeValue(out, result);
    }
    out.line();
    out.line(out.style('bold', 'Log'));
    for (const { time, line } of log) out.line(`  ${localTime(time)}  ${line}`);
  });
  return 0;
}

async function cancel(context: Context, connection: DeploymentConnection, id: string): Promise<number> {
  const job = await connection.cancelJob(id);
  context.result(job, () => context.terminal.out.line(`${job.id} (${job.title}): ${job.state}.`));
  return 0;
}
