/** The three links of a session: between the partners, and of each of them with the witness (domain C.6). */
import type { DataDirectory } from '../storage/layout.ts';
import { type Link, linkBetween } from '../storage/links.ts';
import { createCommitDelay, slowWays } from '../storage/slowness.ts';
import type { SqlInstance } from '../topology/model.ts';
import type { PlaceRole } from './roles.ts';

export interface SessionLinks {
  readonly partners: Link;
  readonly toWitness: Readonly<Record<PlaceRole, Link>>;
  /** Waits as long as slow servers and the slow link between them keep a commit waiting; of one place alone where no other follows. */
  readonly delay: { readonly both: () => void; readonly alone: Readonly<Record<PlaceRole, () => void>> };
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
    delay: {
      both: createCommitDelay(slowWays(dataDirectory, primary.server, mirror?.server)),
      alone: {
        primary: createCommitDelay(slowWays(dataDirectory, primary.server, undefined)),
        mirror: createCommitDelay(slowWays(dataDirectory, (mirror ?? primary).server, undefined)),
      },
    },
  };
}
