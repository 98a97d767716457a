/** Brings a large changed file up to date by its differing blocks, under an undo journal. */
import type { Stats } from 'node:fs';
import { type CopyBatch, type CopyItem, type CopyOutcome, isAsPlanned, outcome, removeQuietly } from './copyItem.ts';
import { onSide } from './failures.ts';
import { type ComparedBytes, eachChunkOf, type Range, readFully, type Work, writeFully } from './fileContents.ts';
import {
  flushDirectory,
  type KeptMetadata,
  microseconds,
  openForUpdating,
  permissions,
  setFileMetadata,
  systemCode,
} from './fileSystem.ts';
import { ownTemporary, parentOf, placeOf, requireRealParents } from './paths.ts';
import { rollBack, writeUndoJournal } from './undoJournal.ts';

/** Beyond this part of the file a whole copy is cheaper than journal and blocks. */
const mostlyChanged = 0.5;

/**
 * Writes the differing ranges into the target. Order: old bytes into the journal, journal durable, new bytes, target
 * durable, journal removed. Returns undefined when the file must be copied whole instead; then nothing was touched.
 */
export function updateInPlace(
  work: Work,
  batch: CopyBatch,
  item: CopyItem,
  source: number,
  before: Stats,
  compared: ComparedBytes,
): CopyOutcome | undefined {
  const { fileSystem } = work;
  const changedBytes = compared.ranges.reduce((sum, range) => sum + range.length, 0);
  if (changedBytes > item.size * mostlyChanged || before.size > item.size * 2) return undefined;
  if (!isAsPlanned(fileSystem.fstatSync(source), item)) return outcome(item, 'changed');
  const target = openWritable(work, batch, item, before);
  if (target === undefined) return undefined;
  const journalPath = ownTemporary('undo', item.number);
  const journal = placeOf(batch.targetRoot, journalPath);
  try {
    onSide('target', () => {
      const header = {
        path: item.path,
        size: before.size,
        mtimeUs: microseconds(before),
        mode: permissions(before.mode),
        inode: before.ino,
      };
      const cutOff = { offset: item.size, length: Math.max(0, before.size - item.size) };
      writeUndoJournal(fileSystem, journal, header, target, [...compared.ranges, cutOff]);
      flushDirectory(fileSystem, placeOf(batch.targetRoot, parentOf(journalPath)));
    });
    const kept = apply(work, item, source, target, compared.ranges, before);
    if (kept === undefined) {
      undo(work, batch, journal);
      return outcome(item, 'changed');
    }
    onSide('target', () => fileSystem.unlinkSync(journal));
    return { path: item.path, status: 'updated', sha256: compared.sha256, kept, bytesWritten: changedBytes };
  } catch (error) {
    undo(work, batch, journal);
    throw error;
  } finally {
    fileSystem.closeSync(target);
  }
}

/** Undefined when the target cannot be opened for writing or is no longer the file that was compared. */
function openWritable(work: Work, batch: CopyBatch, item: CopyItem, before: Stats): number | undefined {
  const { fileSystem } = work;
  try {
    requireRealParents(fileSystem, batch.targetRoot, item.path, new Set());
    const descriptor = fileSystem.openSync(placeOf(batch.targetRoot, item.path), openForUpdating);
    const stats = fileSystem.fstatSync(descriptor);
    if (stats.ino === before.ino && stats.isFile()) return descriptor;
    fileSystem.closeSync(descriptor);
    return undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** Returns undefined when the source changed meanwhile: the ranges no longer say the truth. */
function apply(
  work: Work,
  item: CopyItem,
  source: number,
  target: number,
  ranges: readonly Range[],
  before: Stats,
): KeptMetadata | undefined {
  const { fileSystem } = work;
  for (const range of ranges) {
    eachChunkOf(range, (offset, length, buffer) => {
      const count = onSide('source', () => readFully(fileSystem, source, buffer, length, offset));
      onSide('target', () => writeFully(fileSystem, target, buffer.subarray(0, count), offset));
    });
    work.advance(0);
  }
  if (
    !isAsPlanned(
      onSide('source', () => fileSystem.fstatSync(source)),
      item,
    )
  )
    return undefined;
  return onSide('target', () => {
    if (before.size > item.size) fileSystem.ftruncateSync(target, item.size);
    const kept = setFileMetadata(fileSystem, target, item.copyMtimeUs, item.mode);
    fileSystem.fsyncSync(target);
    return kept;
  });
}

/** Puts the old content back at once; if even that fails, the journal stays for the recovery. */
function undo(work: Work, batch: CopyBatch, journal: string): void {
  try {
    rollBack(work.fileSystem, batch.targetRoot, journal);
  } catch {
    return;
  }
  removeQuietly(work.fileSystem, journal);
}
