/** Writes the JSON schema of the topology format from its definitions in the code. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { topologyJsonSchema } from '../src/core/topology/jsonSchema.ts';

export const schemaFile = fileURLToPath(new URL('../schemas/lync-topology.schema.json', import.meta.url));

/** The text of the published schema. */
export function schemaText(): string {
  return `${JSON.stringify(topologyJsonSchema(), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(new URL('../schemas', import.meta.url), { recursive: true });
  writeFileSync(schemaFile, schemaText());
}
