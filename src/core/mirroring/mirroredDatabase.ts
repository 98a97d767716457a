/** Opens a database of a pool: two files of two SQL instances that act as one, or a single file when no mirror is configured. */
import type { DataDirectory } from '../storage/layout.ts';
import type { SqlInstance } from '../topology/model.ts';
import type { DatabaseName, DatabaseType } from '../topology/vocabulary.ts';
import { type CommitMoment, commitChange } from './commit.ts';
import type { MirroredDatabase } from './contract.ts';
import { describe } from './describe.ts';
import { mirrorBeingCopied } from './errors.ts';
import { type FailoverMoment, failOver } from './failover.ts';
import { requireState } from './fileState.ts';
import { entriesAfter, oldestSequence, sizesAfter } from './log.ts';
import { maintainSession, type Upkeep } from './maintenance.ts';
import { createPartnership, type Partnership } from './partnership.ts';
import { createPlace, type PlaceDatabase } from './place.ts';
import { defaultLogPolicy, type LogPolicy, rememberReader } from './readers.ts';

export interface MirroredDatabaseOptions {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly name: DatabaseName;
  readonly primary: SqlInstance;
  readonly mirror?: SqlInstance | undefined;
  readonly dataDirectory: DataDirectory;
  readonly logPolicy?: LogPolicy;
  /** Called at the moments between two durable steps; tests end the process there. */
  readonly reached?: (moment: CommitMoment | FailoverMoment) => void;
}

/**
 * Opens the database; its files are opened when they are first needed, and a place that cannot be reached is an answer of the
 * methods, not of this function. What an interrupted commit or failover left is settled at the first use.
 */
export function openMirroredDatabase(options: MirroredDatabaseOptions): MirroredDatabase {
  const { pool, type, name, dataDirectory } = options;
  const common = { pool, name, dataDirectory };
  const partnership = createPartnership(
    `${name} of ${pool}`,
    createPlace({ ...common, role: 'primary', instance: options.primary }),
    options.mirror === undefined ? undefined : createPlace({ ...common, role: 'mirror', instance: options.mirror }),
  );
  const upkeep: Upkeep = { problem: undefined, copying: false, swept: new Set() };
  const reached = options.reached ?? (() => {});
  const oneAtATime = createQueue();
  return {
    pool,
    type,
    name,
    commit: (origin, change) => commitChange(partnership, origin, change, reached),
    read: (query) => {
      const { database } = partnership.serving().principal;
      return database.run((connection) => database.guard.reading(() => query(connection)));
    },
    position: () => requireState(partnership.serving().principal.database).position,
    logAfter: (sequence, limit) =>
      readLog(partnership, sequence, (database) => entriesAfter(database, sequence, limit)),
    logSizesAfter: (sequence, limit) =>
      readLog(partnership, sequence, (database) => sizesAfter(database, sequence, limit)),
    retainLog: (reader, sequence) => rememberReader(partnership.serving().principal.database, reader, sequence),
    status: () => describe({ pool, type, name }, partnership, upkeep),
    failOver: async (newPrincipal, failoverOptions) => {
      // A copy may take long: better told now than after it.
      if (upkeep.copying) throw mirrorBeingCopied(partnership.label);
      const request = { partnership, name, newPrincipal, options: failoverOptions, reached };
      return await oneAtATime(() => failOver(request));
    },
    maintain: (signal) =>
      oneAtATime(() =>
        maintainSession({
          partnership,
          upkeep,
          root: dataDirectory.root,
          policy: options.logPolicy ?? defaultLogPolicy,
          signal,
        }),
      ),
    [Symbol.dispose]: () => partnership[Symbol.dispose](),
  };
}

/** `undefined` when the log does not hold what follows the sequence. */
function readLog<T>(partnership: Partnership, sequence: number, read: (database: PlaceDatabase) => T): T | undefined {
  const { database } = partnership.serving().principal;
  const reachesBack = sequence >= oldestSequence(database) && sequence <= requireState(database).position.sequence;
  return reachesBack ? read(database) : undefined;
}

/** Runs one piece of work after the other: a failover and the upkeep of the same session do not meet. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => {});
    return next;
  };
}
