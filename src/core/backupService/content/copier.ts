/** Carries single files: whole through a temporary, or by differing blocks in place. Runs on a copy worker. */
import { LyncTopologyError } from '../../errors.ts';
import {
  type CopyBatch,
  type CopyItem,
  type CopyOutcome,
  isAsPlanned,
  outcome,
  removeQuietly,
  settlingMilliseconds,
  temporaryOf,
} from './copyItem.ts';
import { onSide, SideFailure } from './failures.ts';
import { type CopiedBytes, compareBytes, copyBytes, type Work, writeFully } from './fileContents.ts';
import {
  type FileSystem,
  microseconds,
  openForReading,
  openForUpdating,
  openNew,
  permissions,
  setFileMetadata,
  systemCode,
} from './fileSystem.ts';
import { placeOf, requireRealParents } from './paths.ts';
import { updateInPlace } from './updateInPlace.ts';

/** A batch with the folders that were seen to be real folders since it began. */
interface CheckedBatch extends CopyBatch {
  readonly checked: { readonly source: Set<string>; readonly target: Set<string> };
}

/** Carries the files of a batch one after the other. Throws only when the work was cancelled. */
export function carryBatch(
  work: Work,
  batch: CopyBatch,
  finished: (item: CopyItem, outcome: CopyOutcome) => void,
): CopyOutcome[] {
  const outcomes: CopyOutcome[] = [];
  const checked = { source: new Set<string>(), target: new Set<string>() };
  for (const item of batch.items) {
    const outcome = carryFile({ ...batch, checked }, work, item);
    outcomes.push(outcome);
    finished(item, outcome);
    if (outcome.failure !== undefined && outcome.failure.systemCode === 'ENOSPC') break;
  }
  return outcomes;
}

function carryFile(batch: CheckedBatch, work: Work, item: CopyItem): CopyOutcome {
  try {
    return onSide('source', () =>
      sourceIsInside(batch, work, item) ? withSource(work, batch, item) : outcome(item, 'changed'),
    );
  } catch (error) {
    if (!(error instanceof SideFailure)) throw error;
    const gone = error.systemCode === 'ENOENT' || error.systemCode === 'ELOOP' || error.systemCode === 'ENOTDIR';
    if (error.side === 'source' && gone) return outcome(item, 'changed');
    return { ...outcome(item, 'failed'), failure: { side: error.side, systemCode: error.systemCode } };
  }
}

/** A folder of the source that became a symbolic link is no content any more: the next cycle sees that. */
function sourceIsInside(batch: CheckedBatch, work: Work, item: CopyItem): boolean {
  try {
    requireRealParents(work.fileSystem, batch.sourceRoot, item.path, batch.checked.source);
    return true;
  } catch (error) {
    if (error instanceof LyncTopologyError && error.code === 'path-outside-root') return false;
    throw error;
  }
}

function withSource(work: Work, batch: CheckedBatch, item: CopyItem): CopyOutcome {
  const { fileSystem } = work;
  const source = fileSystem.openSync(placeOf(batch.sourceRoot, item.path), openForReading);
  try {
    const tooFresh = Math.abs(Date.now() - item.mtimeUs / 1000) < settlingMilliseconds;
    if (tooFresh || !isAsPlanned(fileSystem.fstatSync(source), item)) return outcome(item, 'changed');
    const settled = item.how === 'copy' ? undefined : compareWithTarget(work, batch, item, source);
    return settled ?? writeTemporary(work, batch, item, source);
  } finally {
    fileSystem.closeSync(source);
  }
}

/** Compares first; undefined when the file has to be copied whole after all. */
function compareWithTarget(work: Work, batch: CheckedBatch, item: CopyItem, source: number): CopyOutcome | undefined {
  const { fileSystem } = work;
  const target = openTarget(fileSystem, batch, item);
  if (target === 'absent') return undefined;
  if (target === 'closed') return item.how === 'foreign' ? outcome(item, 'foreign') : undefined;
  try {
    const before = onSide('target', () => fileSystem.fstatSync(target));
    if (!before.isFile()) return outcome(item, 'foreign');
    const compared = compareBytes(
      work,
      { descriptor: source, size: item.size },
      { descriptor: target, size: before.size },
      (side, action) => onSide(side === 'first' ? 'source' : 'target', action),
      item.inPlace,
    );
    if (compared.bytes < item.size && (compared.equal || item.inPlace)) return outcome(item, 'changed');
    if (compared.equal) return adoptSame(fileSystem, item, source, target, compared.sha256);
    if (item.how === 'foreign') return outcome(item, 'foreign');
    if (!item.inPlace || before.nlink > 1) return undefined;
    return updateInPlace(work, batch, item, source, before, compared);
  } finally {
    fileSystem.closeSync(target);
  }
}

/** `closed`: something is there that is no file or cannot be read; a whole copy can only replace it. */
function openTarget(fileSystem: FileSystem, batch: CheckedBatch, item: CopyItem): number | 'absent' | 'closed' {
  const path = item.comparedPath;
  try {
    requireRealParents(fileSystem, batch.targetRoot, path, batch.checked.target);
    return fileSystem.openSync(
      placeOf(batch.targetRoot, path),
      process.platform === 'win32' ? openForUpdating : openForReading,
    );
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code === 'ENOENT' ? 'absent' : 'closed';
  }
}

/** The bytes agree: only mode and time are brought in line. */
function adoptSame(
  fileSystem: FileSystem,
  item: CopyItem,
  source: number,
  target: number,
  sha256: string,
): CopyOutcome {
  if (!isAsPlanned(fileSystem.fstatSync(source), item)) return outcome(item, 'changed');
  const kept = onSide('target', () => {
    const stats = fileSystem.fstatSync(target);
    if (microseconds(stats) === item.copyMtimeUs && permissions(stats.mode) === item.mode) {
      return { mtimeUs: item.copyMtimeUs, mode: item.mode };
    }
    return setFileMetadata(fileSystem, target, item.copyMtimeUs, item.mode);
  });
  return { path: item.path, status: 'same', sha256, kept, bytesWritten: 0 };
}

function writeTemporary(work: Work, batch: CheckedBatch, item: CopyItem, source: number): CopyOutcome {
  const { fileSystem } = work;
  const path = temporaryOf(item);
  const temporary = placeOf(batch.targetRoot, path);
  const target = onSide('target', () => {
    requireRealParents(fileSystem, batch.targetRoot, path, batch.checked.target);
    return fileSystem.openSync(temporary, openNew, item.mode | 0o600);
  });
  let complete = false;
  try {
    const copied = copyBytes(
      work,
      source,
      item.size,
      (action) => onSide('source', action),
      (bytes, position) => onSide('target', () => writeFully(fileSystem, target, bytes, position)),
    );
    const refused = judge(fileSystem, item, source, copied);
    if (refused !== undefined) return refused;
    const kept = onSide('target', () => setFileMetadata(fileSystem, target, item.copyMtimeUs, item.mode));
    complete = true;
    return { path: item.path, status: 'written', sha256: copied.sha256, kept, bytesWritten: copied.bytes };
  } finally {
    fileSystem.closeSync(target);
    if (!complete) removeQuietly(fileSystem, temporary);
  }
}

function judge(fileSystem: FileSystem, item: CopyItem, source: number, copied: CopiedBytes): CopyOutcome | undefined {
  if (copied.bytes < item.size || !isAsPlanned(fileSystem.fstatSync(source), item)) return outcome(item, 'changed');
  if (item.expectedSha256 !== '' && item.expectedSha256 !== copied.sha256) return outcome(item, 'damaged');
  return undefined;
}
