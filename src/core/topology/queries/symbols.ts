/**
 * Names: where each is defined and where it is used. Which paths define and which use names is data, so that every
 * language feature (definition, references, rename, highlights, completion) reads the same table.
 */
import type { Range } from '../diagnostics.ts';
import { rangeOf, type ScalarNode, type TreeNode } from '../syntax/nodes.ts';
import { positionAt, type TreePath } from './positions.ts';

export type SymbolKind =
  | 'pool'
  | 'site'
  | 'frontEnd'
  | 'sqlServer'
  | 'sqlInstance'
  | 'availabilityGroup'
  | 'edgePool'
  | 'persistentChatPool'
  | 'virtualMachine'
  | 'hyperVHost'
  | 'adminRole'
  | 'backupModule';

export interface SymbolOccurrence {
  readonly kind: SymbolKind;
  /** The name as it is written here. */
  readonly name: string;
  readonly role: 'definition' | 'reference';
  readonly path: TreePath;
  readonly range: Range;
}

interface Pattern {
  /** `*` is any key, `#` any index. */
  readonly path: readonly string[];
  readonly part: 'key' | 'value';
  readonly kind: SymbolKind;
  readonly role: 'definition' | 'reference';
}

function pattern(path: string, part: Pattern['part'], kind: SymbolKind, role: Pattern['role']): Pattern {
  return { path: path.split(' '), part, kind, role };
}

const patterns: readonly Pattern[] = [
  pattern('sites *', 'key', 'site', 'definition'),
  pattern('pools *', 'key', 'pool', 'definition'),
  pattern('sqlServers *', 'key', 'sqlServer', 'definition'),
  pattern('availabilityGroups *', 'key', 'availabilityGroup', 'definition'),
  pattern('edgePools *', 'key', 'edgePool', 'definition'),
  pattern('persistentChatPools *', 'key', 'persistentChatPool', 'definition'),
  pattern('virtualMachines *', 'key', 'virtualMachine', 'definition'),
  pattern('adminRoles *', 'key', 'adminRole', 'definition'),
  pattern('pools * frontEnds #', 'value', 'frontEnd', 'definition'),
  pattern('pools * site', 'value', 'site', 'reference'),
  pattern('edgePools * site', 'value', 'site', 'reference'),
  pattern('persistentChatPools * servers * site', 'value', 'site', 'reference'),
  pattern('poolPairs # pools #', 'value', 'pool', 'reference'),
  pattern('poolPairs # backupModules #', 'value', 'backupModule', 'reference'),
  pattern('edgePools * nextHop', 'value', 'pool', 'reference'),
  pattern('persistentChatPools * nextHop', 'value', 'pool', 'reference'),
  pattern('availabilityGroups * replicas #', 'value', 'sqlInstance', 'reference'),
  ...['pools', 'persistentChatPools'].flatMap((section) => [
    ...['primary', 'mirror', 'witness', 'backup', 'backupMirror'].map((place) =>
      pattern(`${section} * databases * ${place}`, 'value', 'sqlInstance', 'reference'),
    ),
    pattern(`${section} * databases * availabilityGroup`, 'value', 'availabilityGroup', 'reference'),
  ]),
  ...['primaryHost', 'replicaHost', 'extendedReplicaHost'].map((host) =>
    pattern(`virtualMachines * ${host}`, 'value', 'hyperVHost', 'reference'),
  ),
];

/** What kind of name is expected or stands at a path, if it is a place for names. */
export function symbolKindAt(
  path: TreePath,
  part: 'key' | 'value',
): Pick<SymbolOccurrence, 'kind' | 'role'> | undefined {
  const found = patterns.find((candidate) => candidate.part === part && matches(candidate.path, path));
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
  const lower = name?.toLowerCase();
  const found: SymbolOccurrence[] = [];
  for (const candidate of patterns) {
    if (candidate.kind !== kind) continue;
    visit(root, candidate, 0, [], (node, path, text) => {
      if (lower !== undefined && text.toLowerCase() !== lower) return;
      found.push({ kind, name: text, role: candidate.role, path, range: rangeOf(node) });
    });
  }
  return found.sort((one, other) => one.range.start - other.range.start);
}

type Visitor = (node: ScalarNode, path: TreePath, text: string) => void;

function visit(node: TreeNode, wanted: Pattern, depth: number, path: TreePath, visitor: Visitor): void {
  const step = wanted.path[depth];
  if (step === undefined) {
    if (node.kind === 'scalar' && typeof node.value === 'string') visitor(node, path, node.value);
  } else if (node.kind === 'sequence' && step === '#') {
    for (const [index, item] of node.items.entries()) visit(item, wanted, depth + 1, [...path, index], visitor);
  } else if (node.kind === 'map') {
    for (const entry of node.entries) {
      if (step !== '*' && step !== entry.name) continue;
      const here = [...path, entry.name];
      if (wanted.part === 'key' && depth === wanted.path.length - 1) visitor(entry.key, here, entry.name);
      else visit(entry.value, wanted, depth + 1, here, visitor);
    }
  }
}
