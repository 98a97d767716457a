/** Reads what a VHDX file says about itself, and checks its identifier, headers, region tables and metadata on the way. */
import { crc32c } from './crc32c.ts';
import type { DiskDescription, ReadAt } from './inspect.ts';
import {
  fileIdentifier,
  guidBytes,
  hasParent,
  headerBytes,
  headerOffsets,
  leaveBlocksAllocated,
  megabyte,
  metadataItems,
  metadataTableBytes,
  regions,
  regionTableBytes,
  regionTableOffsets,
} from './vhdxLayout.ts';

export function isVhdx(start: Buffer): boolean {
  return start.subarray(0, 8).toString('latin1') === fileIdentifier;
}

/** The description, or a sentence that says what is wrong with the file. */
export function inspectVhdx(read: ReadAt): DiskDescription | string {
  if (!headerOffsets.some((offset) => isValid(read(offset, headerBytes), 'head')))
    return 'neither of its two headers has the right checksum';
  const table = regionTableOffsets.map((at) => read(at, regionTableBytes)).find((bytes) => isValid(bytes, 'regi'));
  if (table === undefined) return 'neither of its two region tables has the right checksum';
  const region = regionOffset(table, regions.metadata);
  if (region === undefined || regionOffset(table, regions.blockAllocation) === undefined)
    return 'its region table does not name the metadata and the block allocation table';
  return describe(read, region);
}

/** The checksum is that of the structure with zeros in its own place. */
function isValid(bytes: Buffer, signature: string): boolean {
  if (bytes.subarray(0, 4).toString('latin1') !== signature) return false;
  const stored = bytes.readUInt32LE(4);
  const plain = Buffer.from(bytes);
  plain.writeUInt32LE(0, 4);
  return crc32c(plain) === stored;
}

function regionOffset(table: Buffer, guid: string): number | undefined {
  const wanted = guidBytes(guid);
  for (let index = 0; index < Math.min(table.readUInt32LE(8), 2047); index += 1) {
    const at = 16 + index * 32;
    if (table.subarray(at, at + 16).equals(wanted)) return Number(table.readBigUInt64LE(at + 16));
  }
  return undefined;
}

function describe(read: ReadAt, region: number): DiskDescription | string {
  const table = read(region, metadataTableBytes);
  if (table.subarray(0, 8).toString('latin1') !== 'metadata') return 'its metadata region has no metadata table';
  const item = (guid: string, minimum: number): Buffer | undefined => {
    const found = findItem(table, guid);
    if (found === undefined || found.length < minimum || found.length > megabyte) return undefined;
    return read(region + found.offset, found.length);
  };
  const parameters = item(metadataItems.fileParameters, 8);
  const size = item(metadataItems.virtualDiskSize, 8);
  if (parameters === undefined || size === undefined)
    return 'its metadata names no file parameters or no virtual disk size';
  const flags = parameters.readUInt32LE(4);
  const common = { format: 'VHDX', virtualSize: Number(size.readBigUInt64LE()) } as const;
  if ((flags & hasParent) === 0) return { ...common, type: (flags & leaveBlocksAllocated) === 0 ? 'Dynamic' : 'Fixed' };
  const locator = item(metadataItems.parentLocator, 20);
  if (locator === undefined) return 'it is a differencing disk without a parent locator';
  const parent = parentOf(locator);
  return { ...common, type: 'Differencing', ...(parent !== undefined && { parent }) };
}

function findItem(table: Buffer, guid: string): { readonly offset: number; readonly length: number } | undefined {
  const wanted = guidBytes(guid);
  for (let index = 0; index < Math.min(table.readUInt16LE(10), 2047); index += 1) {
    const at = 32 + index * 32;
    if (!table.subarray(at, at + 16).equals(wanted)) continue;
    return { offset: table.readUInt32LE(at + 16), length: table.readUInt32LE(at + 20) };
  }
  return undefined;
}

/** The first path that the locator gives. */
function parentOf(locator: Buffer): string | undefined {
  for (let at = 20; at + 12 <= 20 + locator.readUInt16LE(18) * 12 && at + 12 <= locator.length; at += 12) {
    const text = (offset: number, length: number): string => {
      const start = locator.readUInt32LE(at + offset);
      return locator.subarray(start, start + locator.readUInt16LE(at + length)).toString('utf16le');
    };
    if (/_path$/.test(text(0, 8))) return text(4, 10);
  }
  return undefined;
}
