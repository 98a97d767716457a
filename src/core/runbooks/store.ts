/** What has been done of every procedure, in the engine's database: it outlives the engine that ran it. */
import type { DatabaseSync } from 'node:sqlite';
import { translated } from '../engine/translated.ts';
import type { ErrorInformation } from '../errors.ts';
import type { Component } from '../storage/migrations.ts';
import type { Runbook, RunbookReport, RunState, StepReport, StepState } from './runbook.ts';

/** Tables of the procedures in the engine's database. */
export const runbooksComponent: Component = {
  name: 'runbook',
  migrations: [
    `create table runbook (
       number integer primary key autoincrement,
       operation text not null,
       subject text not null,
       parameters text not null,
       state text not null check (state in ('running', 'stopped', 'completed', 'abandoned')),
       started_at text not null,
       ended_at text,
       resumed integer not null default 0
     ) strict;
     create index runbook_by_subject on runbook (subject, operation);
     create table runbook_step (
       runbook integer not null references runbook (number) on delete cascade,
       position integer not null,
       id text not null,
       title text not null,
       command text,
       state text not null check (state in ('pending', 'running', 'done', 'failed')),
       started_at text,
       ended_at text,
       evidence text,
       error text,
       primary key (runbook, position)
     ) strict, without rowid;`,
  ],
};

export interface RunbookStore {
  /** The unfinished run of the same operation, subject and parameters, taken up again; otherwise a new one. */
  begin(runbook: Runbook<never>): { readonly number: number; readonly resumed: boolean };
  report(number: number): RunbookReport;
  /** Newest first. */
  list(limit: number): readonly RunbookReport[];
  /** The newest run on a subject. */
  latest(subject: string): RunbookReport | undefined;
  stepRuns(number: number, position: number): void;
  stepDone(number: number, position: number, evidence: string): void;
  stepFailed(number: number, position: number, error: ErrorInformation): void;
  end(number: number, state: RunState): void;
}

const unfinished = "('running', 'stopped')";

export function openRunbookStore(database: DatabaseSync): RunbookStore {
  const now = (): string => new Date().toISOString();
  const run = (sql: string, ...values: readonly (string | number | null)[]): void => {
    translated(database, () => database.prepare(sql).run(...values));
  };

  function begin(runbook: Runbook<never>): { readonly number: number; readonly resumed: boolean } {
    const parameters = JSON.stringify(runbook.parameters);
    const open = database
      .prepare(
        `select number, parameters from runbook where operation = ? and subject = ? and state in ${unfinished} order by number desc`,
      )
      .all(runbook.operation, runbook.subject);
    const [same] = open.filter((row) => row['parameters'] === parameters).map((row) => Number(row['number']));
    return translated(database, () => {
      database.exec('begin immediate');
      try {
        for (const row of open) {
          if (Number(row['number']) !== same)
            run("update runbook set state = 'abandoned', ended_at = ? where number = ?", now(), Number(row['number']));
        }
        const number = same ?? insert(runbook, parameters);
        if (same !== undefined)
          run("update runbook set state = 'running', ended_at = null, resumed = resumed + 1 where number = ?", same);
        database.exec('commit');
        return { number, resumed: same !== undefined };
      } catch (error) {
        if (database.isTransaction) database.exec('rollback');
        throw error;
      }
    });
  }

  function insert(runbook: Runbook<never>, parameters: string): number {
    const inserted = database
      .prepare("insert into runbook (operation, subject, parameters, state, started_at) values (?, ?, ?, 'running', ?)")
      .run(runbook.operation, runbook.subject, parameters, now());
    const number = Number(inserted.lastInsertRowid);
    const step = database.prepare(
      "insert into runbook_step (runbook, position, id, title, command, state) values (?, ?, ?, ?, ?, 'pending')",
    );
    for (const [position, { id, title, command }] of runbook.steps.entries())
      step.run(number, position, id, title, command ?? null);
    return number;
  }

  function reportOf(row: Record<string, unknown>): RunbookReport {
    const steps = database
      .prepare('select * from runbook_step where runbook = ? order by position')
      .all(Number(row['number']));
    return {
      id: `runbook/${row['number']}`,
      operation: String(row['operation']),
      subject: String(row['subject']),
      parameters: JSON.parse(String(row['parameters'])),
      state: runStateOf(row['state']),
      startedAt: String(row['started_at']),
      ...(typeof row['ended_at'] === 'string' && { endedAt: row['ended_at'] }),
      resumed: Number(row['resumed']),
      steps: steps.map(stepOf),
    };
  }

  return {
    begin,
    report: (number) => {
      const row = database.prepare('select * from runbook where number = ?').get(number);
      if (row === undefined) throw new Error(`no runbook ${number}`);
      return reportOf(row);
    },
    list: (limit) => database.prepare('select * from runbook order by number desc limit ?').all(limit).map(reportOf),
    latest: (subject) => {
      const row = database.prepare('select * from runbook where subject = ? order by number desc').get(subject);
      return row === undefined ? undefined : reportOf(row);
    },
    stepRuns: (number, position) =>
      run(
        "update runbook_step set state = 'running', started_at = coalesce(started_at, ?), ended_at = null, error = null where runbook = ? and position = ?",
        now(),
        number,
        position,
      ),
    stepDone: (number, position, evidence) =>
      run(
        "update runbook_step set state = 'done', ended_at = ?, evidence = ?, error = null where runbook = ? and position = ?",
        now(),
        evidence,
        number,
        position,
      ),
    stepFailed: (number, position, error) =>
      run(
        "update runbook_step set state = 'failed', ended_at = ?, error = ? where runbook = ? and position = ?",
        now(),
        JSON.stringify(error),
        number,
        position,
      ),
    end: (number, state) => run('update runbook set state = ?, ended_at = ? where number = ?', state, now(), number),
  };
}

function stepOf(row: Record<string, unknown>): StepReport {
  return {
    id: String(row['id']),
    title: String(row['title']),
    ...(typeof row['command'] === 'string' && { command: row['command'] }),
    state: stepStateOf(row['state']),
    ...(typeof row['started_at'] === 'string' && { startedAt: row['started_at'] }),
    ...(typeof row['ended_at'] === 'string' && { endedAt: row['ended_at'] }),
    ...(typeof row['evidence'] === 'string' && { evidence: row['evidence'] }),
    ...(typeof row['error'] === 'string' && { error: JSON.parse(row['error']) }),
  };
}

/** The tables' check constraints admit no other states. */
function runStateOf(value: unknown): RunState {
  return value === 'running' || value === 'completed' || value === 'abandoned' ? value : 'stopped';
}

function stepStateOf(value: unknown): StepState {
  return value === 'running' || value === 'done' || value === 'failed' ? value : 'pending';
}
