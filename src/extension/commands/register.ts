/** Every command of the manifest, in one table. */
import { type Disposable, env, l10n, commands as vscodeCommands, window } from 'vscode';
import type { OperationDefinition } from '../../core/operations/definition.ts';
import { operations } from '../../core/operations/registry.ts';
import { asErrorInformation, showFailure } from '../failures.ts';
import { jobPage } from '../jobPage.ts';
import { commandOf, commands as own, views } from '../names.ts';
import type { Services } from '../services.ts';
import { nameOf } from '../views/subject.ts';
import { watchCommand } from './askWatch.ts';
import { confirmAndCopy, planCommand } from './plan.ts';
import { known, runOperation } from './runOperation.ts';
import { createSample, openDataDirectory, openTopology } from './setup.ts';
import { readCall, subjectOf } from './subjects.ts';

type Handler = (services: Services, argument: unknown) => Promise<unknown>;

const sync = known(operations, 'Invoke-CsBackupServiceSync');
const failover = known(operations, 'Invoke-CsDatabaseFailover');

const handlers: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(operations.map((definition) => [commandOf(definition.name), operationHandler(definition)])),
  [own.synchronize]: operationHandler(sync),
  [own.failOverToMirror]: operationHandler(failover, { NewPrincipal: 'mirror' }),
  [own.failBackToPrimary]: operationHandler(failover, { NewPrincipal: 'primary' }),
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
  [own.cancelJob]: cancelJob,
  [own.showJob]: showJob,
  [own.copyName]: async (_services, argument) => {
    const subject = subjectOf(readCall(argument));
    if (subject !== undefined) await env.clipboard.writeText(nameOf(subject));
  },
};

/** Registers all of them. A failure is told; a caller that gave parameters gets it as a rejection as well. */
export function registerCommands(services: Services): readonly Disposable[] {
  return Object.entries(handlers).map(([command, handler]) =>
    vscodeCommands.registerCommand(command, async (argument: unknown) => {
      try {
        return await handler(services, argument);
      } catch (error) {
        if (readCall(argument).kind === 'parameters') throw rejection(error);
        // Not awaited: the command has ended, and the message waits for whoever reads it.
        void showFailure(error, services.log);
        return undefined;
      }
    }),
  );
}

function operationHandler(definition: OperationDefinition, fixed?: Readonly<Record<string, unknown>>): Handler {
  return (services, argument) => runOperation(services, definition, readCall(argument), fixed);
}

/** VS Code hands on an error's message only: the remedy goes with it. */
function rejection(error: unknown): Error {
  const { code, message, remedy } = asErrorInformation(error);
  return Object.assign(new Error(`${message} ${remedy}`), { code, name: 'LyncTopologyError' });
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
  const { jobs } = await connection.status();
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
