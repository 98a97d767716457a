/**
 * What a check looks up around the thing that it checks, so that it is run again only when it would find something else: a
 * key in the description of one SQL server concerns the pools that use this server, and no others.
 */
import type { NamedFacts } from './resolved/facts.ts';
import type { Names } from './resolved/topology.ts';
import type { Surroundings } from './rules/rule.ts';

type Section = Exclude<keyof Surroundings, 'isDoubtful'>;

/** One thing that was looked up, and what was found. Data alone: a function would keep the surroundings of then alive. */
type Lookup =
  | { readonly kind: 'name'; readonly section: Section; readonly lower: string; readonly found: unknown }
  | { readonly kind: 'all' | 'keys'; readonly section: Section; readonly found: unknown }
  | { readonly kind: 'doubt'; readonly section: string; readonly found: unknown };

export type Lookups = readonly Lookup[];

/** Surroundings that write down what is looked up in them. */
export function recording(around: Surroundings, lookups: Lookup[]): Surroundings {
  return {
    sites: recordingNames(around.sites, 'sites', lookups),
    sqlServers: recordingNames(around.sqlServers, 'sqlServers', lookups),
    availabilityGroups: recordingNames(around.availabilityGroups, 'availabilityGroups', lookups),
    isDoubtful: (section) => {
      const found = around.isDoubtful(section);
      lookups.push({ kind: 'doubt', section, found });
      return found;
    },
  };
}

/** Whether everything that was looked up would be found again as it was. */
export function holds(lookups: Lookups, around: Surroundings): boolean {
  return lookups.every((lookup) => again(lookup, around) === lookup.found);
}

function again(lookup: Lookup, around: Surroundings): unknown {
  switch (lookup.kind) {
    case 'name':
      return around[lookup.section].getLower(lookup.lower);
    case 'doubt':
      return around.isDoubtful(lookup.section);
    default:
      return around[lookup.section][lookup.kind];
  }
}

function recordingNames<Facts extends NamedFacts>(
  names: Names<Facts>,
  section: Section,
  lookups: Lookup[],
): Names<Facts> {
  const getLower = (lower: string): Facts | undefined => {
    const found = names.getLower(lower);
    lookups.push({ kind: 'name', section, lower, found });
    return found;
  };
  return {
    get all() {
      lookups.push({ kind: 'all', section, found: names.all });
      return names.all;
    },
    get keys() {
      lookups.push({ kind: 'keys', section, found: names.keys });
      return names.keys;
    },
    get: (name) => getLower(name.toLowerCase()),
    getLower,
  };
}
