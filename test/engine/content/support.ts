/** Two shares in a temporary folder, and cycles over them: on worker threads as in the product, or in this thread. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { carryBatch } from '../../../src/core/backupService/content/copier.ts';
import { type CycleOrder, runCycle } from '../../../src/core/backupService/content/cycle.ts';
import { type FileSystem, nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import {
  type ContentMeasurement,
  type ContentReplication,
  type ContentStream,
  type CycleResult,
  openContentReplication,
} from '../../../src/core/backupService/content/index.ts';
import type { Machinery } from '../../../src/core/backupService/content/machinery.ts';
import { applyToRows, type ManifestRow, pairOf } from '../../../src/core/backupService/content/manifest.ts';
import { openManifestStore } from '../../../src/core/backupService/content/manifestStore.ts';
import { recoverStream } from '../../../src/core/backupService/content/recovery.ts';
import { measureStream } from '../../../src/core/backupService/content/survey.ts';
import { indexTree } from '../../../src/core/backupService/content/tree.ts';
import { walkShare } from '../../../src/core/backupService/content/walk.ts';

/** For hundreds of small cycles: a memory file system where there is one. */
export const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const everything = 1e15;

export interface Shares {
  readonly base: string;
  /** Directory of the first pool's share, and of the second's. */
  readonly first: string;
  readonly second: string;
  readonly forth: ContentStream;
  readonly back: ContentStream;
  remove(): void;
}

let pairs = 0;

/** Two empty shares of a pair of pools that no other test uses. */
export function makeShares(parent = tmpdir()): Shares {
  const base = mkdtempSync(join(parent, 'lync-content-'));
  const first = join(base, 'first');
  const second = join(base, 'second');
  mkdirSync(first);
  mkdirSync(second);
  const number = ++pairs;
  const one = { pool: `atlanta${number}.litware.example`, name: `\\\\atl${number}\\share`, directory: first };
  const other = { pool: `dallas${number}.litware.example`, name: `\\\\dal${number}\\share`, directory: second };
  return {
    base,
    first,
    second,
    forth: { source: one, target: other },
    back: { source: other, target: one },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Writes a file below a root, making its folders; its time lies well in the past unless told otherwise. */
export function write(root: string, path: string, content: string | Buffer, mtimeSeconds = 1_700_000_000): void {
  const place = join(root, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
  if (mtimeSeconds > 0) utimesSync(place, mtimeSeconds, mtimeSeconds);
}

export function read(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function exists(root: string, path: string): boolean {
  return existsSync(join(root, path));
}

/** Every file and folder below a root with the bytes of the files, for comparing whole trees in one assertion. */
export function snapshot(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = lstatSync(join(root, name));
    if (stats.isDirectory()) found[name] = '<folder>';
    else found[name] = stats.isFile() ? readFileSync(join(root, name), 'latin1') : '<special>';
  }
  return found;
}

/** Names of ours anywhere below a root: must always be empty between cycles. */
export function leftovers(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.lync-partial'));
}

/** The product's own front door with a database in memory. */
export function openReplication(): { replication: ContentReplication; database: DatabaseSync } {
  const database = new DatabaseSync(':memory:');
  return { replication: openContentReplication({ database }), database };
}

/** Runs both directions until nothing is outstanding; returns the results of all cycles. */
export async function synchronise(replication: ContentReplication, shares: Shares, rounds = 4): Promise<CycleResult[]> {
  const results: CycleResult[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const stream of [shares.forth, shares.back]) {
      results.push(await replication.runCycle(stream, { maximumBytes: everything }));
    }
    const forth = await replication.measure(shares.forth);
    const back = await replication.measure(shares.back);
    if (forth.backlog.items + back.backlog.items === 0) return results;
  }
  throw new Error(`still outstanding after ${rounds} rounds`);
}

/** Cycles in this thread over any file system, with the manifest in a real database. */
export interface InThread {
  runCycle(stream: ContentStream, order?: Partial<CycleOrder>): Promise<CycleResult>;
  measure(stream: ContentStream): Promise<ContentMeasurement>;
  recover(stream: ContentStream): ReturnType<typeof recoverStream>;
  rows(stream: ContentStream): Map<string, ManifestRow>;
}

/** `isDead` says that the process is to be taken for killed: the manifest is not reached any more. */
export function inThread(
  database: DatabaseSync,
  fileSystem: FileSystem = nodeFileSystem,
  isDead: () => boolean = () => false,
): InThread {
  const machineryOf = (stream: ContentStream): Machinery => makeMachinery(database, fileSystem, isDead, stream);
  return {
    runCycle: (stream, order = {}) => runCycle(machineryOf(stream), stream, { maximumBytes: everything, ...order }),
    measure: (stream) => measureStream(machineryOf(stream), stream, undefined),
    recover: (stream) => recoverStream(machineryOf(stream), stream),
    rows: (stream) => rowsOf(database, stream),
  };
}

function rowsOf(database: DatabaseSync, stream: ContentStream): Map<string, ManifestRow> {
  const store = openManifestStore(database);
  const found = store.rowsAfter(pairOf(stream.source.pool, stream.target.pool), null, 1_000_000);
  return new Map(found.map((row) => [row.path, row]));
}

function makeMachinery(
  database: DatabaseSync,
  fileSystem: FileSystem,
  isDead: () => boolean,
  stream: ContentStream,
): Machinery {
  const store = openManifestStore(database);
  const pair = pairOf(stream.source.pool, stream.target.pool);
  const rows = rowsOf(database, stream);
  return {
    fileSystem,
    manifest: {
      rows,
      stream: async (source, target) => store.stream(pair, source, target),
      temporaries: async (pool) => store.temporaries(pair, pool),
      async commit(change) {
        if (isDead()) throw new Error('the process is dead');
        store.commit({ ...change, pair });
        applyToRows(rows, change);
      },
    },
    copiers: [
      {
        walk: async (share) => indexTree(walkShare(fileSystem, share, () => false)),
        carry: async (batch) => carryBatch({ fileSystem, advance: () => undefined }, batch, () => undefined),
      },
    ],
    isCancelled: () => false,
    report: () => undefined,
  };
}
