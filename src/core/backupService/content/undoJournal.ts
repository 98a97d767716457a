/**
 * The undo journal of an in-place update.
 *
 * Invariant: the old bytes of everything that will be overwritten are durable in the journal before the first byte is
 * overwritten. So at any moment the old file can be put together again: a journal whose header or record does not check
 * out was not durable yet, and what follows it was not overwritten.
 *
 * Layout: records of 32 bytes head (magic, CRC-32 of the payload, kind, offset, length) and payload; the first record is
 * the header with a JSON payload, the last one an empty end record.
 */
import { crc32 } from 'node:zlib';
import { chunkBytes, eachChunkOf, type Range, readFully, writeFully } from './fileContents.ts';
import {
  type FileSystem,
  openForReading,
  openForUpdating,
  openNew,
  setFileMetadata,
  systemCode,
} from './fileSystem.ts';
import { placeOf, requireRealParents } from './paths.ts';

const magic = 0x4c554e44;
const headBytes = 32;
const kinds = { header: 1, block: 2, end: 3 } as const;

/** The file before the update. */
export interface UndoHeader {
  readonly path: string;
  readonly size: number;
  readonly mtimeUs: number;
  readonly mode: number;
  readonly inode: number;
}

/** Writes the journal for the ranges of an open file and makes it durable. */
export function writeUndoJournal(
  fileSystem: FileSystem,
  journal: string,
  header: UndoHeader,
  target: number,
  ranges: readonly Range[],
): void {
  const descriptor = fileSystem.openSync(journal, openNew, 0o600);
  try {
    let position = writeRecord(fileSystem, descriptor, 0, kinds.header, 0, Buffer.from(JSON.stringify(header)));
    for (const range of ranges) {
      eachChunkOf(range, (offset, length, buffer) => {
        const count = readFully(fileSystem, target, buffer, length, offset);
        position = writeRecord(fileSystem, descriptor, position, kinds.block, offset, buffer.subarray(0, count));
      });
    }
    writeRecord(fileSystem, descriptor, position, kinds.end, 0, Buffer.alloc(0));
    fileSystem.fsyncSync(descriptor);
  } finally {
    fileSystem.closeSync(descriptor);
  }
}

function writeRecord(
  fileSystem: FileSystem,
  descriptor: number,
  position: number,
  kind: number,
  offset: number,
  payload: Buffer,
): number {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(crc32(payload), 4);
  head.writeUInt32LE(kind, 8);
  head.writeDoubleLE(offset, 16);
  head.writeDoubleLE(payload.length, 24);
  writeFully(fileSystem, descriptor, head, position);
  writeFully(fileSystem, descriptor, payload, position + headBytes);
  return position + headBytes + payload.length;
}

/**
 * Puts the old content back and makes it durable; the journal itself stays for the caller to remove.
 * Returns the path rolled back, or undefined when there was nothing to do (the journal was never complete, or the file
 * is no longer the one that was being updated).
 */
export function rollBack(fileSystem: FileSystem, root: string, journal: string): string | undefined {
  const descriptor = fileSystem.openSync(journal, openForReading);
  try {
    const header = completeHeader(fileSystem, descriptor);
    if (header === undefined) return undefined;
    const target = openTarget(fileSystem, root, header);
    if (target === undefined) return undefined;
    try {
      if (fileSystem.fstatSync(target).ino !== header.inode) return undefined;
      eachRecord(fileSystem, descriptor, (kind, offset, payload) => {
        if (kind === kinds.block) writeFully(fileSystem, target, payload, offset);
      });
      fileSystem.ftruncateSync(target, header.size);
      setFileMetadata(fileSystem, target, header.mtimeUs, header.mode);
      fileSystem.fsyncSync(target);
    } finally {
      fileSystem.closeSync(target);
    }
    return header.path;
  } finally {
    fileSystem.closeSync(descriptor);
  }
}

function openTarget(fileSystem: FileSystem, root: string, header: UndoHeader): number | undefined {
  try {
    requireRealParents(fileSystem, root, header.path, new Set());
    return fileSystem.openSync(placeOf(root, header.path), openForUpdating);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ELOOP') return undefined;
    throw error;
  }
}

/** The header, when the whole journal was durable: only then can anything have been overwritten. */
function completeHeader(fileSystem: FileSystem, descriptor: number): UndoHeader | undefined {
  let header: UndoHeader | undefined;
  const ended = eachRecord(fileSystem, descriptor, (kind, _offset, payload) => {
    if (kind === kinds.header) header = headerOf(JSON.parse(payload.toString()));
  });
  return ended ? header : undefined;
}

/** Goes through the records that check out; true when the end record was reached. */
function eachRecord(
  fileSystem: FileSystem,
  descriptor: number,
  action: (kind: number, offset: number, payload: Buffer) => void,
): boolean {
  const head = Buffer.alloc(headBytes);
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let position = 0; ; ) {
    if (readFully(fileSystem, descriptor, head, headBytes, position) < headBytes) return false;
    const kind = head.readUInt32LE(8);
    const length = head.readDoubleLE(24);
    if (head.readUInt32LE(0) !== magic || !(length >= 0 && length <= chunkBytes)) return false;
    const payload = buffer.subarray(0, length);
    if (readFully(fileSystem, descriptor, payload, length, position + headBytes) < length) return false;
    if (crc32(payload) !== head.readUInt32LE(4)) return false;
    if (kind === kinds.end) return true;
    action(kind, head.readDoubleLE(16), payload);
    position += headBytes + length;
  }
}

function headerOf(value: unknown): UndoHeader | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { path, size, mtimeUs, mode, inode } = Object.assign(Object.create(null), value);
  const numbers: unknown[] = [size, mtimeUs, mode, inode];
  if (typeof path !== 'string' || !numbers.every((number) => Number.isFinite(number))) return undefined;
  return { path, size, mtimeUs, mode, inode };
}
