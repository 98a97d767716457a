/** What a pool, a pair, a server or a machine looks like in an outline. */
import { type Entry, findEntry, type Place, type TreeNode } from '../syntax/nodes.ts';
import { databaseTypes } from '../vocabulary.ts';
import { isWithin, type OutlineItem, type OutlineKind, placeOf } from './outlineItem.ts';

/** A pool, a site or a pair: an entry of a section, or an item of it. */
type Child = Entry | TreeNode;

type Draw = (name: string, node: TreeNode) => Pick<OutlineItem, 'kind' | 'detail' | 'children'>;

const drawings: ReadonlyMap<string, Draw> = new Map<string, Draw>([
  ['sites', (_, node) => ({ kind: 'site', detail: textAt(node, 'description'), children: [] })],
  ['pools', drawPool],
  ['edgePools', (_, node) => ({ kind: 'pool', detail: details(node, 'site', nextHop(node)), children: [] })],
  ['persistentChatPools', drawChatPool],
  ['sqlServers', (_, node) => ({ kind: 'server', detail: details(node, 'version', 'edition'), children: [] })],
  ['availabilityGroups', drawGroup],
  ['virtualMachines', drawMachine],
  ['adminRoles', (_, node) => ({ kind: 'role', detail: textAt(node, 'template'), children: [] })],
  ['objectives', drawObjective],
]);

/** By section: the same text may be moved from one to another. Of a section that the format does not know nothing is kept. */
const known: ReadonlyMap<string, WeakMap<Child, OutlineItem>> = new Map(
  [...drawings.keys(), 'poolPairs'].map((section) => [section, new WeakMap<Child, OutlineItem>()]),
);

/** Undefined where there is no name to show yet. */
export function outlineOfChild(section: string, child: Child): OutlineItem | undefined {
  const before = known.get(section)?.get(child);
  if (before !== undefined) return before;
  const item = 'key' in child ? drawEntry(section, child) : section === 'poolPairs' ? drawPair(child) : undefined;
  if (item !== undefined) known.get(section)?.set(child, item);
  return item;
}

function drawEntry(section: string, entry: Entry): OutlineItem | undefined {
  if (entry.name.trim() === '') return undefined;
  const draw = drawings.get(section) ?? drawValue;
  const place = placeOf(entry);
  const { children, ...drawn } = draw(entry.name, entry.value);
  return {
    name: entry.name,
    ...drawn,
    place,
    selection: entry.key,
    children: children.filter((child) => isWithin(child.place, place)),
  };
}

function drawPair(node: TreeNode): OutlineItem | undefined {
  const pools = listAt(node, 'pools').filter((name) => name.text !== '');
  const first = node.kind === 'map' ? node.entries[0] : undefined;
  if (first === undefined) return undefined;
  const modules = findEntry(node, 'backupModules')?.value;
  const count = modules?.kind === 'sequence' ? modules.items.length : undefined;
  const selection = pools.find(({ place }) => isWithin(place, node))?.place ?? first.key;
  return {
    name: pools.length === 0 ? 'Pair without pools' : pools.map(({ text }) => text).join(' ↔ '),
    kind: 'pair',
    detail: count === undefined ? '' : count === 1 ? '1 backup module' : `${count} backup modules`,
    place: node,
    selection,
    children: [],
  };
}

function drawPool(_: string, node: TreeNode): ReturnType<Draw> {
  const release = textAt(node, 'release');
  const detail = details(node, 'edition', 'site', release === '' ? undefined : { text: `release ${release}` });
  const frontEnds = listAt(node, 'frontEnds').map(({ text, place }) => leaf('server', text, 'Front End Server', place));
  return { kind: 'pool', detail, children: inOrder([...frontEnds, ...databases(node)]) };
}

function drawChatPool(_: string, node: TreeNode): ReturnType<Draw> {
  const servers = entriesAt(node, 'servers').map((entry) => {
    const isActive = textAt(entry.value, 'active') === 'true' ? { text: 'active' } : undefined;
    return item('server', entry, details(entry.value, 'site', isActive));
  });
  return { kind: 'pool', detail: details(node, nextHop(node)), children: inOrder([...servers, ...databases(node)]) };
}

function drawGroup(_: string, node: TreeNode): ReturnType<Draw> {
  const replicas = listAt(node, 'replicas').map(({ text, place }) => leaf('server', text, 'Replica', place));
  return { kind: 'availabilityGroup', detail: details(node, 'commit', 'failover'), children: replicas };
}

function drawMachine(_: string, node: TreeNode): ReturnType<Draw> {
  const hosts = ['primaryHost', 'replicaHost', 'extendedReplicaHost'].map((key) => textAt(node, key));
  return { kind: 'virtualMachine', detail: hosts.filter((host) => host !== '').join(' → '), children: [] };
}

function drawObjective(_: string, node: TreeNode): ReturnType<Draw> {
  return { kind: 'objective', detail: details(node, 'recoveryTime', 'recoveryPoint'), children: [] };
}

function drawValue(_: string, node: TreeNode): ReturnType<Draw> {
  return { kind: 'value', detail: textOf(node), children: [] };
}

function databases(node: TreeNode): readonly OutlineItem[] {
  return entriesAt(node, 'databases')
    .filter(({ name }) => databaseTypes.some((type) => type === name))
    .map((entry) => item('database', entry, placementDetail(entry.value)));
}

/** `sql1\RTC ↔ sql2\RTC, witness sql3\RTC`. */
function placementDetail(node: TreeNode): string {
  const witness = textAt(node, 'witness');
  const group = textAt(node, 'availabilityGroup');
  const mirrored = [textAt(node, 'primary'), textAt(node, 'mirror')].filter((text) => text !== '').join(' ↔ ');
  const parts = [mirrored, group, witness === '' ? '' : `witness ${witness}`];
  return parts.filter((part) => part !== '').join(', ');
}

function item(kind: OutlineKind, entry: Entry, detail: string): OutlineItem {
  return { kind, name: entry.name, detail, place: placeOf(entry), selection: entry.key, children: [] };
}

function leaf(kind: OutlineKind, name: string, detail: string, place: Place): OutlineItem {
  return { kind, name, detail, place, selection: place, children: [] };
}

/** Values of keys, or texts of their own, as far as they are there. */
function details(node: TreeNode, ...parts: readonly (string | { readonly text: string } | undefined)[]): string {
  const texts = parts.map((part) => (typeof part === 'string' ? textAt(node, part) : (part?.text ?? '')));
  return texts.filter((text) => text !== '').join(', ');
}

function nextHop(node: TreeNode): { readonly text: string } | undefined {
  const name = textAt(node, 'nextHop');
  return name === '' ? undefined : { text: `→ ${name}` };
}

function inOrder(items: readonly OutlineItem[]): readonly OutlineItem[] {
  return items.filter(({ name }) => name.trim() !== '').toSorted((one, other) => one.place.start - other.place.start);
}

function entriesAt(node: TreeNode, key: string): readonly Entry[] {
  const value = findEntry(node, key)?.value;
  return value?.kind === 'map' ? value.entries : [];
}

function listAt(node: TreeNode, key: string): readonly { readonly text: string; readonly place: Place }[] {
  const value = findEntry(node, key)?.value;
  if (value?.kind !== 'sequence') return [];
  return value.items.map((place) => ({ text: textOf(place), place })).filter(({ text }) => text !== '');
}

function textAt(node: TreeNode, key: string): string {
  return textOf(findEntry(node, key)?.value);
}

function textOf(node: TreeNode | undefined): string {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value).trim().slice(0, 200) : '';
}
