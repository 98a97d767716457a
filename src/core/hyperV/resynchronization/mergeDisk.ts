/** Writes gathered blocks into the replica's disk, and reads them back. */
import { chunkBytes, readFully, writeFully } from '../../backupService/content/fileContents.ts';
import type { FileSystem } from '../../backupService/content/fileSystem.ts';
import { LyncTopologyError } from '../../errors.ts';
import type { DiskPair } from './order.ts';
import { blockBytes, type RedoJournal, zeros } from './redoJournal.ts';

/** Consecutive blocks whose content lies together in the journal. */
interface Run {
  readonly offset: number;
  length: number;
  readonly position: number;
}

const staged = Buffer.allocUnsafeSlow(chunkBytes);
const written = Buffer.allocUnsafeSlow(chunkBytes);

/** Bytes that will be written. */
export function stagedBytes(journal: RedoJournal): number {
  return runsOf(journal).reduce((sum, { length }) => sum + length, 0);
}

/** Can be done again: it writes the same to the same places. The disk is durable afterwards. */
export function mergeDisk(
  fileSystem: FileSystem,
  target: number,
  journal: RedoJournal,
  advance: (bytes: number) => void,
): void {
  for (const run of runsOf(journal)) {
    writeFully(fileSystem, target, contentOf(fileSystem, journal, run), run.offset);
    advance(run.length);
  }
  fileSystem.ftruncateSync(target, journal.finalSize ?? 0);
  fileSystem.fsyncSync(target);
}

/** Throws `content-different` when the disk does not give back what was written. */
export function verifyDisk(
  fileSystem: FileSystem,
  pair: DiskPair,
  target: number,
  journal: RedoJournal,
  advance: (bytes: number) => void,
): void {
  const size = journal.finalSize ?? 0;
  for (const run of runsOf(journal)) {
    const length = Math.max(0, Math.min(run.length, size - run.offset));
    const content = contentOf(fileSystem, journal, run).subarray(0, length);
    const count = readFully(fileSystem, target, written, length, run.offset);
    if (!content.equals(written.subarray(0, count))) throw different(pair);
    advance(run.length);
  }
  if (fileSystem.fstatSync(target).size !== size) throw different(pair);
}

function runsOf(journal: RedoJournal): readonly Run[] {
  const runs: Run[] = [];
  const { positions, lengths } = journal.staged;
  for (const block of [...positions.keys()].sort((a, b) => a - b)) {
    const position = positions.get(block) ?? zeros;
    const length = lengths.get(block) ?? blockBytes;
    const last = runs.at(-1);
    if (last !== undefined && continues(last, block * blockBytes, position, length)) last.length += length;
    else runs.push({ offset: block * blockBytes, length, position });
  }
  return runs;
}

function continues(last: Run, offset: number, position: number, length: number): boolean {
  if (last.offset + last.length !== offset || last.length + length > chunkBytes) return false;
  return position === zeros ? last.position === zeros : last.position + last.length === position;
}

function contentOf(fileSystem: FileSystem, journal: RedoJournal, run: Run): Buffer {
  const content = staged.subarray(0, run.length);
  if (run.position === zeros) content.fill(0);
  else readFully(fileSystem, journal.descriptor, content, run.length, run.position);
  return content;
}

function different(pair: DiskPair): LyncTopologyError {
  return new LyncTopologyError({
    code: 'content-different',
    kind: 'failed',
    object: pair.target,
    message: `${pair.target} does not hold what was written to it.`,
    remedy: 'Check the disk that it lies on; then resynchronise again: the replica requires it until that succeeds.',
  });
}
