/** What is on record of Persistent Chat pools in the engine's database, apart from either site. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { translated } from '../engine/translated.ts';
import type { Component } from '../storage/migrations.ts';
import type { PersistentChatPool } from '../topology/model.ts';
import type { ChatMessage, ChatPoolState, UnshippedMessage } from './contract.ts';

export const persistentChatComponent: Component = {
  name: 'persistent_chat',
  migrations: [
    `create table persistent_chat_pool (
       pool text primary key, state text not null check (state in ('Normal', 'FailedOver')), active text not null,
       shipping integer not null, base integer not null, mirrored integer not null
     ) strict, without rowid;
     create table persistent_chat_log_backup (
       pool text not null, first integer not null, last integer not null, file text not null, checksum text not null,
       bytes integer not null, at text not null, primary key (pool, first)
     ) strict, without rowid;
     create table persistent_chat_acknowledged (
       pool text not null, room text not null, message text not null, epoch integer not null, sequence integer not null,
       author text not null, at text not null, primary key (pool, room, message)
     ) strict, without rowid;
     create index persistent_chat_acknowledged_by_sequence on persistent_chat_acknowledged (pool, sequence);
     create table persistent_chat_lost (
       pool text not null, room text not null, message text not null, author text not null, at text not null,
       primary key (pool, room, message)
     ) strict, without rowid;`,
    `create table persistent_chat_compliance_queue (
       pool text not null, room text not null, message text not null, author text not null, at text not null,
       primary key (pool, room, message)
     ) strict, without rowid;`,
  ],
};

export interface ChatRecord {
  readonly state: ChatPoolState;
  readonly active: readonly string[];
  /** Log shipping is set up. */
  readonly shipping: boolean;
  /** The last commit that the full backup held with which log shipping began. */
  readonly base: number;
  /** The backup database has a mirroring session with the backup mirror. */
  readonly mirrored: boolean;
}

/** One file of log shipping that was written. */
export interface LogBackup {
  readonly first: number;
  readonly last: number;
  readonly file: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly checksum: string;
  readonly bytes: number;
}

export interface ChatStore {
  record(pool: PersistentChatPool): ChatRecord;
  change(pool: PersistentChatPool, change: Partial<ChatRecord>): void;
  /** In order. */
  backups(pool: string): readonly LogBackup[];
  addBackup(pool: string, backup: LogBackup): void;
  removeBackup(pool: string, first: number): void;
  /** Log shipping begins anew at a position: older backups belong to nothing any more. */
  beginShipping(pool: PersistentChatPool, base: number): void;
  acknowledge(pool: string, epoch: number, sequence: number, at: string, messages: readonly ChatMessage[]): void;
  /** The backup database holds everything up to here. */
  arrived(pool: string, sequence: number): void;
  unshipped(pool: string): readonly UnshippedMessage[];
  /** What did not arrive by the end of a failover is lost. Returns it. */
  giveUp(pool: string): readonly UnshippedMessage[];
  lost(pool: string): readonly UnshippedMessage[];
  /** What the compliance database has not taken yet. */
  queued(pool: string): readonly UnshippedMessage[];
  queue(pool: string, said: readonly UnshippedMessage[]): void;
  emptyQueue(pool: string): void;
}

export function openChatStore(database: DatabaseSync): ChatStore {
  const run = (sql: string, ...values: readonly SQLInputValue[]): void => {
    translated(database, () => database.prepare(sql).run(...values));
  };
  const rows = (sql: string, ...values: readonly SQLInputValue[]): readonly Record<string, unknown>[] =>
    translated(database, () => database.prepare(sql).all(...values));
  const together = (work: () => void): void => {
    translated(database, () => {
      database.exec('begin immediate');
      try {
        work();
        database.exec('commit');
      } catch (error) {
        if (database.isTransaction) database.exec('rollback');
        throw error;
      }
    });
  };
  const record = (pool: PersistentChatPool): ChatRecord => {
    const [row] = rows('select * from persistent_chat_pool where pool = ?', pool.fqdn);
    return row === undefined ? initialRecord(pool) : recordOf(row);
  };
  const change = (pool: PersistentChatPool, changed: Partial<ChatRecord>): void => {
    const next = { ...record(pool), ...changed };
    run(
      `insert into persistent_chat_pool values (?, ?, ?, ?, ?, ?) on conflict do update set state = excluded.state,
       active = excluded.active, shipping = excluded.shipping, base = excluded.base, mirrored = excluded.mirrored`,
      pool.fqdn,
      next.state,
      JSON.stringify(next.active),
      Number(next.shipping),
      next.base,
      Number(next.mirrored),
    );
  };
  const unshipped = (pool: string): readonly UnshippedMessage[] =>
    rows('select * from persistent_chat_acknowledged where pool = ? order by sequence, room, message', pool).map(said);
  return {
    record,
    change,
    backups: (pool) =>
      rows('select * from persistent_chat_log_backup where pool = ? order by first', pool).map((row) => ({
        first: Number(row['first']),
        last: Number(row['last']),
        file: String(row['file']),
        checksum: String(row['checksum']),
        bytes: Number(row['bytes']),
      })),
    addBackup: (pool, { first, last, file, checksum, bytes }) =>
      run(
        'insert into persistent_chat_log_backup values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
        pool,
        first,
        last,
        file,
        checksum,
        bytes,
        new Date().toISOString(),
      ),
    removeBackup: (pool, first) =>
      run('delete from persistent_chat_log_backup where pool = ? and first = ?', pool, first),
    beginShipping: (pool, base) =>
      together(() => {
        run('delete from persistent_chat_log_backup where pool = ?', pool.fqdn);
        run('delete from persistent_chat_acknowledged where pool = ? and sequence <= ?', pool.fqdn, base);
        change(pool, { shipping: true, base });
      }),
    acknowledge: (pool, epoch, sequence, at, messages) =>
      together(() => {
        for (const { room, id, author } of messages)
          run(
            'insert or replace into persistent_chat_acknowledged values (?, ?, ?, ?, ?, ?, ?)',
            pool,
            room,
            id,
            epoch,
            sequence,
            author,
            at,
          );
      }),
    arrived: (pool, sequence) =>
      run('delete from persistent_chat_acknowledged where pool = ? and sequence <= ?', pool, sequence),
    unshipped,
    giveUp: (pool) => {
      const given = unshipped(pool);
      together(() => {
        run(
          `insert or replace into persistent_chat_lost
           select pool, room, message, author, at from persistent_chat_acknowledged where pool = ?`,
          pool,
        );
        run('delete from persistent_chat_acknowledged where pool = ?', pool);
      });
      return given;
    },
    lost: (pool) =>
      rows('select * from persistent_chat_lost where pool = ? order by at, room, message', pool).map(said),
    queued: (pool) => rows('select * from persistent_chat_compliance_queue where pool = ? order by at', pool).map(said),
    queue: (pool, events) =>
      together(() => {
        for (const { room, id, author, saidAt } of events)
          run(
            'insert or replace into persistent_chat_compliance_queue values (?, ?, ?, ?, ?)',
            pool,
            room,
            id,
            author,
            saidAt,
          );
      }),
    emptyQueue: (pool) => run('delete from persistent_chat_compliance_queue where pool = ?', pool),
  };
}

/** As the topology says it. */
function initialRecord(pool: PersistentChatPool): ChatRecord {
  const active = pool.servers.filter((server) => server.active).map(({ fqdn }) => fqdn);
  return { state: 'Normal', active, shipping: false, base: 0, mirrored: false };
}

/** The active list is only ever written here. */
function recordOf(row: Record<string, unknown>): ChatRecord {
  const active: unknown = JSON.parse(String(row['active']));
  return {
    state: row['state'] === 'FailedOver' ? 'FailedOver' : 'Normal',
    active: Array.isArray(active) ? active.map(String) : [],
    shipping: row['shipping'] === 1,
    base: Number(row['base']),
    mirrored: row['mirrored'] === 1,
  };
}

function said(row: Record<string, unknown>): UnshippedMessage {
  return {
    room: String(row['room']),
    id: String(row['message']),
    author: String(row['author']),
    saidAt: String(row['at']),
  };
}
