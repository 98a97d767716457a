/**
 * A resynchronisation of one virtual disk of which 1 % of the blocks differ, against `rsync --inplace` and against the limit:
 * reading both files once, as `cmp` does. In turn, on a memory file system and on disk.
 *
 * Ours gathers what differs durably beside the replica, merges it, reads it back and leaves a record; rsync writes straight
 * into the replica and flushes nothing.
 */
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, ftruncateSync, mkdtempSync, openSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControl } from '../../src/core/hyperV/resynchronization/control.ts';
import { blockBytes } from '../../src/core/hyperV/resynchronization/redoJournal.ts';
import { runInWorker } from '../../src/core/hyperV/runInWorker.ts';
import { openRig } from '../engine/hyperV/rig.ts';
import { type Benchmark, type BenchmarkRow, interleave, timed } from './harness.ts';

interface Amounts {
  /** Bytes of the file. */
  readonly size: number;
  readonly rounds: number;
}

/** Bytes of content in each stretch of the disk, and the distance of two stretches: half of the disk is holes. */
const stretchBytes = 8 * 1024 ** 2;
const stretchEvery = 16 * 1024 ** 2;
const differing = 0.01;

export const benchmark: Benchmark = async ({ quick, log }) => {
  const amounts: Amounts = quick ? { size: 256 * 1024 ** 2, rounds: 1 } : { size: 4 * 1024 ** 3, rounds: 3 };
  const programs = ['rsync', 'cmp'].filter((name) => spawnSync(name, ['--version']).status === 0);
  const notes = [
    `${amounts.size / 1024 ** 3} GB, half of it holes; ${differing * 100} % of its blocks of ${blockBytes / 1024} kB are made different before every round.`,
    ...['rsync', 'cmp']
      .filter((name) => !programs.includes(name))
      .map((name) => `${name} is not installed here: nothing was measured against it.`),
  ];
  const rows: BenchmarkRow[] = [];
  for (const [name, folder] of folders()) {
    log(`virtual disk on ${name}`);
    rows.push(...(await measureOn(name, folder, amounts, programs)));
  }
  return { title: 'Resynchronisation of a virtual disk', rows, notes };
};

function folders(): readonly (readonly [string, string])[] {
  const memory = existsSync('/dev/shm') ? [['memory', '/dev/shm'] as const] : [];
  return [...memory, ['disk', tmpdir()] as const];
}

async function measureOn(
  name: string,
  parent: string,
  { size, rounds }: Amounts,
  programs: readonly string[],
): Promise<readonly BenchmarkRow[]> {
  using rig = openRig(mkdtempSync(join(parent, 'lync-topology-bench-')));
  const theirs = join(rig.folder, 'theirs.vhdx');
  makeDisk(rig.source, size);
  for (const copy of [rig.target, theirs]) command('cp', ['--sparse=always', rig.source, copy]);
  command('sync', ['-f', rig.folder]);
  const ours = async (): Promise<number> => {
    makeDifferent(rig.target, size);
    const order = { ...rig.order, control: createControl() };
    return await timed(() => runInWorker(order, () => {}));
  };
  const peers: readonly (readonly [string, string, number, () => Promise<number>])[] = [
    ['rsync', 'rsync --inplace', 0.5, rsync(['--inplace'])],
    ['rsync', 'rsync --inplace --no-whole-file', 0.5, rsync(['--inplace', '--no-whole-file'])],
    ['cmp', 'cmp (the limit)', 1.2, async () => await timed(() => command('cmp', [rig.source, theirs]))],
  ];
  function rsync(options: readonly string[]): () => Promise<number> {
    return async () => {
      makeDifferent(theirs, size);
      return await timed(() => command('rsync', [...options, '--ignore-times', rig.source, theirs]));
    };
  }
  const rows: BenchmarkRow[] = [];
  for (const [program, peerName, target, peer] of peers) {
    if (!programs.includes(program)) continue;
    const measured = await interleave(rounds, ours, peer);
    // `cmp` ends with an error when they differ.
    if (programs.includes('cmp')) for (const copy of [rig.target, theirs]) command('cmp', [rig.source, copy]);
    if (statSync(rig.target).blocks > statSync(rig.source).blocks * 1.01) throw new Error('holes were filled');
    rows.push({ name: `1 % differs, ${name}`, ...measured, unit: 'ms', peerName, target });
  }
  return rows;
}

/** Stretches of random content with holes between them. */
function makeDisk(file: string, size: number): void {
  const content = Buffer.allocUnsafe(stretchBytes);
  const descriptor = openSync(file, 'w');
  try {
    for (let at = 0; at < size; at += stretchEvery)
      writeSync(descriptor, randomFillSync(content), 0, content.length, at);
    ftruncateSync(descriptor, size);
  } finally {
    closeSync(descriptor);
  }
}

/** Other content in blocks all over the stretches. */
function makeDifferent(file: string, size: number): void {
  const count = Math.round((size / blockBytes) * differing);
  const stretches = Math.ceil(size / stretchEvery);
  const content = randomFillSync(Buffer.allocUnsafe(blockBytes));
  const descriptor = openSync(file, 'r+');
  try {
    for (let index = 0; index < count; index += 1) {
      const inStretch = Math.floor(index / stretches) * 13 * blockBytes;
      const at = (index % stretches) * stretchEvery + (inStretch % stretchBytes);
      content.writeUInt32LE(index, 0);
      writeSync(descriptor, content, 0, content.length, at);
    }
  } finally {
    closeSync(descriptor);
  }
}

function command(program: string, options: readonly string[]): void {
  const { status, stderr } = spawnSync(program, options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${options.join(' ')}: ${stderr}`);
}
