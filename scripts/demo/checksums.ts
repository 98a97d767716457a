/** Checksums of a content tree, taken by the demo itself, independent of what it demonstrates. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Relative path to SHA-256. */
export type Checksums = ReadonlyMap<string, string>;

const readers = 4;

/** Of every file below the folders, which are relative to the root. */
export async function checksumsOf(root: string, folders: readonly string[], signal: AbortSignal): Promise<Checksums> {
  const files: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    files.push(...entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  }
  const sums = new Map<string, string>();
  const pending = files.values();
  const work = async (): Promise<void> => {
    for (const file of pending) {
      const bytes = await readFile(file, { signal });
      sums.set(relative(root, file), createHash('sha256').update(bytes).digest('hex'));
    }
  };
  await Promise.all(Array.from({ length: readers }, work));
  return sums;
}

export interface ChecksumDifferences {
  readonly missing: number;
  readonly different: number;
}

/** What of the first is missing or different in the second. */
export function compareChecksums(before: Checksums, after: Checksums): ChecksumDifferences {
  const missing = [...before.keys()].filter((path) => !after.has(path));
  const different = [...before].filter(([path, sum]) => after.has(path) && after.get(path) !== sum);
  return { missing: missing.length, different: different.length };
}
