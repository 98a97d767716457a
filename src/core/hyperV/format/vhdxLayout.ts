/** Where things lie in a VHDX file, and the identifiers of its regions and metadata items (MS-VHDX 2.1–2.6). */

export const kilobyte = 1024;
export const megabyte = 1024 * kilobyte;

export const fileIdentifier = 'vhdxfile';
/** Two copies of the header and of the region table; the valid one with the higher sequence number counts. */
export const headerOffsets = [64 * kilobyte, 128 * kilobyte] as const;
export const headerBytes = 4 * kilobyte;
export const regionTableOffsets = [192 * kilobyte, 256 * kilobyte] as const;
export const regionTableBytes = 64 * kilobyte;
/** Metadata items begin after the metadata table. */
export const metadataTableBytes = 64 * kilobyte;

export const regions = {
  blockAllocation: '2dc27766-f623-4200-9d64-115e9bfd4a08',
  metadata: '8b7ca206-4790-4b9a-b8fe-575f050f886e',
} as const;

export const metadataItems = {
  fileParameters: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
  virtualDiskSize: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
  virtualDiskId: 'beca12ab-b2e6-4523-93ef-c309e000c746',
  logicalSectorSize: '8141bf1d-a96f-4709-ba47-f233a8faab5f',
  physicalSectorSize: 'cda348c7-445d-4471-9cc9-e9885251c556',
  parentLocator: 'a8d35f2d-b30b-454d-abf7-d3d84834ab0c',
} as const;

/** The one kind of parent locator there is: keys and values as text. */
export const parentLocatorType = 'b04aefb7-d19e-4a81-b789-25b8e9445913';

/** Bits of the file parameters. */
export const leaveBlocksAllocated = 1;
export const hasParent = 2;

/** A GUID as it lies in the file: the first three groups little-endian. */
export function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
