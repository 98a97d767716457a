/** From an offset to a thing that has relations, and from such a thing to where it is described. */
import type { Range } from '../diagnostics.ts';
import type { Topology } from '../resolved/topology.ts';
import { findEntry, rangeOf } from '../syntax/nodes.ts';
import { definitionsOf, usesAt } from './definitions.ts';
import { identityOf } from './nameIndex.ts';
import { occurrencesOf } from './names.ts';
import { at, positionAt } from './positions.ts';
import { type RelatedThing, relationsFrom, relationsTo } from './relations.ts';
import { symbolAt } from './symbols.ts';

export interface RelatedPlace {
  readonly range: Range;
  readonly selection: Range;
}

/** The pool or instance at an offset; on the databases of a type the instance that they lie on. */
export function relatedThingAt(topology: Topology, offset: number): RelatedThing | undefined {
  const { root } = topology;
  const symbol = symbolAt(root, offset);
  if (symbol?.kind === 'sqlInstance') return withRelations(topology, symbol.name);
  if (symbol === undefined) return instanceOfDatabases(topology, offset);
  const defined = usesAt(root, offset).find(({ role, kind }) => role === 'definition' && kind === symbol.kind);
  const { kind } = symbol;
  const isPool = kind === 'pool' || kind === 'edgePool' || kind === 'persistentChatPool';
  return defined === undefined || !isPool ? undefined : { kind, name: defined.name };
}

/** Where a thing is described; an instance that nothing describes where it is used first. */
export function placeOfThing({ root }: Topology, { kind, name }: RelatedThing): RelatedPlace | undefined {
  const all = occurrencesOf(root, identityOf(kind, name));
  const defined = all.find((one) => one.role === 'definition' && one.kind === kind);
  const [first] = all;
  const found = defined ?? (first === undefined ? undefined : definitionsOf(root, first)[0]) ?? first;
  if (found === undefined) return undefined;
  const entry = at(root, found.path)?.entry;
  if (entry?.key !== found.node) return { range: rangeOf(found.node), selection: found.range };
  const start = rangeOf(entry.key).start;
  return { range: { start, end: Math.max(found.range.end, rangeOf(entry.value).end) }, selection: found.range };
}

function withRelations(topology: Topology, name: string): RelatedThing | undefined {
  const thing: RelatedThing = { kind: 'sqlInstance', name };
  const related = relationsFrom(topology, thing).length > 0 || relationsTo(topology, thing).length > 0;
  return related ? thing : undefined;
}

function instanceOfDatabases(topology: Topology, offset: number): RelatedThing | undefined {
  const position = positionAt(topology.root, offset);
  const [section, , databases] = position?.path ?? [];
  if (position?.part !== 'key' || position.path.length !== 4 || databases !== 'databases') return undefined;
  if (section !== 'pools' && section !== 'persistentChatPools') return undefined;
  const primary = findEntry(at(topology.root, position.path)?.node, 'primary')?.value;
  return primary?.kind === 'scalar' && typeof primary.value === 'string'
    ? withRelations(topology, primary.value)
    : undefined;
}
