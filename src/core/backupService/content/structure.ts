/** Claims, folders, renames, modes and times: everything of a cycle that moves no bytes. */

import type { DirectoryAction, FileAction, RenameAction } from './actions.ts';
import { itemOf } from './carry.ts';
import { attempt, type Cycle, claimedRow, pendingRow, prepareParent } from './cycleState.ts';
import {
  type KeptMetadata,
  openForReading,
  openForUpdating,
  setDirectoryMetadata,
  setFileMetadata,
  systemCode,
} from './fileSystem.ts';
import { flushNames } from './flushing.ts';
import { stopIfCancelled } from './machinery.ts';
import type { ManifestRow } from './manifest.ts';
import { placeOf, requireRealParents } from './paths.ts';
import type { Claim } from './plan.ts';
import { directory, type Entry } from './tree.ts';

/** Rows per transaction: a few milliseconds of the thread that holds the database. */
const rowsPerCommit = 2000;

/** Records the source's new paths as its own before anything of them appears on the target. */
export async function claimPaths(cycle: Cycle, claims: readonly Claim[]): Promise<void> {
  for (let start = 0; start < claims.length; start += rowsPerCommit) {
    stopIfCancelled(cycle.machinery, 'The synchronisation');
    const put = claims.slice(start, start + rowsPerCommit).map((claim) => claimedRow(cycle, claim));
    await cycle.machinery.manifest.commit({ put });
  }
}

/** Makes folders on the target, parents first. Modes and times follow at the end of the cycle. */
export function makeDirectories(cycle: Cycle, actions: readonly DirectoryAction[]): void {
  const checked = new Set<string>();
  for (const { entry } of actions) {
    attempt(cycle, entry.path, 'target', () => {
      prepareParent(cycle, entry.path, checked);
      try {
        cycle.fileSystem.mkdirSync(placeOf(cycle.stream.target.directory, entry.path), entry.mode | 0o700);
        cycle.counts.directories += 1;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
      cycle.present.add(entry.path);
      cycle.touched.add(entry.path);
    });
  }
}

/**
 * Moves copies on the target to where the source moved its files, after comparing the bytes. Returns what turned out to
 * be something else: those files are to be carried, and the old copies deleted, the ordinary way.
 */
export async function applyRenames(
  cycle: Cycle,
  renames: readonly RenameAction[],
): Promise<{ readonly files: FileAction[]; readonly deletions: ManifestRow[] }> {
  const left: RenameAction[] = [];
  const moved: ManifestRow[] = [];
  const verified = await verifyRenames(cycle, renames);
  const checked = new Set<string>();
  for (const rename of renames) {
    const kept = verified.get(rename.to.path);
    const done =
      kept === undefined ? undefined : attempt(cycle, rename.to.path, 'target', () => move(cycle, rename, checked));
    if (kept !== undefined && done) moved.push(renamedRow(rename, kept));
    else left.push(rename);
  }
  if (moved.length > 0) {
    await flushNames(cycle);
    const { source, target } = cycle.stream;
    const to = new Set(moved.map((row) => row.path));
    const forget = renames.filter((rename) => to.has(rename.to.path)).map((rename) => rename.from.path);
    const stream = { source: source.pool, target: target.pool, imported: moved.length };
    await cycle.machinery.manifest.commit({ put: moved, forget, stream });
    cycle.counts.renamedFiles += moved.length;
  }
  return {
    files: left.map(({ to }) => ({ entry: to, reason: 'new', how: 'copy', inPlace: false, row: undefined })),
    deletions: left.map(({ from }) => from),
  };
}

/** Compares each moved file with the copy under its old name; the copy gets the mode and time of the moved file. */
async function verifyRenames(cycle: Cycle, renames: readonly RenameAction[]): Promise<Map<string, KeptMetadata>> {
  const { source, target } = cycle.stream;
  const [copier] = cycle.machinery.copiers;
  const verified = new Map<string, KeptMetadata>();
  if (copier === undefined || renames.length === 0) return verified;
  const items = renames.map(({ from, to }) => {
    const action: FileAction = { entry: to, reason: 'new', how: 'foreign', inPlace: false, row: undefined };
    return { ...itemOf(cycle, action, false), comparedPath: from.path };
  });
  const batch = { sourceRoot: source.directory, targetRoot: target.directory, items, slowWays: [] };
  for (const outcome of await copier.carry(batch, () => undefined)) {
    if (outcome.status === 'same') verified.set(outcome.path, outcome.kept);
  }
  return verified;
}

function move(cycle: Cycle, { from, to }: RenameAction, checked: Set<string>): boolean {
  const root = cycle.stream.target.directory;
  prepareParent(cycle, from.path, checked);
  prepareParent(cycle, to.path, checked);
  const place = placeOf(root, to.path);
  if (cycle.fileSystem.lstatSync(place, { throwIfNoEntry: false }) !== undefined) return false;
  try {
    cycle.fileSystem.renameSync(placeOf(root, from.path), place);
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error;
    return false;
  }
  return true;
}

function renamedRow({ from, to }: RenameAction, kept: KeptMetadata): ManifestRow {
  return {
    ...from,
    path: to.path,
    mtimeUs: to.mtimeUs,
    mode: to.mode,
    inode: to.inode,
    copyMtimeUs: kept.mtimeUs,
    copyMode: kept.mode,
  };
}

/** Brings modes and times in line: of files where only those differ, and of every folder that the cycle touched. */
export async function applyMetadata(cycle: Cycle, actions: readonly DirectoryAction[]): Promise<void> {
  const put: ManifestRow[] = [];
  const checked = new Set<string>();
  const folders = new Set(cycle.touched);
  for (const { entry, row } of actions) {
    if (entry.kind === directory) folders.add(entry.path);
    else if (row !== undefined) {
      const kept = attempt(cycle, entry.path, 'target', () => setMetadataOfFile(cycle, entry, checked));
      if (kept !== undefined)
        put.push({ ...row, ...kept, mode: entry.mode, copyMode: kept.mode, mtimeUs: row.mtimeUs });
    }
  }
  if (cycle.counts.restoredFiles > 0) for (const folder of emptiedFolders(cycle)) folders.add(folder);
  folders.delete('');
  for (const folder of [...folders].sort((first, second) => second.length - first.length)) {
    const row = attempt(cycle, folder, 'target', () => settleFolder(cycle, folder, checked));
    if (row !== undefined) put.push(row);
  }
  await flushNames(cycle);
  cycle.counts.metadata += actions.length;
  const { source, target } = cycle.stream;
  for (let start = 0; start < put.length; start += rowsPerCommit) {
    const rows = put.slice(start, start + rowsPerCommit);
    const stream = { source: source.pool, target: target.pool, imported: rows.length };
    await cycle.machinery.manifest.commit({ put: rows, stream });
  }
}

/** The partner's folders whose time is not the recorded one: losing what was in them changed it. */
function emptiedFolders({ machinery, target, stream }: Cycle): readonly string[] {
  return [...machinery.manifest.rows.values()]
    .filter((row) => row.kind === 'directory' && row.owner === stream.target.pool)
    .filter((row) => (target.byPath.get(row.path)?.mtimeUs ?? row.mtimeUs) !== row.mtimeUs)
    .map((row) => row.path);
}

function setMetadataOfFile(cycle: Cycle, entry: Entry, checked: Set<string>): KeptMetadata {
  const root = cycle.stream.target.directory;
  requireRealParents(cycle.fileSystem, root, entry.path, checked);
  const flags = process.platform === 'win32' ? openForUpdating : openForReading;
  const descriptor = cycle.fileSystem.openSync(placeOf(root, entry.path), flags);
  try {
    return setFileMetadata(cycle.fileSystem, descriptor, entry.mtimeUs, entry.mode);
  } finally {
    cycle.fileSystem.closeSync(descriptor);
  }
}

/**
 * The time of a folder is its owner's truth. A folder of the source gets the source's time; one of the partner's keeps the
 * time it had before this cycle wrote into it, so that the two directions never chase each other.
 */
function settleFolder(cycle: Cycle, folder: string, checked: Set<string>): ManifestRow | undefined {
  const { source, target } = cycle.stream;
  const row = cycle.machinery.manifest.rows.get(folder);
  const here = cycle.source.byPath.get(folder);
  const there = cycle.target.byPath.get(folder);
  const set = (mtimeUs: number, mode: number): KeptMetadata | undefined => {
    try {
      requireRealParents(cycle.fileSystem, target.directory, folder, checked);
      return setDirectoryMetadata(cycle.fileSystem, placeOf(target.directory, folder), mtimeUs, mode);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined; // Deleted or replaced in this cycle.
      throw error;
    }
  };
  const isPartners = row !== undefined && row.owner === target.pool;
  if (!isPartners && here?.kind === directory) {
    const kept = set(here.mtimeUs, here.mode);
    return kept === undefined ? undefined : folderRow(here, source.pool, here, kept);
  }
  if (there?.kind === directory) {
    // What a restore has refilled is as it was recorded, its time included: emptying the folder was not its owner's doing.
    const refilled = cycle.counts.restoredFiles > 0 ? row : undefined;
    set(refilled?.mtimeUs ?? there.mtimeUs, refilled?.mode ?? there.mode);
    return undefined;
  }
  if (!isPartners || here?.kind !== directory) return undefined;
  const kept = set(row.mtimeUs, row.mode);
  return kept === undefined ? undefined : folderRow(here, row.owner, kept, here);
}

function folderRow(entry: Entry, owner: string, onOwner: KeptMetadata, onPartner: KeptMetadata): ManifestRow {
  return {
    ...pendingRow(entry, owner),
    state: 'imported',
    mtimeUs: onOwner.mtimeUs,
    mode: onOwner.mode,
    copyMtimeUs: onPartner.mtimeUs,
    copyMode: onPartner.mode,
  };
}
