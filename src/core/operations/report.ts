import * as z from 'zod';
import { reportHtml } from '../drills/html.ts';
import { reportMarkdown } from '../drills/markdown.ts';
import type { DrillReport } from '../drills/report.ts';
import type { EngineServices } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { JobStatus } from '../status.ts';
import type { OperationDefinition } from './definition.ts';
import { meta } from './fields.ts';
import { makePlan } from './plans.ts';

const parameters = z.strictObject({
  Id: z
    .string()
    .optional()
    .meta(
      meta({
        description: 'The number of the job that ran the drill. The last drill when left out.',
        placeholder: 'ID',
      }),
    ),
  Format: z
    .enum(['markdown', 'html', 'json'])
    .default('markdown')
    .meta(meta({ description: 'How the report is written.', placeholder: 'FORMAT' })),
});

export const report: OperationDefinition<typeof parameters, string | DrillReport> = {
  name: 'report',
  kind: 'embedded',
  title: 'Show the report of a drill',
  summary: 'Writes what a drill ran, what it measured and what was lost, as Markdown, HTML or JSON.',
  description: ['The HTML page needs nothing else: no script, no picture, no address.'],
  parameters,
  examples: [
    { command: 'report', explanation: 'The last drill, as Markdown.' },
    { command: 'report 7 --format html', explanation: 'The drill that ran as job 7, as a page.' },
  ],
  roles: ['CsAdministrator', 'CsServerAdministrator', 'CsViewOnlyAdministrator'],
  effect: 'reads',
  describe: ({ Id }) => (Id === undefined ? 'Report of the last drill' : `Report of the drill ${Id}`),
  plan: async (_services, given) =>
    makePlan(report, given, {
      title: report.describe(given),
      steps: [{ title: 'Read the report from the record of jobs', detail: 'Nothing is changed.' }],
    }),
  execute: async (services, { Id, Format }) => {
    const found = resultOf(jobOf(services, Id));
    if (Format === 'json') return found;
    return Format === 'html' ? reportHtml(found) : reportMarkdown(found);
  },
  text: (result) => (typeof result === 'string' ? result.trimEnd() : JSON.stringify(result, undefined, 2)),
};

/** Throws `job-unknown`, `drill-unknown`. */
function jobOf({ jobs }: EngineServices, id: string | undefined): JobStatus {
  if (id !== undefined) return jobs.get(id.startsWith('job/') ? id : `job/${id}`);
  const last = jobs.list().find(({ operation, result }) => operation === 'drill' && result !== undefined);
  if (last !== undefined) return last;
  throw noReport('drill', 'No drill has been run to its end on this data directory.');
}

function resultOf(job: JobStatus): DrillReport {
  if (isReport(job.result)) return job.result;
  throw noReport(
    job.id,
    job.operation === 'drill'
      ? `The drill ${job.id} ended as ${job.state}, so there is no report of it.`
      : `${job.id} was no drill but ${job.operation}.`,
  );
}

/** Only a drill writes such a result. */
function isReport(result: unknown): result is DrillReport {
  return (
    typeof result === 'object' && result !== null && 'drill' in result && 'steps' in result && 'recovery' in result
  );
}

function noReport(object: string, message: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'drill-unknown',
    kind: 'refused',
    object,
    message,
    remedy: 'Run one with "lync-topology drill FILE"; "lync-topology jobs" lists those that ran.',
  });
}
