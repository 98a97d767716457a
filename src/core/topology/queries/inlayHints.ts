/**
 * What the file leaves out and what holds nevertheless: defaults of keys, the modules of a pair that lists none, the long
 * name behind a short one. Each may be written into the file.
 */

import type { Range, TextEdit } from '../diagnostics.ts';
import { moduleDescriptions } from '../moduleDescriptions.ts';
import { applicableModules } from '../resolved/deployment.ts';
import type { Topology } from '../resolved/topology.ts';
import { descriptionOf, factLines, factsOf, keysOf, type Schema, schemaAt, schemaBelow } from '../shape/schemaWalk.ts';
import { yamlText } from '../shape/values.ts';
import { type Entry, findEntry, type MapNode, rangeOf, type TreeNode } from '../syntax/nodes.ts';
import { columnOf, lineBreakOf, lineEndOf } from '../syntax/textLines.ts';
import { type BackupModule, canonicalBackupModule } from '../vocabulary.ts';

/** Editors cut longer hints off in the middle of a word (VS Code at 43 characters). */
const longestText = 40;

export interface InlayHint {
  /** Where it is shown. */
  readonly offset: number;
  readonly text: string;
  /** Why, in Markdown. */
  readonly tooltip: string;
  /** What writes it into the file; none where that would not be plain. */
  readonly edits: readonly TextEdit[];
}

interface Asked {
  readonly text: string;
  readonly topology: Topology;
  readonly range: Range;
}

/** The hints of a range of the text. */
export function inlayHints(asked: Asked): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  for (const { entry, schema } of mapsWithDefaults(asked)) hints.push(...defaultsOf(entry, schema, asked));
  hints.push(...hintsOfPairs(asked));
  return hints.filter(({ offset }) => offset >= asked.range.start && offset <= asked.range.end);
}

interface Described {
  readonly entry: Entry;
  readonly schema: Schema;
}

/** The maps of the format with keys that have a default: a section, or a thing of a section. */
function* mapsWithDefaults({ topology, range }: Asked): Generator<Described> {
  for (const entry of topology.root.entries) {
    const schema = schemaAt([entry.name]);
    if (schema === undefined || !touches(entry, range)) continue;
    if (hasDefaults(schema)) yield { entry, schema };
    if (entry.name !== 'availabilityGroups' && entry.name !== 'virtualMachines') continue;
    if (entry.value.kind === 'map') yield* thingsWithDefaults(entry.value, schema, range);
  }
}

function* thingsWithDefaults(section: MapNode, schema: Schema, range: Range): Generator<Described> {
  for (const thing of section.entries) {
    const below = schemaBelow(schema, thing.name);
    if (below === undefined || !touches(thing, range)) continue;
    if (hasDefaults(below)) yield { entry: thing, schema: below };
    const window = findEntry(thing.value, 'autoResynchronize');
    const ofWindow = schemaBelow(below, 'autoResynchronize');
    if (window !== undefined && ofWindow !== undefined) yield { entry: window, schema: ofWindow };
  }
}

function touches({ key, value }: Entry, range: Range): boolean {
  return rangeOf(key).start <= range.end && Math.max(rangeOf(key).end, rangeOf(value).end) >= range.start;
}

function hasDefaults(schema: Schema): boolean {
  return keysOf(schema).some((key) => defaultOf(schema, key) !== undefined);
}

function defaultOf(schema: Schema, key: string): string | undefined {
  const below = schemaBelow(schema, key);
  const value = below && factsOf(below).default;
  return value === undefined ? undefined : typeof value === 'string' ? yamlText(value) : String(value);
}

/** One hint behind the key, with everything that is left out. */
function defaultsOf({ key, value }: Entry, schema: Schema, { text }: Asked): readonly InlayHint[] {
  if (value.kind !== 'map' || !isOwn(value, key.segment)) return [];
  const missing = keysOf(schema).filter(
    (name) => findEntry(value, name) === undefined && defaultOf(schema, name) !== undefined,
  );
  if (missing.length === 0) return [];
  const pairs = missing.map((name) => `${name}: ${defaultOf(schema, name)}`);
  const tooltip = missing.map((name) => tooltipOf(schema, name)).join('\n\n');
  const { end } = rangeOf(value);
  const edit = value.flow ? intoBraces(value, pairs) : underLast(text, value, pairs);
  const offset = value.flow ? end : lineEndOf(text, rangeOf(key).end);
  return [
    {
      offset,
      text: pairs.join(', ').length <= longestText ? pairs.join(', ') : `${pairs.length} defaults`,
      tooltip: `Left out, so these defaults hold.\n\n${tooltip}`,
      edits: edit === undefined ? [] : [edit],
    },
  ];
}

/** Not what an alias stands for: that is written somewhere else. */
function isOwn(value: MapNode, segment: Entry['key']['segment']): boolean {
  const { text } = value.segment;
  return (value.segment === segment || value.entries.length > 0) && text[value.start] !== '*';
}

function tooltipOf(schema: Schema, name: string): string {
  const below = schemaBelow(schema, name);
  if (below === undefined) return '';
  const lines = factLines(below).map((line) => `- ${line}`);
  return [`**${name}**: ${descriptionOf(below) ?? ''}`, '', ...lines].join('\n');
}

function intoBraces(value: MapNode, pairs: readonly string[]): TextEdit | undefined {
  const { start, end } = rangeOf(value);
  const last = value.entries.at(-1);
  if (last === undefined) return { start, end, text: `{ ${pairs.join(', ')} }` };
  const at = rangeOf(last.value).end;
  return { start: at, end: at, text: `, ${pairs.join(', ')}` };
}

/** Lines under the last key of the map, in its column. */
function underLast(text: string, value: MapNode, pairs: readonly string[]): TextEdit | undefined {
  const [first] = value.entries;
  const last = value.entries.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return linesBehind(text, rangeOf(last.value).end, columnOf(text, rangeOf(first.key).start), pairs);
}

function linesBehind(text: string, offset: number, column: number, lines: readonly string[]): TextEdit {
  const at = lineEndOf(text, offset);
  const lineBreak = lineBreakOf(text);
  return { start: at, end: at, text: lines.map((line) => `${lineBreak}${' '.repeat(column)}${line}`).join('') };
}

function* hintsOfPairs({ text, topology, range }: Asked): Generator<InlayHint> {
  for (const { facts, both } of topology.pairs) {
    const { start, end } = rangeOf(facts.node);
    if (start > range.end || end < range.start) continue;
    for (const { value, place } of facts.modules) {
      const long = canonicalBackupModule(value);
      if (long === undefined || long === value) continue;
      const written = rangeOf(place);
      const tooltip = `The long name of \`${value}\`, as the cmdlets take it.`;
      yield { offset: written.end, text: long, tooltip, edits: [{ ...written, text: long }] };
    }
    if (facts.modulesNode === undefined && facts.poolsNode !== undefined && both !== undefined)
      yield* modulesOfPair(text, facts.node, facts.poolsNode, applicableModules(both));
  }
}

function* modulesOfPair(
  text: string,
  pair: TreeNode,
  poolsNode: TreeNode,
  modules: readonly BackupModule[],
): Generator<InlayHint> {
  const pools = findEntry(pair, 'pools');
  if (pair.kind !== 'map' || pools === undefined || pools.key.segment !== pair.segment) return;
  const line = `backupModules: [${modules.join(', ')}]`;
  const { end } = rangeOf(poolsNode);
  const edit = pair.flow
    ? { start: end, end, text: `, ${line}` }
    : linesBehind(text, end, columnOf(text, rangeOf(pools.key).start), [line]);
  const list = modules.map((module) => `- ${module}`).join('\n');
  const tooltip = `The pair lists no modules, so all that apply to it are backed up.\n\n${list}`;
  yield { offset: end, text: modules.map(shortNameOf).join(', '), tooltip, edits: [edit] };
}

function shortNameOf(module: BackupModule): string {
  return moduleDescriptions[module].shortName;
}
