/** Two folders with the disks of a primary and of its replica, and an order to resynchronise them. */
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControl } from '../../../src/core/hyperV/resynchronization/control.ts';
import type { ResynchronizationOrder } from '../../../src/core/hyperV/resynchronization/order.ts';

export interface Rig extends Disposable {
  readonly folder: string;
  readonly order: ResynchronizationOrder;
  readonly source: string;
  readonly target: string;
}

/** `folder` is that of an earlier rig, to go on with it. */
export function openRig(folder = mkdtempSync(join(tmpdir(), 'lync-topology-disks-')), names = ['os.vhdx']): Rig {
  const primary = join(folder, 'primary');
  const replica = join(folder, 'replica');
  for (const path of [primary, replica]) mkdirSync(path, { recursive: true });
  const disks = names.map((name) => ({
    name,
    source: join(primary, name),
    target: join(replica, name),
    redo: join(replica, `.${name}.redo`),
  }));
  return {
    folder,
    source: join(primary, names[0] ?? ''),
    target: join(replica, names[0] ?? ''),
    order: {
      disks,
      quiesceMark: join(primary, '.quiesce'),
      mergeMark: join(replica, '.merging'),
      recordFile: join(replica, '.synchronized'),
      targetFolder: replica,
      hosts: [primary, replica].map((path) => ({ host: path, folder: path, mark: join(path, '.stopped') })),
      control: createControl(),
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A stretch of a disk filled with one byte; the rest is holes. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
  readonly byte: number;
}

export function writeDisk(file: string, size: number, stretches: readonly Stretch[]): void {
  const descriptor = openSync(file, 'w');
  try {
    ftruncateSync(descriptor, size);
    for (const stretch of stretches) writeStretch(descriptor, stretch);
  } finally {
    closeSync(descriptor);
  }
}

export function changeDisk(file: string, stretches: readonly Stretch[]): void {
  const descriptor = openSync(file, 'r+');
  try {
    for (const stretch of stretches) writeStretch(descriptor, stretch);
  } finally {
    closeSync(descriptor);
  }
}

function writeStretch(descriptor: number, { offset, length, byte }: Stretch): void {
  writeSync(descriptor, Buffer.alloc(length, byte), 0, length, offset);
}
