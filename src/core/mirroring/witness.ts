/**
 * The witness of mirroring sessions: an instance of its own that remembers, for every session, which place it last
 * acknowledged as the principal, of which epoch, and whether that principal said that its mirror has every commit.
 *
 * What it remembers lies in its own server's folder, one row per session, and changes only forward: a principal is
 * acknowledged if its epoch is not older, a promotion is granted once per epoch. Whoever was granted the next epoch is the
 * principal; the former one finds that out before it acknowledges anything that its mirror does not have.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LyncTopologyError } from '../errors.ts';
import { serverError } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { migrate } from '../storage/migrations.ts';
import { assertInside } from '../storage/names.ts';
import { type Database, openDatabase } from '../storage/sqlite.ts';
import { type SqlInstance, sqlInstanceName } from '../topology/model.ts';
import { asLyncError } from './asLyncError.ts';
import { type InstanceHost, inThisProcess } from './instances/host.ts';
import type { PlaceRole } from './roles.ts';

export interface WitnessRecord {
  readonly history: string;
  readonly epoch: number;
  readonly principal: PlaceRole;
  /** The principal said so; it takes it back before it acknowledges a commit that the mirror does not have. */
  readonly synchronised: boolean;
  /** The role of this epoch was granted accepting a loss. */
  readonly forced: boolean;
}

export interface Witness extends Disposable {
  readonly server: string;
  /** `server\INSTANCE` */
  readonly instance: string;
  /** What it remembers of the session, or why it cannot be asked. Never throws. */
  ask(): WitnessAnswer;
  /** The principal of an epoch says how it stands. False when the witness knows a later principal, or another of that epoch. */
  acknowledge(record: Omit<WitnessRecord, 'forced'>): boolean;
  /** Lets a mirror of an epoch be the principal of the next, once. False when the session has moved on or is not as asked. */
  grant(request: GrantRequest): boolean;
  /** For a database that is made anew: what the witness remembers is of another. */
  forget(): void;
}

export type WitnessAnswer =
  /** `record` is absent while no principal has ever told the witness of the session. */
  | { readonly record: WitnessRecord | undefined; readonly error?: never }
  | { readonly record?: never; readonly error: LyncTopologyError };

export interface GrantRequest {
  readonly history: string;
  /** Of the mirror that asks. */
  readonly epoch: number;
  readonly candidate: PlaceRole;
  /** False: only when the witness knows the session as synchronised. */
  readonly forced: boolean;
}

const component = {
  name: 'witness',
  migrations: [
    `create table witness_sessions (
       name text primary key, history text not null, epoch integer not null,
       principal text not null check (principal in ('primary', 'mirror')), synchronised integer not null,
       forced integer not null
     ) strict, without rowid;`,
  ],
} as const;

/** Opens what the witness remembers of one session; `name` as in the databases' files. */
export function openWitness(
  dataDirectory: DataDirectory,
  instance: SqlInstance,
  name: string,
  host: InstanceHost = inThisProcess,
): Witness {
  const label = `the witness ${sqlInstanceName(instance)}`;
  const file = witnessFile(dataDirectory, instance);
  let open: { readonly database: Database; readonly identity: string } | undefined;
  const close = (): void => {
    open?.database[Symbol.dispose]();
    open = undefined;
  };
  const database = (): Database => {
    const error = serverError(dataDirectory, instance.server) ?? host.problem(instance);
    const identity = `${identityOf(file)} ${host.incarnation(instance)}`;
    if (error !== undefined || open?.identity !== identity) close();
    if (error !== undefined) throw error;
    if (open !== undefined) return open.database;
    assertInside(dataDirectory.root, file);
    const opened = host.open(instance, file, label);
    try {
      migrate(opened, component);
    } catch (cause) {
      opened[Symbol.dispose]();
      throw cause;
    }
    open = { database: opened, identity };
    return opened;
  };
  return {
    server: instance.server,
    instance: sqlInstanceName(instance),
    ask: () => {
      try {
        return { record: readRecord(database(), name) };
      } catch (error) {
        close();
        return { error: asLyncError(error, label) };
      }
    },
    acknowledge: (record) => acknowledge(database(), name, record),
    grant: (request) => grant(database(), name, request),
    forget: () => {
      const opened = database();
      opened.run(() => opened.statement('delete from witness_sessions where name = ?').run(name));
    },
    [Symbol.dispose]: close,
  };
}

/** Makes the witness's file when there is none. Throws what keeps it from being written. */
export function createWitnessFile(dataDirectory: DataDirectory, instance: SqlInstance): void {
  const file = witnessFile(dataDirectory, instance);
  assertInside(dataDirectory.root, file);
  mkdirSync(dirname(file), { recursive: true });
  using database = openDatabase(file, { label: `the witness ${sqlInstanceName(instance)}`, create: true });
  migrate(database, component);
}

function witnessFile(dataDirectory: DataDirectory, instance: SqlInstance): string {
  return join(dataDirectory.instanceFolder(instance), 'mirroring-witness.db');
}

function readRecord(database: Database, name: string): WitnessRecord | undefined {
  const row = database.run(() =>
    database
      .statement('select history, epoch, principal, synchronised, forced from witness_sessions where name = ?')
      .get(name),
  );
  if (row === undefined) return undefined;
  return {
    history: String(row['history']),
    epoch: Number(row['epoch']),
    principal: row['principal'] === 'mirror' ? 'mirror' : 'primary',
    synchronised: row['synchronised'] === 1,
    forced: row['forced'] === 1,
  };
}

/** One statement is one transaction: two that tell at the same moment are told apart by what is stored. */
function acknowledge(database: Database, name: string, record: Omit<WitnessRecord, 'forced'>): boolean {
  const { history, epoch, principal, synchronised } = record;
  const { changes } = database.run(() =>
    database
      .statement(
        `insert into witness_sessions values (?, ?, ?, ?, ?, 0) on conflict do update set
         epoch = excluded.epoch, principal = excluded.principal, synchronised = excluded.synchronised,
         forced = case when epoch = excluded.epoch then forced else 0 end
         where history = excluded.history
         and (epoch < excluded.epoch or (epoch = excluded.epoch and principal = excluded.principal))`,
      )
      .run(name, history, epoch, principal, synchronised ? 1 : 0),
  );
  return changes === 1;
}

function grant(database: Database, name: string, request: GrantRequest): boolean {
  const { history, epoch, candidate, forced } = request;
  const { changes } = database.run(() =>
    database
      .statement(
        `update witness_sessions set epoch = epoch + 1, principal = ?, synchronised = 0, forced = ?
         where name = ? and history = ? and epoch = ? and principal <> ? and (? = 1 or synchronised = 1)`,
      )
      .run(candidate, forced ? 1 : 0, name, history, epoch, candidate, forced ? 1 : 0),
  );
  return changes === 1;
}

function identityOf(file: string): string {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.dev} ${stats.ino} ${stats.birthtimeMs}`;
  } catch {
    return '';
  }
}
