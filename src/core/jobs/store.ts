/** Jobs as rows of the engine's database: what survives a restart of the engine. */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { LyncTopologyError } from '../errors.ts';
import type { JobState, JobStatus } from '../status.ts';

/** A job with the leases that it holds while it runs. */
export interface StoredJob {
  readonly status: JobStatus;
  readonly leases: readonly string[];
}

export interface JobLogLine {
  readonly time: string;
  readonly line: string;
}

export interface JobStore {
  insert(job: Omit<StoredJob['status'], 'id'>, leases: readonly string[]): StoredJob;
  update(status: JobStatus): void;
  find(id: string): StoredJob | undefined;
  /** Newest first. */
  list(limit: number): readonly JobStatus[];
  inState(states: readonly JobState[]): readonly StoredJob[];
  appendLog(id: string, line: JobLogLine): void;
  log(id: string): readonly JobLogLine[];
  /** Forgets the oldest ended jobs beyond `keep`, with their logs. */
  trim(keep: number): void;
}

type Row = Record<string, SQLOutputValue>;

export function openJobStore(database: DatabaseSync): JobStore {
  const prepared = new Map<string, StatementSync>();
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const fresh = database.prepare(sql);
    prepared.set(sql, fresh);
    return fresh;
  };

  return {
    insert: (job, leases) => {
      const { lastInsertRowid } = statement(
        `insert into job (operation, title, parameters, leases, operator, state, queued_at, started_at, resumed)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        job.operation,
        job.title,
        JSON.stringify(job.parameters),
        JSON.stringify(leases),
        job.operator,
        job.state,
        job.queuedAt,
        job.startedAt ?? null,
        job.resumed,
      );
      return { status: { ...job, id: `job/${lastInsertRowid}` }, leases };
    },
    update: (status) => {
      statement(
        `update job set state = ?, started_at = ?, ended_at = ?, resumed = ?, progress = ?, result = ?, error = ?
         where number = ?`,
      ).run(
        status.state,
        status.startedAt ?? null,
        status.endedAt ?? null,
        status.resumed,
        jsonOrNull(status.progress),
        jsonOrNull(status.result),
        jsonOrNull(status.error),
        jobNumber(status.id),
      );
    },
    find: (id) => {
      const row = statement('select * from job where number = ?').get(jobNumber(id));
      return row === undefined ? undefined : storedJob(row);
    },
    list: (limit) =>
      statement('select * from job order by number desc limit ?')
        .all(limit)
        .map((row) => storedJob(row).status),
    inState: (states) =>
      statement('select * from job where state in (select value from json_each(?)) order by number')
        .all(JSON.stringify(states))
        .map(storedJob),
    appendLog: (id, line) => {
      const number = jobNumber(id);
      statement(
        `insert into job_log (job, line_number, time, line)
         values (?, (select coalesce(max(line_number), 0) + 1 from job_log where job = ?), ?, ?)`,
      ).run(number, number, line.time, line.line);
    },
    log: (id) =>
      statement('select time, line from job_log where job = ? order by line_number')
        .all(jobNumber(id))
        .map((row) => ({ time: String(row['time']), line: String(row['line']) })),
    trim: (keep) => {
      const oldest = `select number from job where ended_at is not null order by number desc limit -1 offset ?`;
      statement(`delete from job_log where job in (${oldest})`).run(keep);
      statement(`delete from job where number in (${oldest})`).run(keep);
    },
  };
}

/** The error of an identity that no job has. */
export function jobUnknown(id: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'job-unknown',
    kind: 'usage',
    object: id,
    message: `There is no job ${id} in this data directory.`,
    remedy: 'List the jobs with "lync-topology jobs" and use one of the identities shown there.',
  });
}

/** `job/12` and `12` both name job 12. Anything else names none. */
function jobNumber(id: string): number {
  const digits = /^(?:job\/)?(\d{1,15})$/.exec(id)?.[1];
  return digits === undefined ? -1 : Number(digits);
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : (JSON.stringify(value) ?? null);
}

/** The columns hold what `insert` and `update` wrote, so their JSON has the shape of the status. */
function storedJob(row: Row): StoredJob {
  const status: JobStatus = {
    id: `job/${row['number']}`,
    operation: String(row['operation']),
    title: String(row['title']),
    parameters: JSON.parse(String(row['parameters'])),
    state: jobState(row['state']),
    operator: String(row['operator']),
    queuedAt: String(row['queued_at']),
    resumed: Number(row['resumed']),
    ...textProperty('startedAt', row['started_at']),
    ...textProperty('endedAt', row['ended_at']),
    ...jsonProperty('progress', row['progress']),
    ...jsonProperty('result', row['result']),
    ...jsonProperty('error', row['error']),
  };
  return { status, leases: JSON.parse(String(row['leases'])) };
}

function jobState(value: unknown): JobState {
  switch (value) {
    case 'queued':
    case 'running':
    case 'cancelling':
    case 'completed':
    case 'cancelled':
      return value;
    default:
      return 'failed';
  }
}

function textProperty(name: 'startedAt' | 'endedAt', value: SQLOutputValue | undefined): Partial<JobStatus> {
  return typeof value === 'string' ? { [name]: value } : {};
}

function jsonProperty(name: 'progress' | 'result' | 'error', value: SQLOutputValue | undefined): Partial<JobStatus> {
  return typeof value === 'string' ? { [name]: JSON.parse(value) } : {};
}
