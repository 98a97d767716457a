/** Opens a database of a pool: two files of two SQL instances that act as one, or a single file when no mirror is configured. */
import type { DataDirectory } from '../storage/layout.ts';
import type { SqlInstance } from '../topology/model.ts';
import type { DatabaseName, DatabaseType } from '../topology/vocabulary.ts';
import { type CommitMoment, commitChange } from './commit.ts';
import type { MirroredDatabase, SetUpOptions, SetUpOutcome } from './contract.ts';
import { describe } from './describe.ts';
import { mirrorBeingCopied } from './errors.ts';
import { type FailoverMoment, failOver, forceFailOver, forcing } from './failover.ts';
import { databaseIdentity, requireState, setSuspended } from './fileState.ts';
import type { InstanceHost } from './instances/host.ts';
import { entriesAfter, oldestSequence, sizesAfter } from './log.ts';
import { copyTo, maintainSession, type Upkeep, type UpkeepRequest } from './maintenance.ts';
import { createPartnership, type Partnership } from './partnership.ts';
import { createPlace, type PlaceDatabase } from './place.ts';
import { defaultLogPolicy, type LogPolicy, rememberReader } from './readers.ts';
import { beginSession, changeSafety, endSession, refusalOfEnd, refusalOfSetUp } from './session.ts';
import { sessionLinks } from './sessionLinks.ts';
import { supervise } from './supervise.ts';
import type { TakeoverMoment } from './takeover.ts';
import { openWitness } from './witness.ts';

export interface MirroredDatabaseOptions {
  readonly pool: string;
  readonly type: DatabaseType;
  readonly name: DatabaseName;
  readonly primary: SqlInstance;
  readonly mirror?: SqlInstance | undefined;
  /** Of no use without a mirror. */
  readonly witness?: SqlInstance | undefined;
  readonly dataDirectory: DataDirectory;
  /** Who holds the files of the instances; this process when absent. */
  readonly host?: InstanceHost | undefined;
  readonly logPolicy?: LogPolicy;
  /** Called at the moments between two durable steps; tests end the process there. */
  readonly reached?: (moment: CommitMoment | FailoverMoment | TakeoverMoment) => void;
}

/**
 * Opens the database; its files are opened when they are first needed, and a place that cannot be reached is an answer of the
 * methods, not of this function. What an interrupted commit or failover left is settled at the first use.
 */
export function openMirroredDatabase(options: MirroredDatabaseOptions): MirroredDatabase {
  const { pool, type, name, dataDirectory, host } = options;
  const common = { pool, name, dataDirectory, host };
  const { primary, mirror } = options;
  const witness = mirror === undefined ? undefined : options.witness;
  const partnership = createPartnership({
    label: `${name} of ${pool}`,
    primary: createPlace({ ...common, role: 'primary', instance: primary }),
    mirror: mirror === undefined ? undefined : createPlace({ ...common, role: 'mirror', instance: mirror }),
    witness:
      witness === undefined ? undefined : openWitness(dataDirectory, witness, databaseIdentity(pool, name), host),
    links: sessionLinks(dataDirectory, primary, mirror, witness),
  });
  const upkeep: Upkeep = { problem: undefined, copying: false, swept: new Set() };
  const reached = options.reached ?? (() => {});
  const oneAtATime = createQueue();
  const upkeepRequest = (signal: AbortSignal | undefined, through?: string): UpkeepRequest => ({
    partnership,
    upkeep,
    root: dataDirectory.root,
    policy: options.logPolicy ?? defaultLogPolicy,
    signal,
    through,
  });
  const maintain = (signal?: AbortSignal): Promise<void> => oneAtATime(() => maintainSession(upkeepRequest(signal)));
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
      return await oneAtATime(() => (failoverOptions.force === true ? forceFailOver(request) : failOver(request)));
    },
    forcing: (newPrincipal) => forcing(partnership, newPrincipal),
    supervise: (watch, partnerTimeout) =>
      oneAtATime(async () => supervise({ partnership, name, watch, now: performance.now(), partnerTimeout, reached })),
    resume: async () => {
      const { principal } = partnership.serving();
      if (!requireState(principal.database).suspended) return false;
      setSuspended(principal.database, false);
      partnership.forget();
      await maintain();
      return true;
    },
    setUp: (how) => oneAtATime(() => setUp(upkeepRequest(how.signal, how.through), how)),
    settingUp: (dropExisting) => refusalOfSetUp(partnership, dropExisting),
    endMirroring: (dropExisting) => oneAtATime(async () => endSession(partnership, dropExisting)),
    ending: (dropExisting) => refusalOfEnd(partnership, dropExisting),
    setSafety: (safety) =>
      oneAtATime(async () => {
        const changed = changeSafety(partnership, safety);
        if (changed) await maintainSession(upkeepRequest(undefined));
        return changed;
      }),
    maintain,
    [Symbol.dispose]: () => partnership[Symbol.dispose](),
  };
}

/** See `MirroredDatabase.setUp`. */
async function setUp(request: UpkeepRequest, { dropExisting }: SetUpOptions): Promise<SetUpOutcome> {
  const { partnership, upkeep } = request;
  const refused = refusalOfSetUp(partnership, dropExisting);
  if (refused !== undefined) throw refused;
  const begun = beginSession(partnership, dropExisting);
  const { principal } = partnership.serving();
  const resumed = requireState(principal.database).suspended;
  if (resumed) setSuspended(principal.database, false);
  partnership.forget();
  if (dropExisting && !begun) await copyTo(request, partnership.serving());
  await maintainSession(request);
  if ((begun || dropExisting) && upkeep.problem !== undefined) throw upkeep.problem;
  return { resumed, begun: begun || dropExisting };
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
