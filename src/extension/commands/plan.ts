/** Reading what an operation would do, without running it. */
import { env, l10n, window } from 'vscode';
import type { OperationDefinition, Plan } from '../../core/operations/definition.ts';
import { describeParameters } from '../../core/operations/parameters.ts';
import { operations } from '../../core/operations/registry.ts';
import { showFailure } from '../failures.ts';
import type { Services } from '../services.ts';
import { askParameters } from './ask.ts';
import { runOperation, showPlan } from './runOperation.ts';
import { isByProgram, presetOf, readCall, subjectOf } from './subjects.ts';

/** Takes `operation` with its `parameters`, or with the `subject` that it is about, from a caller that has them. */
export async function planCommand(services: Services, argument: unknown): Promise<Plan | undefined> {
  const asked = await askRequest(services, argument);
  if (asked === undefined) return undefined;
  const { session, definition, parameters } = asked;
  const plan = await showPlan(services, await session.connection(), { operation: definition.name, parameters });
  if (!isByProgram(readCall(argument)))
    offerToRun(services, definition, plan).catch((error: unknown) => showFailure(error, services.log));
  return plan;
}

/** Puts the PowerShell of an operation on the clipboard. */
export async function confirmAndCopy(services: Services, argument: unknown): Promise<string | undefined> {
  const asked = await askRequest(services, argument);
  if (asked === undefined) return undefined;
  const { session, definition, parameters } = asked;
  const plan = await (await session.connection()).plan({ operation: definition.name, parameters });
  await env.clipboard.writeText(plan.powershell);
  window.setStatusBarMessage(l10n.t('The PowerShell is on the clipboard.'), 5000);
  return plan.powershell;
}

async function askRequest(services: Services, argument: unknown) {
  const session = await services.deployments.require();
  if (session === undefined) return undefined;
  const call = readCall(argument);
  const given = call.kind === 'parameters' ? call.parameters : {};
  const definition = await chooseOperation(given['operation']);
  if (definition === undefined) return undefined;
  const preset = presetOf(subjectOf(call) ?? subjectOf(readCall(given['subject'])), describeParameters(definition));
  const named = given['parameters'];
  const parameters = await askParameters(
    definition,
    isRecord(named)
      ? { given: named, settled: new Set(describeParameters(definition).map(({ name }) => name)) }
      : preset,
    async () => (await session.connection()).status(),
  );
  return parameters === undefined ? undefined : { session, definition, parameters };
}

async function chooseOperation(name: unknown): Promise<OperationDefinition | undefined> {
  if (typeof name === 'string')
    return operations.find((definition) => definition.name.toLowerCase() === name.toLowerCase());
  const picked = await window.showQuickPick(
    operations
      .filter(({ effect }) => effect !== 'reads')
      .map((definition) => ({
        label: definition.title,
        description: definition.name,
        detail: definition.summary,
        definition,
      })),
    {
      title: l10n.t('Show Plan'),
      placeHolder: l10n.t('Of which operation?'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return picked?.definition;
}

async function offerToRun(services: Services, definition: OperationDefinition, plan: Plan): Promise<void> {
  const copy = l10n.t('Copy PowerShell');
  const run = plan.confirmation ?? l10n.t('Run');
  const picked = plan.ready
    ? await window.showInformationMessage(
        l10n.t('{0}: every precondition holds. Nothing has been changed.', plan.title),
        run,
        copy,
      )
    : await window.showWarningMessage(
        l10n.t('{0}: not everything that must hold does; the plan says what.', plan.title),
        copy,
      );
  if (picked === copy) await env.clipboard.writeText(plan.powershell);
  if (picked === run)
    await runOperation(services, definition, { kind: 'parameters', parameters: plan.parameters, byPerson: true });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
