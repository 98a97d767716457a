/** The format as JSON Schema 2020-12, for other editors and tools. Not part of any program: it is written into the package. */
import * as z from 'zod/v4/core';
import { topologySchema } from './schema.ts';
import { keyFacts } from './schemaFacts.ts';
import { factLines } from './shape/schemaWalk.ts';

/** A name and not an address: the schema is a file of the package, `schemas/lync-topology.schema.json`. */
const schemaId = 'urn:lync-topology:topology-file:1';

/** The published schema: for every key a description, its default and examples, and for editors what each word means. */
export function topologyJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(topologySchema, { target: 'draft-2020-12', override: addFacts });
  return {
    $schema,
    $id: schemaId,
    title: 'Lync Topology',
    description: 'A Lync Server or Skype for Business Server deployment.',
    ...rest,
  };
}

interface Overridden {
  readonly zodSchema: z.$ZodType;
  readonly jsonSchema: z.JSONSchema.BaseSchema;
}

/** `markdownDescription`, `enumDescriptions` and `markdownEnumDescriptions` are what editors read beside the standard. */
function addFacts({ zodSchema, jsonSchema }: Overridden): void {
  const facts = keyFacts.get(zodSchema);
  const description = z.globalRegistry.get(zodSchema)?.description;
  if (facts === undefined || description === undefined) return;
  const lines = factLines(zodSchema);
  if (lines.length > 0)
    jsonSchema['markdownDescription'] = [description, '', ...lines.map((line) => `- ${line}`)].join('\n');
  if (facts.words !== undefined && jsonSchema.enum !== undefined) {
    jsonSchema['enumDescriptions'] = jsonSchema.enum.map((word) => facts.words?.[String(word)] ?? '');
  }
}
