/** Names: which kind of name stands or is expected at a place, and where names of a kind stand. */
import type { TreeNode } from '../syntax/nodes.ts';
import { wholeNames } from './namePlaces.ts';
import { namesOfKind } from './names.ts';
import { positionAt, type TreePath } from './positions.ts';
import type { SymbolKind, SymbolOccurrence } from './symbolKinds.ts';

/** What kind of name is expected or stands at a path, if it is a place for names. */
export function symbolKindAt(
  path: TreePath,
  part: 'key' | 'value',
): Pick<SymbolOccurrence, 'kind' | 'role'> | undefined {
  const found = wholeNames.find((candidate) => candidate.part === part && matches(candidate.path, path));
  return found === undefined ? undefined : { kind: found.kind, role: found.role };
}

function matches(wanted: readonly string[], path: TreePath): boolean {
  if (wanted.length !== path.length) return false;
  return wanted.every((step, index) => {
    const actual = path[index];
    if (step === '#') return typeof actual === 'number';
    return step === '*' ? typeof actual === 'string' : step === actual;
  });
}

/** The name that stands at an offset. */
export function symbolAt(root: TreeNode, offset: number): SymbolOccurrence | undefined {
  const position = positionAt(root, offset);
  if (position === undefined || position.text === '') return undefined;
  const symbol = symbolKindAt(position.path, position.part);
  if (symbol === undefined) return undefined;
  return { ...symbol, name: position.text, path: position.path, range: position.range };
}

/** Every place of the file at which a name of that kind is defined or used, in the order of the text. */
export function symbolOccurrences(root: TreeNode, kind: SymbolKind, name?: string): readonly SymbolOccurrence[] {
  return namesOfKind(root, kind, name);
}
