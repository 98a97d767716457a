/** Virtual disks in a drill: what a machine writes, and whether both sides of a replication hold the same bytes. */

import { randomFillSync } from 'node:crypto';
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { LyncTopologyError } from '../errors.ts';
import { hostView } from '../hyperV/hosts.ts';
import { requireMachine } from '../hyperV/relationships.ts';
import type { ReplicationStatus, VirtualMachineStatus } from '../status.ts';
import { assertServerRunning } from '../storage/availability.ts';
import { openDataDirectory } from '../storage/dataDirectory.ts';
import type { Deployment, VirtualMachine } from '../topology/model.ts';
import type { Judgement } from './conditions.ts';

const pieceSize = 1_048_576;

/**
 * The machine writes so many new bytes to its first disk, or to the one that is named: the file of the disk grows by them, and
 * they are on disk when this returns. Throws `machine-unknown`, `server-stopped`.
 */
export function writeAsMachine(
  root: string,
  deployment: Deployment,
  { virtualMachine, disk, bytes }: { virtualMachine: string; disk?: string | undefined; bytes: number },
): string {
  const { machine, name } = requireDisk(deployment, virtualMachine, disk);
  const layout = openDataDirectory(root);
  assertServerRunning(hostView(layout), machine.primaryHost);
  const descriptor = openSync(layout.virtualDisk(machine.primaryHost, machine.name, name), 'r+');
  try {
    let end = fstatSync(descriptor).size;
    for (let left = bytes; left > 0; left -= pieceSize) {
      const piece = randomFillSync(Buffer.alloc(Math.min(left, pieceSize)));
      end += writeSync(descriptor, piece, 0, piece.length, end);
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return `${bytes} bytes were written to ${name} of ${machine.name}.`;
}

/** The disk of that name, or the first. Throws `machine-unknown`, `argument-invalid`. */
export function requireDisk(
  deployment: Deployment,
  virtualMachine: string,
  disk: string | undefined,
): { readonly machine: VirtualMachine; readonly name: string } {
  const machine = requireMachine(deployment, virtualMachine);
  const name = disk === undefined ? machine.disks[0] : machine.disks.find((each) => each === disk);
  if (name !== undefined) return { machine, name };
  throw new LyncTopologyError({
    code: 'argument-invalid',
    kind: 'refused',
    object: machine.name,
    message: `The virtual machine ${machine.name} has no disk ${disk ?? ''}`.trimEnd().concat('.'),
    remedy: `Its disks are ${machine.disks.join(', ') || 'none'}.`,
  });
}

/** Every byte of every disk of both sides. */
export function disksOfBothSides(
  root: string,
  { name, disks }: VirtualMachineStatus,
  { PrimaryServer, ReplicaServer }: ReplicationStatus,
  wanted: 'same' | 'different',
): Judgement {
  const layout = openDataDirectory(root);
  const different = disks.filter(
    (disk) => !sameBytes(layout.virtualDisk(PrimaryServer, name, disk), layout.virtualDisk(ReplicaServer, name, disk)),
  );
  return {
    met: (different.length === 0) === (wanted === 'same'),
    evidence:
      different.length === 0
        ? `every byte of ${disks.join(', ')} is the same on ${PrimaryServer} and ${ReplicaServer}`
        : `${different.join(', ')} differ between ${PrimaryServer} and ${ReplicaServer}`,
  };
}

function sameBytes(left: string, right: string): boolean {
  if (!existsSync(left) || !existsSync(right)) return false;
  const descriptors = [openSync(left, 'r'), openSync(right, 'r')] as const;
  try {
    const [first, second] = descriptors;
    const { size } = fstatSync(first);
    if (fstatSync(second).size !== size) return false;
    for (let offset = 0; offset < size; offset += pieceSize) {
      const length = Math.min(pieceSize, size - offset);
      if (!pieceAt(first, offset, length).equals(pieceAt(second, offset, length))) return false;
    }
    return true;
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}

function pieceAt(descriptor: number, offset: number, length: number): Buffer {
  const piece = Buffer.alloc(length);
  readSync(descriptor, piece, 0, length, offset);
  return piece;
}
