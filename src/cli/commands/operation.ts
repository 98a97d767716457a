/** Every operation as a command: its parameters, -WhatIf, -Confirm and -Verbose, pool names from standard input. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LyncTopologyError } from '../../core/errors.ts';
import type { OperationDefinition, Plan } from '../../core/operations/definition.ts';
import { describeParameters, type ParameterDescription } from '../../core/operations/parameters.ts';
import type { JobStatus } from '../../core/status.ts';
import type { DeploymentConnection, OperationRequest } from '../../deployments/deployment.ts';
import { type Command, type GivenArguments, parameter } from '../command.ts';
import type { Context } from '../context.ts';
import { writePlan } from '../render/plan.ts';
import { progressLine } from '../render/progress.ts';
import { writeValue } from '../render/value.ts';
import { usage } from '../usage.ts';

const verboseSwitch = parameter('Verbose', 'switch', 'Says what it does while it does it.');
const planSwitches = [
  parameter('WhatIf', 'switch', 'Shows the plan and changes nothing.'),
  parameter('Confirm', 'switch', 'Asks first. -Confirm:$false does not ask.'),
];

/** Parameters that are written without their names, for the commands that are not cmdlets. */
const positionalParameters: Readonly<Record<string, readonly string[]>> = {
  fault: ['Action', 'Target'],
  drill: ['Scenario'],
  report: ['Id'],
};

export function operationCommand(definition: OperationDefinition): Command {
  const described = describeParameters(definition);
  const unnamed = (positionalParameters[definition.name] ?? []).flatMap(
    (name) => described.find((candidate) => candidate.name === name) ?? [],
  );
  const named = described.filter((candidate) => !unnamed.includes(candidate));
  const common = definition.effect === 'reads' ? [verboseSwitch] : [...planSwitches, verboseSwitch];
  return {
    name: definition.name,
    summary: definition.summary,
    description: definition.description,
    group: definition.kind === 'embedded' ? 'deployment' : 'operation',
    plans: true,
    dashes: definition.kind === 'embedded' ? '--' : '-',
    // What the pipeline can give is not missing before standard input was looked at.
    parameters: [...named.map((each) => (each.pipeline === true ? { ...each, required: true } : each)), ...common],
    positionals: unnamed.map(({ name, placeholder, description, required, kind }) => ({
      name: placeholder ?? name.toUpperCase(),
      description,
      required,
      ...(kind === 'list' && { rest: true }),
    })),
    examples: definition.examples,
    run: (context, given) => runOperation(context, definition, described, given, unnamedValues(unnamed, given)),
  };
}

/** The words without a name, each for the parameter that it stands for; a list takes all that are left. */
function unnamedValues(
  unnamed: readonly ParameterDescription[],
  given: GivenArguments,
): Readonly<Record<string, string | readonly string[]>> {
  const values = unnamed.flatMap(({ name, kind }, index) => {
    const value = kind === 'list' ? given.positionals.slice(index) : given.positionals[index];
    return value === undefined || value.length === 0 ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values);
}

async function runOperation(
  context: Context,
  definition: OperationDefinition,
  described: readonly ParameterDescription[],
  given: GivenArguments,
  unnamed: Readonly<Record<string, string | readonly string[]>>,
): Promise<number> {
  const { WhatIf, Confirm, Verbose, ...named } = given.parameters;
  const parameters = { ...named, ...unnamed };
  const sets = await parameterSets(context, described, withFileContents(described, parameters));
  const connection = await context.connect({
    create: definition.name === 'init',
    unpublished: definition.name === 'Publish-CsTopology',
  });
  const results: unknown[] = [];
  let status = 0;
  for (const set of sets.values) {
    const request = { operation: definition.name, parameters: set };
    if (isOn(WhatIf)) {
      const plan = await connection.plan(request, context.signal);
      results.push(plan);
      if (!plan.ready) status = 2;
    } else {
      await confirmWhereNeeded(context, definition, connection, request, Confirm);
      const result = await execute(context, definition, connection, request, isOn(Verbose));
      results.push(result);
      if (definition.failed?.(result) === true) status = 1;
    }
  }
  context.result(sets.fromInput ? results : results[0], () => {
    results.forEach((result, index) => {
      if (index > 0) context.terminal.out.line();
      if (isOn(WhatIf)) writePlan(context.terminal.out, plans(result));
      else writeResult(context, definition, result);
    });
  });
  return status;
}

type Given = Readonly<Record<string, string | boolean | readonly string[]>>;

/** What is in the file, where a parameter takes the content of one, and full paths of files. Throws `argument-invalid`. */
function withFileContents(described: readonly ParameterDescription[], parameters: Given): Given {
  const read: Record<string, Given[string]> = { ...parameters };
  for (const { name, fileContent, path, placeholder = name } of described) {
    const file = read[name];
    if (typeof file !== 'string') continue;
    if (path === true && file !== '') read[name] = resolve(file);
    if (fileContent !== true) continue;
    try {
      read[name] = readFileSync(file, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw usage('argument-invalid', placeholder, `The file ${file} cannot be read (${code}).`, 'Check its name.');
    }
  }
  return read;
}

/** One set of parameters, or one for each line of standard input where the pipeline parameter was not given. */
async function parameterSets(
  context: Context,
  described: readonly ParameterDescription[],
  parameters: Given,
): Promise<{ readonly values: readonly Readonly<Record<string, unknown>>[]; readonly fromInput: boolean }> {
  const pipeline = described.find((candidate) => candidate.pipeline === true);
  if (pipeline === undefined || parameters[pipeline.name] !== undefined || context.terminal.input.isTerminal) {
    return { values: [parameters], fromInput: false };
  }
  const lines = await context.terminal.input.lines();
  if (lines.length === 0) return { values: [parameters], fromInput: false };
  return { values: lines.map((line) => ({ ...parameters, [pipeline.name]: line })), fromInput: true };
}

async function execute(
  context: Context,
  definition: OperationDefinition,
  connection: DeploymentConnection,
  request: OperationRequest,
  verbose: boolean,
): Promise<unknown> {
  const waits = request.parameters['Wait'];
  const canReturnEarly = 'Wait' in definition.parameters.shape && (waits === undefined || waits === false);
  // The process that is the engine stays until its job has ended; another one is the engine's guest and may go.
  if (canReturnEarly && connection.role === 'attached') return connection.start(request);
  const { AsJob, ...waiting } = request.parameters;
  const own = AsJob === undefined || connection.role === 'attached' ? request : { ...request, parameters: waiting };
  const { err } = context.terminal;
  try {
    return await connection.execute(own, {
      signal: context.signal,
      onProgress: (progress) => {
        if (!context.options.quiet) err.live([progressLine(progress)]);
      },
      ...(verbose && { onVerbose: (line: string) => err.line(`VERBOSE: ${line}`) }),
    });
  } finally {
    err.live([]);
  }
}

function writeResult(context: Context, definition: OperationDefinition, result: unknown): void {
  const { out } = context.terminal;
  if (isStartedJob(result)) {
    out.line(
      `${result.title}: started as ${result.id}. "lync-topology jobs show ${result.id.replace('job/', '')}" tells how far it is.`,
    );
    return;
  }
  if (definition.text === undefined) writeValue(out, result, definition.columns);
  else out.line(definition.text(result).trimEnd());
}

function isStartedJob(result: unknown): result is JobStatus {
  return typeof result === 'object' && result !== null && 'queuedAt' in result && 'operation' in result;
}

/**
 * Destructive operations ask on a terminal, with the plan to read, unless -Confirm:$false was given. Without a terminal
 * the typed command is the decision, unless -Confirm demands a question that nobody can answer.
 */
async function confirmWhereNeeded(
  context: Context,
  definition: OperationDefinition,
  connection: DeploymentConnection,
  request: OperationRequest,
  confirm: string | boolean | undefined,
): Promise<void> {
  const demanded = confirm !== undefined && isOn(confirm);
  if (confirm !== undefined && !demanded) return;
  if (!demanded && (definition.effect !== 'destructive' || !context.terminal.input.isTerminal)) return;
  if (!context.terminal.input.isTerminal) throw nobodyToAsk(definition);
  const plan = await connection.plan(request, context.signal);
  writePlan(context.terminal.err, plan);
  if (!plan.ready) return;
  const answer = await context.terminal.ask(`\n${plan.confirmation ?? plan.title}? [y/N] `, context.signal);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return;
  throw new LyncTopologyError({
    code: 'confirmation-declined',
    kind: 'refused',
    object: definition.name,
    message: `${definition.name} was not run: you did not confirm it.`,
    remedy: 'Nothing was changed. Run it again and answer y, or add -Confirm:$false.',
  });
}

function nobodyToAsk(definition: OperationDefinition): LyncTopologyError {
  return new LyncTopologyError({
    code: 'confirmation-required',
    kind: 'refused',
    object: definition.name,
    message: `${definition.name} was asked to be confirmed with -Confirm, but standard input is not a terminal.`,
    remedy: 'Run it in a terminal, or leave -Confirm out: then the typed command is the decision.',
  });
}

/** A common switch: there, or with a value. Throws `argument-invalid`. */
function isOn(value: string | boolean | undefined): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true;
  if (/^\$?true$/i.test(value)) return true;
  if (/^\$?false$/i.test(value)) return false;
  throw usage('argument-invalid', value, `A switch cannot be "${value}".`, 'It is either there, or $true or $false.');
}

/** With -WhatIf every result is a plan. */
function plans(result: unknown): Plan {
  const isPlan = (value: unknown): value is Plan => typeof value === 'object' && value !== null && 'steps' in value;
  if (isPlan(result)) return result;
  throw new Error('the deployment gave something that is not a plan');
}
