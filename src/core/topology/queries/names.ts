/** From an offset to the name that stands there, and from a name to every place where it stands. */
import type { Range } from '../diagnostics.ts';
import { rangeOf, type TreeNode } from '../syntax/nodes.ts';
import { holdersOf } from './nameHolders.ts';
import { type Child, eachChild, hasNames, type LocalName, namesBelow } from './nameIndex.ts';
import { at, positionAt, type TreePath } from './positions.ts';
import type { SymbolKind, SymbolOccurrence } from './symbolKinds.ts';

/** A name where it is written. `range` is that of the name alone: without quotes, and without what stands around it. */
export interface NameOccurrence extends SymbolOccurrence, Pick<LocalName, 'identity' | 'node' | 'whole'> {}

/** The name at an offset, the innermost one: in `server\INSTANCE` the server or the instance. Both ends belong to it. */
export function nameAt(root: TreeNode, offset: number): NameOccurrence | undefined {
  const position = positionAt(root, offset);
  const [section = '', step] = position?.path ?? [];
  if (position === undefined || step === undefined) return undefined;
  const path = [section, step];
  const child = at(root, path);
  if (child === undefined) return undefined;
  const names = namesBelow(String(section), child.entry ?? child.node);
  const there = names.filter((name) => name.node === position.node);
  const found = there.find((name) => holds(name, offset)) ?? there.findLast((name) => name.kind === 'sqlInstance');
  return found === undefined ? undefined : occurrence(found, path);
}

/** Every occurrence of a name, in the order of the text. */
export function occurrencesOf(root: TreeNode, identity: string): readonly NameOccurrence[] {
  if (root.kind !== 'map') return [];
  const found: NameOccurrence[] = [];
  for (const section of root.entries) {
    if (!hasNames(section.name)) continue;
    for (const child of holdersOf(section, identity)) {
      const path = [section.name, stepTo(section.value, child)];
      for (const name of namesBelow(section.name, child))
        if (name.identity === identity) found.push(occurrence(name, path));
    }
  }
  return inOrder(found);
}

function stepTo(section: TreeNode, child: Child): string | number {
  if ('key' in child) return child.name;
  return section.kind === 'sequence' ? section.items.indexOf(child) : -1;
}

/** Every name that is defined, in the order of the text. */
export function definedNames(root: TreeNode): readonly NameOccurrence[] {
  const found: NameOccurrence[] = [];
  eachChild(root, (names, section, step) => {
    for (const name of names) if (name.role === 'definition') found.push(occurrence(name, [section, step]));
  });
  return inOrder(found);
}

/** Every place at which a name of that kind stands. The range is that of the whole value. */
export function namesOfKind(root: TreeNode, kind: SymbolKind, name?: string): readonly SymbolOccurrence[] {
  const lower = name?.toLowerCase();
  const found: SymbolOccurrence[] = [];
  eachChild(root, (names, section, step) => {
    for (const local of names) {
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
  eachChild(root, (names) => {
    for (const { kind: found, identity, name, node } of names) {
      if (found !== kind || byIdentity.has(identity)) continue;
      if (node.segment.start + node.start !== except) byIdentity.set(identity, name);
    }
  });
  return [...byIdentity.values()];
}

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
