/** The parts of the SARIF 2.1.0 schema that the product writes, closed so that nothing else is written. */

const text = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: { text: { type: 'string', minLength: 1 } },
};
const line = { type: 'integer', minimum: 1 };
const artifactLocation = {
  type: 'object',
  required: ['uri'],
  additionalProperties: false,
  properties: { uri: { type: 'string', format: 'uri-reference', pattern: '^[^ ]+$' }, uriBaseId: { const: 'SOURCE' } },
};
const region = {
  type: 'object',
  required: ['startLine'],
  additionalProperties: false,
  properties: { startLine: line, startColumn: line, endLine: line, endColumn: line },
};
const physicalLocation = {
  type: 'object',
  required: ['artifactLocation', 'region'],
  additionalProperties: false,
  properties: { artifactLocation, region },
};
const location = {
  type: 'object',
  additionalProperties: false,
  properties: { id: { type: 'integer', minimum: 0 }, message: text, physicalLocation },
};
const replacement = {
  type: 'object',
  required: ['deletedRegion'],
  additionalProperties: false,
  properties: {
    deletedRegion: region,
    insertedContent: { type: 'object', additionalProperties: false, properties: { text: { type: 'string' } } },
  },
};
const fix = {
  type: 'object',
  required: ['artifactChanges'],
  additionalProperties: false,
  properties: {
    description: text,
    artifactChanges: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['artifactLocation', 'replacements'],
        additionalProperties: false,
        properties: { artifactLocation, replacements: { type: 'array', minItems: 1, items: replacement } },
      },
    },
  },
};
const result = {
  type: 'object',
  required: ['message', 'ruleId', 'level', 'locations'],
  additionalProperties: false,
  properties: {
    ruleId: { type: 'string' },
    ruleIndex: { type: 'integer', minimum: 0 },
    level: { enum: ['none', 'note', 'warning', 'error'] },
    message: text,
    locations: { type: 'array', minItems: 1, items: location },
    relatedLocations: { type: 'array', items: location },
    fixes: { type: 'array', items: fix },
  },
};
const rule = {
  type: 'object',
  required: ['id'],
  additionalProperties: false,
  properties: { id: { type: 'string' }, shortDescription: text, properties: { type: 'object' } },
};
const driver = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
    rules: { type: 'array', uniqueItems: true, items: rule },
  },
};
const run = {
  type: 'object',
  required: ['tool', 'results'],
  additionalProperties: false,
  properties: {
    tool: { type: 'object', required: ['driver'], additionalProperties: false, properties: { driver } },
    columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
    originalUriBaseIds: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: { uri: { type: 'string', pattern: '/$' } },
      },
    },
    artifacts: {
      type: 'array',
      items: { type: 'object', additionalProperties: false, properties: { location: artifactLocation } },
    },
    results: { type: 'array', items: result },
  },
};

export const sarifSchema = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: { $schema: { type: 'string' }, version: { const: '2.1.0' }, runs: { type: 'array', items: run } },
};
