/** Keys that stand twice. YAML forbids the same key; names that differ only in case are one name to DNS and Windows. */
import type { Finding, FindingFix } from '../findings.ts';
import { removeEntries } from '../rules/edits.ts';
import type { Entry, MapNode } from '../syntax/nodes.ts';

/** The same key twice in one map: a YAML error. The first one counts. */
export function duplicateKeys(node: MapNode): readonly Finding[] {
  return repeated(node, (name) => name).map(({ entry, first }) => {
    const fix = sourceOf(entry) === sourceOf(first) ? removal(node, entry) : undefined;
    return {
      code: 'yaml-syntax',
      message: `The key "${entry.name}" stands here for the second time; only the first one counts.`,
      place: entry.key,
      related: [{ place: first.key, message: `"${first.name}" stands here first.` }],
      ...(fix && { fixes: [fix] }),
    };
  });
}

/** Where both say the same, the second one can go. */
function removal(node: MapNode, entry: Entry): FindingFix | undefined {
  const edits = removeEntries(node, [entry]);
  return edits && { title: 'Take the second one out', edits, preferred: true };
}

function sourceOf({ key, value }: Entry): string {
  return key.segment === value.segment ? key.segment.text.slice(key.start, value.end) : '';
}

/** Both kinds of repetition, in a map of names. */
export function duplicatesOfNames(node: MapNode): readonly Finding[] {
  const different = new Set<string>();
  for (const entry of node.entries) different.add(entry.name.toLowerCase());
  if (different.size === node.entries.length) return [];
  return [...duplicateKeys(node), ...duplicateNames(node)];
}

/** The same name twice, once in other case. */
function duplicateNames(node: MapNode): readonly Finding[] {
  return repeated(node, (name) => name.toLowerCase())
    .filter(({ entry, first }) => entry.name !== first.name)
    .map(({ entry, first }) => ({
      code: 'invalid-value',
      message: `"${entry.name}" is the same name as "${first.name}": names are compared without regard to case.`,
      place: entry.key,
      related: [{ place: first.key, message: `"${first.name}" is defined here.` }],
    }));
}

interface Repetition {
  readonly entry: Entry;
  readonly first: Entry;
}

function repeated(node: MapNode, normal: (name: string) => string): readonly Repetition[] {
  const firsts = new Map<string, Entry>();
  const repetitions: Repetition[] = [];
  for (const entry of node.entries) {
    const name = normal(entry.name);
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, entry);
    else repetitions.push({ entry, first });
  }
  return repetitions;
}
