/** From a name to where it is defined, and to everything that has the same name. */
import type { Range } from '../diagnostics.ts';
import { rangeOf, type TreeNode } from '../syntax/nodes.ts';
import { identityOf } from './nameIndex.ts';
import { type NameOccurrence, nameAt, occurrencesOf } from './names.ts';
import { at } from './positions.ts';
import type { SymbolKind } from './symbolKinds.ts';

export interface Definition {
  /** The whole thing that is defined: its key and everything below it. */
  readonly range: Range;
  /** Its name. */
  readonly selection: Range;
}

export interface Definitions {
  /** The name that was asked about. */
  readonly origin: Range;
  readonly targets: readonly Definition[];
}

/**
 * Where the name at an offset is defined. A SQL server that is described nowhere may be a Standard Edition server, which
 * is described as a pool; an instance that its server does not list is found at the server.
 */
export function definitionsAt(root: TreeNode, offset: number): Definitions | undefined {
  const name = nameAt(root, offset);
  if (name === undefined) return undefined;
  const found = definitionsOf(root, name);
  return found.length === 0 ? undefined : { origin: name.range, targets: found.map((one) => whole(root, one)) };
}

export function definitionsOf(root: TreeNode, name: NameOccurrence): readonly NameOccurrence[] {
  const defined = occurrencesOf(root, name.identity).filter(({ role }) => role === 'definition');
  const kind = [name.kind, ...kindsOfHosts].find((candidate) => defined.some((one) => one.kind === candidate));
  if (kind !== undefined) return defined.filter((one) => one.kind === kind);
  return name.kind === 'sqlInstance' ? serverOf(root, name) : [];
}

/** Everything that has the name at an offset, in the order of the text. */
export function usesAt(root: TreeNode, offset: number): readonly NameOccurrence[] {
  const name = nameAt(root, offset);
  return name === undefined ? [] : occurrencesOf(root, name.identity);
}

/** One computer may be described as several things: the one that says most about it comes first. */
const kindsOfHosts: readonly SymbolKind[] = [
  'sqlServer',
  'pool',
  'availabilityGroup',
  'edgePool',
  'persistentChatPool',
  'chatServer',
  'frontEnd',
];

function serverOf(root: TreeNode, instance: NameOccurrence): readonly NameOccurrence[] {
  const server = instance.name.split('\\')[0] ?? '';
  return definitionsOf(root, { ...instance, kind: 'sqlServer', identity: identityOf('sqlServer', server) });
}

function whole(root: TreeNode, { node, path, range }: NameOccurrence): Definition {
  const entry = at(root, path)?.entry;
  if (entry === undefined || entry.key !== node) return { range: rangeOf(node), selection: range };
  const key = rangeOf(entry.key);
  return { range: { start: key.start, end: Math.max(key.end, rangeOf(entry.value).end) }, selection: range };
}
