/** A client that commits while links are cut, servers stop, and roles change by hand, by themselves and by force: seeded. */
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/lab/random.ts';
import type { MirroredDatabase, Watch } from '../../../src/core/mirroring/contract.ts';
import { markStarted, markStopped } from '../../../src/core/storage/availability.ts';
import type { DataDirectory } from '../../../src/core/storage/layout.ts';
import { cutLink, mendLink } from '../../../src/core/storage/links.ts';
import { mirror, primary, setNotes, witness } from './pair.ts';

export interface Turmoil {
  /** Does one thing. Throws only what the product must not throw. */
  step(): Promise<void>;
  readonly changes: { readonly manual: number; readonly automatic: number; readonly forced: number };
}

const users = 12;
const servers = [primary.server, mirror.server, witness.server] as const;
const links = [
  [primary.server, mirror.server],
  [primary.server, witness.server],
  [mirror.server, witness.server],
] as const;

/** `write` gets what a client writes down, as `parseHistory` reads it. `first` is the number of the last attempt before. */
export function createTurmoil(
  database: MirroredDatabase,
  dataDirectory: DataDirectory,
  seed: string,
  first: number,
  write: (line: object) => void,
): Turmoil {
  const random = createRandom(seed);
  const watch: Watch = { together: false, lost: undefined };
  const changes = { manual: 0, automatic: 0, forced: 0 };
  let number = first;

  function commit(): void {
    number += 1;
    const user = `user${number % users}`;
    write({ attempt: { number, user } });
    try {
      const { epoch, sequence } = setNotes(database, { [user]: String(number), counter: String(number) });
      write({ answer: 'acknowledged', number, position: { epoch, sequence } });
    } catch (error) {
      const unknown = !(error instanceof LyncTopologyError) || error.code === 'commit-unknown';
      write({ answer: unknown ? 'unknown' : 'refused', number });
      throw error;
    }
  }

  async function failOver(force: boolean): Promise<void> {
    const outcome = await database.failOver(random.pick(['primary', 'mirror'] as const), { force });
    changes[outcome.forced === true ? 'forced' : 'manual'] += 1;
  }

  async function act(): Promise<void> {
    const chance = random.next();
    if (chance < 0.45) commit();
    else if (chance < 0.52) cutLink(dataDirectory, ...random.pick(links));
    else if (chance < 0.63) mendLink(dataDirectory, ...random.pick(links));
    else if (chance < 0.66) markStopped(dataDirectory, random.pick(servers));
    else if (chance < 0.74) markStarted(dataDirectory, random.pick(servers));
    else if (chance < 0.84) changes.automatic += typeof (await database.supervise(watch, 0)) === 'object' ? 1 : 0;
    else if (chance < 0.88) await failOver(false);
    else if (chance < 0.91) await failOver(true);
    else if (chance < 0.94) await database.resume();
    else await database.maintain();
  }

  return {
    changes,
    step: () =>
      act().catch((error: unknown) => {
        if (!(error instanceof LyncTopologyError)) throw error;
      }),
  };
}

/** Everything runs and reaches everything, and mirroring goes on. */
export async function settle(database: MirroredDatabase, dataDirectory: DataDirectory): Promise<void> {
  for (const link of links) mendLink(dataDirectory, ...link);
  for (const server of servers) markStarted(dataDirectory, server);
  await database.maintain();
  await database.resume();
  await database.maintain();
}
