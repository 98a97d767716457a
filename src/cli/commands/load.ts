import { closeSync, openSync, writeSync } from 'node:fs';
import { LyncTopologyError } from '../../core/errors.ts';
import type { ClientChange } from '../../core/lab/load/clientChanges.ts';
import { loadChanges } from '../../core/lab/load/loadChanges.ts';
import { type AcknowledgedRow, type LoadReport, runLoad } from '../../core/lab/load/runLoad.ts';
import { formatDuration } from '../../core/operations/amounts.ts';
import { databaseType } from '../../core/operations/fields.ts';
import { requirePool } from '../../core/operations/subjects.ts';
import { findChatPool, partnerOf } from '../../core/topology/model.ts';
import { readDeployment } from '../../engineHost/topologyFile.ts';
import { type Command, type GivenArguments, parameter } from '../command.ts';
import { type Context, locate } from '../context.ts';
import { readDuration } from '../durations.ts';
import { usage } from '../usage.ts';

const reportInterval = 1_000;

export const load: Command = {
  name: 'load',
  summary: 'Changes users and conferences of a pool as clients would.',
  description: [
    'Every change is a transaction that counts when it was acknowledged: durable on the principal and, while the mirror is synchronised, on the mirror. What is refused while a database changes roles, or while another process takes the engine over, is sent again.',
    'With --acknowledged, every acknowledged row is appended to a file as a line of JSON: {"database","table","key","value","time"}; value is null for a deletion. A line is in the file before the next transaction begins, so the file stays right when the process is killed.',
    'While the pool is failed over, its clients go to the backup pool, and home again after the failback.',
    'Without --duration it runs until Ctrl+C.',
  ],
  group: 'deployment',
  dashes: '--',
  parameters: [
    parameter('PoolFqdn', 'string', 'The pool whose clients these are.', {
      required: true,
      offers: 'pool',
      placeholder: 'FQDN',
    }),
    parameter(
      'DatabaseType',
      'string',
      'User: what clients change. CentralMgmt: what administrators publish. PersistentChat: what is said in rooms.',
      {
        offers: 'databaseType',
        default: 'User',
        placeholder: 'TYPE',
      },
    ),
    parameter('Rate', 'number', 'Transactions a second; as many as go one after the other when left out.', {
      placeholder: 'N',
    }),
    parameter('Duration', 'string', 'How long: 00:01:00, 60s, 5m.', { placeholder: 'TIMESPAN' }),
    parameter('Acknowledged', 'string', 'The file that acknowledged rows are appended to.', { placeholder: 'FILE' }),
  ],
  examples: [
    {
      command: 'load -PoolFqdn atl-cs-001.litwareinc.com --rate 100 --duration 30s --acknowledged rows.jsonl',
      explanation: 'Half a minute of clients, to compare afterwards what was acknowledged with what is stored.',
    },
  ],
  run: drive,
};

async function drive(context: Context, given: GivenArguments): Promise<number> {
  const pool = readPool(context, given);
  const file = given.parameters['Acknowledged'];
  const changes = changesOf(given, pool);
  const rate = readRate(given.parameters['Rate']);
  const duration = given.parameters['Duration'];
  const connection = await context.connect();
  const record = typeof file === 'string' ? openRecord(file) : undefined;
  const progress = progressTeller(context);
  try {
    const report = await runLoad({
      pool,
      backupPool: backupOf(context, pool),
      changes,
      commit: connection.commit,
      signal: AbortSignal.any([context.signal, context.terminal.outputClosed]),
      ...(rate !== undefined && { rate }),
      ...(typeof duration === 'string' && { duration: readDuration('--duration', duration) }),
      ...(record !== undefined && { onAcknowledged: record.append }),
      onProgress: progress.done,
      onRefused: progress.refused,
    });
    context.terminal.err.live([]);
    tell(context, pool, report);
    return 0;
  } finally {
    context.terminal.err.live([]);
    record?.[Symbol.dispose]();
  }
}

function backupOf(context: Context, pool: string): string | undefined {
  return partnerOf(readDeployment(locate(context.options).topologyFile), pool)?.fqdn;
}

function readPool(context: Context, { parameters }: GivenArguments): string {
  const name = parameters['PoolFqdn'];
  if (typeof name !== 'string')
    throw usage('argument-missing', '-PoolFqdn', 'load needs -PoolFqdn.', 'Name the pool whose clients these are.');
  const deployment = readDeployment(locate(context.options).topologyFile);
  return (findChatPool(deployment, name) ?? requirePool(deployment, name)).fqdn;
}

function changesOf({ parameters }: GivenArguments, pool: string): Iterable<ClientChange> {
  const name = `${process.pid.toString(36)}${Date.now().toString(36)}`;
  const type = databaseType.parse(String(parameters['DatabaseType'] ?? 'User'));
  if (type !== 'User' && type !== 'CentralMgmt' && type !== 'PersistentChat') {
    throw usage(
      'argument-invalid',
      '--database-type',
      `load has no changes for ${type}.`,
      'Write User, CentralMgmt or PersistentChat.',
    );
  }
  return loadChanges(type, pool, name);
}

function readRate(text: string | boolean | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (rate > 0 && rate <= 1_000_000) return rate;
  throw usage(
    'argument-invalid',
    '--rate',
    `--rate cannot take "${text}".`,
    'Write how many transactions a second, above 0.',
  );
}

/** The kernel has a line when `append` returns, so the end of this process cannot take it away. */
function openRecord(file: string): Disposable & { readonly append: (row: AcknowledgedRow) => void } {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'a');
  } catch (error) {
    throw recordFailed(file, error);
  }
  return {
    append: ({ database, table, key, value, time }) => {
      try {
        writeSync(descriptor, `${JSON.stringify({ database, table, key, value, time })}\n`);
      } catch (error) {
        throw recordFailed(file, error);
      }
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

function recordFailed(file: string, cause: unknown): LyncTopologyError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new LyncTopologyError(
    {
      code: code === 'ENOSPC' ? 'disk-full' : 'access-denied',
      kind: 'failed',
      object: file,
      message: `The file ${file} for acknowledged rows cannot be written (${code}).`,
      remedy: 'Name a file that you may write, on a disk with room, with --acknowledged.',
    },
    { cause },
  );
}

function progressTeller(context: Context): {
  readonly done: (report: LoadReport) => void;
  readonly refused: (error: LyncTopologyError, refusedFor: number) => void;
} {
  let last = 0;
  const isDue = (): boolean => {
    const now = performance.now();
    if (now - last < (context.options.json ? reportInterval : 100)) return false;
    last = now;
    return true;
  };
  const tell = (line: object, text: string): void => {
    if (context.options.json) context.jsonLine(line);
    else if (!context.options.quiet) context.terminal.err.live([text]);
  };
  return {
    done: (report) => {
      if (isDue()) tell({ event: 'progress', ...rounded(report) }, summary(report));
    },
    refused: ({ code, message }, refusedFor) => {
      if (!isDue()) return;
      const text = `Refused for ${formatDuration(refusedFor)} and sent again: ${message}`;
      tell({ event: 'refused', code, message, refusedFor: Math.round(refusedFor) }, text);
    },
  };
}

function tell(context: Context, pool: string, report: LoadReport): void {
  if (context.options.json) context.jsonLine({ event: 'report', PoolFqdn: pool, ...rounded(report) });
  else if (!context.options.quiet) context.terminal.out.line(`${pool}: ${summary(report)}.`);
}

function rounded(report: LoadReport): LoadReport {
  const { elapsed, longestRefusal, longestWait } = report;
  return {
    ...report,
    elapsed: Math.round(elapsed),
    longestRefusal: Math.round(longestRefusal),
    longestWait: Math.round(longestWait),
  };
}

function summary({ commits, acknowledged, refusals, longestRefusal, elapsed }: LoadReport): string {
  const refused =
    refusals === 0
      ? 'none refused'
      : `${refusals} refused and sent again, for ${formatDuration(longestRefusal)} at most`;
  const rate = elapsed > 0 ? Math.round((commits * 1_000) / elapsed) : 0;
  return `${commits.toLocaleString('en-US')} transactions (${acknowledged.toLocaleString('en-US')} rows) acknowledged in ${formatDuration(elapsed)}, ${rate} a second, ${refused}`;
}
