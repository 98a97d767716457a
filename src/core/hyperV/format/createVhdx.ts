/** Makes an empty VHDX file of each type. Only what is needed is written: the file is sparse. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { crc32c } from './crc32c.ts';
import {
  fileIdentifier,
  guidBytes,
  hasParent,
  headerBytes,
  headerOffsets,
  kilobyte,
  leaveBlocksAllocated,
  megabyte,
  metadataItems,
  metadataTableBytes,
  parentLocatorType,
  regions,
  regionTableBytes,
  regionTableOffsets,
} from './vhdxLayout.ts';

export interface NewDisk {
  readonly type: 'Fixed' | 'Dynamic' | 'Differencing';
  /** Bytes that the machine sees, a multiple of 512. */
  readonly virtualSize: number;
  /** Of a differencing disk: the path of its parent, as it is written into the locator. */
  readonly parent?: string;
}

const blockBytes = 32 * megabyte;
const sectorBytes = 512;
const log = { offset: megabyte, length: megabyte };
const metadata = { offset: 2 * megabyte, length: megabyte };
const allocationOffset = 3 * megabyte;
/** Payload blocks that share one sector bitmap block. */
const chunkRatio = (2 ** 23 * sectorBytes) / blockBytes;
const fullyPresent = 6n;

/** Creates the file, which must not exist, and makes it durable. Throws what the file system says. */
export function createVhdx(file: string, disk: NewDisk): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    const allocation = allocationTable(disk);
    writeAt(descriptor, 0, identifier());
    for (const [index, offset] of headerOffsets.entries()) writeAt(descriptor, offset, header(index + 1));
    for (const offset of regionTableOffsets) writeAt(descriptor, offset, regionTable(allocation.region));
    writeAt(descriptor, metadata.offset, metadataRegion(disk));
    if (allocation.entries.length > 0) writeAt(descriptor, allocationOffset, allocation.entries);
    ftruncateSync(descriptor, allocation.fileSize);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function writeAt(descriptor: number, position: number, bytes: Buffer): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}

function identifier(): Buffer {
  const bytes = Buffer.alloc(8 + 512);
  bytes.write(fileIdentifier, 0, 'latin1');
  bytes.write('Lync Topology', 8, 'utf16le');
  return bytes;
}

function header(sequenceNumber: number): Buffer {
  const bytes = Buffer.alloc(headerBytes);
  bytes.write('head', 0, 'latin1');
  bytes.writeBigUInt64LE(BigInt(sequenceNumber), 8);
  guidBytes(randomUUID()).copy(bytes, 16);
  guidBytes(randomUUID()).copy(bytes, 32);
  // The log's GUID stays zero: there is nothing to replay.
  bytes.writeUInt16LE(0, 64);
  bytes.writeUInt16LE(1, 66);
  bytes.writeUInt32LE(log.length, 68);
  bytes.writeBigUInt64LE(BigInt(log.offset), 72);
  bytes.writeUInt32LE(crc32c(bytes), 4);
  return bytes;
}

function regionTable(allocationLength: number): Buffer {
  const bytes = Buffer.alloc(regionTableBytes);
  bytes.write('regi', 0, 'latin1');
  bytes.writeUInt32LE(2, 8);
  const entries = [
    { guid: regions.blockAllocation, offset: allocationOffset, length: allocationLength },
    { guid: regions.metadata, ...metadata },
  ];
  for (const [index, entry] of entries.entries()) {
    const at = 16 + index * 32;
    guidBytes(entry.guid).copy(bytes, at);
    bytes.writeBigUInt64LE(BigInt(entry.offset), at + 16);
    bytes.writeUInt32LE(entry.length, at + 24);
    bytes.writeUInt32LE(1, at + 28);
  }
  bytes.writeUInt32LE(crc32c(bytes), 4);
  return bytes;
}

/** Of a fixed disk every block is there from the beginning; of the others none is. */
function allocationTable(disk: NewDisk): {
  readonly entries: Buffer;
  readonly region: number;
  readonly fileSize: number;
} {
  const blocks = Math.ceil(disk.virtualSize / blockBytes);
  const count =
    disk.type === 'Differencing'
      ? Math.ceil(blocks / chunkRatio) * (chunkRatio + 1)
      : blocks + Math.floor((blocks - 1) / chunkRatio);
  const region = Math.ceil((count * 8) / megabyte) * megabyte;
  const payload = allocationOffset + region;
  if (disk.type !== 'Fixed') return { entries: Buffer.alloc(0), region, fileSize: payload };
  const entries = Buffer.alloc(count * 8);
  for (let block = 0; block < blocks; block += 1) {
    const megabytes = BigInt((payload + block * blockBytes) / megabyte);
    entries.writeBigUInt64LE((megabytes << 20n) | fullyPresent, (block + Math.floor(block / chunkRatio)) * 8);
  }
  return { entries, region, fileSize: payload + blocks * blockBytes };
}

interface Item {
  readonly guid: string;
  readonly value: Buffer;
  /** Virtual-disk metadata carries bit 1, required metadata bit 2. */
  readonly flags: number;
}

function metadataRegion(disk: NewDisk): Buffer {
  const items: readonly Item[] = [
    { guid: metadataItems.fileParameters, value: fileParameters(disk), flags: 4 },
    { guid: metadataItems.virtualDiskSize, value: bigNumber(disk.virtualSize), flags: 6 },
    { guid: metadataItems.virtualDiskId, value: guidBytes(randomUUID()), flags: 6 },
    { guid: metadataItems.logicalSectorSize, value: number(sectorBytes), flags: 6 },
    { guid: metadataItems.physicalSectorSize, value: number(4 * kilobyte), flags: 6 },
    ...(disk.parent === undefined
      ? []
      : [{ guid: metadataItems.parentLocator, value: parentLocator(disk.parent), flags: 4 }]),
  ];
  const table = Buffer.alloc(metadataTableBytes);
  table.write('metadata', 0, 'latin1');
  table.writeUInt16LE(items.length, 10);
  let offset = metadataTableBytes;
  for (const [index, { guid, value, flags }] of items.entries()) {
    const at = 32 + index * 32;
    guidBytes(guid).copy(table, at);
    table.writeUInt32LE(offset, at + 16);
    table.writeUInt32LE(value.length, at + 20);
    table.writeUInt32LE(flags, at + 24);
    offset += value.length;
  }
  return Buffer.concat([table, ...items.map(({ value }) => value)]);
}

function fileParameters(disk: NewDisk): Buffer {
  const flags = (disk.type === 'Fixed' ? leaveBlocksAllocated : 0) | (disk.type === 'Differencing' ? hasParent : 0);
  return Buffer.concat([number(blockBytes), number(flags)]);
}

function parentLocator(parent: string): Buffer {
  const pairs = [
    ['parent_linkage', `{${randomUUID()}}`],
    ['relative_path', parent],
  ] as const;
  const texts = pairs.flat().map((text) => Buffer.from(text, 'utf16le'));
  const head = Buffer.alloc(20 + pairs.length * 12);
  guidBytes(parentLocatorType).copy(head);
  head.writeUInt16LE(pairs.length, 18);
  let offset = head.length;
  for (const [index, text] of texts.entries()) {
    const isValue = index % 2;
    const at = 20 + Math.floor(index / 2) * 12;
    head.writeUInt32LE(offset, at + isValue * 4);
    head.writeUInt16LE(text.length, at + 8 + isValue * 2);
    offset += text.length;
  }
  return Buffer.concat([head, ...texts]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function bigNumber(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
