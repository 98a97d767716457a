/** Hover: for a name, the thing that it names. */
import { type Hover, MarkupKind } from 'vscode-languageserver/node';
import type { Topology } from '../../core/topology/resolved/topology.ts';
import { type Place, rangeOf } from '../../core/topology/syntax/nodes.ts';
import { canonicalBackupModule } from '../../core/topology/vocabulary.ts';
import { toRange } from '../convert.ts';
import { describeModule, describePool } from '../descriptions.ts';
import type { OpenDocument } from '../documents.ts';

export function hover(document: OpenDocument, offset: number): Hover | undefined {
  const { topology } = document.topology;
  for (const { place, text } of hoverable(topology)) {
    const range = rangeOf(place);
    if (offset < range.start || offset > range.end) continue;
    const value = text();
    return value === undefined
      ? undefined
      : { contents: { kind: MarkupKind.Markdown, value }, range: toRange(document.text, range) };
  }
  return undefined;
}

interface Hoverable {
  readonly place: Place;
  /** Written only when it is asked for. */
  readonly text: () => string | undefined;
}

function* hoverable(topology: Topology): Generator<Hoverable> {
  for (const pool of topology.pools.all) yield { place: pool.key, text: () => describePool(topology, pool) };
  for (const { facts } of topology.pairs) {
    for (const name of facts.pools) yield { place: name.place, text: () => describeNamed(topology, name.value) };
    for (const name of facts.modules) {
      yield {
        place: name.place,
        text: () => {
          const module = canonicalBackupModule(name.value);
          return module && describeModule(module);
        },
      };
    }
  }
  for (const dependent of [...topology.edgePools.all, ...topology.persistentChatPools.all]) {
    const { nextHop } = dependent;
    if (nextHop !== undefined) yield { place: nextHop.place, text: () => describeNamed(topology, nextHop.value) };
  }
}

function describeNamed(topology: Topology, name: string): string | undefined {
  const pool = topology.pools.get(name);
  return pool && describePool(topology, pool);
}
