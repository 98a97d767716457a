/**
 * The names of a file, found quickly: what every pool, pair or server names is gathered once and kept for as long as its
 * text is the same, so that a lookup right after a key stroke reads what was typed and nothing else.
 *
 * Names are compared without regard to case. An FQDN is the same computer wherever it stands: a Standard Edition server
 * is a pool, a SQL server and a file server under one name.
 */
import type { Range } from '../diagnostics.ts';
import { type Entry, rangeOf, type ScalarNode, type TreeNode } from '../syntax/nodes.ts';
import { canonicalBackupModule } from '../vocabulary.ts';
import { piecesOf } from './namePieces.ts';
import { type Pattern, placesOfNames } from './namePlaces.ts';
import { at, positionAt, type TreePath } from './positions.ts';
import type { SymbolKind, SymbolOccurrence } from './symbols.ts';

/** A name where it is written. `range` is that of the name alone: without quotes, and without what stands around it. */
export interface NameOccurrence extends SymbolOccurrence {
  /** The same for every occurrence of the same name. */
  readonly identity: string;
  /** The key or the value that the name stands in. */
  readonly node: ScalarNode;
  /** The name is the whole key or value. */
  readonly whole: boolean;
}

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

/** The name at an offset, the innermost one: in `server\INSTANCE` the server or the instance. Both ends belong to it. */
export function nameAt(root: TreeNode, offset: number): NameOccurrence | undefined {
  const position = positionAt(root, offset);
  const [sectionName = '', step] = position?.path ?? [];
  const section = sections.get(String(sectionName));
  if (position === undefined || section === undefined || step === undefined) return undefined;
  const path = [sectionName, step];
  const child = at(root, path);
  if (child === undefined) return undefined;
  const there = namesIn(section, child.entry ?? child.node).all.filter((name) => name.node === position.node);
  const found = there.find((name) => holds(name, offset)) ?? there.findLast((name) => name.kind === 'sqlInstance');
  return found === undefined ? undefined : occurrence(found, path);
}

/** Every occurrence of a name, in the order of the text. */
export function occurrencesOf(root: TreeNode, identity: string): readonly NameOccurrence[] {
  const found: NameOccurrence[] = [];
  eachChild(root, (names, section, step) => {
    const here = names.byIdentity.get(identity);
    if (here !== undefined) for (const name of here) found.push(occurrence(name, [section, step]));
  });
  return inOrder(found);
}

/** Every name that is defined, in the order of the text. */
export function definedNames(root: TreeNode): readonly NameOccurrence[] {
  const found: NameOccurrence[] = [];
  eachChild(root, (names, section, step) => {
    for (const name of names.all) if (name.role === 'definition') found.push(occurrence(name, [section, step]));
  });
  return inOrder(found);
}

/** Every place at which a name of that kind stands. The range is that of the whole value. */
export function namesOfKind(root: TreeNode, kind: SymbolKind, name?: string): readonly SymbolOccurrence[] {
  const lower = name?.toLowerCase();
  const found: SymbolOccurrence[] = [];
  eachChild(root, (names, section, step) => {
    for (const local of names.all) {
      if (local.kind !== kind || (lower !== undefined && local.name.toLowerCase() !== lower)) continue;
      const { role, node, piece } = local;
      const range = rangeOf(kind === 'sqlServer' || kind === 'fileServer' ? piece : node);
      found.push({ kind, name: local.name, role, path: [section, step, ...local.path], range });
    }
  });
  return found.sort((one, other) => one.range.start - other.range.start);
}

/** Each name of a kind once, as it is written first. What is being typed at the offset `except` is no name yet. */
export function namesOnce(root: TreeNode, kind: SymbolKind, except = -1): readonly string[] {
  const byIdentity = new Map<string, string>();
  eachChild(root, ({ all }) => {
    for (const { kind: found, identity, name, node } of all) {
      if (found !== kind || byIdentity.has(identity)) continue;
      if (node.segment.start + node.start !== except) byIdentity.set(identity, name);
    }
  });
  return [...byIdentity.values()];
}

/** A name as it is kept: with places that stay true while the text around moves. */
interface LocalName extends Pick<NameOccurrence, 'kind' | 'name' | 'role' | 'identity' | 'path' | 'node' | 'whole'> {
  readonly piece: Pick<ScalarNode, 'segment' | 'start' | 'end'>;
}

interface Names {
  readonly all: readonly LocalName[];
  readonly byIdentity: ReadonlyMap<string, readonly LocalName[]>;
}

type Child = Entry | TreeNode;

function occurrence({ piece, ...name }: LocalName, above: TreePath): NameOccurrence {
  return { ...name, path: [...above, ...name.path], range: rangeOf(piece) };
}

function holds({ piece }: LocalName, offset: number): boolean {
  const range: Range = rangeOf(piece);
  return offset >= range.start && offset <= range.end;
}

/** In the order of the text, each place once: what an anchor marks is met again at each of its aliases. */
function inOrder(found: NameOccurrence[]): readonly NameOccurrence[] {
  found.sort((one, other) => one.range.start - other.range.start || one.range.end - other.range.end);
  return found.filter(({ range }, index) => {
    const before = found[index - 1]?.range;
    return before?.start !== range.start || before.end !== range.end;
  });
}

type Visit = (names: Names, section: string, step: string | number) => void;

/** Calls back for everything in a section that can have names. There are thousands: nothing is made for each. */
function eachChild(root: TreeNode, visit: Visit): void {
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
