/** What hangs on a server, an instance, a host or a group: which databases lie there, which machines run there. */

import type { SqlInstance } from '../model.ts';
import { sqlInstanceName } from '../model.ts';
import type { Fact } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import { findEntry, type TreeNode } from '../syntax/nodes.ts';
import { parseSqlInstance } from '../values.ts';
import { type DatabaseType, databaseTypes } from '../vocabulary.ts';

/** The databases of a type of a pool, and which part the asked-for instance has in them. */
export interface Placed {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly role: string;
  readonly instance: string;
}

const roles = ['primary', 'mirror', 'witness', 'backup', 'backupMirror', 'availabilityGroup'] as const;

/** Every placement that names an instance for which `isMeant` holds; its name is given in lower case. */
export function placedOn(topology: Topology, isMeant: (lower: string) => boolean): readonly Placed[] {
  return [...ofPools(topology, isMeant), ...ofChatPools(topology, isMeant)];
}

function* ofPools({ pools }: Topology, isMeant: (lower: string) => boolean): Generator<Placed> {
  for (const { name: pool, databases } of pools.all) {
    for (const placement of databases) {
      const { type } = placement;
      for (const role of ['primary', 'mirror', 'witness'] as const) {
        const instance = instanceName(placement[role]);
        if (instance !== undefined && isMeant(instance.toLowerCase())) yield { pool, type, role, instance };
      }
      const group = placement.availabilityGroup?.value;
      if (group !== undefined && isMeant(group.toLowerCase()))
        yield { pool, type, role: 'availabilityGroup', instance: group };
    }
  }
}

function instanceName(fact: Fact<SqlInstance> | undefined): string | undefined {
  return fact === undefined ? undefined : sqlInstanceName(fact.value);
}

function* ofChatPools({ persistentChatPools }: Topology, isMeant: (lower: string) => boolean): Generator<Placed> {
  for (const { name: pool, node } of persistentChatPools.all) {
    const databases = findEntry(node, 'databases')?.value;
    for (const type of databaseTypes) {
      for (const role of roles) {
        const written = textAt(findEntry(databases, type)?.value, role);
        const instance = written === undefined ? undefined : canonicalInstance(written);
        if (instance !== undefined && isMeant(instance.toLowerCase())) yield { pool, type, role, instance };
      }
    }
  }
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
