/**
 * Blocks on their way to a replica: they are gathered beside the replica's disk and merged into it at the end.
 *
 * Invariant: the disk of the replica is not touched before every block that it needs is durable here. So a
 * resynchronisation that is cancelled, refused for want of space or killed before the merge leaves the replica as it was,
 * and one that is killed during the merge is brought to its end from here.
 *
 * Layout: records of 32 bytes head (magic, CRC-32 of the rest of the head and the payload, kind, offset in the disk,
 * length) and payload. A block of zeros has no payload. The end record carries the size of the disk.
 */
import { crc32 } from 'node:zlib';
import { readFully, writeFully } from '../../backupService/content/fileContents.ts';
import type { FileSystem } from '../../backupService/content/fileSystem.ts';

/** Unit of comparing and sending. */
export const blockBytes = 64 * 1024;

const magic = 0x4c545245;
const headBytes = 32;
const kinds = { block: 1, zeros: 2, end: 3 } as const;

/** Where the newest content of each block lies, by the number of the block. */
export interface StagedBlocks {
  /** Position in the journal, or `zeros`. */
  readonly positions: Map<number, number>;
  /** Lengths of those that are shorter than a block: the last one of a disk. */
  readonly lengths: Map<number, number>;
}

export const zeros = -1;

export interface RedoJournal {
  readonly descriptor: number;
  readonly staged: StagedBlocks;
  /** Where the next record goes. */
  end: number;
  /** Of the disk, when the journal is complete. */
  finalSize: number | undefined;
}

interface Head {
  readonly kind: number;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
  readonly bytes: Buffer;
}

/** Reads what of the journal is whole: records that were not durable when an engine was killed are left out. */
export function loadJournal(fileSystem: FileSystem, descriptor: number): RedoJournal {
  const journal: RedoJournal = {
    descriptor,
    staged: { positions: new Map(), lengths: new Map() },
    end: 0,
    finalSize: undefined,
  };
  for (;;) {
    const head = readHead(fileSystem, descriptor, journal.end);
    const payload = head === undefined ? undefined : readPayload(fileSystem, descriptor, head, journal.end);
    if (head === undefined || payload === undefined) return journal;
    if (head.kind === kinds.end) {
      journal.finalSize = head.offset;
      return journal;
    }
    note(journal, head.offset, head.length, head.kind === kinds.zeros ? zeros : journal.end + headBytes);
    journal.end += headBytes + payload.length;
  }
}

/** Appends the content of consecutive blocks that begin at `offset` in the disk. */
export function appendBlocks(fileSystem: FileSystem, journal: RedoJournal, offset: number, content: Buffer): void {
  const position = journal.end + headBytes;
  journal.end = writeRecord(fileSystem, journal, kinds.block, offset, content.length, content);
  note(journal, offset, content.length, position);
}

export function appendZeros(fileSystem: FileSystem, journal: RedoJournal, offset: number, length: number): void {
  journal.end = writeRecord(fileSystem, journal, kinds.zeros, offset, length, Buffer.alloc(0));
  note(journal, offset, length, zeros);
}

/** Marks the journal as complete for a disk of that size and makes it durable. */
export function completeJournal(fileSystem: FileSystem, journal: RedoJournal, finalSize: number): void {
  const end = writeRecord(fileSystem, journal, kinds.end, finalSize, 0, Buffer.alloc(0));
  fileSystem.ftruncateSync(journal.descriptor, end);
  fileSystem.fsyncSync(journal.descriptor);
  journal.finalSize = finalSize;
}

function note(journal: RedoJournal, offset: number, length: number, position: number): void {
  const { positions, lengths } = journal.staged;
  for (let done = 0; done < length; done += blockBytes) {
    const block = (offset + done) / blockBytes;
    positions.set(block, position === zeros ? zeros : position + done);
    if (length - done < blockBytes) lengths.set(block, length - done);
    else lengths.delete(block);
  }
}

function writeRecord(
  fileSystem: FileSystem,
  journal: RedoJournal,
  kind: number,
  offset: number,
  length: number,
  payload: Buffer,
): number {
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(magic, 0);
  head.writeUInt32LE(kind, 8);
  head.writeDoubleLE(offset, 16);
  head.writeDoubleLE(length, 24);
  head.writeUInt32LE(crc32(payload, crc32(head.subarray(8))), 4);
  writeFully(fileSystem, journal.descriptor, head, journal.end);
  writeFully(fileSystem, journal.descriptor, payload, journal.end + headBytes);
  return journal.end + headBytes + payload.length;
}

function readHead(fileSystem: FileSystem, descriptor: number, position: number): Head | undefined {
  const bytes = Buffer.alloc(headBytes);
  if (readFully(fileSystem, descriptor, bytes, headBytes, position) < headBytes) return undefined;
  if (bytes.readUInt32LE(0) !== magic) return undefined;
  const kind = bytes.readUInt32LE(8);
  const offset = bytes.readDoubleLE(16);
  const length = bytes.readDoubleLE(24);
  if (kind < kinds.block || kind > kinds.end || !isAmount(offset) || !isAmount(length)) return undefined;
  return { kind, offset, length, crc: bytes.readUInt32LE(4), bytes };
}

function isAmount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function readPayload(fileSystem: FileSystem, descriptor: number, head: Head, position: number): Buffer | undefined {
  const length = head.kind === kinds.block ? head.length : 0;
  if (length > largestPayload) return undefined;
  const payload = Buffer.alloc(length);
  if (readFully(fileSystem, descriptor, payload, length, position + headBytes) < length) return undefined;
  return crc32(payload, crc32(head.bytes.subarray(8))) === head.crc ? payload : undefined;
}

/** A record holds at most what is compared at once. */
const largestPayload = 1024 * 1024;
