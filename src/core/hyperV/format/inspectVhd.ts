/** Reads the footer of a VHD file: its last 512 bytes. */
import type { DiskDescription } from './inspect.ts';

export const vhdFooterBytes = 512;

const types = new Map([
  [2, 'Fixed'],
  [3, 'Dynamic'],
  [4, 'Differencing'],
] as const);

export function isVhdFooter(footer: Buffer): boolean {
  return footer.subarray(0, 8).toString('latin1') === 'conectix';
}

/** The description, or a sentence that says what is wrong with the footer. */
export function inspectVhd(footer: Buffer): DiskDescription | string {
  if (footer.length < vhdFooterBytes || vhdChecksum(footer) !== footer.readUInt32BE(64))
    return 'the checksum of its footer is wrong';
  const type = [...types].find(([value]) => value === footer.readUInt32BE(60))?.[1];
  if (type === undefined) return `its footer names the disk type ${footer.readUInt32BE(60)}, which does not exist`;
  return { format: 'VHD', type, virtualSize: Number(footer.readBigUInt64BE(48)) };
}

/** One's complement of the sum of all bytes of the footer without the checksum itself. */
export function vhdChecksum(footer: Buffer): number {
  let sum = 0;
  for (const [index, byte] of footer.entries()) if (index < 64 || index >= 68) sum += byte;
  return ~sum >>> 0;
}
