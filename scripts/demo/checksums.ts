/** Checksums of a content tree, taken by the demo itself, independent of what it demonstrates. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Relative path to SHA-256. */
export type Checksums = ReadonlyMap<string, string>;

/** Of every file below the folders, which are relative to the root. */
export async function checksumsOf(root: string, folders: readonly string[]): Promise<Checksums> {
  const sums = new Map<string, string>();
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files) sums.set(relative(root, file), await checksum(file));
  }
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

async function checksum(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
