/** Trees of files that are awkward, and their comparison by `diff` and by times. */
import { execFile } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const megabyte = 1_048_576;

export interface SpecialFiles {
  /** Relative paths of what is no file and no folder. */
  readonly paths: readonly string[];
}

/** Everything that the documentation of an issue ever complained about, below `root`. */
export async function plantAwkwardTree(root: string): Promise<SpecialFiles> {
  const write = (path: string, bytes: Uint8Array | string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  };
  write('with spaces/ leading and trailing /a  b .txt', 'spaces');
  write('unicode/Ångström é.txt'.normalize('NFC'), 'composed');
  write('unicode/Ångström é.txt'.normalize('NFD'), 'decomposed');
  write('unicode/年度計畫 📎.pptx', 'wide');
  write('names/-rf', 'a dash');
  write('names/quote \' and " and $HOME and `x`', 'quotes');
  write('names/back\\slash', 'a backslash');
  write('names/new\nline', 'a line end');
  write('names/%41 #?&;', 'signs');
  write('empty/zero bytes', '');
  mkdirSync(join(root, 'empty/folder'), { recursive: true });
  write(`deep/${Array.from({ length: 60 }, (_, depth) => `level ${depth}`).join('/')}/bottom.txt`, 'deep');
  write(`long/${'n'.repeat(250)}.txt`, 'a long name');
  for (let number = 0; number < 10_000; number += 1) write(`ten thousand/file ${number}.txt`, `${number}`);
  writeLarge(join(root, 'recording of 50 MB.wmv'), 50 * megabyte);
  setTimes(root);
  return { paths: await plantSpecialFiles(root) };
}

/** `diff -r` without following links; empty when the trees are the same. */
export async function diffTrees(first: string, second: string): Promise<string> {
  try {
    const { stdout } = await run('diff', ['-r', '--no-dereference', first, second], { maxBuffer: 64 * megabyte });
    return stdout;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string') return error.stdout;
    throw error;
  }
}

export interface FileStamp {
  /** Microseconds, which is what Node can set. */
  readonly time: number;
  readonly size: number;
}

/** Sizes and times of all files below a folder, by relative path. Links are not followed. */
export function stampsOf(root: string, below = ''): ReadonlyMap<string, FileStamp> {
  const found = new Map<string, FileStamp>();
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) for (const [name, stamp] of stampsOf(root, path)) found.set(name, stamp);
    if (!entry.isFile()) continue;
    const stats = lstatSync(join(root, path), { bigint: true });
    found.set(path, { time: Number(stats.mtimeNs) / 1_000, size: Number(stats.size) });
  }
  return found;
}

/** The first few paths that are not in both, or whose size differs, or whose time does by more than it can be set. */
export function differentStamps(
  first: ReadonlyMap<string, FileStamp>,
  second: ReadonlyMap<string, FileStamp>,
): readonly string[] {
  const paths = new Set([...first.keys(), ...second.keys()]);
  const differs = (path: string): boolean => {
    const [one, other] = [first.get(path), second.get(path)];
    if (one === undefined || other === undefined) return true;
    return one.size !== other.size || Math.abs(one.time - other.time) > 1.5;
  };
  return [...paths].filter(differs).slice(0, 5);
}

/** Bytes that differ in every block, so that a block in the wrong place is seen. */
function writeLarge(path: string, size: number): void {
  const file = openSync(path, 'w');
  try {
    const block = new Uint32Array(megabyte / 4);
    for (let offset = 0; offset < size; offset += megabyte) {
      for (let index = 0; index < block.length; index += 1) block[index] = Math.imul(offset + index, 2_654_435_761);
      writeSync(file, block);
    }
  } finally {
    closeSync(file);
  }
}

/** Each file gets a time of its own, some of them long ago. */
function setTimes(root: string): void {
  let time = Date.UTC(1999, 0, 1) / 1_000;
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    time += 3_601.000001;
    if (lstatSync(join(root, name)).isFile()) utimesSync(join(root, name), time, time);
  }
}

async function plantSpecialFiles(root: string): Promise<readonly string[]> {
  mkdirSync(join(root, 'special'));
  symlinkSync('../recording of 50 MB.wmv', join(root, 'special/link to a file'));
  symlinkSync('/etc', join(root, 'special/link to a folder'));
  symlinkSync('nowhere', join(root, 'special/dangling link'));
  await run('mkfifo', [join(root, 'special/pipe')]);
  await plantSocket(join(root, 'special/socket'));
  return ['link to a file', 'link to a folder', 'dangling link', 'pipe', 'socket'].map((name) => `special/${name}`);
}

/** Made where the path is short enough for a socket, and moved away so that it stays when its server is closed. */
async function plantSocket(path: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lync-topology-'));
  const server = createServer();
  try {
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket'), resolve));
    await run('mv', [join(folder, 'socket'), path]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}
