/** The parameters of an operation: what a surface needs to know of each, and reading what a surface hands over. */
import * as z from 'zod';
import { LyncTopologyError } from '../errors.ts';
import { formatList } from './amounts.ts';
import type { OperationDefinition, ParameterMeta } from './definition.ts';
import { didYouMean } from './nearest.ts';

export interface ParameterDescription extends ParameterMeta {
  readonly name: string;
  /** A switch is true by being there. */
  readonly kind: 'string' | 'number' | 'switch' | 'list';
  /** The closed set of values, if it is one. */
  readonly values?: readonly string[];
  readonly required: boolean;
  readonly default?: unknown;
}

const metaSchema = z.object({
  description: z.string(),
  offers: z
    .enum([
      'pool',
      'chatPool',
      'pairedPool',
      'backupModule',
      'databaseType',
      'database',
      'mirrorRole',
      'virtualMachine',
      'category',
    ])
    .exactOptional(),
  pipeline: z.boolean().exactOptional(),
  productOnly: z.boolean().exactOptional(),
  placeholder: z.string().exactOptional(),
  fileContent: z.boolean().exactOptional(),
  path: z.boolean().exactOptional(),
});

/** The parameters in the order of the definition. */
export function describeParameters(definition: OperationDefinition): readonly ParameterDescription[] {
  return Object.entries(definition.parameters.shape).map(([name, schema]) => {
    const { description, ...meta } = metaSchema.parse(schema.meta());
    const { kind, values, defaultValue } = kindOf(schema);
    return {
      name,
      kind,
      ...(values !== undefined && { values }),
      required: !z.safeParse(schema, undefined).success,
      ...(defaultValue !== undefined && { default: defaultValue }),
      description,
      ...meta,
    };
  });
}

type Parsed<Definition> = Definition extends OperationDefinition<infer Schema> ? z.infer<Schema> : never;

/**
 * The parameters as the operation takes them, from names in any case and values that may be text. Throws
 * `argument-unknown`, `argument-missing`, `argument-invalid`, and what the parameter's own reader throws.
 */
export function parseParameters<Definition extends OperationDefinition>(
  definition: Definition,
  given: Readonly<Record<string, unknown>>,
): Parsed<Definition>;
export function parseParameters(definition: OperationDefinition, given: Readonly<Record<string, unknown>>): unknown {
  const described = describeParameters(definition);
  const named: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const parameter = described.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
    if (parameter === undefined) throw unknownParameter(definition, described, name);
    if (value !== undefined) named[parameter.name] = readValue(definition, parameter, value);
  }
  const missing = described.find((parameter) => parameter.required && named[parameter.name] === undefined);
  if (missing !== undefined) throw missingParameter(definition, missing);
  const result = definition.parameters.safeParse(named);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = String(issue?.path[0] ?? '');
  throw invalidValue(definition, name, named[name], issue?.message ?? 'is not understood');
}

function kindOf(schema: z.core.$ZodType): {
  readonly kind: ParameterDescription['kind'];
  readonly values?: readonly string[];
  readonly defaultValue?: unknown;
} {
  if (schema instanceof z.ZodDefault) {
    return { ...kindOf(schema.unwrap()), defaultValue: schema.def.defaultValue };
  }
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap());
  if (schema instanceof z.ZodPipe) return kindOf(schema.in);
  if (schema instanceof z.ZodEnum) return { kind: 'string', values: schema.options.map(String) };
  if (schema instanceof z.ZodBoolean) return { kind: 'switch' };
  if (schema instanceof z.ZodNumber) return { kind: 'number' };
  if (schema instanceof z.ZodArray) return { kind: 'list' };
  return { kind: 'string' };
}

/** Text becomes what the parameter is; anything else is left to the parameter's schema. */
function readValue(definition: OperationDefinition, parameter: ParameterDescription, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  switch (parameter.kind) {
    case 'switch':
      return readSwitch(definition, parameter, value);
    case 'number':
      return readNumber(definition, parameter, value);
    case 'list':
      return value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'string':
      if (value === '') throw invalidValue(definition, parameter.name, value, 'a value is needed');
      return readChoice(definition, parameter, value);
  }
}

function readSwitch(definition: OperationDefinition, parameter: ParameterDescription, value: string): boolean {
  if (/^\$?true$/i.test(value)) return true;
  if (/^\$?false$/i.test(value)) return false;
  throw invalidValue(definition, parameter.name, value, 'a switch is either there, or has the value $true or $false');
}

function readNumber(definition: OperationDefinition, parameter: ParameterDescription, value: string): number {
  if (/^-?\d+$/.test(value)) return Number(value);
  throw invalidValue(definition, parameter.name, value, 'a whole number is needed');
}

function readChoice(definition: OperationDefinition, parameter: ParameterDescription, value: string): string {
  if (parameter.values === undefined) return value;
  const choice = parameter.values.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
  if (choice !== undefined) return choice;
  throw invalidValue(definition, parameter.name, value, `it takes ${formatList(parameter.values, 'or')}`);
}

function unknownParameter(
  definition: OperationDefinition,
  described: readonly ParameterDescription[],
  name: string,
): LyncTopologyError {
  const names = described.map((parameter) => parameter.name);
  const list = names.length === 0 ? 'It has none.' : `It has ${formatList(names.map((known) => `-${known}`))}.`;
  return new LyncTopologyError({
    code: 'argument-unknown',
    kind: 'usage',
    object: `-${name}`,
    message: `${definition.name} has no parameter -${name}.`,
    remedy: didYouMean(name, names, list),
  });
}

function missingParameter(definition: OperationDefinition, parameter: ParameterDescription): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-missing',
    kind: 'usage',
    object: `-${parameter.name}`,
    message: `${definition.name} needs -${parameter.name}: ${lowerFirst(parameter.description)}`,
    remedy: `Give it, for instance: ${definition.examples[0]?.command ?? definition.name}`,
  });
}

function invalidValue(
  definition: OperationDefinition,
  name: string,
  value: unknown,
  reason: string,
): LyncTopologyError {
  return new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'usage',
    object: `-${name}`,
    message: `${definition.name} cannot take ${JSON.stringify(value)} for -${name}: ${lowerFirst(reason)}.`,
    remedy: `Give -${name} another value; lync-topology ${definition.name} --help describes it.`,
  });
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
