/**
 * An operation from the window: what is missing is asked for, what is destructive is planned and confirmed, what takes
 * long is followed, and in the end there is something to act on.
 */
import { l10n, ProgressLocation, window } from 'vscode';
import { LyncTopologyError } from '../../core/errors.ts';
import type { OperationDefinition, Plan } from '../../core/operations/definition.ts';
import { describeParameters } from '../../core/operations/parameters.ts';
import type { DeploymentConnection, OperationRequest } from '../../deployments/deployment.ts';
import { progressReporter } from '../jobs.ts';
import { planPage } from '../planPage.ts';
import { resultText } from '../resultText.ts';
import type { Services } from '../services.ts';
import type { Session } from '../session.ts';
import { tellResult, tellStopped } from './afterwards.ts';
import { askParameters } from './ask.ts';
import { confirmPlan } from './confirm.ts';
import { type Call, type Preset, presetOf, subjectOf } from './subjects.ts';

/** Resolves with the operation's result, or with nothing when the user thought better of it. Rejects with what refused it. */
export async function runOperation(
  services: Services,
  definition: OperationDefinition,
  call: Call,
  fixed: Readonly<Record<string, unknown>> = {},
): Promise<unknown> {
  const session = await services.deployments.require();
  if (session === undefined) return undefined;
  const connection = await session.connection();
  const { preset, surface } = readPreset(definition, call, fixed);
  const parameters = await askParameters(definition, preset, () => connection.status());
  if (parameters === undefined) return undefined;
  const request = { operation: definition.name, parameters };
  services.log.info(`${definition.name} ${JSON.stringify(parameters)}`);

  if (surface.whatIf) return showPlan(services, connection, request);
  if (definition.effect === 'destructive' && surface.confirm) {
    const plan = await connection.plan(request);
    if (!(await confirmPlan(services, plan))) return undefined;
  }
  const byPerson = call.kind !== 'parameters' || call.byPerson === true;
  const outcome = await perform(services, session, definition, request, byPerson);
  if (outcome === undefined) return undefined;
  // Whoever gave the parameters gets the result; a person gets to read it.
  if (byPerson) await present(services, definition, request, outcome);
  return outcome.result;
}

/** Shows the plan as a page and gives it. */
export async function showPlan(
  services: Services,
  connection: DeploymentConnection,
  request: OperationRequest,
): Promise<Plan> {
  const plan = await connection.plan(request);
  await services.documents.showPage('plan', l10n.t('Plan of {0}', plan.operation), planPage(plan));
  return plan;
}

interface Surface {
  /** `-WhatIf` */
  readonly whatIf: boolean;
  /** `-Confirm:$false` is `Confirm: false` here. */
  readonly confirm: boolean;
}

/** The parameters that a call gives; common parameters of every cmdlet are the surface's. */
function readPreset(
  definition: OperationDefinition,
  call: Call,
  fixed: Readonly<Record<string, unknown>>,
): { readonly preset: Preset; readonly surface: Surface } {
  const described = describeParameters(definition);
  const bySubject = presetOf(subjectOf(call), described);
  if (call.kind !== 'parameters')
    return {
      preset: { given: { ...bySubject.given, ...fixed }, settled: bySubject.settled },
      surface: { whatIf: false, confirm: true },
    };
  const { WhatIf: whatIf, Confirm: confirm, ...given } = call.parameters;
  const settled = new Set(described.filter(({ required }) => !required).map(({ name }) => name));
  return {
    preset: { given: { ...withNamesOf(described, given), ...fixed }, settled },
    surface: { whatIf: whatIf === true, confirm: confirm !== false },
  };
}

/** Parameter names are taken in any case, as in the shell. */
function withNamesOf(
  described: readonly { readonly name: string }[],
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      described.find(({ name }) => name.toLowerCase() === key.toLowerCase())?.name ?? key,
      value,
    ]),
  );
}

interface Outcome {
  readonly result: unknown;
  readonly job?: string;
}

/** A person is told by a message when a job could not be brought to its end, with the way on; nothing is the outcome then. */
async function perform(
  services: Services,
  session: Session,
  definition: OperationDefinition,
  request: OperationRequest,
  byPerson: boolean,
): Promise<Outcome | undefined> {
  const connection = await session.connection();
  if (definition.leases !== undefined) {
    const job = await connection.start(request);
    try {
      return { result: await services.jobs.follow(session, job), job: job.id };
    } catch (error) {
      if (!byPerson) throw error;
      // Not awaited: the command has ended, and the message waits for whoever reads it.
      void tellStopped(services, job, error);
      return undefined;
    }
  }
  const result = await window.withProgress(
    { location: ProgressLocation.Notification, title: definition.title, cancellable: true },
    async (report, token) => {
      const abort = new AbortController();
      const cancellation = token.onCancellationRequested(() => abort.abort());
      try {
        return await connection.execute(request, { signal: abort.signal, onProgress: progressReporter(report) });
      } finally {
        cancellation.dispose();
      }
    },
  );
  return { result };
}

async function present(
  services: Services,
  definition: OperationDefinition,
  request: OperationRequest,
  { result, job }: Outcome,
): Promise<void> {
  if (definition.effect === 'reads') {
    const pool = request.parameters['PoolFqdn'];
    const title = typeof pool === 'string' ? `${definition.name} ${pool}` : definition.name;
    const text = definition.text?.(result);
    if (text === undefined)
      await services.documents.showText('result', `${title}.txt`, resultText(result), 'plaintext');
    else await services.documents.showPage('result', title, text);
  } else {
    // Not awaited: the command has ended, and the message waits for whoever reads it.
    void tellResult(services, definition, request, result, job);
  }
}

/** The definition of an operation that the extension itself names. */
export function known(definitions: readonly OperationDefinition[], name: string): OperationDefinition {
  const definition = definitions.find((candidate) => candidate.name === name);
  if (definition !== undefined) return definition;
  throw new LyncTopologyError({
    code: 'command-unknown',
    kind: 'failed',
    object: name,
    message: l10n.t('This version has no operation {0}.', name),
    remedy: l10n.t('Install the extension anew.'),
  });
}
