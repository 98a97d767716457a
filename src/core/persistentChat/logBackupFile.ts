/**
 * The file of a log backup: one line that says what it is, then one line for each commit. It appears in its folder complete
 * or not at all, and its checksum is on record apart from it.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import type { LogEntry } from '../mirroring/contract.ts';

const headerSchema = z.object({
  format: z.literal('lync-topology log backup 1'),
  pool: z.string(),
  database: z.string(),
  first: z.int(),
  last: z.int(),
});
const entrySchema = z.object({
  epoch: z.int(),
  sequence: z.int(),
  checksum: z.string(),
  origin: z.string(),
  rows: z.int(),
  time: z.string(),
  changeset: z.base64(),
});

/** `mgc_000000000001-000000000020.trn`: files in the order of their names are in the order of the log. */
export function logBackupName(first: number, last: number): string {
  const number = (sequence: number): string => String(sequence).padStart(12, '0');
  return `mgc_${number(first)}-${number(last)}.trn`;
}

/** The content of the file. */
export function encodeLogBackup(pool: string, entries: readonly LogEntry[]): Buffer {
  const header = {
    format: 'lync-topology log backup 1',
    pool,
    database: 'mgc',
    first: entries[0]?.position.sequence ?? 0,
    last: entries.at(-1)?.position.sequence ?? 0,
  };
  const lines = entries.map(({ position, origin, rows, time, changeset }) =>
    JSON.stringify({ ...position, origin, rows, time, changeset: Buffer.from(changeset).toString('base64') }),
  );
  return Buffer.from(`${[JSON.stringify(header), ...lines].join('\n')}\n`);
}

/** The commits of a file, or `undefined` when it is not the log backup of that pool. */
export function decodeLogBackup(pool: string, content: Buffer): readonly LogEntry[] | undefined {
  try {
    const [first = '', ...lines] = content.toString('utf8').trimEnd().split('\n');
    const header = headerSchema.parse(JSON.parse(first));
    if (header.pool !== pool || lines.length !== header.last - header.first + 1) return undefined;
    return lines.map((line) => {
      const { epoch, sequence, checksum, changeset, ...rest } = entrySchema.parse(JSON.parse(line));
      return {
        ...rest,
        position: { epoch, sequence, checksum },
        changeset: new Uint8Array(Buffer.from(changeset, 'base64')),
      };
    });
  } catch {
    return undefined;
  }
}

export function checksumOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What is read of a file: its content when it is the one on record. */
export type Looked =
  | { readonly state: 'good'; readonly content: Buffer }
  | { readonly state: 'missing' }
  | { readonly state: 'damaged'; readonly why: string };

/** Never throws: a file that cannot be read is as good as a damaged one. */
export function look(path: string, checksum: string): Looked {
  try {
    const content = readFileSync(path);
    return checksumOf(content) === checksum
      ? { state: 'good', content }
      : { state: 'damaged', why: 'its content is not what was written' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return code === 'ENOENT' ? { state: 'missing' } : { state: 'damaged', why: `it cannot be read (${code})` };
  }
}

/** Writes a file that is there complete and flushed, or not at all. Throws what the file system says. */
export function writeWhole(path: string, content: Buffer): void {
  const temporary = join(dirname(path), `.${Date.now().toString(36)}-${process.pid}.lync-part`);
  try {
    const descriptor = openSync(temporary, 'wx', 0o600);
    try {
      for (let at = 0; at < content.length; ) at += writeSync(descriptor, content, at);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  flushFolder(dirname(path));
}

function flushFolder(path: string): void {
  // Windows has no way to flush a folder; its renames are in the journal of the file system.
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Of a write that a killed process left behind. */
export const partialFile = /^\.[0-9a-z]+-\d+\.lync-part$/;
