/** What clients were told, against what databases and shares hold. */
import type { LabServices, Row } from '../engine/services.ts';
import type { AcknowledgedRow } from '../lab/load/runLoad.ts';
import type { LostFile } from './content.ts';
import { readWork } from './workRecord.ts';

/** A file of conference content as a client was told it is. */
export interface AcknowledgedFile {
  readonly path: string;
  /** `null`: deleted. */
  readonly digest: string | null;
  /** ISO 8601, UTC. */
  readonly time: string;
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

export interface Comparison {
  /** Rows or files that were compared: each once, as it was acknowledged last. */
  readonly compared: number;
  readonly rows: readonly LostRow[];
  readonly files: readonly LostFile[];
  /** The newest acknowledgement. */
  readonly newest?: string;
}

/** What was under way at the end is left out: clients were told nothing about it. */
export function compareRows(lab: LabServices, pool: string, file: string): Comparison {
  const { settled, newest } = lastOf(file, isRow, nameOf);
  const rows = settled.flatMap((row) => lossOf(lab, pool, row) ?? []);
  return { compared: settled.length, rows, files: [], ...(newest !== undefined && { newest }) };
}

/** The same of content files. */
export function compareFiles(lab: LabServices, pool: string, file: string): Comparison {
  const { settled, newest } = lastOf(file, isFile, ({ path }) => path);
  const files = settled.flatMap((each) => lossOfFile(lab, pool, each) ?? []);
  return { compared: settled.length, rows: [], files, ...(newest !== undefined && { newest }) };
}

/** A row by what identifies it. */
export function nameOf({ database, table, key }: Pick<AcknowledgedRow, 'database' | 'table' | 'key'>): string {
  return JSON.stringify([database, table, Object.entries(key).sort(([left], [right]) => (left < right ? -1 : 1))]);
}

function lastOf<T extends { readonly time: string }>(
  file: string,
  isOne: (line: unknown) => line is T,
  name: (entry: T) => string,
): { readonly settled: readonly T[]; readonly newest: string | undefined } {
  const { lines, unsure } = readWork(file);
  const entries = lines.filter(isOne);
  const last = new Map(entries.map((entry) => [name(entry), entry]));
  for (const each of unsure) last.delete(each);
  return { settled: [...last.values()], newest: entries.at(-1)?.time };
}

function isRow(line: unknown): line is AcknowledgedRow {
  return typeof line === 'object' && line !== null && 'database' in line && 'key' in line && 'time' in line;
}

function isFile(line: unknown): line is AcknowledgedFile {
  return typeof line === 'object' && line !== null && 'path' in line && 'digest' in line && 'time' in line;
}

function lossOf(lab: LabServices, pool: string, row: AcknowledgedRow): LostRow | undefined {
  const { database, table, key, value, time } = row;
  const lost = (reason: string): LostRow => ({ pool, database, table, key, time, reason });
  let stored: Row | undefined;
  try {
    stored = lab.readRow(pool, database, table, key);
  } catch (error) {
    return lost(messageOf(error));
  }
  if (value === null) return stored === undefined ? undefined : lost('not deleted');
  if (stored === undefined) return lost('missing');
  const same = Object.entries(value).every(([column, written]) => stored[column] === written);
  return same ? undefined : lost('different');
}

function lossOfFile(lab: LabServices, pool: string, { path, digest, time }: AcknowledgedFile): LostFile | undefined {
  const lost = (reason: string): LostFile => ({ pool, path, reason, time });
  try {
    const found = lab.contentDigest(pool, path) ?? null;
    if (found === digest) return undefined;
    return lost(found === null ? 'missing' : digest === null ? 'not deleted' : 'different');
  } catch (error) {
    return lost(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
