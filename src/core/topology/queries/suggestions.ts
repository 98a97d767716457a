/** What may be written at an offset, as data: keys, words of the format, and the names in scope with what they are. */
import type { Range } from '../diagnostics.ts';
import { moduleDescriptions } from '../moduleDescriptions.ts';
import type { PoolFacts } from '../resolved/facts.ts';
import type { Topology } from '../resolved/topology.ts';
import {
  descriptionOf,
  examplesOf,
  isRequired,
  keysOf,
  type Schema,
  type Shape,
  schemaAt,
  schemaBelow,
  shapeOf,
  wordsOf,
} from '../shape/schemaWalk.ts';
import { yamlText } from '../shape/values.ts';
import { rangeOf } from '../syntax/nodes.ts';
import { backupModules, canonicalBackupModule } from '../vocabulary.ts';
import type { CursorContext } from './cursor.ts';
import { at, type TreePath } from './positions.ts';
import { type SymbolKind, symbolKindAt, symbolOccurrences } from './symbols.ts';

export interface Suggestion {
  readonly label: string;
  /** What is written, in quotes where YAML needs them. */
  readonly text: string;
  readonly kind: 'key' | 'word' | 'example' | SymbolKind;
  /** In a few words what it is: `Enterprise pool in Atlanta, release 2013`. */
  readonly detail?: string;
  readonly documentation?: string;
  /** For a key: the form of its value, so that an editor can go on behind it. */
  readonly valueShape?: Shape;
  readonly required?: boolean;
}

export interface Suggestions {
  readonly range: Range;
  readonly items: readonly Suggestion[];
}

/** Everything that may stand where the cursor is. */
export function suggestionsAt(topology: Topology, cursor: CursorContext): Suggestions {
  const schema = schemaAt(cursor.path);
  if (schema === undefined) return { range: cursor.range, items: [] };
  const shape = shapeOf(schema);
  const takesKeys = shape === 'map' || shape === 'record';
  const startsItem = typeof cursor.path.at(-1) === 'number';
  if (cursor.role === 'key' && takesKeys)
    return { range: cursor.range, items: keySuggestions(topology, schema, cursor) };
  if (startsItem && takesKeys) return { range: cursor.range, items: keySuggestions(topology, schema, cursor) };
  if (cursor.role === 'key' && !startsItem) return { range: cursor.range, items: [] };
  return { range: cursor.range, items: valueSuggestions(topology, schema, cursor) };
}

function keySuggestions(topology: Topology, schema: Schema, cursor: CursorContext): readonly Suggestion[] {
  const { path } = cursor;
  const node = at(topology.root, path)?.node;
  const others =
    node?.kind === 'map' ? node.entries.filter((entry) => rangeOf(entry.key).start !== cursor.range.start) : [];
  const written = new Set(others.map((entry) => entry.name));
  if (shapeOf(schema) === 'record') return nameSuggestions(topology, path, written);
  return keysOf(schema)
    .filter((key) => !written.has(key))
    .flatMap((key) => {
      const below = schemaBelow(schema, key);
      if (below === undefined) return [];
      const documentation = descriptionOf(below);
      const suggestion: Suggestion = {
        label: key,
        text: key,
        kind: 'key',
        valueShape: shapeOf(below),
        required: isRequired(schema, key),
        ...(documentation !== undefined && { documentation }),
      };
      return [suggestion];
    });
}

/** Names that are used and not described yet: the only map of names that has them is that of the SQL servers. */
function nameSuggestions(topology: Topology, path: TreePath, written: ReadonlySet<string>): readonly Suggestion[] {
  if (path.length !== 1 || path[0] !== 'sqlServers') return [];
  const servers = symbolOccurrences(topology.root, 'sqlInstance').map(
    (occurrence) => occurrence.name.split('\\')[0] ?? '',
  );
  const fresh = [...new Set(servers)].filter((name) => name !== '' && !written.has(name));
  return fresh.map((name) => ({ label: name, text: name, kind: 'sqlServer', detail: 'SQL server of a database' }));
}

function valueSuggestions(topology: Topology, schema: Schema, cursor: CursorContext): readonly Suggestion[] {
  const symbol = symbolKindAt(cursor.path, 'value');
  if (symbol !== undefined) return namesInScope(topology, symbol.kind, siblings(topology, cursor));
  const documentation = descriptionOf(schema);
  const words = wordsOf(schema);
  const isText = shapeOf(schema) === 'word';
  const shared = documentation === undefined ? {} : { documentation };
  if (words.length > 0) {
    return words.map((word) => ({ label: word, text: isText ? yamlText(word) : word, kind: 'word', ...shared }));
  }
  const examples = examplesOf(schema).filter((example) => typeof example === 'string');
  return examples.map((example) => ({ label: example, text: yamlText(example), kind: 'example', ...shared }));
}

/** The other items of the list that the cursor stands in. */
function siblings(topology: Topology, cursor: CursorContext): ReadonlySet<string> {
  const index = cursor.path.at(-1);
  if (typeof index !== 'number') return new Set();
  const list = at(topology.root, cursor.path.slice(0, -1))?.node;
  if (list?.kind !== 'sequence') return new Set();
  const others = list.items.filter((_, position) => position !== index);
  return new Set(others.map((item) => (item.kind === 'scalar' ? meantName(String(item.value)) : '')));
}

/** In lower case; a module is the same under its long and its short name. */
function meantName(written: string): string {
  return (canonicalBackupModule(written) ?? written).toLowerCase();
}

/** Every name of a kind that the file knows, with what it is, but for those given in lower case. */
function namesInScope(
  topology: Topology,
  kind: SymbolKind,
  without: ReadonlySet<string> = new Set(),
): readonly Suggestion[] {
  return namesOf(topology, kind).filter((suggestion) => !without.has(suggestion.label.toLowerCase()));
}

function namesOf(topology: Topology, kind: SymbolKind): readonly Suggestion[] {
  switch (kind) {
    case 'pool':
      return topology.pools.all.map((pool) => name(pool.name, kind, poolDetail(pool)));
    case 'site':
      return topology.sites.all.map((site) => name(site.name, kind, 'Site'));
    case 'backupModule':
      return backupModules.map((module) => name(module, kind, moduleDescriptions[module].summary));
    case 'availabilityGroup':
      return topology.availabilityGroups.all.map((group) => name(group.name, kind, 'Availability group'));
    default:
      return usedNames(topology, kind);
  }
}

function usedNames(topology: Topology, kind: SymbolKind): readonly Suggestion[] {
  const byLower = new Map<string, string>();
  for (const occurrence of symbolOccurrences(topology.root, kind)) {
    const lower = occurrence.name.toLowerCase();
    if (!byLower.has(lower)) byLower.set(lower, occurrence.name);
  }
  return [...byLower.values()].map((used) => name(used, kind, undefined));
}

function name(label: string, kind: SymbolKind, detail: string | undefined): Suggestion {
  return { label, text: yamlText(label), kind, ...(detail !== undefined && { detail }) };
}

/** `Enterprise pool in Atlanta, release 2013`, as far as it is known. */
function poolDetail(pool: PoolFacts): string {
  const what = pool.edition === undefined ? 'Pool' : poolKinds[pool.edition.value];
  const where = pool.site === undefined ? '' : ` in ${pool.site.value}`;
  return `${what}${where}${pool.release === undefined ? '' : `, release ${pool.release.value}`}`;
}

const poolKinds = { Enterprise: 'Enterprise pool', Standard: 'Standard Edition server', Director: 'Director' } as const;
