/** What rules ask about the server of a SQL Server instance. */
import type { SqlInstance } from '../model.ts';
import type { SqlServerFacts } from '../resolved/facts.ts';
import type { Place } from '../syntax/nodes.ts';

/** A fact about the server of an instance, as text for comparison and for people. */
export interface ServerFact {
  readonly value: string;
  /** Absent where the fact follows from a name. */
  readonly place: Place | undefined;
}

export type ReadServer = (instance: SqlInstance, facts: SqlServerFacts | undefined) => ServerFact | undefined;

/** The Active Directory domain of a server: the one that is given, or else the DNS suffix of its name. */
export const readDomain: ReadServer = ({ server }, facts) => {
  if (facts?.domain !== undefined) return facts.domain;
  const suffix = dnsSuffix(server);
  return suffix === undefined ? undefined : { value: suffix, place: undefined };
};

/** What stands behind the first dot of a name, or undefined where it has none. */
export function dnsSuffix(name: string): string | undefined {
  const dot = name.indexOf('.');
  return dot === -1 ? undefined : name.slice(dot + 1);
}

/** The year in the name of a version, `2008 R2` and `SQL Server 2016 SP2` included; nothing where there is none. */
export function yearOf(version: string): number | undefined {
  const [year] = /\b20\d\d\b/.exec(version) ?? [];
  return year === undefined ? undefined : Number(year);
}

export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
