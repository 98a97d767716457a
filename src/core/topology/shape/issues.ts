/** From an issue of zod to a finding: which rule it is, where exactly, in which words, and how to put it right. */
import type * as z from 'zod/v4/core';
import { isRuleCode } from '../diagnostics.ts';
import type { Finding, FindingFix } from '../findings.ts';
import type { Place, ScalarNode, TreeNode } from '../syntax/nodes.ts';
import { formFinding } from './forms.ts';
import { isMisspelt, missingKey, unknownKey } from './keys.ts';
import { nearest } from './nearest.ts';
import { keysOf, type Schema, schemaBelow, shapeOf, wordsOf } from './schemaWalk.ts';
import { descend, leadsThroughAlias, type Path, yamlText } from './values.ts';

/** The thing that is being checked: its name and where it is named, where it has one. */
export interface Subject {
  readonly name: string | undefined;
  readonly key: Place | undefined;
  readonly isPair: boolean;
}

/** What is at hand when one issue is put into words. */
interface Case {
  readonly node: TreeNode;
  readonly subject: Subject;
  readonly schema: Schema;
  readonly path: Path;
  readonly found: TreeNode | undefined;
}

export function findingsOf(
  issues: readonly z.$ZodIssue[],
  node: TreeNode,
  subject: Subject,
  schema: Schema,
): readonly Finding[] {
  return issues.flatMap((issue) => {
    if (leadsThroughAlias(node, issue.path)) return [];
    return findingOf(issue, { node, subject, schema, path: issue.path, found: descend(node, issue.path) });
  });
}

function findingOf(issue: z.$ZodIssue, at: Case): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, at);
  if (at.found === undefined) return missing(at);
  if (issue.code === 'invalid_value') return [wrongWord(issue.values.map(String), at, at.found)];
  if (issue.code === 'invalid_type') return [wrongType(issue.expected, at, at.found)];
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    return findingsOf(issue.issues, at.found, at.subject, at.schema);
  }
  if (isRuleCode(issue.message)) return [formFinding(issue.message, at.found, label(at))];
  return [outOfRange(issue, at, at.found)];
}

function unknownKeys(keys: readonly string[], at: Case): readonly Finding[] {
  const { found } = at;
  if (found?.kind !== 'map') return [];
  const known = keysOf(schemaOf(at) ?? at.schema);
  const entries = found.entries.filter((entry) => keys.includes(entry.name));
  return entries.map((entry) => unknownKey(entry, found, known, owner(at)));
}

function missing(at: Case): readonly Finding[] {
  const key = String(at.path.at(-1));
  const parentPath = at.path.slice(0, -1);
  const inParent: Case = { ...at, path: parentPath };
  const parent = descend(at.node, parentPath) ?? at.node;
  if (isMisspelt(key, parent, keysOf(schemaOf(inParent) ?? at.schema))) return [];
  const keyPlace = parentPath.length === 0 ? at.subject.key : keyOf(at.node, parentPath);
  const place = keyPlace ?? (parent.kind === 'map' ? undefined : parent);
  return [missingKey(key, parent, place, owner(inParent))];
}

function keyOf(node: TreeNode, path: Path): Place | undefined {
  const parent = descend(node, path.slice(0, -1));
  const last = path.at(-1);
  return parent?.kind === 'map' ? parent.entries.find((entry) => entry.name === last)?.key : undefined;
}

function wrongWord(words: readonly string[], at: Case, found: TreeNode): Finding {
  if (found.kind !== 'scalar') return wrongKind('a single word', at, found, []);
  if (found.style === 'absent') return noValue(at, found);
  const written = String(found.value);
  const sameText = words.includes(written);
  if (sameText && typeof found.value !== 'string' && shapeAt(at) === 'word') return needsQuotes(at, found);
  const meant = words.length === 1 ? words[0] : nearest(written, words);
  const choice = listed(words);
  return {
    code: 'invalid-value',
    message: `"${written}" is not possible for ${label(at)}: ${words.length === 1 ? 'it must be' : 'choose'} ${choice}.`,
    place: found,
    ...(meant !== undefined && { fixes: [replacement(meant, found, shapeAt(at) === 'word')] }),
  };
}

function wrongType(expected: string, at: Case, found: TreeNode): Finding {
  if (found.kind === 'scalar' && found.style === 'absent') return noValue(at, found);
  if (expected === 'string' && found.kind === 'scalar' && found.value !== null) return needsQuotes(at, found);
  return wrongKind(expectation(expected), at, found, conversions(expected, found));
}

function wrongKind(expected: string, at: Case, found: TreeNode, fixes: readonly FindingFix[]): Finding {
  return {
    code: 'wrong-type',
    message: `${capital(label(at))} must be ${expected}, not ${kindOf(found)}.`,
    place: found,
    ...(fixes.length > 0 && { fixes }),
  };
}

function noValue(at: Case, found: ScalarNode): Finding {
  const key = at.path.length === 0 ? at.subject.key : keyOf(at.node, at.path);
  const schema = schemaOf(at);
  const expected = schema === undefined ? 'a value' : shapePhrases[shapeOf(schema)];
  return {
    code: 'wrong-type',
    message: `${capital(label(at))} has no value: it must be ${expected}.`,
    place: key ?? found,
  };
}

function needsQuotes(at: Case, found: ScalarNode): Finding {
  const source = sourceOf(found);
  return {
    code: 'wrong-type',
    message: `${capital(label(at))} must be text: ${source} is read as ${kindOf(found)} unless it stands in quotes.`,
    place: found,
    fixes: [
      { title: `Change to "${source}" in quotes`, edits: [{ place: found, text: `"${source}"` }], preferred: true },
    ],
  };
}

function outOfRange(issue: z.$ZodIssue, at: Case, found: TreeNode): Finding {
  const limit =
    issue.code === 'too_small'
      ? `${issue.minimum} or more`
      : issue.code === 'too_big'
        ? `${issue.maximum} or less`
        : 'another value';
  const isText = found.kind === 'scalar' && typeof found.value === 'string';
  const requirement = isText ? 'may not be empty' : `must be ${limit}`;
  return { code: 'invalid-value', message: `${capital(label(at))} ${requirement}.`, place: found };
}

function conversions(expected: string, found: TreeNode): readonly FindingFix[] {
  if (found.kind !== 'scalar') return [];
  if (expected === 'array' && typeof found.value === 'string' && found.style !== 'block') {
    return [{ title: 'Make it a list', edits: [{ place: found, text: `[${sourceOf(found)}]` }], preferred: true }];
  }
  const written = String(found.value).trim();
  const isNumber = (expected === 'int' || expected === 'number') && /^\d{1,9}$/.test(written);
  const isBoolean = expected === 'boolean' && /^(?:true|false)$/i.test(written);
  if (!isNumber && !isBoolean) return [];
  const text = written.toLowerCase();
  return [{ title: `Change to ${text} without quotes`, edits: [{ place: found, text }], preferred: true }];
}

function replacement(text: string, place: Place, asText: boolean): FindingFix {
  return { title: `Change to "${text}"`, edits: [{ place, text: asText ? yamlText(text) : text }], preferred: true };
}

function sourceOf(node: ScalarNode): string {
  return node.segment.text.slice(node.start, node.end);
}

function schemaOf(at: Case): Schema | undefined {
  let schema: Schema | undefined = at.schema;
  for (const step of at.path) {
    if (schema === undefined || typeof step === 'symbol') return undefined;
    schema = schemaBelow(schema, step);
  }
  return schema;
}

function shapeAt(at: Case): string | undefined {
  const schema = schemaOf(at);
  return schema === undefined || wordsOf(schema).length === 0 ? undefined : shapeOf(schema);
}

/** What a value is called in a message: its key, and whose it is. */
function label(at: Case): string {
  const keys = at.path.filter((step) => typeof step === 'string');
  const key = keys.at(-1);
  if (key === undefined) return at.subject.name === undefined ? 'the entry' : `"${at.subject.name}"`;
  return at.subject.name === undefined ? `"${key}"` : `"${key}" of ${at.subject.name}`;
}

/** What a map is called in a message. */
function owner(at: Case): string {
  if (at.path.length > 0) return capital(label(at));
  if (at.subject.name !== undefined) return `"${at.subject.name}"`;
  return at.subject.isPair ? 'The pair' : 'The entry';
}

const shapePhrases = {
  map: 'a map of keys',
  record: 'a map of names',
  list: 'a list',
  text: 'text',
  number: 'a whole number',
  boolean: 'true or false',
  word: 'one of its words',
} as const;

function expectation(expected: string): string {
  const phrases: Readonly<Record<string, string>> = {
    string: 'text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map of keys',
    record: 'a map of names',
  };
  return phrases[expected] ?? expected;
}

function kindOf(node: TreeNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'sequence') return 'a list';
  if (node.kind === 'alias' || node.value === null) return 'empty';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof node.value as 'string'] ?? 'a value';
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
