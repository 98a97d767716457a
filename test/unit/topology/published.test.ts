import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { rulePages, rulesFolder } from '../../../scripts/rulePages.ts';
import { schemaFile, schemaText } from '../../../scripts/writeSchema.ts';
import { topologyJsonSchema } from '../../../src/core/topology/jsonSchema.ts';
import { backupModules, databaseTypes } from '../../../src/core/topology/vocabulary.ts';

const root = new URL('../../../', import.meta.url);

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

describe('Published files', () => {
  it('have the JSON schema of the format as it is (node scripts/writeSchema.ts)', () => {
    assert.equal(readFileSync(schemaFile, 'utf8'), schemaText());
  });

  it('have a page for every rule as it is (node scripts/rulePages.ts)', () => {
    const pages = rulePages();
    assert.deepEqual(readdirSync(rulesFolder).toSorted(), [...pages.keys()].toSorted());
    for (const [name, text] of pages) assert.equal(readFileSync(join(rulesFolder, name), 'utf8'), text, name);
  });

  it('have a schema that other validators take, and that accepts the sample', () => {
    const validate = new Ajv2020({ strict: false }).compile(topologyJsonSchema());
    const sample: unknown = parse(read('samples/litware/litware.topology.yaml'));
    assert.ok(validate(sample), JSON.stringify(validate.errors));
    assert.equal(validate({ lyncTopology: 2, deployment: 'Litware' }), false);
  });

  it('describe every key of the schema', () => {
    assert.deepEqual(undescribed(topologyJsonSchema(), ''), []);
  });

  it('give defaults that the schema itself accepts, and say them in words for editors', () => {
    const schema = topologyJsonSchema();
    const configuration = below(schema).find(([key]) => key === 'backupService')?.[1];
    const defaults = below(configuration ?? {}).map(([key, { default: byDefault }]) => [key, byDefault]);
    assert.deepEqual(Object.fromEntries(defaults), {
      ...{ syncInterval: '00:02:00', maxBatchesPerUserStoreSync: 500, maxBatchesPerCmsSync: 500 },
      ...{ maxDataConfPackageSizeKB: 102_400, maxConcurrentCalls: 10 },
    });
    const validate = new Ajv2020({ strict: false }).compile(schema);
    const file = { lyncTopology: 1, deployment: 'Litware', backupService: Object.fromEntries(defaults) };
    assert.ok(validate(file), JSON.stringify(validate.errors));
    const interval = below(configuration ?? {}).find(([key]) => key === 'syncInterval')?.[1];
    assert.match(
      interval?.markdownDescription ?? '',
      /Allowed: 00:00:05 to 03:00:00\n- Unit: .*\n- Default: `00:02:00`/,
    );
  });

  it('show for every value what may be written, and nothing that the schema refuses', () => {
    const unshown = (schema: JsonSchema, path: string): readonly string[] =>
      below(schema).flatMap(([key, inner]) => {
        const isThing = inner.properties !== undefined || inner.additionalProperties !== undefined || key === '#';
        const shown = inner.examples ?? inner.enum ?? (inner.default === undefined ? inner.const : inner.default);
        const isPlain = isThing || inner.type === 'boolean' || shown !== undefined;
        const isList = inner.items !== undefined && below(inner).some(([, item]) => item.properties !== undefined);
        return [...(isPlain || isList ? [] : [`${path}/${key}`]), ...unshown(inner, `${path}/${key}`)];
      });
    assert.deepEqual(unshown(topologyJsonSchema(), ''), []);
    const ajv = new Ajv2020({ strict: false });
    const refused = (schema: JsonSchema, path: string): readonly string[] =>
      below(schema).flatMap(([key, inner]) => [
        ...(inner.examples ?? []).flatMap((example) =>
          ajv.validate(inner, example) ? [] : [`${path}/${key}: ${example}`],
        ),
        ...refused(inner, `${path}/${key}`),
      ]);
    assert.deepEqual(refused(topologyJsonSchema(), ''), []);
  });

  it('say what each word of an enumeration means', () => {
    const silent = (schema: JsonSchema, path: string): readonly string[] => {
      const meanings = schema.enumDescriptions ?? [];
      const own = schema.enum?.every((_, index) => (meanings[index] ?? '') !== '') === false ? [path] : [];
      return [...own, ...below(schema).flatMap(([key, inner]) => silent(inner, `${path}/${key}`))];
    };
    assert.deepEqual(silent(topologyJsonSchema(), ''), []);
  });

  it('never name a section of a design document', () => {
    assert.doesNotMatch(schemaText(), /domain [A-K]\.\d/);
  });

  it('lie at a stable path in the package', () => {
    assert.match(read('.vscodeignore'), /^!schemas\/\*\*$/m);
    assert.ok(schemaFile.endsWith('/schemas/lync-topology.schema.json'));
  });

  it('have a grammar that knows the words of the format', () => {
    const grammar = JSON.parse(read('syntaxes/lync-topology.tmLanguage.json'));
    assert.equal(grammar.scopeName, 'source.lync-topology');
    const matches = (rule: string, line: string) => new RegExp(grammar.repository[rule].match).test(line);
    const sections = Object.keys(topologyJsonSchema()['properties'] ?? {});
    for (const section of sections) assert.ok(matches('section', `${section}: x`), section);
    for (const key of keysBelow(topologyJsonSchema())) {
      const rule = databaseTypes.some((type) => type === key) ? 'database-type' : 'known-key';
      assert.ok(sections.includes(key) || matches(rule, `    ${key}: x`), key);
    }
    for (const module of backupModules) assert.ok(matches('module', `  - ${module}`), module);
    for (const state of ['Enterprise', 'Standard', 'Director', 'active', 'standby', 'SE']) {
      assert.ok(matches('state', `    x: ${state}`), state);
      assert.ok(!matches('state', `    ${state}: x`), `${state} as a key`);
    }
    assert.ok(matches('time-span', '  syncInterval: 00:02:00'));
    assert.ok(matches('share', '    fileShare: \\\\fs\\share'));
  });

  it('have a language configuration for comments, brackets and words', () => {
    const configuration = JSON.parse(read('syntaxes/language-configuration.json'));
    assert.equal(configuration.comments.lineComment, '#');
    const word = new RegExp(configuration.wordPattern).exec('  - atl-cs-001.litwareinc.com,')?.[0];
    assert.equal(word, 'atl-cs-001.litwareinc.com');
  });
});

interface JsonSchema {
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly type?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
}

function below(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const { additionalProperties, items, properties = {} } = schema;
  const more = typeof additionalProperties === 'object' ? [['*', additionalProperties] as const] : [];
  return [...Object.entries(properties), ...more, ...(items === undefined ? [] : [['#', items] as const])];
}

function undescribed(schema: JsonSchema, path: string): readonly string[] {
  return below(schema).flatMap(([key, inner]) => {
    const here = `${path}/${key}`;
    const own = key !== '#' && inner.description === undefined ? [here] : [];
    return [...own, ...undescribed(inner, here)];
  });
}

function keysBelow(schema: JsonSchema): readonly string[] {
  return below(schema).flatMap(([key, inner]) => [...(key === '*' || key === '#' ? [] : [key]), ...keysBelow(inner)]);
}
