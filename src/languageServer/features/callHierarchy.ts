/** Call hierarchy: what stands in for what. A thing calls what it needs: its backup pool, its mirror, its next hop. */
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  type CancellationToken,
  SymbolKind,
} from 'vscode-languageserver/node';
import * as z from 'zod/mini';
import { placeOfThing, relatedThingAt } from '../../core/topology/queries/relatedThings.ts';
import {
  type RelatedKind,
  type RelatedThing,
  type Relation,
  relationsFrom,
  relationsTo,
  wordsAboutHelped,
  wordsAboutHelper,
} from '../../core/topology/queries/relations.ts';
import { rangeOf } from '../../core/topology/syntax/nodes.ts';
import type { OpenDocument } from '../documents.ts';
import { answering, type Feature, measured, type Server } from '../feature.ts';

export const callHierarchy: Feature = {
  capabilities: () => ({ callHierarchyProvider: true }),
  register: (server) => {
    const { callHierarchy: requests } = server.connection.languages;
    requests.onPrepare(
      answering(server, 'textDocument/prepareCallHierarchy', (document, { position }) => {
        const thing = relatedThingAt(document.topology.topology, document.text.offsetAt(position));
        const item = thing && itemOf(document, thing, kindWords[thing.kind]);
        return item === undefined ? null : [item];
      }),
    );
    requests.onOutgoingCalls(about(server, 'callHierarchy/outgoingCalls', outgoing));
    requests.onIncomingCalls(about(server, 'callHierarchy/incomingCalls', incoming));
  },
};

/** What an item carries to be known again. */
const thingSchema = z.object({
  kind: z.enum(['pool', 'edgePool', 'persistentChatPool', 'sqlInstance']),
  name: z.string(),
});

/** The handler of a request about an item of an open document. */
function about<Result>(
  server: Server,
  method: string,
  answer: (document: OpenDocument, thing: RelatedThing) => Result,
): (parameters: { readonly item: CallHierarchyItem }, token: CancellationToken) => Promise<Result | null> {
  return ({ item }, token) =>
    measured(server, method, token, () => {
      const document = server.documents.get(item.uri);
      const thing = thingSchema.safeParse(item.data);
      return document === undefined || !thing.success ? null : answer(document, thing.data);
    });
}

function outgoing(document: OpenDocument, thing: RelatedThing): CallHierarchyOutgoingCall[] {
  return relationsFrom(document.topology.topology, thing).flatMap((relation) => {
    const to = itemOf(document, relation.to, wordsAboutHelper(relation));
    return to === undefined ? [] : [{ to, fromRanges: rangesOf(document, relation) }];
  });
}

function incoming(document: OpenDocument, thing: RelatedThing): CallHierarchyIncomingCall[] {
  return relationsTo(document.topology.topology, thing).flatMap((relation) => {
    const from = itemOf(document, relation.from, wordsAboutHelped(relation));
    return from === undefined ? [] : [{ from, fromRanges: rangesOf(document, relation) }];
  });
}

function rangesOf({ text }: OpenDocument, { places }: Relation): CallHierarchyOutgoingCall['fromRanges'] {
  return places.map((place) => text.toRange(rangeOf(place)));
}

const kindWords: Readonly<Record<RelatedKind, string>> = {
  pool: 'Front End pool',
  edgePool: 'Edge pool',
  persistentChatPool: 'Persistent Chat pool',
  sqlInstance: 'SQL Server instance',
};

function itemOf(
  { uri, text, topology }: OpenDocument,
  thing: RelatedThing,
  detail: string,
): CallHierarchyItem | undefined {
  const place = placeOfThing(topology.topology, thing);
  if (place === undefined) return undefined;
  const kind = thing.kind === 'sqlInstance' ? SymbolKind.Field : SymbolKind.Module;
  const [range, selectionRange] = [text.toRange(place.range), text.toRange(place.selection)];
  return { name: thing.name, kind, detail, uri, range, selectionRange, data: thing };
}
