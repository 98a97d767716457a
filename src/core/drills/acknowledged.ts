/** What clients were told: a file with one line for every acknowledged row, and what of it the databases do not hold. */
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LabServices, Row } from '../engine/services.ts';
import { LyncTopologyError } from '../errors.ts';
import type { AcknowledgedRow } from '../lab/load/runLoad.ts';

export interface AcknowledgedFile extends Disposable {
  readonly file: string;
  append(row: AcknowledgedRow): void;
}

/** Throws `disk-full`, `access-denied`. */
export function openAcknowledgedFile(file: string): AcknowledgedFile {
  const descriptor = onFile(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return openSync(file, 'w', 0o600);
  });
  return {
    file,
    append: ({ database, table, key, value, time }) =>
      onFile(file, () => void writeSync(descriptor, `${JSON.stringify({ database, table, key, value, time })}\n`)),
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** An acknowledged row that is not there any more, or not as it was acknowledged. */
export interface LostRow {
  readonly pool: string;
  readonly database: string;
  readonly table: string;
  readonly key: Row;
  /** When it was acknowledged. */
  readonly time: string;
  /** `missing`, `different`, `not deleted`, or why it could not be read. */
  readonly reason: string;
}

export interface RowComparison {
  /** Rows that were compared: each key once, as it was acknowledged last. */
  readonly compared: number;
  readonly lost: readonly LostRow[];
  /** The newest acknowledgement. */
  readonly newest?: string;
}

/** `unsure` are rows of a transaction that was under way at the end: clients were told nothing about them. */
export function compareRows(lab: LabServices, pool: string, file: string, unsure: ReadonlySet<string>): RowComparison {
  const last = new Map<string, AcknowledgedRow>();
  let newest: string | undefined;
  for (const line of onFile(file, () => readFileSync(file, 'utf8')).split('\n')) {
    if (line === '') continue;
    const row: AcknowledgedRow = JSON.parse(line);
    last.set(nameOf(row), row);
    newest = row.time;
  }
  const settled = [...last].filter(([name]) => !unsure.has(name)).map(([, row]) => row);
  const lost = settled.flatMap((row) => lossOf(lab, pool, row) ?? []);
  return { compared: settled.length, lost, ...(newest !== undefined && { newest }) };
}

/** A row by what identifies it. */
export function nameOf({ database, table, key }: Pick<AcknowledgedRow, 'database' | 'table' | 'key'>): string {
  return JSON.stringify([database, table, Object.entries(key).sort(([left], [right]) => (left < right ? -1 : 1))]);
}

function lossOf(lab: LabServices, pool: string, row: AcknowledgedRow): LostRow | undefined {
  const { database, table, key, value, time } = row;
  const lost = (reason: string): LostRow => ({ pool, database, table, key, time, reason });
  let stored: Row | undefined;
  try {
    stored = lab.readRow(pool, database, table, key);
  } catch (error) {
    return lost(error instanceof Error ? error.message : String(error));
  }
  if (value === null) return stored === undefined ? undefined : lost('not deleted');
  if (stored === undefined) return lost('missing');
  const same = Object.entries(value).every(([column, written]) => stored[column] === written);
  return same ? undefined : lost('different');
}

function onFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new LyncTopologyError(
      {
        code: code === 'ENOSPC' ? 'disk-full' : 'access-denied',
        kind: 'failed',
        object: file,
        message: `The file ${file} for acknowledged rows cannot be used (${code}).`,
        remedy: 'See that its disk has room and that you may write there, then run the drill again.',
      },
      { cause },
    );
  }
}
