/** Walking the zod schema by the keys of a path, for checks, completion and hover. */
import * as z from 'zod/v4/core';
import { topologySchema } from '../schema.ts';
import { type KeyFacts, keyFacts } from '../schemaFacts.ts';

export type Schema = z.$ZodType;

/** The schema without its `optional`. */
export function unwrapped(schema: Schema): Schema {
  return schema instanceof z.$ZodOptional ? unwrapped(schema._zod.def.innerType) : schema;
}

/** The schema of what lies under a key or an index. */
export function schemaBelow(schema: Schema, step: string | number): Schema | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.$ZodObject)
    return typeof step === 'string' ? ownProperty(inner._zod.def.shape, step) : undefined;
  if (inner instanceof z.$ZodRecord) return typeof step === 'string' ? inner._zod.def.valueType : undefined;
  if (inner instanceof z.$ZodArray) return typeof step === 'number' ? inner._zod.def.element : undefined;
  return undefined;
}

/** The schema of the things in a map of free names; undefined for other values. */
export function thingsOf(schema: Schema): Schema | undefined {
  const inner = unwrapped(schema);
  return inner instanceof z.$ZodRecord ? inner._zod.def.valueType : undefined;
}

export function schemaAt(path: readonly (string | number)[]): Schema | undefined {
  let schema: Schema | undefined = topologySchema;
  for (const step of path) schema = schema === undefined ? undefined : schemaBelow(schema, step);
  return schema;
}

/** Keys that the format gives to a map, in the order of the format; none where names are free. */
export function keysOf(schema: Schema): readonly string[] {
  const inner = unwrapped(schema);
  return inner instanceof z.$ZodObject ? Object.keys(inner._zod.def.shape) : [];
}

export function isRequired(schema: Schema, key: string): boolean {
  const below = schemaBelow(schema, key);
  return below !== undefined && !(below instanceof z.$ZodOptional);
}

/** The words that a value may be, where the format lists them. */
export function wordsOf(schema: Schema): readonly string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.$ZodEnum) return Object.values(inner._zod.def.entries).map(String);
  if (inner instanceof z.$ZodLiteral) return [...inner._zod.def.values].map(String);
  if (inner instanceof z.$ZodBoolean) return ['true', 'false'];
  return [];
}

export type Shape = 'map' | 'record' | 'list' | 'text' | 'number' | 'boolean' | 'word';

export function shapeOf(schema: Schema): Shape {
  const inner = unwrapped(schema);
  if (inner instanceof z.$ZodObject) return 'map';
  if (inner instanceof z.$ZodRecord) return 'record';
  if (inner instanceof z.$ZodArray) return 'list';
  if (inner instanceof z.$ZodBoolean) return 'boolean';
  if (inner instanceof z.$ZodEnum) return 'word';
  return inner instanceof z.$ZodString ? 'text' : 'number';
}

/** What the format says about a value. */
export function descriptionOf(schema: Schema): string | undefined {
  const own = z.globalRegistry.get(schema)?.description;
  const inner = unwrapped(schema);
  return own ?? (inner === schema ? undefined : z.globalRegistry.get(inner)?.description);
}

/** What is known about a value beyond its type. */
export function factsOf(schema: Schema): KeyFacts {
  return keyFacts.get(schema) ?? keyFacts.get(unwrapped(schema)) ?? {};
}

/** Values that people use, for completion where the format does not list them. */
export function examplesOf(schema: Schema): readonly unknown[] {
  return factsOf(schema).examples ?? [];
}

/** Range, unit, default and source of a value in words, in Markdown, a line each. */
export function factLines(schema: Schema): readonly string[] {
  const { allowed, unit, default: byDefault, source } = factsOf(schema);
  const words = wordsOf(schema);
  return [
    allowed !== undefined ? `Allowed: ${allowed}` : words.length > 0 ? `Allowed: ${words.join(', ')}` : undefined,
    unit === undefined ? undefined : `Unit: ${unit}`,
    byDefault === undefined ? undefined : `Default: \`${byDefault}\``,
    source === undefined ? undefined : `Source: ${source}`,
  ].filter((line) => line !== undefined);
}

function ownProperty(shape: z.$ZodShape, key: string): Schema | undefined {
  return Object.hasOwn(shape, key) ? shape[key] : undefined;
}
