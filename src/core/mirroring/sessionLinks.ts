/** The three links of a session: between the partners, and of each of them with the witness (domain C.6). */
import type { DataDirectory } from '../storage/layout.ts';
import { type Link, linkBetween } from '../storage/links.ts';
import type { SqlInstance } from '../topology/model.ts';
import type { PlaceRole } from './roles.ts';

export interface SessionLinks {
  readonly partners: Link;
  readonly toWitness: Readonly<Record<PlaceRole, Link>>;
}

const absent: Link = { isUp: () => true };

/** Links to what the topology does not name are never looked at. */
export function sessionLinks(
  dataDirectory: DataDirectory,
  primary: SqlInstance,
  mirror: SqlInstance | undefined,
  witness: SqlInstance | undefined,
): SessionLinks {
  const between = (left: SqlInstance | undefined, right: SqlInstance | undefined): Link =>
    left === undefined || right === undefined ? absent : linkBetween(dataDirectory, left.server, right.server);
  return {
    partners: between(primary, mirror),
    toWitness: { primary: between(primary, witness), mirror: between(mirror, witness) },
  };
}
