/** What one cycle has done so far, shared by its steps. */
import { randomBytes } from 'node:crypto';
import { LyncTopologyError } from '../../errors.ts';
import { endsCycle, type FileFailure, failureError, onSide, type Side, SideFailure } from './failures.ts';
import { type FileSystem, systemCode } from './fileSystem.ts';
import type { Machinery } from './machinery.ts';
import type { ManifestRow } from './manifest.ts';
import { parentOf, placeOf, requireRealParents } from './paths.ts';
import type { Claim } from './plan.ts';
import type { Survey } from './survey.ts';
import { directory, type Entry } from './tree.ts';
import type { ContentConflict, ContentStream } from './types.ts';

export interface Cycle extends Survey {
  readonly machinery: Machinery;
  readonly fileSystem: FileSystem;
  readonly stream: ContentStream;
  /** Folders on the target in which a name was made, replaced or removed: their times are set right at the end. */
  readonly touched: Set<string>;
  /** Folders whose names are not durable yet. */
  readonly unflushed: Set<string>;
  /** Folders on the target that exist for certain, made or seen in this cycle. */
  readonly present: Set<string>;
  readonly failures: FileFailure[];
  readonly changing: string[];
  readonly conflicts: ContentConflict[];
  readonly damaged: string[];
  readonly counts: {
    copiedFiles: number;
    updatedInPlace: number;
    renamedFiles: number;
    deletedFiles: number;
    restoredFiles: number;
    restoredBytes: number;
    directories: number;
    metadata: number;
    bytesWritten: number;
    bytesCarried: number;
  };
}

export function startCycle(machinery: Machinery, stream: ContentStream, survey: Survey): Cycle {
  return {
    ...survey,
    machinery,
    fileSystem: machinery.fileSystem,
    stream,
    touched: new Set(),
    unflushed: new Set(),
    present: new Set(),
    failures: [],
    changing: [],
    conflicts: [],
    damaged: [],
    counts: {
      copiedFiles: 0,
      updatedInPlace: 0,
      renamedFiles: 0,
      deletedFiles: 0,
      restoredFiles: 0,
      restoredBytes: 0,
      directories: 0,
      metadata: 0,
      bytesWritten: 0,
      bytesCarried: 0,
    },
  };
}

/** Where the numbers of this process begin: two processes never meet on one share, but what a killed one left may stay. */
let lastNumber = randomBytes(5).readUIntBE(0, 5) * 2 ** 10;

/** A number that names a temporary of its own. */
export function nextNumber(): number {
  lastNumber += 1;
  return lastNumber;
}

/**
 * Does one step for one path. A failure of a file-system call is noted and the cycle goes on with the next path; returns
 * undefined then. A full or read-only disk ends the cycle.
 */
export function attempt<Result>(cycle: Cycle, path: string, side: Side, action: () => Result): Result | undefined {
  try {
    return onSide(side, action);
  } catch (error) {
    if (error instanceof LyncTopologyError && error.code === 'path-outside-root') throw error;
    if (!(error instanceof SideFailure)) throw error;
    noteFailure(cycle, { path, side: error.side, systemCode: error.systemCode });
    return undefined;
  }
}

/** Remembers a failed path; throws when no other path can succeed either. */
export function noteFailure(cycle: Cycle, failure: FileFailure): void {
  cycle.failures.push(failure);
  if (endsCycle(failure)) throw failureError(cycle.stream, failure, 1);
}

/**
 * Makes sure that the folder of a path exists on the target, is a real folder and can be written, and notes that it is
 * touched.
 */
export function prepareParent(cycle: Cycle, path: string, checked: Set<string>): void {
  const parent = parentOf(path);
  if (!cycle.present.has(parent)) makeFolder(cycle, parent);
  requireRealParents(cycle.fileSystem, cycle.stream.target.directory, path, checked);
  cycle.unflushed.add(parent);
  if (cycle.touched.has(parent)) return;
  cycle.touched.add(parent);
  const known = cycle.target.byPath.get(parent);
  if (known !== undefined && process.platform !== 'win32' && (known.mode & 0o200) === 0) {
    cycle.fileSystem.chmodSync(placeOf(cycle.stream.target.directory, parent), known.mode | 0o700);
  }
}

function makeFolder(cycle: Cycle, folder: string): void {
  const isThere = folder === '' || cycle.target.byPath.get(folder)?.kind === directory;
  if (!isThere && !cycle.present.has(parentOf(folder))) makeFolder(cycle, parentOf(folder));
  if (!isThere) {
    try {
      const mode = (cycle.source.byPath.get(folder)?.mode ?? 0o755) | 0o700;
      cycle.fileSystem.mkdirSync(placeOf(cycle.stream.target.directory, folder), mode);
      cycle.touched.add(folder).add(parentOf(folder));
      cycle.unflushed.add(parentOf(folder));
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
  cycle.present.add(folder);
}

/**
 * The row that makes a path the source's before anything of it appears on the target. It keeps the time of an earlier copy
 * of ours, so that neither the old nor the new one is ever taken for the partner's own file.
 */
export function claimedRow(cycle: Cycle, { entry, heldMtimeUs }: Claim): ManifestRow {
  return { ...pendingRow(entry, cycle.stream.source.pool), copyMtimeUs: heldMtimeUs };
}

/** The row of an own path whose copy is not there yet. */
export function pendingRow(entry: Entry, owner: string): ManifestRow {
  return {
    path: entry.path,
    owner,
    kind: entry.kind === directory ? 'directory' : 'file',
    state: 'pending',
    size: entry.size,
    mtimeUs: entry.mtimeUs,
    mode: entry.mode,
    inode: entry.inode,
    copyMtimeUs: 0,
    copyMode: 0,
    sha256: '',
  };
}
