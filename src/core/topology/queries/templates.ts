/** What is written behind a key: the start of its value, with everything that a new thing needs as gaps. */
import type { Topology } from '../resolved/topology.ts';
import {
  examplesOf,
  factsOf,
  isRequired,
  keysOf,
  type Schema,
  schemaBelow,
  shapeOf,
  thingsOf,
  wordsOf,
} from '../shape/schemaWalk.ts';
import { yamlText } from '../shape/values.ts';
import type { TreePath } from './positions.ts';
import { namesInScope } from './scope.ts';
import type { Gap, Template } from './suggestion.ts';
import type { SymbolKind } from './symbolKinds.ts';
import { symbolKindAt } from './symbols.ts';

/** Where a template is written. */
export interface Site {
  readonly topology: Topology;
  readonly flow: boolean;
  /** Column of the key that the template follows. */
  readonly column: number;
  /** Columns that a level is indented by in this file. */
  readonly unit: number;
  /** Called when there are more names than are offered. */
  readonly tellIncomplete: () => void;
}

/** More choices than fit into a list are no help. */
const mostChoices = 20;

/** What follows the colon of a key, beginning with a space or a line break. */
export function valueTemplate(schema: Schema, path: TreePath, site: Site): Template {
  switch (shapeOf(schema)) {
    case 'map':
      return mapTemplate(schema, path, site);
    case 'record':
      return recordTemplate(schema, path, site);
    case 'list':
      return listTemplate(schema, path, site);
    default:
      return [' ', scalarGap(schema, path, site.topology)];
  }
}

/** The beginning of a value for editors without gaps: nothing that would have to be deleted. */
export function valueStart(schema: Schema, { flow, column, unit }: Site): string {
  const shape = shapeOf(schema);
  if (shape === 'list') return flow ? ' []' : `${lineAt(column + unit)}- `;
  if (shape !== 'map' && shape !== 'record') return ' ';
  return flow ? ' {}' : lineAt(column + unit);
}

/** The keys that a map needs, each with its value: what stands behind the dash of an item, or below a name. */
function requiredKeys(schema: Schema, path: TreePath, site: Site): Template {
  const parts: (string | Gap)[] = [];
  for (const key of neededKeys(schema)) {
    const below = schemaBelow(schema, key);
    if (below === undefined) continue;
    if (parts.length > 0) parts.push(site.flow ? ', ' : lineAt(site.column));
    parts.push(`${key}:`, ...valueTemplate(below, [...path, key], site));
  }
  return parts;
}

/** Required ones, and the one without which the databases of a type have no place. */
function neededKeys(schema: Schema): readonly string[] {
  const keys = keysOf(schema);
  const required = keys.filter((key) => isRequired(schema, key));
  return required.length === 0 && keys.includes('primary') ? ['primary'] : required;
}

/** What stands below a new name: nothing but `{}` for a site, the keys that it needs for other things. */
export function entryTemplate(schema: Schema, path: TreePath, site: Site): Template {
  if (neededKeys(schema).length > 0 || site.flow) return valueTemplate(schema, path, site);
  return path[0] === 'sites' ? [' {}'] : [lineAt(site.column + site.unit), gap('')];
}

function mapTemplate(schema: Schema, path: TreePath, site: Site): Template {
  const inner: Site = { ...site, column: site.column + site.unit };
  const keys = requiredKeys(schema, path, inner);
  if (site.flow) return keys.length === 0 ? [' {', gap(''), '}'] : [' { ', ...keys, ' }'];
  return [lineAt(inner.column), ...(keys.length === 0 ? [gap('')] : keys)];
}

function recordTemplate(schema: Schema, path: TreePath, site: Site): Template {
  const below = thingsOf(schema);
  const inner: Site = { ...site, column: site.column + site.unit };
  const name = gap(placeholderName([...path, '*']));
  if (below === undefined) return [' '];
  const entry = entryTemplate(below, [...path, '*'], inner);
  return site.flow ? [' { ', name, ':', ...entry, ' }'] : [lineAt(inner.column), name, ':', ...entry];
}

function listTemplate(schema: Schema, path: TreePath, site: Site): Template {
  if (path[0] === 'poolPairs' && path.at(-1) === 'pools') return pairOfPools(path, site.topology);
  const element = schemaBelow(schema, 0);
  if (element === undefined) return [' '];
  if (site.flow) return [' [', itemGap(element, [...path, 0], site), ']'];
  return [
    lineAt(site.column + site.unit),
    ...itemTemplate(element, path, { ...site, column: site.column + site.unit }),
  ];
}

/** An item with its dash. */
export function itemTemplate(element: Schema, path: TreePath, site: Site): Template {
  const shape = shapeOf(element);
  const item = [...path, 0];
  if (shape !== 'map') return ['- ', itemGap(element, item, site)];
  return ['- ', ...requiredKeys(element, item, { ...site, column: site.column + 2 })];
}

function itemGap(element: Schema, path: TreePath, { topology }: Site): Gap {
  return scalarGap(element, path, topology);
}

/** The two pools that are likeliest: free, of the same edition and release, in two sites. */
function pairOfPools(path: TreePath, topology: Topology): Template {
  const pools = namesInScope(topology, 'pool', [...path.slice(0, 2), 'pools', 0]);
  const [first = 'pool-1.domain.com', second = 'pool-2.domain.com', ...others] = pools.slice(0, mostChoices);
  const choose = (...choices: readonly string[]): Gap =>
    choices.length < 2 || pools.length < 2 ? gap(choices[0] ?? '') : { text: choices[0] ?? '', choices };
  return [' [', choose(first, second, ...others), ', ', choose(second, first, ...others), ']'];
}

function scalarGap(schema: Schema, path: TreePath, topology: Topology): Gap {
  const symbol = symbolKindAt(path, 'value');
  const names =
    symbol?.role === 'reference' ? namesInScope(topology, symbol.kind, path).slice(0, mostChoices).map(yamlText) : [];
  if (names.length > 0) return choice(names);
  if (symbol !== undefined) return gap(placeholderNames[symbol.kind]);
  const words = wordsOf(schema);
  if (words.length > 0) return choice(words.map((word) => writtenWord(schema, word)));
  const { default: byDefault } = factsOf(schema);
  const value = byDefault ?? examplesOf(schema)[0] ?? '';
  return gap(typeof value === 'string' && value !== '' ? yamlText(value) : String(value));
}

/** A word of an enumeration as YAML; a year in quotes, because the format takes it as text. */
export function writtenWord(schema: Schema, word: string): string {
  return shapeOf(schema) === 'word' ? yamlText(word) : word;
}

function choice(choices: readonly string[]): Gap {
  const [first = ''] = choices;
  return choices.length < 2 ? gap(first) : { text: first, choices };
}

export function gap(text: string): Gap {
  return { text };
}

/** What stands for the name of a new thing until somebody writes it. */
export function placeholderName(path: TreePath): string {
  const symbol = symbolKindAt(path, 'key');
  return symbol === undefined ? 'name' : placeholderNames[symbol.kind];
}

const placeholderNames: Readonly<Record<SymbolKind, string>> = {
  pool: 'pool.domain.com',
  site: 'Site',
  frontEnd: 'server.domain.com',
  chatServer: 'server.domain.com',
  fileServer: 'server.domain.com',
  sqlServer: 'server.domain.com',
  sqlInstance: 'server.domain.com\\INSTANCE',
  availabilityGroup: 'listener.domain.com',
  edgePool: 'edge.domain.com',
  persistentChatPool: 'chat.domain.com',
  virtualMachine: 'MACHINE',
  hyperVHost: 'host',
  adminRole: 'Role',
  backupModule: 'UserServices.PresenceFocus',
};

function lineAt(column: number): string {
  return `\n${' '.repeat(column)}`;
}
