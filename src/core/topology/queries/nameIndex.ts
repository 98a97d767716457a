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
import type { SymbolKind, SymbolOccurrence } from './symbols.ts';

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

/** The names of one pool, pair or server. */
export interface Names {
  readonly all: readonly LocalName[];
  readonly byIdentity: ReadonlyMap<string, readonly LocalName[]>;
}

/** An entry of a section, or an item of it. */
type Child = Entry | TreeNode;

type Visit = (names: Names, section: string, step: string | number) => void;

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
  readonly known: WeakMap<Child, Names>;
}

const sections: ReadonlyMap<string, Section> = new Map(
  [...stepsOf(placesOfNames).next].map(([name, steps]) => [name, { steps, known: new WeakMap<Child, Names>() }]),
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

/** The names of an entry or an item of a section; undefined where the section has none. */
export function namesBelow(section: string, child: Child): Names | undefined {
  const found = sections.get(section);
  return found && namesIn(found, child);
}

function namesIn({ steps, known }: Section, child: Child): Names {
  const before = known.get(child);
  if (before !== undefined) return before;
  const names = gather(child, steps);
  known.set(child, names);
  return names;
}

function gather(child: Child, steps: Steps): Names {
  const all: LocalName[] = [];
  if ('key' in child) gatherEntry(child, steps, child.name, [], all);
  else gatherNode(child, steps.next.get('#'), { above: '', path: [] }, all);
  return { all, byIdentity: Map.groupBy(all, (name) => name.identity) };
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
