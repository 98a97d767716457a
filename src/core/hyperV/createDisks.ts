/** Makes the disks of the virtual machines: small dynamic VHDX files, the replicas with the same content. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { nodeFileSystem } from '../backupService/content/fileSystem.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { assertInside } from '../storage/names.ts';
import type { VirtualMachine } from '../topology/model.ts';
import { createVhdx } from './format/createVhdx.ts';
import { filesOf, relationshipsOf } from './relationships.ts';
import { createControl } from './resynchronization/control.ts';
import { diskFailure } from './resynchronization/failures.ts';
import { resynchronize } from './resynchronization/resynchronize.ts';

/** Bytes that a machine sees of a new disk. */
const virtualSize = 8 * 1024 ** 3;

/**
 * What exists is kept. A replica none of whose disks exists begins with the content of its source, as after an initial
 * replication; a single lost disk is made anew, empty, and requires a resynchronisation. Throws `disk-full`,
 * `access-denied`, `path-outside-root`.
 */
export function createDisks(
  dataDirectory: DataDirectory,
  machine: VirtualMachine,
): { readonly created: number; readonly kept: number } {
  let created = 0;
  let kept = 0;
  const make = (file: string, write: () => void): void => {
    assertInside(dataDirectory.root, file);
    if (existsSync(file)) {
      kept += 1;
      return;
    }
    created += 1;
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      write();
    } catch (error) {
      throw diskFailure(error, file);
    }
  };
  const newDisk = (file: string): void => createVhdx(file, { type: 'Dynamic', virtualSize });
  for (const disk of machine.disks) {
    const file = dataDirectory.virtualDisk(machine.primaryHost, machine.name, disk);
    make(file, () => newDisk(file));
  }
  for (const relationship of relationshipsOf(machine)) {
    const files = filesOf(dataDirectory, relationship);
    const isNew = files.disks.length > 0 && files.disks.every(({ target }) => !existsSync(target));
    for (const { target } of files.disks)
      make(target, () => (isNew ? writeFileSync(target, '', { mode: 0o600 }) : newDisk(target)));
    if (isNew)
      resynchronize({ fileSystem: nodeFileSystem, tell: () => {} }, { ...files, hosts: [], control: createControl() });
  }
  return { created, kept };
}
