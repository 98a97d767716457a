/** Recognises virtual disk files by their content: VHDX and VHD, fixed, dynamic and differencing. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { inspectVhd, isVhdFooter, vhdFooterBytes } from './inspectVhd.ts';
import { inspectVhdx, isVhdx } from './inspectVhdx.ts';

export interface DiskDescription {
  readonly format: 'VHDX' | 'VHD';
  readonly type: 'Fixed' | 'Dynamic' | 'Differencing';
  /** Bytes that the machine sees. */
  readonly virtualSize: number;
  /** Of a differencing VHDX: where its parent lies, as it is written there. */
  readonly parent?: string;
}

/** Bytes of the file; what lies beyond its end is zero. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** What the file is, or a sentence that says why it is no usable virtual disk. Throws what the file system says. */
export function inspectDisk(file: string): DiskDescription | string {
  const descriptor = openSync(file, 'r');
  try {
    const read: ReadAt = (offset, length) => readAt(descriptor, offset, length);
    if (isVhdx(read(0, 8))) return inspectVhdx(read);
    const footer = read(Math.max(0, fstatSync(descriptor).size - vhdFooterBytes), vhdFooterBytes);
    if (isVhdFooter(footer)) return inspectVhd(footer);
    return 'it has neither the identifier of a VHDX file nor the footer of a VHD file';
  } finally {
    closeSync(descriptor);
  }
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes;
}
