/** One question after the other, with a way back: quick picks and input boxes made from an operation's definition. */
import { l10n, QuickInputButtons, window, workspace } from 'vscode';
import type { OperationDefinition } from '../../core/operations/definition.ts';
import { describeParameters, type ParameterDescription } from '../../core/operations/parameters.ts';
import type { DeploymentStatus } from '../../core/status.ts';
import { isFaultTarget, needsTarget } from './faultTargets.ts';
import { type Offer, offersFor } from './offers.ts';
import type { Preset } from './subjects.ts';

type Answers = Readonly<Record<string, unknown>>;
type Answer =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'back' }
  | { readonly kind: 'none' };

/**
 * The parameters of an operation: those given, and an answer for each that is missing. `undefined` when the user thought
 * better of it.
 */
export async function askParameters(
  definition: OperationDefinition,
  preset: Preset,
  status: () => Promise<DeploymentStatus>,
): Promise<Answers | undefined> {
  const described = describeParameters(definition);
  const questions = described.filter((parameter) => isAsked(parameter, preset));
  if (questions.length === 0 && isAllOptional(definition, described, preset)) return askChanges(definition, described);
  return questions.length === 0 ? preset.given : askAll(definition, questions, preset.given, await status());
}

/** Required ones, and optional ones that narrow down what is acted upon. */
function isAsked(parameter: ParameterDescription, { given, settled }: Preset): boolean {
  if (given[parameter.name] !== undefined || settled.has(parameter.name)) return false;
  if (parameter.required || isFaultTarget(parameter)) return true;
  return parameter.offers === 'backupModule' || parameter.offers === 'databaseType';
}

/** A cmdlet that changes only what it is given: called without anything it would do nothing. */
function isAllOptional(
  definition: OperationDefinition,
  described: readonly ParameterDescription[],
  preset: Preset,
): boolean {
  return (
    definition.effect === 'changes' &&
    definition.kind === 'cmdlet' &&
    described.every(({ required }) => !required) &&
    Object.keys(preset.given).length === 0
  );
}

async function askAll(
  definition: OperationDefinition,
  questions: readonly ParameterDescription[],
  given: Answers,
  status: DeploymentStatus,
): Promise<Answers | undefined> {
  const answers: Record<string, unknown> = { ...given };
  let step = 0;
  while (step < questions.length) {
    const parameter = questions[step];
    if (parameter === undefined || (isFaultTarget(parameter) && !needsTarget(answers))) break;
    const answer = await ask(definition, parameter, offersFor(parameter, answers, status), {
      step: step + 1,
      total: questions.length,
    });
    if (answer.kind === 'none') return undefined;
    if (answer.kind === 'back') {
      step -= 1;
      Reflect.deleteProperty(answers, questions[step]?.name ?? '');
    } else {
      if (answer.value === undefined) Reflect.deleteProperty(answers, parameter.name);
      else answers[parameter.name] = answer.value;
      step += 1;
    }
  }
  return answers;
}

/** Which of the settings to change, and to what. */
async function askChanges(
  definition: OperationDefinition,
  described: readonly ParameterDescription[],
): Promise<Answers | undefined> {
  const picked = await window.showQuickPick(
    described
      .filter(({ name, productOnly, kind }) => name !== 'Identity' && productOnly !== true && kind !== 'switch')
      .map((parameter) => ({ label: parameter.name, detail: parameter.description, parameter })),
    { title: definition.title, placeHolder: l10n.t('What is to change?'), canPickMany: true, ignoreFocusOut: true },
  );
  if (picked === undefined || picked.length === 0) return undefined;
  const questions = picked.map(({ parameter }) => parameter);
  const answers: Record<string, unknown> = {};
  for (const [index, parameter] of questions.entries()) {
    const answer = await ask(definition, parameter, undefined, { step: index + 1, total: questions.length });
    if (answer.kind !== 'value') return undefined;
    answers[parameter.name] = answer.value;
  }
  return answers;
}

interface Place {
  readonly step: number;
  readonly total: number;
}

function ask(
  definition: OperationDefinition,
  parameter: ParameterDescription,
  offers: readonly Offer[] | undefined,
  place: Place,
): Promise<Answer> {
  if (parameter.fileContent === true) return askFile(definition, parameter);
  return offers === undefined || offers.length === 0
    ? askText(definition, parameter, place)
    : askChoice(definition, parameter, offers, place);
}

function askChoice(
  definition: OperationDefinition,
  parameter: ParameterDescription,
  offers: readonly Offer[],
  { step, total }: Place,
): Promise<Answer> {
  const input = window.createQuickPick<Offer>();
  input.title = definition.title;
  input.placeholder = parameter.description;
  input.items = offers;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  return answered(input, { step, total }, () => {
    const [picked] = input.selectedItems;
    return picked === undefined ? undefined : { kind: 'value', value: picked.value };
  });
}

/** What is in a file that is chosen in a dialog. */
async function askFile(definition: OperationDefinition, parameter: ParameterDescription): Promise<Answer> {
  const picked = await window.showOpenDialog({
    title: `${definition.title}: ${parameter.description}`,
    openLabel: definition.title,
    filters: { YAML: ['yaml', 'yml'] },
  });
  const [file] = picked ?? [];
  if (file === undefined) return { kind: 'none' };
  const bytes = await workspace.fs.readFile(file);
  return { kind: 'value', value: new TextDecoder().decode(bytes) };
}

function askText(
  definition: OperationDefinition,
  parameter: ParameterDescription,
  { step, total }: Place,
): Promise<Answer> {
  const input = window.createInputBox();
  input.title = definition.title;
  input.prompt = `${parameter.name}: ${parameter.description}`;
  if (parameter.placeholder !== undefined) input.placeholder = parameter.placeholder;
  if (parameter.default !== undefined) input.value = String(parameter.default);
  input.onDidChangeValue(() => {
    input.validationMessage = undefined;
  });
  return answered(input, { step, total }, () => {
    const problem = problemOf(definition, parameter, input.value);
    if (problem === undefined) return { kind: 'value', value: valueFrom(parameter, input.value) };
    input.validationMessage = problem;
    return undefined;
  });
}

type Input = ReturnType<typeof window.createInputBox> | ReturnType<typeof window.createQuickPick<Offer>>;

/** Shows the input until it was answered, left, or the way back was taken. */
async function answered(input: Input, { step, total }: Place, accept: () => Answer | undefined): Promise<Answer> {
  input.ignoreFocusOut = true;
  if (total > 1) {
    input.step = step;
    input.totalSteps = total;
  }
  if (step > 1) input.buttons = [QuickInputButtons.Back];
  try {
    return await new Promise<Answer>((resolve) => {
      input.onDidTriggerButton((button) => {
        if (button === QuickInputButtons.Back) resolve({ kind: 'back' });
      });
      input.onDidAccept(() => {
        const answer = accept();
        if (answer !== undefined) resolve(answer);
      });
      input.onDidHide(() => resolve({ kind: 'none' }));
      input.show();
    });
  } finally {
    input.dispose();
  }
}

/** The sentence of the parameter's own schema about a text that it does not take. */
function problemOf(definition: OperationDefinition, parameter: ParameterDescription, text: string): string | undefined {
  if (text.trim() === '') return parameter.required ? l10n.t('A value is needed.') : undefined;
  const result = definition.parameters.partial().safeParse({ [parameter.name]: valueFrom(parameter, text) });
  return result.success ? undefined : result.error.issues[0]?.message;
}

function valueFrom(parameter: ParameterDescription, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (parameter.kind === 'number') return Number(trimmed);
  if (parameter.kind === 'list') return trimmed.split(',').map((item) => item.trim());
  return trimmed;
}
