/**
 * The shape of a file against the schema: every issue that zod finds, at its exact place and in our words.
 *
 * Sections that hold many things of a kind (pools, pairs …) are checked thing by thing, and each result is kept with the
 * tree entry that it was computed from.
 */
import * as z from 'zod/v4/core';
import type { Finding } from '../rules/rule.ts';
import { topologySchema } from '../schema.ts';
import type { Entry, MapNode, TreeNode } from '../syntax/nodes.ts';
import { duplicateKeys, duplicateNames } from './duplicates.ts';
import { findingsOf, type Subject } from './issues.ts';
import { isMisspelt, missingKey, unknownKey } from './keys.ts';
import { isRequired, keysOf, type Schema, schemaBelow, shapeOf, unwrapped } from './schemaWalk.ts';
import { plainValue } from './values.ts';

/** Reports everything about the shape of the file. */
export function checkShape(root: MapNode, report: (findings: readonly Finding[]) => void): void {
  report(checkTopKeys(root));
  for (const entry of root.entries) {
    const schema = schemaBelow(topologySchema, entry.name);
    if (schema !== undefined) checkSection(schema, entry, report);
  }
}

function checkTopKeys(root: MapNode): readonly Finding[] {
  const findings = [...duplicateKeys(root)];
  const known = keysOf(topologySchema);
  for (const entry of root.entries) {
    if (!known.includes(entry.name)) findings.push(unknownKey(entry, root, known, ''));
  }
  const written = new Set(root.entries.map((entry) => entry.name));
  for (const key of known) {
    if (written.has(key) || !isRequired(topologySchema, key) || isMisspelt(key, root, known)) continue;
    findings.push(missingKey(key, root, undefined));
  }
  return findings;
}

function checkSection(schema: Schema, entry: Entry, report: (findings: readonly Finding[]) => void): void {
  const { value } = entry;
  const shape = shapeOf(schema);
  if (shape === 'record' && value.kind === 'map') {
    report(duplicateKeys(value));
    report(duplicateNames(value));
    for (const item of value.entries) report(checkNamed(schema, item));
  } else if (shape === 'list' && value.kind === 'sequence') {
    for (const item of value.items) report(checkListItem(schema, item));
  } else {
    report(checkWhole(schema, entry));
  }
}

/** Findings of a node under a schema. A section that gets another name has another schema for the same nodes. */
interface Checked {
  readonly schema: Schema;
  readonly findings: readonly Finding[];
}

const checked = new WeakMap<Entry | TreeNode, Checked>();

function once(node: Entry | TreeNode, schema: Schema, check: () => readonly Finding[]): readonly Finding[] {
  const before = checked.get(node);
  if (before?.schema === schema) return before.findings;
  const findings = check();
  checked.set(node, { schema, findings });
  return findings;
}

/** A whole section that is not a collection of things. */
function checkWhole(schema: Schema, entry: Entry): readonly Finding[] {
  const subject: Subject = { name: entry.name, key: entry.key, isPair: false };
  return once(entry, schema, () => checkValue(schema, entry.value, subject));
}

/** One named thing of a section. */
function checkNamed(record: Schema, entry: Entry): readonly Finding[] {
  const inner = unwrapped(record);
  if (!(inner instanceof z.$ZodRecord)) return [];
  const { keyType, valueType } = inner._zod.def;
  const subject: Subject = { name: entry.name, key: entry.key, isPair: false };
  return once(entry, record, () => {
    const name = z.safeParse(keyType, entry.name);
    const keyNode = { ...entry.key, value: entry.name };
    const ofName = name.success ? [] : findingsOf(name.error.issues, keyNode, subject, keyType);
    return [...ofName, ...checkValue(valueType, entry.value, subject)];
  });
}

function checkListItem(list: Schema, item: TreeNode): readonly Finding[] {
  const element = schemaBelow(list, 0);
  if (element === undefined) return [];
  return once(item, list, () => checkValue(element, item, { name: undefined, key: undefined, isPair: true }));
}

function checkValue(schema: Schema, node: TreeNode, subject: Subject): readonly Finding[] {
  if (node.kind === 'alias') return [];
  const findings = duplicatesWithin(node);
  const result = z.safeParse(schema, plainValue(node));
  if (!result.success) findings.push(...findingsOf(result.error.issues, node, subject, schema));
  return findings;
}

function duplicatesWithin(node: TreeNode): Finding[] {
  if (node.kind === 'sequence') return node.items.flatMap(duplicatesWithin);
  if (node.kind !== 'map') return [];
  return [...duplicateKeys(node), ...node.entries.flatMap((entry) => duplicatesWithin(entry.value))];
}
