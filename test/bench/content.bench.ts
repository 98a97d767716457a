/**
 * File content of a share, against `rsync -a` (and `cp -a` for the first copy) in the same run, in turn, on a memory file
 * system and on disk. Ours flushes to disk, hashes and keeps a manifest; rsync and cp do none of that.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ContentReplication,
  type ContentStream,
  compareTrees,
  openContentReplication,
} from '../../src/core/backupService/content/index.ts';
import { type Benchmark, type BenchmarkRow, interleave, timed } from './harness.ts';

const everything = Number.MAX_SAFE_INTEGER;

/** Long enough for a changed file to have settled, as it has when a sync interval comes round. */
const settled = 60;

interface Amounts {
  readonly files: number;
  readonly bytes: number;
  readonly largeBytes: number;
  readonly rounds: number;
}

export const benchmark: Benchmark = async ({ quick, log }) => {
  const amounts: Amounts = quick
    ? { files: 2_000, bytes: 160e6, largeBytes: 50e6, rounds: 1 }
    : { files: 20_000, bytes: 1_600e6, largeBytes: 200e6, rounds: 3 };
  const notes = [
    'Ours runs in a process that is already running, as the engine is; its times include flushing to disk.',
  ];
  const rows: BenchmarkRow[] = [];
  if (!hasProgram('rsync')) notes.push('rsync is not installed here: nothing to compare with, nothing measured.');
  else {
    for (const [name, folder] of folders()) rows.push(...(await measureOn(name, folder, amounts, notes, log)));
  }
  return { title: 'Content of a file share', rows, notes };
};

function folders(): readonly (readonly [string, string])[] {
  const memory = existsSync('/dev/shm') ? [['memory', '/dev/shm'] as const] : [];
  return [...memory, ['disk', tmpdir()] as const];
}

async function measureOn(
  name: string,
  folder: string,
  amounts: Amounts,
  notes: string[],
  log: (line: string) => void,
): Promise<BenchmarkRow[]> {
  const base = mkdtempSync(join(folder, 'lync-content-bench-'));
  const database = new DatabaseSync(join(base, 'engine.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  const replication = openContentReplication({ database });
  try {
    log(`${name}: making ${amounts.files} files, ${Math.round(amounts.bytes / 1e6)} MB`);
    makeFiles(join(base, 'source'), amounts);
    const rows = [
      ...(await firstCopy(name, base, replication, amounts, log)),
      await nothingChanged(name, base, replication, amounts),
      await onePercent(name, base, replication, amounts),
    ];
    const compared = await compareTrees(join(base, 'source'), join(base, 'ours'));
    if (!compared.equal) throw new Error(`the copy differs: ${JSON.stringify(compared.differences.slice(0, 3))}`);
    notes.push(`${name}: ${compared.files} files compared byte by byte, equal. Process memory ${memory()} MB.`);
    rmSync(join(base, 'source'), { recursive: true });
    log(`${name}: one file of ${amounts.largeBytes / 1e6} MB`);
    return [...rows, await largeFile(name, base, replication, amounts)];
  } finally {
    await replication.close();
    database.close();
    rmSync(base, { recursive: true, force: true });
  }
}

async function firstCopy(
  name: string,
  base: string,
  replication: ContentReplication,
  amounts: Amounts,
  log: (line: string) => void,
): Promise<BenchmarkRow[]> {
  let round = 0;
  const ours = () => {
    fresh(base, 'ours');
    return timed(() => replication.runCycle(stream(base, `first${++round}`), { maximumBytes: everything }));
  };
  const title = `first copy, ${amounts.files} files, ${Math.round(amounts.bytes / 1e6)} MB, ${name}`;
  log(title);
  const rsync = await interleave(amounts.rounds, ours, () => {
    fresh(base, 'peer');
    return timed(() => run('rsync', ['-a', `${base}/source/`, `${base}/peer/`]));
  });
  const row = { name: title, ...rsync, unit: 'ms', peerName: 'rsync -a', target: 0.7 };
  if (name !== 'memory') return [row];
  const copy = await interleave(amounts.rounds, ours, () => {
    fresh(base, 'peer');
    return timed(() => run('cp', ['-a', `${base}/source/.`, `${base}/peer/`]));
  });
  return [row, { name: title, ...copy, unit: 'ms', peerName: 'cp -a', target: 1.1 }];
}

async function nothingChanged(
  name: string,
  base: string,
  replication: ContentReplication,
  amounts: Amounts,
): Promise<BenchmarkRow> {
  const pair = stream(base, 'steady');
  await replication.runCycle(pair, { maximumBytes: everything });
  const times = await interleave(
    amounts.rounds * 3,
    () => timed(() => replication.runCycle(pair, { maximumBytes: everything })),
    () => timed(() => run('rsync', ['-a', `${base}/source/`, `${base}/peer/`])),
  );
  return { name: `nothing changed, ${name}`, ...times, unit: 'ms', peerName: 'rsync -a', target: 1 };
}

async function onePercent(
  name: string,
  base: string,
  replication: ContentReplication,
  amounts: Amounts,
): Promise<BenchmarkRow> {
  const pair = stream(base, 'steady');
  let start = 0;
  const times = await interleave(
    amounts.rounds * 2,
    async () => {
      start += 1;
      for (let number = start; number < amounts.files; number += 100) {
        appendFileSync(join(base, 'source', pathOf(number)), 'changed');
      }
      await delay(settled);
      run('sync', ['-f', base]);
      return timed(() => replication.runCycle(pair, { maximumBytes: everything }));
    },
    () => {
      run('sync', ['-f', base]);
      return timed(() => run('rsync', ['-a', `${base}/source/`, `${base}/peer/`]));
    },
  );
  return { name: `1 % of files changed, ${name}`, ...times, unit: 'ms', peerName: 'rsync -a', target: 1 };
}

async function largeFile(
  name: string,
  base: string,
  replication: ContentReplication,
  amounts: Amounts,
): Promise<BenchmarkRow> {
  const pair = stream(base, 'large');
  for (const folder of ['ours', 'peer']) fresh(base, folder);
  mkdirSync(join(base, 'source'));
  const place = join(base, 'source', 'large.bin');
  writeFileSync(place, randomFillSync(Buffer.allocUnsafe(amounts.largeBytes)));
  await delay(settled);
  await replication.runCycle(pair, { maximumBytes: everything });
  run('rsync', ['-a', `${base}/source/`, `${base}/peer/`]);
  const times = await interleave(
    amounts.rounds * 2,
    async () => {
      changeBlocks(place, amounts.largeBytes);
      await delay(settled);
      run('sync', ['-f', base]);
      return timed(() => replication.runCycle(pair, { maximumBytes: everything }));
    },
    () => {
      run('sync', ['-f', base]);
      return timed(() => run('rsync', ['-a', '--inplace', '--no-whole-file', `${base}/source/`, `${base}/peer/`]));
    },
  );
  return {
    name: `${amounts.largeBytes / 1e6} MB file, 1 % of blocks changed, ${name}`,
    ...times,
    unit: 'ms',
    peerName: 'rsync --inplace --no-whole-file',
    target: 0.7,
  };
}

/** Overwrites one block of 64 KB in a hundred. */
function changeBlocks(place: string, size: number): void {
  const block = randomFillSync(Buffer.allocUnsafe(65_536));
  const descriptor = openSync(place, 'r+');
  for (let number = 0; number < size / 65_536 / 100; number++) {
    writeSync(descriptor, block, 0, block.length, Math.floor(Math.random() * (size / 65_536 - 1)) * 65_536);
  }
  closeSync(descriptor);
}

/** Sizes fall off exponentially around the mean, as those of real meeting content do. */
function makeFiles(root: string, { files, bytes }: Amounts): void {
  const random = randomFillSync(Buffer.allocUnsafe(4 * 1024 * 1024));
  let state = 1;
  for (let number = 0; number < files; number++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let left = Math.floor(-Math.log(1 - state / 2 ** 32) * (bytes / files));
    const place = join(root, pathOf(number));
    mkdirSync(dirname(place), { recursive: true });
    const descriptor = openSync(place, 'w');
    while (left > 0) left -= writeSync(descriptor, random, 0, Math.min(left, random.length));
    closeSync(descriptor);
  }
}

function pathOf(number: number): string {
  return `1-WebServices-1/CollabContent/${number % 100}/${Math.floor(number / 100) % 10}/slides ${number}.pptx`;
}

/** A pair of pools of its own per case, so that every case has its own manifest. */
function stream(base: string, name: string): ContentStream {
  return {
    source: { pool: `source.${name}`, name: `\\\\source\\${name}`, directory: join(base, 'source') },
    target: { pool: `target.${name}`, name: `\\\\target\\${name}`, directory: join(base, 'ours') },
  };
}

/** An empty folder, and nothing of an earlier case left to be written out. */
function fresh(base: string, folder: string): void {
  rmSync(join(base, folder), { recursive: true, force: true });
  mkdirSync(join(base, folder));
  run('sync', ['-f', base]);
}

function run(program: string, given: readonly string[]): void {
  const { status, stderr } = spawnSync(program, given, { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
}

function hasProgram(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function memory(): number {
  return Math.round(process.memoryUsage().rss / 1e6);
}
