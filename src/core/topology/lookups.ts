/**
 * What a check looks up around the thing that it checks, so that it is run again only when it would find something else: a
 * key in the description of one SQL server concerns the pools that use this server, and no others.
 */
import type { NamedFacts } from './resolved/facts.ts';
import type { Names } from './resolved/topology.ts';
import type { Surroundings } from './rules/rule.ts';

/** One thing that was looked up, and what was found. */
interface Lookup {
  readonly found: unknown;
  readonly again: (around: Surroundings) => unknown;
}

export type Lookups = readonly Lookup[];

/** Surroundings that write down what is looked up in them. */
export function recording(around: Surroundings, lookups: Lookup[]): Surroundings {
  const record = <Found>(again: (around: Surroundings) => Found): Found => {
    const found = again(around);
    lookups.push({ found, again });
    return found;
  };
  return {
    sites: recordingNames(record, ({ sites }) => sites),
    sqlServers: recordingNames(record, ({ sqlServers }) => sqlServers),
    availabilityGroups: recordingNames(record, ({ availabilityGroups }) => availabilityGroups),
    isDoubtful: (section) => record(({ isDoubtful }) => isDoubtful(section)),
  };
}

/** Whether everything that was looked up would be found again as it was. */
export function holds(lookups: Lookups, around: Surroundings): boolean {
  return lookups.every(({ found, again }) => again(around) === found);
}

type Record = <Found>(again: (around: Surroundings) => Found) => Found;

function recordingNames<Facts extends NamedFacts>(
  record: Record,
  of: (around: Surroundings) => Names<Facts>,
): Names<Facts> {
  return {
    get all() {
      return record((around) => of(around).all);
    },
    get keys() {
      return record((around) => of(around).keys);
    },
    get: (name) => recordName(record, of, name.toLowerCase()),
    getLower: (lower) => recordName(record, of, lower),
  };
}

/** In lower case already: a lookup is repeated much more often than made. */
function recordName<Facts extends NamedFacts>(
  record: Record,
  of: (around: Surroundings) => Names<Facts>,
  lower: string,
): Facts | undefined {
  return record((around) => of(around).getLower(lower));
}
