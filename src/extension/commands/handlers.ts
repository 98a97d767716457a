/** What every command of the manifest does, in one table. Read when the first command is run: it is most of the extension. */
import { env, l10n, commands as vscodeCommands, window } from 'vscode';
import type { OperationDefinition } from '../../core/operations/definition.ts';
import { operations } from '../../core/operations/registry.ts';
import { jobPage } from '../jobPage.ts';
import { commandOf, commands as own, views } from '../names.ts';
import { procedurePage } from '../procedurePage.ts';
import type { Services } from '../services.ts';
import { nameOf } from '../views/subject.ts';
import { watchCommand } from './askWatch.ts';
import { drillCommand } from './drills.ts';
import { confirmAndCopy, planCommand } from './plan.ts';
import { known, runOperation } from './runOperation.ts';
import { createSample, openDataDirectory, openTopology } from './setup.ts';
import { isByProgram, readCall, subjectOf } from './subjects.ts';

export type Handler = (services: Services, argument: unknown) => Promise<unknown>;

const sync = known(operations, 'Invoke-CsBackupServiceSync');
const failover = known(operations, 'Invoke-CsDatabaseFailover');
const drill = known(operations, 'drill');
const procedure = known(operations, 'procedure');
const replica = known(operations, 'Resume-VMReplication');

export const handlers: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(operations.map((definition) => [commandOf(definition.name), operationHandler(definition)])),
  [own.synchronize]: operationHandler(sync),
  [own.failOverToMirror]: operationHandler(failover, { NewPrincipal: 'mirror' }),
  [own.failBackToPrimary]: operationHandler(failover, { NewPrincipal: 'primary' }),
  [own.forceService]: operationHandler(failover, { Force: true }),
  [own.resynchronize]: operationHandler(replica, { Resynchronize: true }),
  [own.watchUntilSteadyState]: watchCommand,
  [own.showPlan]: planCommand,
  [own.copyPowerShell]: confirmAndCopy,
  [own.openWalkthrough]: async ({ context }) =>
    vscodeCommands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#start`),
  [own.createSample]: createSample,
  [own.selectTopology]: ({ topologies }) => topologies.choose(),
  [own.openTopology]: openTopology,
  [own.openDataDirectory]: openDataDirectory,
  [own.connect]: async ({ deployments }) => void (await (await deployments.require())?.connection()),
  [own.showStatus]: () => focus(views.status),
  [own.showJobs]: () => focus(views.jobs),
  [own.showLog]: async ({ log }) => log.show(),
  [own.restartLanguageServer]: ({ languageSupport }) => languageSupport.restart(),
  [own.cancelJob]: cancelJob,
  [own.showJob]: showJob,
  [own.runAgain]: runAgain,
  [own.showProcedure]: showProcedure,
  [commandOf(drill.name)]: drillCommand,
  [own.copyName]: async (_services, argument) => {
    const subject = subjectOf(readCall(argument));
    if (subject !== undefined) await env.clipboard.writeText(nameOf(subject));
  },
};

/** Whether a caller gave the parameters itself: then it gets errors itself as well. */
export function isGivenParameters(argument: unknown): boolean {
  return isByProgram(readCall(argument));
}

function operationHandler(definition: OperationDefinition, fixed?: Readonly<Record<string, unknown>>): Handler {
  return (services, argument) => runOperation(services, definition, readCall(argument), fixed);
}

async function focus(view: string): Promise<void> {
  await vscodeCommands.executeCommand(`${view}.focus`);
}

async function cancelJob({ deployments }: Services, argument: unknown): Promise<unknown> {
  const session = await deployments.require();
  if (session === undefined) return undefined;
  const connection = await session.connection();
  const subject = subjectOf(readCall(argument));
  if (subject?.kind === 'job') return connection.cancelJob(subject.job);
  const { jobs, virtualMachines } = await connection.status();
  if (subject?.kind === 'virtualMachine') {
    const machine = virtualMachines?.find(({ name }) => name === subject.machine);
    const job = machine?.relationships.find((replica) => replica.job !== undefined)?.job;
    if (job !== undefined) return connection.cancelJob(job);
  }
  const running = jobs.filter(({ endedAt }) => endedAt === undefined);
  if (running.length === 0) {
    void window.showInformationMessage(l10n.t('No job runs.'));
    return undefined;
  }
  const picked = await window.showQuickPick(
    running.map((job) => ({ label: job.title, description: job.operator, job })),
    { title: l10n.t('Which job is to be cancelled?') },
  );
  return picked === undefined ? undefined : connection.cancelJob(picked.job.id);
}

async function showJob({ deployments, documents }: Services, argument: unknown): Promise<void> {
  const session = await deployments.require();
  const subject = subjectOf(readCall(argument));
  if (session === undefined || subject?.kind !== 'job') return;
  const connection = await session.connection();
  const [job, log] = await Promise.all([connection.job(subject.job), connection.jobLog(subject.job)]);
  const title = `${job.id.replace('/', ' ')} ${job.operation}.log`;
  await documents.showText('job', title, jobPage(job, log), 'log');
}

/** Plans and asks anew where it is destructive; a procedure that was stopped goes on with the step that could not run. */
async function runAgain(services: Services, argument: unknown): Promise<unknown> {
  const session = await services.deployments.require();
  const subject = subjectOf(readCall(argument));
  if (session === undefined || subject?.kind !== 'job') return undefined;
  const { operation, parameters } = await (await session.connection()).job(subject.job);
  const definition = known(operations, operation);
  return runOperation(services, definition, { kind: 'parameters', parameters, byPerson: true });
}

/** Its steps as they are on record, and what was lost by name. */
async function showProcedure({ deployments, documents }: Services, argument: unknown): Promise<unknown> {
  const session = await deployments.require();
  if (session === undefined) return undefined;
  const connection = await session.connection();
  const subject = subjectOf(readCall(argument));
  const job = subject?.kind === 'job' ? await connection.job(subject.job) : undefined;
  const parameters = job === undefined ? {} : { Job: job.id };
  const report = await connection.execute({ operation: procedure.name, parameters });
  const title = l10n.t('Report of {0}', job?.operation ?? l10n.t('the last procedure'));
  await documents.showPage('result', title, procedurePage(procedure.text?.(report) ?? '', job?.result));
  return report;
}
