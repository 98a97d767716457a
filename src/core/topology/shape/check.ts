/**
 * The shape of a file against the schema: every issue that zod finds, at its exact place and in our words.
 *
 * Sections that hold many things of a kind (pools, pairs …) are checked thing by thing, and each result is kept with the
 * tree entry that it was computed from.
 */
import * as z from 'zod/v4/core';
import type { Finding } from '../findings.ts';
import { topologySchema } from '../schema.ts';
import type { Entry, MapNode, TreeNode } from '../syntax/nodes.ts';
import type { Tree } from '../syntax/tree.ts';
import { duplicateKeys, duplicatesOfNames } from './duplicates.ts';
import { findingsOf, type Subject } from './issues.ts';
import { isMisspelt, missingKey, unknownKey } from './keys.ts';
import { isRequired, keysOf, type Schema, schemaBelow, unwrapped } from './schemaWalk.ts';
import { plainValue } from './values.ts';

/**
 * Reports everything about the shape of the file, but for keys that are missing where something could not be read: they
 * may be there.
 */
export function checkShape({ root, broken, isDoubtful }: Tree, report: (findings: readonly Finding[]) => void): void {
  report(checkTopKeys(root, isDoubtful));
  const isSure = ({ code, place }: Finding) => code !== 'missing-key' || !broken.has(place.segment);
  for (const entry of root.entries) {
    const findings = checkSection(entry);
    report(broken.size === 0 ? findings : findings.filter(isSure));
  }
}

function checkTopKeys(root: MapNode, isDoubtful: (key: string) => boolean): readonly Finding[] {
  const findings = [...duplicateKeys(root)];
  const known = keysOf(topologySchema);
  for (const entry of root.entries) {
    if (!known.includes(entry.name)) findings.push(unknownKey(entry, root, known, ''));
  }
  const written = new Set(root.entries.map((entry) => entry.name));
  for (const key of known) {
    if (written.has(key) || !isRequired(topologySchema, key)) continue;
    if (isDoubtful(key) || isMisspelt(key, root, known)) continue;
    findings.push(missingKey(key, root, undefined));
  }
  return findings;
}

const checkedSections = new WeakMap<Entry, readonly Finding[]>();

/** A section of the file, under the schema that its key has: none where the key is unknown. */
function checkSection(entry: Entry): readonly Finding[] {
  const before = checkedSections.get(entry);
  if (before !== undefined) return before;
  const schema = schemaBelow(topologySchema, entry.name);
  const findings = schema === undefined ? [] : sectionFindings(schema, entry);
  checkedSections.set(entry, findings);
  return findings;
}

function sectionFindings(schema: Schema, entry: Entry): readonly Finding[] {
  const { value } = entry;
  const inner = unwrapped(schema);
  if (inner instanceof z.$ZodRecord && value.kind === 'map') {
    const { keyType, valueType } = inner._zod.def;
    const found = value.entries.map((item) => checkNamed(keyType, valueType, item));
    return [...duplicatesOfNames(value), ...found.flat()];
  }
  if (inner instanceof z.$ZodArray && value.kind === 'sequence') {
    const { element } = inner._zod.def;
    return value.items.flatMap((item) => checkItem(element, item));
  }
  return checkValue(schema, value, { name: entry.name, key: entry.key, isPair: false });
}

/** Findings of a node under a schema. A section that gets another name has another schema for the same nodes. */
interface Checked {
  readonly schema: Schema;
  readonly findings: readonly Finding[];
}

const checked = new WeakMap<Entry | TreeNode, Checked>();

function known(node: Entry | TreeNode, schema: Schema): readonly Finding[] | undefined {
  const before = checked.get(node);
  return before?.schema === schema ? before.findings : undefined;
}

/** One named thing of a section. */
function checkNamed(keyType: Schema, valueType: Schema, entry: Entry): readonly Finding[] {
  const before = known(entry, valueType);
  if (before !== undefined) return before;
  const subject: Subject = { name: entry.name, key: entry.key, isPair: false };
  const name = z.safeParse(keyType, entry.name);
  const keyNode = { ...entry.key, value: entry.name };
  const ofName = name.success ? [] : findingsOf(name.error.issues, keyNode, subject, keyType);
  const findings = [...ofName, ...checkValue(valueType, entry.value, subject)];
  checked.set(entry, { schema: valueType, findings });
  return findings;
}

function checkItem(element: Schema, item: TreeNode): readonly Finding[] {
  const before = known(item, element);
  if (before !== undefined) return before;
  const findings = checkValue(element, item, { name: undefined, key: undefined, isPair: true });
  checked.set(item, { schema: element, findings });
  return findings;
}

function checkValue(schema: Schema, node: TreeNode, subject: Subject): readonly Finding[] {
  if (node.kind === 'alias') return [];
  const result = z.safeParse(schema, plainValue(node));
  const ofSchema = result.success ? [] : findingsOf(result.error.issues, node, subject, schema);
  return [...duplicatesWithin(node), ...ofSchema];
}

/** What an anchor holds is looked at once, and not once for every alias. */
function duplicatesWithin(node: TreeNode, seen = new Set<readonly unknown[]>()): readonly Finding[] {
  if (node.kind !== 'sequence' && node.kind !== 'map') return [];
  const content = node.kind === 'map' ? node.entries : node.items;
  if (seen.has(content)) return [];
  seen.add(content);
  if (node.kind === 'sequence') return node.items.flatMap((item) => duplicatesWithin(item, seen));
  return [...duplicateKeys(node), ...node.entries.flatMap((entry) => duplicatesWithin(entry.value, seen))];
}
