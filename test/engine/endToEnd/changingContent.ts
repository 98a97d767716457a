/** Content that changes from round to round, with every version of every file known. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fillWithRandomBytes, type Random } from '../../../src/core/lab/random.ts';

export interface ChangingContent {
  /** Changes a few files, the same for the same random numbers. */
  change(): void;
  /** Whether a file with these bytes was ever that file. */
  wasEver(path: string, bytes: Uint8Array): boolean;
}

const files = 150;
const smallest = 10;
const largest = 40_000;
const largeFile = 'large recording.wmv';
const largeSize = 5_000_000;

/** Fills the folder. */
export function createChangingContent(folder: string, random: Random): ChangingContent {
  const versions = new Map<string, Set<string>>();
  const present: string[] = [];
  let made = 0;
  const note = (path: string, bytes: Uint8Array): void => {
    versions.set(path, (versions.get(path) ?? new Set()).add(digest(bytes)));
  };
  const write = (path: string, size: number): void => {
    const bytes = Buffer.alloc(size);
    fillWithRandomBytes(bytes, `${random.next()}`);
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
    note(path, bytes);
  };
  const add = (): void => {
    made += 1;
    const path = `conference ${made % 12}/file ${made}.pptx`;
    write(path, random.integer(smallest, largest));
    present.push(path);
  };
  const takeOne = (): string => present.splice(random.integer(0, present.length - 1), 1)[0] ?? largeFile;
  const alterLarge = (): void => {
    const bytes = readFileSync(join(folder, largeFile));
    const block = Buffer.alloc(random.integer(1, 300_000));
    fillWithRandomBytes(block, `${random.next()}`);
    block.copy(bytes, random.integer(0, bytes.length - block.length));
    writeFileSync(join(folder, largeFile), bytes);
    note(largeFile, bytes);
  };
  write(largeFile, largeSize);
  for (let number = 0; number < files; number += 1) add();
  return {
    change: () => {
      for (let number = 0; number < 4; number += 1) add();
      for (let number = 0; number < 3; number += 1) rmSync(join(folder, takeOne()));
      for (let number = 0; number < 4; number += 1) {
        const path = takeOne();
        write(path, random.integer(smallest, largest));
        present.push(path);
      }
      const renamed = takeOne();
      const to = `${renamed.replace(/( renamed)?\.pptx$/, '')} renamed.pptx`;
      if (to !== renamed) {
        renameSync(join(folder, renamed), join(folder, to));
        note(to, readFileSync(join(folder, to)));
      }
      present.push(to);
      alterLarge();
    },
    wasEver: (path, bytes) => versions.get(path)?.has(digest(bytes)) === true,
  };
}

/** Relative path to digest of every file below a folder. */
export function digestsOf(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), digest(readFileSync(path))];
    }),
  );
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
