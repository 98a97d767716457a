/** What keys, words and names mean, in Markdown, for hover and completion. A fact that the file does not give is left out. */
import { isRuleCode, type RuleCode } from '../core/topology/diagnostics.ts';
import type { TopologyDocument } from '../core/topology/document.ts';
import type { Subject } from '../core/topology/queries/suggestion.ts';
import { ruleDefinition } from '../core/topology/rules/all.ts';
import {
  descriptionOf,
  factLines,
  factsOf,
  type Schema,
  schemaAt,
  shapeOf,
} from '../core/topology/shape/schemaWalk.ts';
import { describeName } from './describeName.ts';
import { escapeMarkdown } from './markup.ts';

/** More about a suggestion; undefined where there is nothing to say. */
export function describeSubject(document: TopologyDocument, subject: Subject): string | undefined {
  switch (subject.about) {
    case 'key':
      return describeKey(subject.path, undefined);
    case 'word':
      return describeWord(subject.path, subject.word);
    case 'name':
      return describeName(document.topology, subject.kind, subject.name);
    case 'rule':
      return isRuleCode(subject.code) ? describeRule(subject.code, undefined) : undefined;
  }
}

const shapeNames = {
  map: 'map',
  record: 'map of names',
  list: 'list',
  text: 'text',
  number: 'whole number',
  boolean: 'true or false',
  word: 'word',
} as const;

/** A key of the format: what it is, what it may be, what holds without it, where that comes from. `key` becomes the heading. */
export function describeKey(path: readonly (string | number)[], key: string | undefined): string | undefined {
  const schema = schemaOf(path);
  const description = schema && descriptionOf(schema);
  if (schema === undefined || description === undefined) return undefined;
  const heading = key === undefined ? [] : [`**${escapeMarkdown(key)}** (${shapeNames[shapeOf(schema)]})`, ''];
  const lines = factLines(schema).map((line) => `- ${line}`);
  return [...heading, description, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
}

/** A word of an enumeration: what it means. */
export function describeWord(path: readonly (string | number)[], word: string): string | undefined {
  const schema = schemaOf(path);
  if (schema === undefined) return undefined;
  const { words, source } = factsOf(schema);
  const meaning = words?.[word];
  if (meaning === undefined) return descriptionOf(schema);
  return [
    `**${escapeMarkdown(word)}**`,
    '',
    meaning,
    ...(source === undefined ? [] : ['', `- Source: ${source}`]),
  ].join('\n');
}

/** A rule: what it is about and why, with its page where the client can open it. */
export function describeRule(code: RuleCode, documentationRoot: string | undefined): string | undefined {
  const definition = ruleDefinition(code);
  if (definition === undefined) return undefined;
  const { title, why } = definition;
  const page = documentationRoot === undefined ? [] : ['', `[${code}](${documentationRoot}/docs/rules/${code}.md)`];
  return [`**${escapeMarkdown(title)}**`, '', why, ...page].join('\n');
}

/** Indices are digits where a path has been a text. */
function schemaOf(path: readonly (string | number)[]): Schema | undefined {
  const steps = path.map((step) => (typeof step === 'string' && /^\d+$/.test(step) ? Number(step) : step));
  return schemaAt(path) ?? schemaAt(steps);
}
