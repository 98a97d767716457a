/**
 * The one seam for file-system calls of content replication. Everything here goes through it, so that a test can make the
 * n-th call of a whole run fail.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';

export type FileSystem = Pick<
  typeof fs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writeSync'
  | 'fsyncSync'
  | 'fstatSync'
  | 'lstatSync'
  | 'readdirSync'
  | 'mkdirSync'
  | 'renameSync'
  | 'unlinkSync'
  | 'rmdirSync'
  | 'futimesSync'
  | 'lutimesSync'
  | 'fchmodSync'
  | 'chmodSync'
  | 'ftruncateSync'
> & {
  /**
   * Makes everything written so far to the file system of the directory durable, in one go.
   * Resolves to false where the system has no such call: then every file is flushed for itself.
   */
  flushFileSystem(directory: string): Promise<boolean>;
};

export const nodeFileSystem: FileSystem = { ...fs, flushFileSystem };

/** Never follow a symbolic link at the last component; never hang on something that turned into a FIFO. */
export const openForReading = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);
export const openForUpdating = fs.constants.O_RDWR | (fs.constants.O_NOFOLLOW ?? 0) | (fs.constants.O_NONBLOCK ?? 0);
export const openNew =
  fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_EXCL | (fs.constants.O_NOFOLLOW ?? 0);
const openDirectory = fs.constants.O_RDONLY | (fs.constants.O_DIRECTORY ?? 0) | (fs.constants.O_NOFOLLOW ?? 0);

/** Windows has neither modes worth keeping nor directories that can be opened. */
const isWindows = process.platform === 'win32';

/** Magic numbers of tmpfs and ramfs. */
const memoryFileSystems = new Set([0x01021994, 0x858458f6]);

/**
 * `sync -f` (coreutils) is `syncfs`: one call instead of a flush per file, which for thousands of small files costs a
 * tenth of it and, unlike closing without a flush, reports write errors.
 */
function flushFileSystem(directory: string): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(false);
  if (memoryFileSystems.has(fs.statfsSync(directory).type)) return Promise.resolve(true); // Nothing there is durable.
  return new Promise((resolve) => {
    const child = spawn('sync', ['-f', directory], { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (status) => resolve(status === 0));
  });
}

/** Makes the names in a directory durable. */
export function flushDirectory(fileSystem: FileSystem, directory: string): void {
  if (isWindows) return;
  const descriptor = fileSystem.openSync(directory, openDirectory);
  try {
    fileSystem.fsyncSync(descriptor);
  } finally {
    fileSystem.closeSync(descriptor);
  }
}

/** Makes the bytes of one file durable. */
export function flushFile(fileSystem: FileSystem, file: string): void {
  const descriptor = fileSystem.openSync(file, isWindows ? openForUpdating : openForReading);
  try {
    fileSystem.fsyncSync(descriptor);
  } finally {
    fileSystem.closeSync(descriptor);
  }
}

/** What a directory ended up with after its mode and time were set; some file systems keep less than was asked. */
export interface KeptMetadata {
  readonly mtimeUs: number;
  readonly mode: number;
}

/** Sets mode and modification time (microseconds) of a directory without following a link. */
export function setDirectoryMetadata(
  fileSystem: FileSystem,
  directory: string,
  mtimeUs: number,
  mode: number,
): KeptMetadata {
  if (isWindows) {
    fileSystem.lutimesSync(directory, secondsOf(mtimeUs), secondsOf(mtimeUs));
    return metadataOf(fileSystem.lstatSync(directory));
  }
  const descriptor = fileSystem.openSync(directory, openDirectory);
  try {
    fileSystem.fchmodSync(descriptor, mode);
    fileSystem.futimesSync(descriptor, secondsOf(mtimeUs), secondsOf(mtimeUs));
    return metadataOf(fileSystem.fstatSync(descriptor));
  } finally {
    fileSystem.closeSync(descriptor);
  }
}

/** Sets mode and modification time (microseconds) of an open file. */
export function setFileMetadata(
  fileSystem: FileSystem,
  descriptor: number,
  mtimeUs: number,
  mode: number,
): KeptMetadata {
  const before = fileSystem.fstatSync(descriptor);
  if (!isWindows && permissions(before.mode) !== mode) fileSystem.fchmodSync(descriptor, mode);
  fileSystem.futimesSync(descriptor, secondsOf(mtimeUs), secondsOf(mtimeUs));
  return metadataOf(fileSystem.fstatSync(descriptor));
}

function metadataOf(stats: fs.Stats): KeptMetadata {
  return { mtimeUs: microseconds(stats), mode: permissions(stats.mode) };
}

/**
 * In seconds, as the platform takes a time. A binary fraction that lies below the microsecond is replaced by the next one
 * above it: a platform that cuts off what is beyond microseconds would make the time one less at every setting.
 */
function secondsOf(mtimeUs: number): number {
  const seconds = mtimeUs / 1e6;
  return seconds * 1e6 < mtimeUs ? seconds + 2 ** -22 : seconds;
}

/** Modification time in whole microseconds, the nearest: as fine as the platform lets one set it. */
export function microseconds(stats: fs.Stats): number {
  return Math.round(stats.mtimeMs * 1000);
}

/** Setting a time goes through a binary fraction: one microsecond more or less is the same time. */
export function sameTime(first: number, second: number): boolean {
  return Math.abs(first - second) <= 1;
}

export function permissions(mode: number): number {
  return isWindows ? 0 : mode & 0o7777;
}

/** The system's code of an error (`ENOENT`), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^E(?!RR_)[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}
