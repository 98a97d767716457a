/** What people asked of a relationship and what must survive the engine: suspension, and a start at a time. */
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { Component } from '../storage/migrations.ts';

const hyperVComponent: Component = {
  name: 'hyperv',
  migrations: [
    `create table hyperv_relationship (
       relationship text primary key,
       suspended integer not null default 0,
       start_at text
     ) strict, without rowid;`,
  ],
};

export interface ReplicationRequest {
  readonly suspended: boolean;
  /** ISO 8601, UTC; absent when no start is scheduled. */
  readonly startAt?: string;
}

export interface ReplicationRequests {
  of(relationship: string): ReplicationRequest;
  set(relationship: string, request: ReplicationRequest): void;
}

/** Creates its table in the engine's database. */
export function openRequests(database: EngineDatabase): ReplicationRequests {
  database.register(hyperVComponent);
  return {
    of: (relationship) => {
      const row = database
        .statement('select suspended, start_at from hyperv_relationship where relationship = ?')
        .get(relationship.toLowerCase());
      const startAt = row?.['start_at'];
      return { suspended: row?.['suspended'] === 1, ...(typeof startAt === 'string' && { startAt }) };
    },
    set: (relationship, { suspended, startAt }) => {
      database
        .statement(
          `insert into hyperv_relationship (relationship, suspended, start_at) values (?, ?, ?)
           on conflict do update set suspended = excluded.suspended, start_at = excluded.start_at`,
        )
        .run(relationship.toLowerCase(), suspended ? 1 : 0, startAt ?? null);
    },
  };
}
