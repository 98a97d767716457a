/** How a relationship stands, measured: hosts, disks, what they were when they were last the same. */
import { existsSync } from 'node:fs';
import { nodeFileSystem, openForReading, openForUpdating } from '../backupService/content/fileSystem.ts';
import { LyncTopologyError } from '../errors.ts';
import { serverError } from '../storage/availability.ts';
import type { DataDirectory } from '../storage/layout.ts';
import { type DiskDescription, inspectDisk } from './format/inspect.ts';
import { hostView } from './hosts.ts';
import { filesOf, type Relationship } from './relationships.ts';
import { diskFailure } from './resynchronization/failures.ts';
import { readRecord } from './resynchronization/marks.ts';
import { stampOf } from './resynchronization/stamps.ts';

/** Why the replica is not what the source is, in a sentence; `undefined` when it is as far as anybody can tell. */
export type Need = string | undefined;

export interface Measurement {
  /** Something is missing or cannot be reached. */
  readonly error?: LyncTopologyError;
  readonly need: Need;
  /** When both sides were last the same, ISO 8601. */
  readonly synchronizedAt?: string;
}

/** A few looks at the file system: cheap enough for every status. */
export function measure(dataDirectory: DataDirectory, relationship: Relationship): Measurement {
  const files = filesOf(dataDirectory, relationship);
  const error = hostError(dataDirectory, relationship) ?? diskError(files.disks);
  const record = readRecord(files.recordFile);
  const common = record === undefined ? {} : { synchronizedAt: record.at };
  if (error !== undefined) return { ...common, error, need: error.message };
  if (existsSync(files.mergeMark))
    return { ...common, need: 'A resynchronisation was interrupted while it merged; it has to be brought to its end.' };
  if (record === undefined) return { need: 'Nobody knows whether the replica holds what the source holds.' };
  for (const { name, source, target } of files.disks) {
    const known = record.disks[name];
    if (known === undefined) return { ...common, need: `The disk ${name} has never been compared.` };
    if (known.source !== stampOf(nodeFileSystem, source))
      return {
        ...common,
        need: `The disk ${name} on ${relationship.from} was changed while its changes were not tracked.`,
      };
    if (known.target !== stampOf(nodeFileSystem, target))
      return { ...common, need: `The disk ${name} of the replica on ${relationship.to} was changed or restored.` };
  }
  return { ...common, need: undefined };
}

/** `server-stopped` for a host that does not run. */
export function hostError(dataDirectory: DataDirectory, { from, to }: Relationship): LyncTopologyError | undefined {
  const view = hostView(dataDirectory);
  return serverError(view, from) ?? serverError(view, to);
}

/** `virtual-disk-missing`, `access-denied`, `sync-failed`. */
export function diskError(
  disks: readonly { readonly source: string; readonly target: string }[],
): LyncTopologyError | undefined {
  const wanted = disks.flatMap(({ source, target }) => [
    { path: source, flags: openForReading },
    { path: target, flags: openForUpdating },
  ]);
  for (const { path, flags } of wanted) {
    try {
      nodeFileSystem.closeSync(nodeFileSystem.openSync(path, flags));
    } catch (error) {
      const known = diskFailure(error, path);
      if (known instanceof LyncTopologyError) return known;
      throw error;
    }
  }
  return undefined;
}

/** Both sides must be disks of the same size; a replica that is damaged is what a resynchronisation mends. */
export function geometryError(disk: {
  readonly name: string;
  readonly source: string;
  readonly target: string;
}): LyncTopologyError | undefined {
  const source = inspectDisk(disk.source);
  if (typeof source === 'string')
    return new LyncTopologyError({
      code: 'virtual-disk-invalid',
      kind: 'refused',
      object: disk.source,
      message: `${disk.source} is no virtual disk that could be replicated: ${source}.`,
      remedy: 'Bring back a VHD or VHDX file there; a copy of the replica is one.',
    });
  const target = inspectDisk(disk.target);
  if (typeof target === 'string' || target.virtualSize === source.virtualSize) return undefined;
  return new LyncTopologyError({
    code: 'replication-state-invalid',
    kind: 'refused',
    object: disk.target,
    message: `${disk.name} has ${sizeOf(source)} on the source and ${sizeOf(target)} on the replica: disks of different sizes are not resynchronised.`,
    remedy: 'Give the disk of the replica the same size first.',
  });
}

function sizeOf({ virtualSize }: DiskDescription): string {
  return `${virtualSize.toLocaleString('en-US')} bytes`;
}
