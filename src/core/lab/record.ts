/** What the lab remembers in `engine.db`: that the deployment has been made, and what was lost for a drill. */
import type { FaultKind, FaultStatus } from '../status.ts';
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { Component } from '../storage/migrations.ts';

export interface LabRecord {
  /** Whether an initialisation has run to its end. */
  isComplete(): boolean;
  markComplete(): void;
  /** What was noted of faults of this kind, oldest first. */
  faults(kind: FaultKind): readonly FaultStatus[];
  /** Doing the same again keeps the first time. `detail` says what exactly was broken. */
  addFault(kind: FaultKind, target: string, detail?: string): void;
  /** Of one target, in any case, or all of the kind. */
  forgetFaults(kind: FaultKind, target?: string): void;
}

const component: Component = {
  name: 'lab',
  migrations: [
    `create table lab_initialized (id integer primary key check (id = 1), at text not null) strict;
     create table lab_losses (target text primary key, since text not null) strict, without rowid;`,
    `create table lab_faults (
       kind text not null, target text not null, since text not null, detail text, primary key (kind, target)
     ) strict, without rowid;
     insert into lab_faults select 'lose', target, since, null from lab_losses;
     drop table lab_losses;`,
  ],
};

export function openLabRecord(database: EngineDatabase): LabRecord {
  database.register(component);
  const now = (): string => new Date().toISOString();
  return {
    isComplete: () => database.run(() => database.statement('select 1 from lab_initialized').get()) !== undefined,
    markComplete: () => {
      database.run(() =>
        database.statement('insert into lab_initialized values (1, ?) on conflict do nothing').run(now()),
      );
    },
    faults: (kind) =>
      database
        .run(() => database.statement('select * from lab_faults where kind = ? order by since, target').all(kind))
        .map((row) => faultOf(kind, row)),
    addFault: (kind, target, detail) => {
      database.run(() =>
        database
          .statement('insert into lab_faults values (?, ?, ?, ?) on conflict do nothing')
          .run(kind, target, now(), detail ?? null),
      );
    },
    forgetFaults: (kind, target) => {
      database.run(() =>
        database
          .statement('delete from lab_faults where kind = ? and (? is null or lower(target) = lower(?))')
          .run(kind, target ?? null, target ?? null),
      );
    },
  };
}

function faultOf(kind: FaultKind, row: Readonly<Record<string, unknown>>): FaultStatus {
  const target = String(row['target']);
  const common = { id: `fault/${kind}/${target}`, kind, target, since: String(row['since']) };
  return typeof row['detail'] === 'string' ? { ...common, detail: row['detail'] } : common;
}
