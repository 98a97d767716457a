/**
 * What the file of each place knows about the mirroring session. Roles are facts of the files, never of a process:
 *
 * 1. `role` and `epoch` say who serves. The epoch grows by one with every change of the principal, and the new principal's
 *    file is written before the old one's, so the highest epoch that is a principal is right, and a lower one is fenced.
 * 2. `pendingFailover` is durable on the principal before the mirror may be promoted. A principal with that mark that cannot
 *    see its partner does not serve: the partner may have been promoted.
 * 3. `redone` of a mirror never passes what the principal has committed, so whatever the mirror holds beyond the principal
 *    can be cut off again.
 * 4. The last row of the log is the position; rows, log and position of the principal are one transaction.
 */
import { randomUUID } from 'node:crypto';
import { LyncTopologyError } from '../errors.ts';
import { migrate } from '../storage/migrations.ts';
import { databaseSchema } from '../storage/schemas.ts';
import type { Database } from '../storage/sqlite.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import type { LogPosition } from './contract.ts';

export type Role = 'principal' | 'mirror';

/** How a mirror that sees no principal asks for the role: with every commit on its disk, or accepting that some are lost. */
export type Vow = '' | 'automatic' | 'forced';

/** `off`: a commit is acknowledged without waiting for the mirror (domain C.6, high-performance mode). */
export type Safety = 'full' | 'off';

export interface FileState {
  /** Which database this is; see `databaseIdentity`. */
  readonly database: string;
  /** Drawn when the database was created: files of different histories have nothing in common. */
  readonly history: string;
  readonly role: Role;
  /** Of the role, not of the last commit. */
  readonly epoch: number;
  readonly pendingFailover: boolean;
  /** The last log entry whose changes are in the rows; on a principal that is always the position. */
  readonly redone: number;
  /** On a principal: what the mirror is known to have hardened, so that the log is kept for it while it is away. */
  readonly partnerHardened: number;
  /** On a mirror: it has asked the witness for a promotion, and hardens nothing for the principal of its epoch any more. */
  readonly vow: Vow;
  /** On a principal after a forced failover: the mirror is not sent anything until somebody resumes the session. */
  readonly suspended: boolean;
  /** On a principal: the witness may believe, for this epoch, that the mirror has every commit. */
  readonly witnessTold: boolean;
  /** Mirroring was removed on purpose: neither file takes the other for its partner until it is set up again. */
  readonly ended: boolean;
  readonly safety: Safety;
  readonly position: LogPosition;
}

const component = {
  name: 'mirroring',
  migrations: [
    `create table mirroring_state (
       id integer primary key check (id = 1), database text not null, history text not null,
       role text not null check (role in ('principal', 'mirror')), epoch integer not null,
       pendingFailover integer not null, redone integer not null, partnerHardened integer not null
     ) strict;
     create table mirroring_log (
       sequence integer primary key, epoch integer not null, checksum text not null, origin text not null,
       rows integer not null, changeset blob not null, time text not null
     ) strict;
     create table mirroring_readers (name text primary key, sequence integer not null) strict, without rowid;`,
    `alter table mirroring_state add column vow text not null default '' check (vow in ('', 'automatic', 'forced'));
     alter table mirroring_state add column suspended integer not null default 0;
     alter table mirroring_state add column witnessTold integer not null default 0;
     create table mirroring_losses (
       epoch integer not null, sequence integer not null, number integer not null, place text not null,
       time text not null, origin text not null, operation text not null, tableName text not null, rowKey text not null,
       primary key (epoch, sequence, number)
     ) strict, without rowid;`,
    `alter table mirroring_state add column ended integer not null default 0;
     alter table mirroring_state add column safety text not null default 'full' check (safety in ('full', 'off'));`,
  ],
} as const;

/** The checksum that the chain of a history begins with. */
function firstChecksum(history: string): string {
  return history.replaceAll('-', '');
}

/** Brings the tables of an existing file up to date. Throws `data-directory-newer`. */
export function migrateFile(database: Database, name: DatabaseName): void {
  migrate(database, component);
  migrate(database, databaseSchema(name));
}

/** Names of pools do not depend on case. */
export function databaseIdentity(pool: string, name: DatabaseName): string {
  return `${pool.toLowerCase()}/${name}`;
}

/** Makes an empty file the principal of a new history. */
export function initializeFile(database: Database, pool: string, name: DatabaseName): void {
  migrateFile(database, name);
  const history = randomUUID();
  database.transaction(() => {
    database
      .statement(
        `insert into mirroring_state (id, database, history, role, epoch, pendingFailover, redone, partnerHardened)
         values (1, ?, ?, 'principal', 1, 0, 0, 0)`,
      )
      .run(databaseIdentity(pool, name), history);
    database
      .statement("insert into mirroring_log values (0, 1, ?, '', 0, x'', ?)")
      .run(firstChecksum(history), new Date().toISOString());
  });
}

const stateQuery = `select s.database, s.history, s.role, s.epoch, s.pendingFailover, s.redone, s.partnerHardened,
  s.vow, s.suspended, s.witnessTold, s.ended, s.safety,
  l.epoch as logEpoch, l.sequence, l.checksum
  from mirroring_state s join mirroring_log l on l.sequence = (select max(sequence) from mirroring_log)`;

/** `undefined` when the file holds no state, which only damage explains. */
function readState(database: Database): FileState | undefined {
  const row = database.run(() => database.statement(stateQuery).get());
  if (row === undefined) return undefined;
  return {
    database: String(row['database']),
    history: String(row['history']),
    role: row['role'] === 'principal' ? 'principal' : 'mirror',
    epoch: Number(row['epoch']),
    pendingFailover: row['pendingFailover'] === 1,
    redone: Number(row['redone']),
    partnerHardened: Number(row['partnerHardened']),
    vow: vowOf(row['vow']),
    suspended: row['suspended'] === 1,
    witnessTold: row['witnessTold'] === 1,
    ended: row['ended'] === 1,
    safety: row['safety'] === 'off' ? 'off' : 'full',
    position: {
      epoch: Number(row['logEpoch']),
      sequence: Number(row['sequence']),
      checksum: String(row['checksum']),
    },
  };
}

/** The state of an open file, which was looked at when it was opened. Throws `database-corrupt` when it is gone. */
export function requireState(database: Database): FileState {
  const state = readState(database);
  if (state !== undefined) return state;
  throw new LyncTopologyError({
    code: 'database-corrupt',
    kind: 'failed',
    object: database.label,
    message: `The file of ${database.label} holds no state of its mirroring session.`,
    remedy:
      'Move the file away: a mirror is made anew from its principal; a principal must be brought back from a copy.',
  });
}

/** On the principal: announces, durably, that the mirror may be promoted from now on. */
export function setPendingFailover(database: Database, pending: boolean): void {
  database.run(() => database.statement('update mirroring_state set pendingFailover = ?').run(pending ? 1 : 0));
}

/**
 * Makes a mirror that has redone its whole log the principal of a new epoch: the moment at which the roles change, unless the
 * witness has granted it before. `suspended` after a forced failover.
 */
export function promote(database: Database, epoch: number, suspended = false): void {
  database.run(() =>
    database
      .statement(
        `update mirroring_state set role = 'principal', epoch = ?, pendingFailover = 0, vow = '', suspended = ?,
         witnessTold = 0, partnerHardened = (select max(sequence) from mirroring_log)`,
      )
      .run(epoch, suspended ? 1 : 0),
  );
}

/** Makes a file the mirror of the principal of that epoch. The rows of a former principal hold its whole log. */
export function demote(database: Database, epoch: number): void {
  database.run(() =>
    database
      .statement(
        `update mirroring_state set redone = case role when 'principal' then (select max(sequence) from mirroring_log)
         else redone end, role = 'mirror', epoch = ?, pendingFailover = 0, vow = '', suspended = 0, witnessTold = 0,
         ended = 0`,
      )
      .run(epoch),
  );
}

/** On a mirror, durable before the witness is asked: from now on it hardens nothing for the principal of its epoch. */
export function setVow(database: Database, vow: Vow): void {
  database.run(() => database.statement('update mirroring_state set vow = ?').run(vow));
}

/** On the principal: whether commits go to the mirror again. */
export function setSuspended(database: Database, suspended: boolean): void {
  database.run(() => database.statement('update mirroring_state set suspended = ?').run(suspended ? 1 : 0));
}

/** On the principal: true before the witness is told that the mirror is synchronised, false after it was told otherwise. */
export function setWitnessTold(database: Database, told: boolean): void {
  database.run(() => database.statement('update mirroring_state set witnessTold = ?').run(told ? 1 : 0));
}

/** On either file: mirroring is removed, and neither waits for the other any more. */
export function setEnded(database: Database): void {
  database.run(() =>
    database.statement("update mirroring_state set ended = 1, suspended = 0, pendingFailover = 0, vow = ''").run(),
  );
}

/** On the principal: mirroring begins again, in an epoch that no file and no witness of the former session knows. */
export function setBegun(database: Database, epoch: number): void {
  database.run(() =>
    database
      .statement(
        `update mirroring_state set ended = 0, epoch = ?, suspended = 0, witnessTold = 0,
         partnerHardened = (select max(sequence) from mirroring_log)`,
      )
      .run(epoch),
  );
}

export function setSafety(database: Database, safety: Safety): void {
  database.run(() => database.statement('update mirroring_state set safety = ?').run(safety));
}

export function setRedone(database: Database, sequence: number): void {
  database.statement('update mirroring_state set redone = ?').run(sequence);
}

export function setPartnerHardened(database: Database, sequence: number): void {
  database.run(() => database.statement('update mirroring_state set partnerHardened = ?').run(sequence));
}

export function samePosition(left: LogPosition, right: LogPosition): boolean {
  return left.sequence === right.sequence && left.checksum === right.checksum;
}

function vowOf(stored: unknown): Vow {
  return stored === 'automatic' || stored === 'forced' ? stored : '';
}
