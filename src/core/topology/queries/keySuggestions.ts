/** Keys that may stand in a map, and new things in a map of names. */
import type { Topology } from '../resolved/topology.ts';
import { descriptionOf, isRequired, keysOf, type Schema, schemaBelow, shapeOf, thingsOf } from '../shape/schemaWalk.ts';
import { yamlText } from '../shape/values.ts';
import { rangeOf, type TreeNode } from '../syntax/nodes.ts';
import type { CursorContext } from './cursor.ts';
import { bestMatches } from './matching.ts';
import { namesOnce } from './names.ts';
import type { TreePath } from './positions.ts';
import { filterOfNew, type Subject, type Suggestion, type Template } from './suggestion.ts';
import type { SymbolKind } from './symbolKinds.ts';
import { symbolKindAt } from './symbols.ts';
import { entryTemplate, gap, placeholderName, type Site, valueStart, valueTemplate } from './templates.ts';

export function keySuggestions(
  schema: Schema,
  cursor: CursorContext,
  node: TreeNode | undefined,
  site: Site,
): readonly Suggestion[] {
  const others =
    node?.kind === 'map' ? node.entries.filter((entry) => rangeOf(entry.key).start !== cursor.range.start) : [];
  const written = new Set(others.map((entry) => entry.name));
  if (shapeOf(schema) === 'record') return entrySuggestions(schema, cursor, site);
  // The format names what is required first.
  const keys = keysOf(schema).filter((key) => !written.has(key));
  const suggestions = keys.flatMap((key) => keySuggestion(schema, key, cursor, site));
  return [...suggestions, ...mirrorWithWitness(schema, cursor, site, written)];
}

/** Where a key of the format is described: names and indices of the path stand for any. */
function subjectOfKey(path: TreePath): Subject {
  return { about: 'key', path: path.map(String) };
}

function keySuggestion(schema: Schema, key: string, cursor: CursorContext, site: Site): readonly Suggestion[] {
  const below = schemaBelow(schema, key);
  if (below === undefined) return [];
  const path = [...cursor.path, key];
  const required = isRequired(schema, key);
  const detail = required ? 'required' : undefined;
  const shared = { label: key, kind: 'key', filter: key, required, subject: subjectOfKey(path) } as const;
  const item: Suggestion = { ...shared, ...(detail !== undefined && { detail }) };
  if (cursor.hasColon) return [{ ...item, text: key }];
  const template: Template = [`${key}:`, ...valueTemplate(below, path, site)];
  return [{ ...item, text: `${key}:${valueStart(below, site)}`, template }];
}

/** A witness without a mirror is of no use, and a mirror without a witness does not fail over by itself (domain C.5). */
function mirrorWithWitness(
  schema: Schema,
  cursor: CursorContext,
  site: Site,
  written: ReadonlySet<string>,
): readonly Suggestion[] {
  const keys = keysOf(schema);
  const isFree =
    keys.includes('witness') && ['mirror', 'witness', 'availabilityGroup'].every((key) => !written.has(key));
  const mirror = schemaBelow(schema, 'mirror');
  if (!isFree || cursor.hasColon || mirror === undefined) return [];
  const template: Template = ['mirror', 'witness'].flatMap((key, index) => [
    ...(index === 0 ? [] : [site.flow ? ', ' : `\n${' '.repeat(site.column)}`]),
    `${key}:`,
    ...valueTemplate(mirror, [...cursor.path, key], site),
  ]);
  const label = 'mirror with witness';
  return [{ label, kind: 'entry', filter: label, detail: 'fails over by itself', template }];
}

/** Names that are used and not described yet, and a new thing under the name that is being typed. */
function entrySuggestions(schema: Schema, cursor: CursorContext, site: Site): readonly Suggestion[] {
  const below = thingsOf(schema);
  const kind = symbolKindAt([...cursor.path, '*'], 'key')?.kind;
  if (below === undefined || kind === undefined) return [];
  const path = [...cursor.path, '*'];
  const entry = entryTemplate(below, path, site);
  const typed = cursor.quote === undefined ? cursor.prefix : cursor.prefix.slice(1);
  const names = bestMatches(undescribed(site.topology, kind), typed, (name) => name);
  if (!names.complete) site.tellIncomplete();
  const known = names.items.map((name): Suggestion => {
    const key = yamlText(name);
    const shared = { label: name, kind, filter: name, detail: 'used, and not described yet' };
    if (cursor.hasColon) return { ...shared, text: key };
    return { ...shared, text: `${key}:${valueStart(below, site)}`, template: [`${key}:`, ...entry] };
  });
  if (cursor.hasColon) return known;
  const name = isName(cursor.prefix) ? cursor.prefix : placeholderName(path);
  const label = newThings[kind] ?? 'New entry';
  const detail = descriptionOf(below);
  return [
    ...known,
    {
      label,
      kind: 'entry',
      filter: filterOfNew(label, cursor.prefix),
      template: [gap(name), ':', ...entry],
      ...(detail !== undefined && { detail }),
    },
  ];
}

function isName(prefix: string): boolean {
  return /^[A-Za-z0-9][\w.-]*$/.test(prefix);
}

function undescribed(topology: Topology, kind: SymbolKind): readonly string[] {
  switch (kind) {
    case 'site':
      return namesOnce(topology.root, kind).filter((name) => topology.sites.get(name) === undefined);
    case 'pool':
      return namesOnce(topology.root, kind).filter((name) => topology.pools.get(name) === undefined);
    case 'sqlServer':
      return namesOnce(topology.root, kind).filter((name) => topology.sqlServers.get(name) === undefined);
    case 'availabilityGroup':
      return namesOnce(topology.root, kind).filter((name) => topology.availabilityGroups.get(name) === undefined);
    default:
      return [];
  }
}

const newThings: Readonly<Partial<Record<SymbolKind, string>>> = {
  site: 'New site',
  pool: 'New pool',
  sqlServer: 'New SQL server',
  availabilityGroup: 'New availability group',
  edgePool: 'New Edge pool',
  persistentChatPool: 'New Persistent Chat pool',
  chatServer: 'New Persistent Chat server',
  virtualMachine: 'New virtual machine',
  adminRole: 'New role',
};
