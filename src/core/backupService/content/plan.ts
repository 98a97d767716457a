/**
 * Compares both shares with the manifest and says what one stream has to do. Pure: reads three pictures, touches nothing.
 *
 * Whose a path is: the manifest says; a path that it does not know belongs to the share it is on, and when it is on both,
 * to the pool that exports first (this stream's source).
 */
import type { DirectoryAction, FileAction, ObstacleAction, RenameAction } from './actions.ts';
import { inPlaceBytes } from './copyItem.ts';
import { sameTime } from './fileSystem.ts';
import { guardFindings, type Losses } from './guard.ts';
import type { ManifestRow } from './manifest.ts';
import { parentOf } from './paths.ts';
import { matchRenames } from './renames.ts';
import { directory, type Entry, file, special, type Tree } from './tree.ts';
import type { ContentStream, GuardFinding, GuardLimits } from './types.ts';

/**
 * An own path that the manifest does not know yet, knows as something else, or knows with an older size and time that
 * never became durable on the target.
 */
export interface Claim {
  readonly entry: Entry;
  /** Time of an earlier copy of ours that lies on the target; 0 when there is none. */
  readonly heldMtimeUs: number;
}

export interface Plan {
  readonly claims: readonly Claim[];
  readonly obstacles: readonly ObstacleAction[];
  readonly directories: readonly DirectoryAction[];
  readonly renames: readonly RenameAction[];
  readonly files: readonly FileAction[];
  /** Files whose place on the target is still a directory of ours; carried after the deletions. */
  readonly lateFiles: readonly FileAction[];
  /** Agree in bytes, differ in mode or time. */
  readonly metadata: readonly DirectoryAction[];
  readonly deletedFiles: readonly ManifestRow[];
  /** Children before parents. */
  readonly deletedDirectories: readonly ManifestRow[];
  /** Rows of paths that are gone on both sides. */
  readonly forget: readonly string[];
  /** The target's own content that it lost and the source still keeps. */
  readonly restorable: { readonly directories: readonly DirectoryAction[]; readonly files: readonly FileAction[] };
  readonly content: { readonly files: number; readonly bytes: number };
  readonly sourceFinding: GuardFinding | undefined;
  readonly targetFinding: GuardFinding | undefined;
}

interface Draft {
  readonly stream: ContentStream;
  readonly source: Tree;
  readonly target: Tree;
  readonly rows: ReadonlyMap<string, ManifestRow>;
  readonly claims: Claim[];
  readonly obstacles: ObstacleAction[];
  readonly directories: DirectoryAction[];
  readonly files: FileAction[];
  readonly lateFiles: FileAction[];
  readonly metadata: DirectoryAction[];
  readonly restorable: { readonly directories: DirectoryAction[]; readonly files: FileAction[] };
  readonly content: { files: number; bytes: number };
  /** Folders of the source under a path that is the partner's file: wait until its stream has put that right. */
  readonly blocked: Set<string>;
  readonly copies: Losses;
}

/** Makes the plan of a stream. */
export function makePlan(
  stream: ContentStream,
  source: Tree,
  target: Tree,
  rows: ReadonlyMap<string, ManifestRow>,
  limits: GuardLimits,
): Plan {
  const draft: Draft = {
    stream,
    source,
    target,
    rows,
    claims: [],
    obstacles: [],
    directories: [],
    files: [],
    lateFiles: [],
    metadata: [],
    restorable: { directories: [], files: [] },
    content: { files: 0, bytes: 0 },
    blocked: new Set(),
    copies: { known: 0, lost: 0 },
  };
  for (const entry of source.entries) planEntry(draft, entry);
  const gone = goneFromSource(draft);
  const newFiles = draft.files.filter((action) => action.row === undefined && !target.byPath.has(action.entry.path));
  const { renames, renamedTo, renamedFrom } = matchRenames(newFiles, gone.files, target);
  const own = { known: gone.known, lost: gone.lost - renames.length };
  return {
    claims: draft.claims,
    obstacles: draft.obstacles,
    directories: draft.directories,
    renames,
    files: renames.length === 0 ? draft.files : draft.files.filter((action) => !renamedTo.has(action.entry.path)),
    lateFiles: draft.lateFiles,
    metadata: draft.metadata,
    deletedFiles: gone.files.filter((row) => !renamedFrom.has(row.path)),
    deletedDirectories: gone.directories,
    forget: gone.forget,
    restorable: draft.restorable,
    content: draft.content,
    ...guardFindings(stream, source, target, own, draft.copies, rows, limits),
  };
}

function planEntry(draft: Draft, entry: Entry): void {
  if (entry.kind === special) return;
  if (draft.blocked.size > 0 && draft.blocked.has(parentOf(entry.path))) {
    if (entry.kind === directory) draft.blocked.add(entry.path);
    return;
  }
  const row = draft.rows.get(entry.path);
  if (row !== undefined && row.owner === draft.stream.target.pool) {
    planPartnersCopy(draft, entry, row);
    return;
  }
  const sameKind = row !== undefined && (row.kind === 'directory') === (entry.kind === directory);
  const isLate = entry.kind === file && row?.kind === 'directory' && hasDirectory(draft.target, entry.path);
  if (!sameKind && !isLate) draft.claims.push({ entry, heldMtimeUs: 0 });
  if (sameKind && entry.kind === file && row.state === 'pending' && !matchesSource(entry, row)) {
    draft.claims.push({ entry, heldMtimeUs: heldMtime(draft.target, row) });
  }
  if (entry.kind === directory) planDirectory(draft, entry, row);
  else planFile(draft, entry, row);
}

function hasDirectory(tree: Tree, path: string): boolean {
  return tree.byPath.get(path)?.kind === directory;
}

/** A path of the partner's: only of interest when the partner lost it. */
function planPartnersCopy(draft: Draft, entry: Entry, row: ManifestRow): void {
  const there = draft.target.byPath.get(entry.path);
  const sameKind = (row.kind === 'directory') === (entry.kind === directory);
  if (entry.kind === directory && !sameKind) draft.blocked.add(entry.path);
  if (there !== undefined || row.state !== 'imported' || !sameKind) return;
  if (entry.kind === directory) draft.restorable.directories.push({ entry, reason: 'restore', row });
  else draft.restorable.files.push({ entry, reason: 'restore', how: 'copy', inPlace: false, row });
}

function planDirectory(draft: Draft, entry: Entry, row: ManifestRow | undefined): void {
  const there = draft.target.byPath.get(entry.path);
  if (there?.kind === directory) {
    if (!sameMetadata(entry, there, row)) draft.metadata.push({ entry, reason: 'changed', row });
    return;
  }
  if (there !== undefined) draft.obstacles.push({ path: entry.path, what: isOurCopy(there, row) ? 'copy' : 'foreign' });
  draft.directories.push({ entry, reason: row === undefined ? 'new' : 'missing', row });
}

function planFile(draft: Draft, entry: Entry, row: ManifestRow | undefined): void {
  draft.content.files += 1;
  draft.content.bytes += entry.size;
  const there = draft.target.byPath.get(entry.path);
  const carried = row !== undefined && row.state !== 'pending' && row.kind === 'file';
  if (carried && row.state === 'imported') {
    draft.copies.known += 1;
    if (there?.kind !== file) draft.copies.lost += 1;
  }
  if (there?.kind === file) {
    planFileOverFile(draft, entry, there, row);
    return;
  }
  const reason = !carried ? 'new' : matchesSource(entry, row) ? 'missing' : 'changed';
  const action: FileAction = { entry, reason, how: 'copy', inPlace: false, row };
  if (there?.kind === directory && row?.kind === 'directory') {
    draft.lateFiles.push(action);
    return;
  }
  if (there !== undefined) draft.obstacles.push({ path: entry.path, what: 'foreign' });
  draft.files.push(action);
}

function planFileOverFile(draft: Draft, entry: Entry, there: Entry, row: ManifestRow | undefined): void {
  if (row === undefined || row.kind !== 'file' || (row.state === 'pending' && !matchesClaim(there, row))) {
    draft.files.push({ entry, reason: 'new', how: 'foreign', inPlace: false, row });
    return;
  }
  const inPlace = entry.size >= inPlaceBytes && there.size >= inPlaceBytes && there.links === 1;
  if (row.state === 'pending') {
    draft.files.push({ entry, reason: 'new', how: 'compare', inPlace: false, row });
    return;
  }
  const sourceKept = matchesSource(entry, row);
  const copyKept = matchesCopy(there, row);
  if (sourceKept && copyKept && row.state === 'imported') {
    if (entry.mode !== row.mode || there.mode !== row.copyMode) {
      draft.metadata.push({ entry, reason: 'changed', row });
    }
    return;
  }
  const mayBeEqual = entry.size === there.size;
  const reason = sourceKept ? 'missing' : 'changed';
  draft.files.push({ entry, reason, how: inPlace || mayBeEqual ? 'compare' : 'copy', inPlace, row });
}

function matchesSource(entry: Entry, row: ManifestRow): boolean {
  return entry.size === row.size && entry.mtimeUs === row.mtimeUs;
}

function matchesCopy(there: Entry, row: ManifestRow): boolean {
  return there.size === row.size && there.mtimeUs === row.copyMtimeUs;
}

/** Whether a file on the target can be what an interrupted cycle, or one before it, wrote for a claimed path. */
function matchesClaim(there: Entry, row: ManifestRow): boolean {
  if (there.size === row.size && sameTime(there.mtimeUs, row.mtimeUs)) return true;
  return row.copyMtimeUs !== 0 && sameTime(there.mtimeUs, row.copyMtimeUs);
}

function heldMtime(target: Tree, row: ManifestRow): number {
  const there = target.byPath.get(row.path);
  return there?.kind === file && matchesClaim(there, row) ? there.mtimeUs : 0;
}

function isOurCopy(there: Entry, row: ManifestRow | undefined): boolean {
  return there.kind === file && row?.kind === 'file' && row.state !== 'pending' && matchesCopy(there, row);
}

function sameMetadata(entry: Entry, there: Entry, row: ManifestRow | undefined): boolean {
  if (row?.state !== 'imported' || row.kind !== 'directory') return false;
  const sourceKept = entry.mtimeUs === row.mtimeUs && entry.mode === row.mode;
  return sourceKept && there.mtimeUs === row.copyMtimeUs && there.mode === row.copyMode;
}

interface Gone {
  readonly files: ManifestRow[];
  readonly directories: ManifestRow[];
  readonly forget: string[];
  known: number;
  lost: number;
}

/** The source's own paths that are no longer on it. */
function goneFromSource(draft: Draft): Gone {
  const gone: Gone = { files: [], directories: [], forget: [], known: 0, lost: 0 };
  for (const row of draft.rows.values()) {
    if (row.owner !== draft.stream.source.pool) continue;
    const counts = row.kind === 'file' && row.state !== 'deleted';
    if (counts) gone.known += 1;
    const here = draft.source.byPath.get(row.path);
    if (here !== undefined && here.kind !== special) continue;
    if (counts) gone.lost += 1;
    const there = draft.target.byPath.get(row.path);
    if (there === undefined || there.kind === special) gone.forget.push(row.path);
    else if (row.kind === 'file' && there.kind === file) gone.files.push(row);
    else if (row.kind === 'directory' && there.kind === directory) gone.directories.push(row);
    else gone.forget.push(row.path);
  }
  gone.directories.sort((first, second) => depth(second.path) - depth(first.path));
  return gone;
}

function depth(path: string): number {
  return path.split('/').length;
}
