/**
 * Who holds the files of an SQL instance: this process, as long as nothing else is asked for, or a process of the instance's own
 * that can be killed, stopped and continued. Everything above works with either.
 */
import type { LyncTopologyError } from '../../errors.ts';
import { type Database, openDatabase } from '../../storage/sqlite.ts';
import type { SqlInstance } from '../../topology/model.ts';
import { type Guard, guardConnection } from '../guard.ts';

export interface GuardedDatabase extends Database {
  readonly guard: Guard;
}

export interface InstanceHost {
  /** What keeps the instance from answering now. Never waits. */
  problem(instance: SqlInstance): LyncTopologyError | undefined;
  /** Another value whenever what was open there is lost. */
  incarnation(instance: SqlInstance): number;
  /** Milliseconds since the instance, which does not answer, was last heard; absent while it answers. */
  silentFor(instance: SqlInstance): number | undefined;
  /** Opens an existing file of the instance. Throws what `openDatabase` throws, and `problem`. */
  open(instance: SqlInstance, file: string, label: string): GuardedDatabase;
}

/** The files are opened by this process: nothing of an instance can fail but its server. */
export const inThisProcess: InstanceHost = {
  problem: () => undefined,
  incarnation: () => 0,
  silentFor: () => undefined,
  open: (_, file, label) => openGuarded(file, label),
};

export function openGuarded(file: string, label: string): GuardedDatabase {
  const database = openDatabase(file, { label });
  return { ...database, guard: guardConnection(database.connection) };
}
