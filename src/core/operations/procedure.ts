import * as z from 'zod';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { RunbookReport, StepReport } from '../runbooks/runbook.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';

/** A run is looked for among so many of the newest. */
const searched = 500;

const parameters = z.strictObject({
  Job: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'The number of the job that ran the procedure. The last procedure when left out.',
        placeholder: 'ID',
      }),
    ),
});

export const procedure: OperationDefinition<typeof parameters, RunbookReport> = {
  name: 'procedure',
  kind: 'embedded',
  title: 'Show what was done of a procedure',
  summary: 'Shows each step of a failover or failback with its command, its evidence and its outcome.',
  description: [
    'What is done was measured when it was done. A procedure that was stopped says which step could not run, why, and how to go on; nothing that is done is done again.',
  ],
  parameters,
  examples: [
    { command: 'procedure', explanation: 'The last procedure that was run.' },
    { command: 'procedure 7', explanation: 'The one that ran as job 7.' },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  describe: ({ Job }) => (Job === undefined ? 'The last procedure' : `The procedure of the job ${Job}`),
  plan: async (_services, given) =>
    makePlan(procedure, given, {
      title: procedure.describe(given),
      steps: [{ title: 'Read the record of procedures', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { Job }) => (Job === undefined ? lastOf(services) : ofJob(services, Job)),
  text: procedureText,
};

function lastOf({ runbooks }: EngineServices): RunbookReport {
  const [last] = runbooks.list(1);
  if (last !== undefined) return last;
  throw noProcedure('procedure', 'No procedure has been run on this data directory.');
}

/** A job that went on with an interrupted run shows that run. Throws `job-unknown`. */
function ofJob({ jobs, runbooks }: EngineServices, id: string): RunbookReport {
  const job = jobs.get(id.startsWith('job/') ? id : `job/${id}`);
  const pool = job.parameters['PoolFqdn'];
  const found = runbooks
    .list(searched)
    .find(
      ({ operation, subject, startedAt }) =>
        operation === job.operation &&
        (typeof pool !== 'string' || subject.toLowerCase().includes(pool.toLowerCase())) &&
        startedAt <= (job.endedAt ?? startedAt),
    );
  if (found !== undefined) return found;
  throw noProcedure(job.id, `${job.title} ran no procedure of several steps.`);
}

function noProcedure(object: string, message: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'procedure-unknown',
    kind: 'refused',
    object,
    message,
    remedy: 'Failovers and failbacks of pools, of Central Management and of Persistent Chat are procedures.',
  });
}

/** Markdown that reads well as text too: a list, since commands and evidence are longer than the columns of a table. */
export function procedureText(report: RunbookReport): string {
  const { operation, subject, startedAt, endedAt, steps, resumed } = report;
  const ended = endedAt === undefined ? '' : `, ended at ${clock(endedAt)}`;
  const again = resumed === 0 ? '' : `, taken up again ${resumed === 1 ? 'once' : `${resumed} times`}`;
  return [
    `# ${plain(operation)}: ${plain(subject.split('/')[1] ?? subject)}`,
    '',
    standOf(report),
    '',
    `Started on ${startedAt.slice(0, 10)} at ${clock(startedAt)}${ended}${again}. Times are UTC.`,
    '',
    ...steps.flatMap(stepLines),
  ]
    .join('\n')
    .trimEnd();
}

function standOf({ state, steps }: RunbookReport): string {
  const done = steps.filter((step) => step.state === 'done').length;
  const words = `${done} of ${steps.length} steps ${done === 1 ? 'is' : 'are'} done`;
  switch (state) {
    case 'completed':
      return `Completed: all ${steps.length} steps are done.`;
    case 'running':
      return `Running: ${words}.`;
    case 'stopped':
      return `Stopped: ${words}. Run the same command again to go on; what is done is not done again.`;
    case 'abandoned':
      return `Given up: ${words}; another run took its place.`;
  }
}

/** Of a time in ISO 8601, to the second. */
function clock(time: string): string {
  return time.slice(11, 19);
}

const outcomes: Readonly<Record<StepReport['state'], string>> = {
  pending: 'not begun',
  running: 'running',
  done: 'done',
  failed: 'could not run',
};

function stepLines({ title, command, state, endedAt, evidence, error }: StepReport, index: number): string[] {
  const when = state === 'done' && endedAt !== undefined ? ` at ${clock(endedAt)}` : '';
  const lines = [
    ...(command === undefined || command === '' ? [] : [`\`${command.replaceAll('`', "'")}\``]),
    ...(evidence === undefined ? [] : [plain(evidence)]),
    ...(error === undefined ? [] : [plain(error.message), plain(error.remedy)]),
  ];
  const indent = ' '.repeat(`${index + 1}. `.length);
  return [
    `${index + 1}. **${plain(title)}**: ${outcomes[state]}${when}`,
    ...lines.flatMap((line) => ['', `${indent}${line}`]),
    '',
  ];
}

/** Names come from files and people: nothing in them is read as markup. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#~&]/g, '\\$&').replaceAll(/\s+/g, ' ');
}
