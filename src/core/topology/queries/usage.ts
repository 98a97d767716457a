/** What hangs on a server, an instance, a host or a group: which databases lie there, which machines run there. */

import { sqlInstanceName } from '../model.ts';
import type { Topology } from '../resolved/topology.ts';
import { findEntry, type TreeNode } from '../syntax/nodes.ts';
import { parseSqlInstance } from '../values.ts';
import { type DatabaseType, databaseTypes } from '../vocabulary.ts';
import { identityOf } from './nameIndex.ts';
import { occurrencesOf } from './names.ts';
import type { SymbolKind } from './symbolKinds.ts';

/** The databases of a type of a pool, and which part the asked-for instance has in them. */
export interface Placed {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly role: string;
  readonly instance: string;
}

/** Every placement of databases that names an instance, a server or an availability group. */
export function placedOn({ root }: Topology, kind: SymbolKind, name: string): readonly Placed[] {
  return occurrencesOf(root, identityOf(kind, name)).flatMap(({ path, node }) => {
    const [section, pool, databases, type, role] = path;
    const known = databaseTypes.find((candidate) => candidate === type);
    const isPlacement = (section === 'pools' || section === 'persistentChatPools') && databases === 'databases';
    if (!isPlacement || known === undefined || role === undefined) return [];
    return [{ pool: String(pool), type: known, role: String(role), instance: canonicalInstance(String(node.value)) }];
  });
}

/** `server\INSTANCE`; the server alone where the default instance is written with its name. */
export function canonicalInstance(written: string): string {
  const parsed = parseSqlInstance(written);
  return parsed === undefined ? written : sqlInstanceName(parsed);
}

/** The text under a key of a map. */
export function textAt(node: TreeNode | undefined, key: string): string | undefined {
  const value = findEntry(node, key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

/** The texts of a list under a key of a map. */
export function textsAt(node: TreeNode | undefined, key: string): readonly string[] {
  const value = findEntry(node, key)?.value;
  if (value?.kind !== 'sequence') return [];
  return value.items.flatMap((item) => (item.kind === 'scalar' && item.value !== null ? [String(item.value)] : []));
}

/** Names and nodes of the entries of a map of names. */
export function entriesAt(node: TreeNode | undefined, key: string): readonly { name: string; node: TreeNode }[] {
  const value = findEntry(node, key)?.value;
  return value?.kind === 'map' ? value.entries.map((entry) => ({ name: entry.name, node: entry.value })) : [];
}
