/** What a Persistent Chat pool says about itself, each fact with its place. */
import type { SqlInstance, UncPath } from '../model.ts';
import { type Entry, findEntry, type Place } from '../syntax/nodes.ts';
import { parseSqlInstance, parseUncPath } from '../values.ts';
import type { DatabaseType } from '../vocabulary.ts';
import {
  booleanFact,
  entriesOf,
  type Fact,
  type NextHopFacts,
  nextHopFacts,
  type PlacementFacts,
  parsedFact,
  perEntry,
  placement,
  textFact,
  valueAt,
} from './facts.ts';

export interface ChatPoolFacts extends NextHopFacts {
  readonly servers: readonly ChatServerFacts[];
  readonly logShippingShare: Fact<UncPath> | undefined;
  /** Whether something is written there, understood or not. */
  readonly hasLogShippingShareKey: boolean;
  readonly databases: readonly StretchedPlacementFacts[];
}

export interface ChatServerFacts {
  readonly name: string;
  readonly key: Place;
  readonly site: Fact<string> | undefined;
  readonly active: Fact<boolean> | undefined;
}

/** A placement with its log-shipping secondary in the other site, and the mirror of that. */
export interface StretchedPlacementFacts extends PlacementFacts {
  readonly backup: Fact<SqlInstance> | undefined;
  readonly backupMirror: Fact<SqlInstance> | undefined;
  /** Whether something is written there, understood or not. */
  readonly hasBackupKey: boolean;
}

export const chatPoolFacts: (entry: Entry) => ChatPoolFacts = perEntry((entry) => ({
  ...nextHopFacts(entry),
  servers: entriesOf(valueAt(entry.value, 'servers')).map(serverOf),
  logShippingShare: parsedFact(entry.value, 'logShippingShare', parseUncPath),
  hasLogShippingShareKey: findEntry(entry.value, 'logShippingShare') !== undefined,
  databases: entriesOf(valueAt(entry.value, 'databases')).flatMap(placementOf),
}));

function serverOf({ name, key, value }: Entry): ChatServerFacts {
  return { name, key, site: textFact(value, 'site'), active: booleanFact(value, 'active') };
}

const types: readonly DatabaseType[] = ['PersistentChat', 'PersistentChatCompliance'];

function placementOf(entry: Entry): readonly StretchedPlacementFacts[] {
  const type = types.find((candidate) => candidate === entry.name);
  if (type === undefined) return [];
  return [
    {
      ...placement(type, entry),
      backup: parsedFact(entry.value, 'backup', parseSqlInstance),
      backupMirror: parsedFact(entry.value, 'backupMirror', parseSqlInstance),
      hasBackupKey: findEntry(entry.value, 'backup') !== undefined,
    },
  ];
}
