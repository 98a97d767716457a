/**
 * Where the users of a pool are served (domain B.10): at home, or on the backup pool.
 *
 * The state is a record with a generation, kept in the user databases of both pools and in the register; the highest
 * generation counts. A change is written to the register first, then to the backup pool's database, which must take it, then
 * to the home pool's as far as that can be reached: so a pool that comes back finds that its users were served elsewhere.
 */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { LyncTopologyError } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { PoolStatus } from '../status.ts';
import { type Deployment, findPool, partnerOf } from '../topology/model.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { poolFailedOver, poolFailingOver } from './errors.ts';
import type { Register } from './register.ts';
import { reachStore, readRecord, recordOrigin, writeRecord } from './storeRecords.ts';

const positionSchema = z.object({ epoch: z.number(), sequence: z.number(), checksum: z.string() });

const recordSchema = z.object({
  generation: z.number(),
  state: z.enum(['Normal', 'FailingOver', 'FailedOver', 'FailingBack']),
  /** FQDNs. */
  pool: z.string(),
  backup: z.string(),
  disaster: z.boolean(),
  /** ISO 8601, UTC. */
  since: z.string(),
  /** What the backup pool had imported of this pool's log when it began to serve its users. */
  imported: positionSchema.exactOptional(),
  /** They came home without the backup pool, which has not been told: what this pool had imported of its log then. */
  leftBehind: z.object({ imported: positionSchema.exactOptional() }).exactOptional(),
});
export type PoolFailover = z.infer<typeof recordSchema>;
export type PoolFailoverState = PoolFailover['state'];

export interface PoolFailovers {
  /** The state of now; `undefined` for a pool without a backup pool, or one that was never failed over. */
  of(pool: string): PoolFailover | undefined;
  stateOf(pool: string): PoolFailoverState;
  /** What the status of a pool says of it; `undefined` while its users are served at home. */
  statusOf(pool: string): PoolStatus['failover'];
  /** What the pool itself has to export is not the truth any more: its users are served elsewhere. */
  isServedElsewhere(pool: string): boolean;
  /** Whether the pool's clients may change rows of that home now. */
  serves(pool: string, home: string): boolean;
  /** Throws `pool-failing-over` or `pool-failed-over` when the pool itself takes no changes to that database now. */
  requireServes(pool: string, database: DatabaseName): void;
  /**
   * Durable when it returns. Throws when the database does not take it that must: the backup pool's, or the pool's own when
   * the backup pool is left behind. Safe to repeat.
   */
  enter(pool: string, state: PoolFailoverState, change?: StateChange): void;
  /** Its users came home without the backup pool, and that one's database still says, and holds, what it did then. */
  isLeftBehind(pool: string): boolean;
  /** Part of the commit that puts the backup pool's database right: it now says what the others do. */
  catchUp(pool: string, database: DatabaseSync): void;
}

type StateChange = Partial<Pick<PoolFailover, 'disaster' | 'imported' | 'leftBehind'>>;

export interface PoolFailoversOptions {
  readonly deployment: Deployment;
  readonly register: Register;
  readonly database: (pool: string, name: DatabaseName) => MirroredDatabase;
  readonly onChanged: (pool: string) => void;
}

export function openPoolFailovers(options: PoolFailoversOptions): PoolFailovers {
  const { deployment, register } = options;
  /** Once every store was asked, only this engine changes the states. */
  const known = new Map<string, PoolFailover | undefined>();

  function of(fqdn: string): PoolFailover | undefined {
    const pool = findPool(deployment, fqdn);
    const backup = partnerOf(deployment, fqdn);
    if (pool === undefined || backup === undefined) return undefined;
    if (known.has(pool.fqdn)) return known.get(pool.fqdn);
    const name = nameOf(pool.fqdn);
    const stores = [backup.fqdn, pool.fqdn].map((each) =>
      findPool(deployment, each)?.databases.User === undefined
        ? { value: undefined }
        : reachStore(options.database(each, 'rtcxds'), (database) => readRecord(database, name)),
    );
    const records = [register.read(name), ...stores.map(({ value }) => value)].flatMap((found) =>
      found === undefined ? [] : [recordSchema.parse(found)],
    );
    const [latest] = records.sort((one, other) => other.generation - one.generation);
    if (stores.every(({ error }) => error === undefined)) known.set(pool.fqdn, latest);
    return latest;
  }

  const stateOf = (pool: string): PoolFailoverState => of(pool)?.state ?? 'Normal';

  function enter(fqdn: string, state: PoolFailoverState, change: StateChange = {}): void {
    const pool = findPool(deployment, fqdn);
    const backup = partnerOf(deployment, fqdn);
    if (pool === undefined || backup === undefined) throw new Error(`${fqdn} is not paired`);
    const before = of(fqdn);
    const { leftBehind: _, ...kept } = before ?? { disaster: false };
    const record: PoolFailover = {
      ...kept,
      ...change,
      // Entered again after an interruption: the same generation, so that every store ends with the same.
      generation: before?.state === state ? before.generation : (before?.generation ?? 0) + 1,
      state,
      pool: pool.fqdn,
      backup: backup.fqdn,
      since: before?.state === state ? before.since : new Date().toISOString(),
    };
    known.delete(pool.fqdn);
    register.write(nameOf(pool.fqdn), record);
    const write = (at: string): void => {
      options
        .database(at, 'rtcxds')
        .commit(recordOrigin, (database) => writeRecord(database, nameOf(pool.fqdn), record));
    };
    // A failover that is called off moved nothing: the register says so, whatever the backup pool has been told.
    const callsOff = state === 'Normal' && (before === undefined || before.state === 'FailingOver');
    try {
      if (record.leftBehind !== undefined) {
        write(pool.fqdn);
        return;
      }
      if (callsOff) writeIfReached(() => write(backup.fqdn));
      else write(backup.fqdn);
      if (record.disaster && state === 'FailedOver') return;
      writeIfReached(() => write(pool.fqdn));
    } finally {
      for (const each of [pool.fqdn, backup.fqdn]) options.onChanged(each);
    }
  }

  return {
    of,
    stateOf,
    statusOf: (pool) => {
      const found = of(pool);
      if (found === undefined || found.state === 'Normal') return undefined;
      const { state, backup, disaster, since } = found;
      return { state, backup, disaster, since };
    },
    isServedElsewhere: (pool) => ['FailedOver', 'FailingBack'].includes(stateOf(pool)),
    serves: (pool, home) =>
      same(pool, home) || (same(pool, partnerOf(deployment, home)?.fqdn) && stateOf(home) === 'FailedOver'),
    requireServes: (pool, database) => {
      if (database === 'xds' || database === 'lis') return;
      const found = of(pool);
      if (found === undefined || found.state === 'Normal') return;
      if (found.state === 'FailedOver') throw poolFailedOver(pool, found.backup, database);
      throw poolFailingOver(pool, found.backup, found.state);
    },
    enter,
    isLeftBehind: (pool) => {
      const latest = of(pool);
      if (latest?.leftBehind === undefined) return false;
      const told = reachStore(options.database(latest.backup, 'rtcxds'), (database) =>
        readRecord(database, nameOf(pool)),
      );
      return told.value === undefined || recordSchema.parse(told.value).generation < latest.generation;
    },
    catchUp: (pool, database) => {
      const latest = of(pool);
      if (latest !== undefined) writeRecord(database, nameOf(latest.pool), latest);
    },
  };
}

/** A home pool that does not answer finds the record in the other places when it does. */
function writeIfReached(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof LyncTopologyError)) throw error;
  }
}

function nameOf(pool: string): string {
  return `failover:${pool.toLowerCase()}`;
}

function same(one: string, other: string | undefined): boolean {
  return one.toLowerCase() === other?.toLowerCase();
}
