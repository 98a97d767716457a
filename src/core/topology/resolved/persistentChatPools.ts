/** The Persistent Chat pools of a topology, as far as they are understood. */
import type { ChatServer, PersistentChatPool, SqlInstance, StretchedPlacement } from '../model.ts';
import { type Entry, findEntry, type MapNode, type TreeNode } from '../syntax/nodes.ts';
import { parseSqlInstance, parseUncPath } from '../values.ts';
import { entriesOf } from './facts.ts';

/** Nothing when the topology gives none. A placement without a primary instance is left out. */
export function persistentChatPoolsOf(root: MapNode): {
  readonly persistentChatPools?: readonly PersistentChatPool[];
} {
  const persistentChatPools = entriesOf(findEntry(root, 'persistentChatPools')?.value).map(poolOf);
  return persistentChatPools.length === 0 ? {} : { persistentChatPools };
}

function poolOf({ name, value }: Entry): PersistentChatPool {
  const share = parsed(value, 'logShippingShare', parseUncPath);
  const databases = findEntry(value, 'databases')?.value;
  const content = placementOf(findEntry(databases, 'PersistentChat')?.value);
  const compliance = placementOf(findEntry(databases, 'PersistentChatCompliance')?.value);
  return {
    fqdn: name,
    nextHop: textOf(findEntry(value, 'nextHop')?.value) ?? '',
    servers: entriesOf(findEntry(value, 'servers')?.value).map(serverOf),
    ...(share && { logShippingShare: share }),
    databases: {
      ...(content && { PersistentChat: content }),
      ...(compliance && { PersistentChatCompliance: compliance }),
    },
  };
}

function serverOf({ name, value }: Entry): ChatServer {
  const active = findEntry(value, 'active')?.value;
  return {
    fqdn: name,
    site: textOf(findEntry(value, 'site')?.value) ?? '',
    active: active?.kind === 'scalar' && active.value === true,
  };
}

function placementOf(node: TreeNode | undefined): StretchedPlacement | undefined {
  const at = (key: string): SqlInstance | undefined => parsed(node, key, parseSqlInstance);
  const primary = at('primary');
  if (primary === undefined) return undefined;
  const others = {
    mirror: at('mirror'),
    witness: at('witness'),
    backup: at('backup'),
    backupMirror: at('backupMirror'),
  };
  return {
    primary,
    ...(others.mirror && { mirror: others.mirror }),
    ...(others.witness && { witness: others.witness }),
    ...(others.backup && { backup: others.backup }),
    ...(others.backupMirror && { backupMirror: others.backupMirror }),
  };
}

function parsed<Value>(
  node: TreeNode | undefined,
  key: string,
  parse: (text: string) => Value | undefined,
): Value | undefined {
  const text = textOf(findEntry(node, key)?.value);
  return text === undefined ? undefined : parse(text);
}

function textOf(node: TreeNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== '' ? node.value : undefined;
}
