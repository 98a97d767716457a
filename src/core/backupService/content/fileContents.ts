/** Reading, writing and comparing bytes of open files. Short reads and writes are gone on with, never taken for the end. */
import { createHash, hash } from 'node:crypto';
import type { FileSystem } from './fileSystem.ts';

/** Unit of reading and comparing. */
export const chunkBytes = 1024 * 1024;

/** Unit of a differing range. */
const blockBytes = 64 * 1024;

/** A differing stretch of a file. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** What the work on one file needs to know of the outside. */
export interface Work {
  readonly fileSystem: FileSystem;
  /** Called after each chunk with the bytes done since the last call; throws when the work is cancelled. */
  readonly advance: (bytes: number) => void;
}

const firstBuffer = Buffer.allocUnsafeSlow(chunkBytes);
const secondBuffer = Buffer.allocUnsafeSlow(chunkBytes);

/** Fills the buffer from the position on as far as the file goes; returns the number of bytes. */
export function readFully(
  fileSystem: FileSystem,
  descriptor: number,
  buffer: Buffer,
  length: number,
  position: number,
): number {
  let done = 0;
  while (done < length) {
    const count = fileSystem.readSync(descriptor, buffer, done, length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

export function writeFully(fileSystem: FileSystem, descriptor: number, bytes: Buffer, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    done += fileSystem.writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}

/** A hash over chunks that takes the short way for files of one chunk. */
function startHash(size: number): { add(bytes: Buffer): void; end(): string } {
  if (size <= chunkBytes) {
    let digest = '';
    return {
      add: (bytes) => {
        digest = hash('sha256', bytes, 'hex');
      },
      end: () => (digest === '' ? hash('sha256', '', 'hex') : digest),
    };
  }
  const running = createHash('sha256');
  return { add: (bytes) => void running.update(bytes), end: () => running.digest('hex') };
}

export interface CopiedBytes {
  readonly sha256: string;
  /** Bytes found; less than asked when the source became shorter. */
  readonly bytes: number;
}

/**
 * Copies `size` bytes from one open file to another, hashing on the way. `read` and `write` wrap the calls of the two
 * sides so that a failure can be told apart.
 */
export function copyBytes(
  work: Work,
  source: number,
  size: number,
  read: (action: () => number) => number,
  write: (bytes: Buffer, position: number) => void,
): CopiedBytes {
  const digest = startHash(size);
  let position = 0;
  while (position < size) {
    const length = Math.min(chunkBytes, size - position);
    const count = read(() => readFully(work.fileSystem, source, firstBuffer, length, position));
    const bytes = firstBuffer.subarray(0, count);
    if (count > 0) {
      digest.add(bytes);
      write(bytes, position);
    }
    position += count;
    work.advance(count);
    if (count < length) break;
  }
  return { sha256: digest.end(), bytes: position };
}

export interface ComparedBytes {
  readonly equal: boolean;
  /** Of the first file; empty when the comparison stopped early. */
  readonly sha256: string;
  /** Where the second must be changed to become the first, within the first's size. */
  readonly ranges: readonly Range[];
  /** Bytes of the first file that were found. */
  readonly bytes: number;
}

/**
 * Compares two open files. With `collect` it goes through to the end and gathers the differing ranges; without, it stops
 * at the first difference.
 */
export function compareBytes(
  work: Work,
  first: { readonly descriptor: number; readonly size: number },
  second: { readonly descriptor: number; readonly size: number },
  read: (side: 'first' | 'second', action: () => number) => number,
  collect: boolean,
): ComparedBytes {
  if (!collect && first.size !== second.size) return { equal: false, sha256: '', ranges: [], bytes: 0 };
  const digest = startHash(first.size);
  const ranges: { offset: number; length: number }[] = [];
  let position = 0;
  while (position < first.size) {
    const length = Math.min(chunkBytes, first.size - position);
    const at = position;
    const count = read('first', () => readFully(work.fileSystem, first.descriptor, firstBuffer, length, at));
    const other = read('second', () => readFully(work.fileSystem, second.descriptor, secondBuffer, length, at));
    const bytes = firstBuffer.subarray(0, count);
    if (!bytes.equals(secondBuffer.subarray(0, other))) {
      if (!collect) return { equal: false, sha256: '', ranges: [], bytes: position };
      addRanges(ranges, bytes, secondBuffer.subarray(0, other), position);
    }
    if (count > 0) digest.add(bytes);
    position += count;
    work.advance(count);
    if (count < length) break;
  }
  return { equal: ranges.length === 0 && first.size === second.size, sha256: digest.end(), ranges, bytes: position };
}

function addRanges(ranges: { offset: number; length: number }[], bytes: Buffer, other: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const end = Math.min(at + blockBytes, bytes.length);
    if (end <= other.length && bytes.compare(other, at, end, at, end) === 0) continue;
    const last = ranges.at(-1);
    if (last !== undefined && last.offset + last.length === position + at) last.length += end - at;
    else ranges.push({ offset: position + at, length: end - at });
  }
}

/** Copies one range from an open file through the chunk buffer. */
export function eachChunkOf(range: Range, action: (offset: number, length: number, buffer: Buffer) => void): void {
  for (let done = 0; done < range.length; done += chunkBytes) {
    action(range.offset + done, Math.min(chunkBytes, range.length - done), firstBuffer);
  }
}
