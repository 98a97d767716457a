/** The official JSON schema of SARIF 2.1.0, from the standard. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

const file = new URL('../fixtures/sarif-schema-2.1.0.json', import.meta.url);

/** Throws with everything that is wrong with a log. */
export function createSarifValidator(): (log: unknown) => void {
  const validate = compile();
  return (log) => {
    if (!validate(log)) throw new Error(JSON.stringify(validate.errors, undefined, 1));
  };
}

function compile(): ValidateFunction {
  // Draft 4 differs from what the validator knows in the name of `id` alone, as far as this schema goes.
  const { $schema: _, id: $id, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  return new Ajv({
    strict: false,
    allErrors: true,
    unicodeRegExp: false,
    formats: {
      uri: (text: string) => /^[a-z][a-z0-9+.-]*:[^\s<>"{}|\\^`]*$/i.test(text) && URL.canParse(text),
      'uri-reference': (text: string) => /^[^\s<>"{}|\\^`]*$/.test(text) && URL.canParse(text, 'file:///'),
      'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
    },
  }).compile({ $id, ...schema });
}
