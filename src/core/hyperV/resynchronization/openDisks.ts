/** The open files of a resynchronisation. */
import { constants } from 'node:fs';
import { type FileSystem, openForReading, openForUpdating } from '../../backupService/content/fileSystem.ts';
import { diskFailure } from './failures.ts';
import type { DiskPair } from './order.ts';
import { loadJournal, type RedoJournal } from './redoJournal.ts';

export interface OpenDisk {
  readonly pair: DiskPair;
  readonly source: number;
  readonly target: number;
  readonly journal: RedoJournal;
}

const openJournal = openForUpdating | constants.O_CREAT;

/** Throws `virtual-disk-missing`, `access-denied`. */
export function openDisks(
  fileSystem: FileSystem,
  pairs: readonly DiskPair[],
): { readonly disks: readonly OpenDisk[]; readonly close: () => void } {
  const descriptors: number[] = [];
  const close = (): void => {
    for (const descriptor of descriptors.splice(0)) fileSystem.closeSync(descriptor);
  };
  const open = (path: string, flags: number): number => {
    try {
      const descriptor = fileSystem.openSync(path, flags, 0o600);
      descriptors.push(descriptor);
      return descriptor;
    } catch (error) {
      throw diskFailure(error, path);
    }
  };
  try {
    const disks = pairs.map((pair) => ({
      pair,
      source: open(pair.source, openForReading),
      target: open(pair.target, openForUpdating),
      journal: loadJournal(fileSystem, open(pair.redo, openJournal)),
    }));
    return { disks, close };
  } catch (error) {
    close();
    throw error;
  }
}
