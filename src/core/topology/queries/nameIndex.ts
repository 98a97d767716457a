/**
 * What every pool, pair or server names is gathered once and kept for as long as its text is the same, so that a lookup right
 * after a key stroke reads what was typed and nothing else.
 *
 * Names are compared without regard to case. An FQDN is the same computer wherever it stands: a Standard Edition server
 * is a pool, a SQL server and a file server under one name.
 */
import type { Entry, ScalarNode, TreeNode } from '../syntax/nodes.ts';
import { canonicalBackupModule } from '../vocabulary.ts';
import { piecesOf } from './namePieces.ts';
import { type Pattern, placesOfNames } from './namePlaces.ts';
import type { TreePath } from './positions.ts';
import type { SymbolKind, SymbolOccurrence } from './symbolKinds.ts';

/** What names of a kind are told apart by: computers and pools share the names of DNS. */
export function identityOf(kind: SymbolKind, name: string): string {
  switch (kind) {
    case 'site':
    case 'virtualMachine':
    case 'adminRole':
      return `${kind} ${name.toLowerCase()}`;
    case 'backupModule':
      return `module ${canonicalBackupModule(name) ?? name.toLowerCase()}`;
    case 'sqlInstance':
      return `instance ${name.toLowerCase().replace(/\\mssqlserver$/, '')}`;
    default:
      return `host ${name.toLowerCase()}`;
  }
}

/** A name with places that stay true while the text around it moves. */
export interface LocalName extends Pick<SymbolOccurrence, 'kind' | 'name' | 'role'> {
  /** The same for every occurrence of the same name. */
  readonly identity: string;
  /** Below the child that it was found in. */
  readonly path: TreePath;
  /** The key or the value that the name stands in. */
  readonly node: ScalarNode;
  /** The name is the whole key or value. */
  readonly whole: boolean;
  /** The name alone: without quotes, and without what stands around it. */
  readonly piece: Pick<ScalarNode, 'segment' | 'start' | 'end'>;
}

/** An entry of a section, or an item of it: a pool, a pair, a server. */
export type Child = Entry | TreeNode;

type Visit = (names: readonly LocalName[], section: string, step: string | number) => void;

/** Calls back for everything in a section that can have names. There are thousands: nothing is made for each. */
export function eachChild(root: TreeNode, visit: Visit): void {
  if (root.kind !== 'map') return;
  for (const { name, value } of root.entries) {
    const section = sections.get(name);
    if (section === undefined) continue;
    if (value.kind === 'map') {
      for (const entry of value.entries) visit(namesIn(section, entry), name, entry.name);
    } else if (value.kind === 'sequence') {
      for (const [index, item] of value.items.entries()) visit(namesIn(section, item), name, index);
    }
  }
}

/** The table of places as a tree: what may stand at the steps walked so far, and which steps lead on. */
interface Steps {
  readonly next: Map<string, Steps>;
  key: Pattern | undefined;
  value: Pattern | undefined;
}

interface Section {
  readonly steps: Steps;
  /** Kept by section as well as by child: the text of a child may be moved to another section. */
  readonly known: WeakMap<Child, readonly LocalName[]>;
}

const sections: ReadonlyMap<string, Section> = new Map(
  [...stepsOf(placesOfNames).next].map(([name, steps]) => [
    name,
    { steps, known: new WeakMap<Child, readonly LocalName[]>() },
  ]),
);

function stepsOf(patterns: readonly Pattern[]): Steps {
  const root: Steps = { next: new Map(), key: undefined, value: undefined };
  for (const pattern of patterns) {
    let steps = root;
    for (const step of pattern.path) {
      const next = steps.next.get(step) ?? { next: new Map(), key: undefined, value: undefined };
      steps.next.set(step, next);
      steps = next;
    }
    steps[pattern.part] = pattern;
  }
  return root;
}

export function hasNames(section: string): boolean {
  return sections.has(section);
}

/** The names of an entry or an item of a section, and of what is below it. */
export function namesBelow(section: string, child: Child): readonly LocalName[] {
  const found = sections.get(section);
  return found === undefined ? [] : namesIn(found, child);
}

function namesIn({ steps, known }: Section, child: Child): readonly LocalName[] {
  const before = known.get(child);
  if (before !== undefined) return before;
  const names: LocalName[] = [];
  if ('key' in child) gatherEntry(child, steps, child.name, [], names);
  else gatherNode(child, steps.next.get('#'), { above: '', path: [] }, names);
  known.set(child, names);
  return names;
}

/** Where the walk is: the steps below the child, and the name of the thing that they are walked in. */
interface Way {
  readonly above: string;
  readonly path: TreePath;
}

function gatherEntry(entry: Entry, steps: Steps, above: string, path: TreePath, all: LocalName[]): void {
  const next = steps.next.get(entry.name) ?? steps.next.get('*');
  if (next === undefined) return;
  if (next.key !== undefined && entry.name !== '') add(next.key, entry.key, entry.name, { above, path }, all);
  gatherNode(entry.value, next, { above, path }, all);
}

function gatherNode(node: TreeNode, steps: Steps | undefined, way: Way, all: LocalName[]): void {
  if (steps === undefined) return;
  if (node.kind === 'map') {
    for (const entry of node.entries) gatherEntry(entry, steps, way.above, [...way.path, entry.name], all);
  } else if (node.kind === 'sequence') {
    const next = steps.next.get('#');
    if (next === undefined) return;
    for (const [index, item] of node.items.entries())
      gatherNode(item, next, { ...way, path: [...way.path, index] }, all);
  } else if (node.kind === 'scalar' && steps.value !== undefined && typeof node.value === 'string') {
    if (node.value !== '') add(steps.value, node, node.value, way, all);
  }
}

function add(pattern: Pattern, node: ScalarNode, text: string, { above, path }: Way, all: LocalName[]): void {
  for (const { kind, name, start, end, whole } of piecesOf(pattern, node, text, above)) {
    const piece = { segment: node.segment, start, end };
    all.push({ kind, name, role: pattern.role, identity: identityOf(kind, name), path, node, whole, piece });
  }
}
