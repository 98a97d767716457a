/** What the lab remembers in `engine.db`: that the deployment has been made, and what was lost for a drill. */
import type { FaultStatus } from '../status.ts';
import type { EngineDatabase } from '../storage/engineDatabase.ts';
import type { Component } from '../storage/migrations.ts';

export interface LabRecord {
  /** Whether an initialisation has run to its end. */
  isComplete(): boolean;
  markComplete(): void;
  losses(): readonly FaultStatus[];
  /** Losing the same again keeps the first time. */
  addLoss(target: string): void;
  forgetLosses(): void;
}

const component: Component = {
  name: 'lab',
  migrations: [
    `create table lab_initialized (id integer primary key check (id = 1), at text not null) strict;
     create table lab_losses (target text primary key, since text not null) strict, without rowid;`,
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
    losses: () =>
      database
        .run(() => database.statement('select target, since from lab_losses order by since, target').all())
        .map((row) => lossOf(String(row['target']), String(row['since']))),
    addLoss: (target) => {
      database.run(() =>
        database.statement('insert into lab_losses values (?, ?) on conflict do nothing').run(target, now()),
      );
    },
    forgetLosses: () => {
      database.run(() => database.statement('delete from lab_losses').run());
    },
  };
}

function lossOf(target: string, since: string): FaultStatus {
  return { id: `fault/lose/${target}`, kind: 'lose', target, since };
}
