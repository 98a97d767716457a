/**
 * A resynchronisation from beginning to end, in the phases of domain E.4: compare, gather what differs, merge, verify.
 * Everything here waits for the disks, so it runs on a thread of its own.
 *
 * A pass is good when no file was written while it ran: then what was gathered makes the replica a state that the primary
 * had. Otherwise the disks are compared again. After some passes the machine is asked to hold still.
 */
import { existsSync } from 'node:fs';
import { SideFailure } from '../../backupService/content/failures.ts';
import { type FileSystem, flushDirectory } from '../../backupService/content/fileSystem.ts';
import { LyncTopologyError } from '../../errors.ts';
import { compareDisk } from './compareDisk.ts';
import { checkControl, checkHosts, enterMerge, leaveMerge, type Watch } from './control.ts';
import { diskFailure } from './failures.ts';
import { readMergeMark, readRecord, removeDurably, setMark, writeDurably } from './marks.ts';
import { mergeDisk, stagedBytes, verifyDisk } from './mergeDisk.ts';
import { type OpenDisk, openDisks } from './openDisks.ts';
import type {
  ResynchronizationOrder,
  ResynchronizationPhase,
  ResynchronizationProgress,
  ResynchronizationResult,
} from './order.ts';
import { completeJournal } from './redoJournal.ts';
import { settle, stampOf } from './stamps.ts';

/** Passes while the machine writes as it likes, and passes altogether. */
const freePasses = 2;
const mostPasses = 12;
/** Milliseconds between two looks at the hosts and two reports. */
const reportInterval = 100;

export interface Machinery {
  readonly fileSystem: FileSystem;
  readonly tell: (progress: ResynchronizationProgress) => void;
}

interface Run extends Machinery {
  readonly order: ResynchronizationOrder;
  readonly watch: Watch;
  readonly disks: readonly OpenDisk[];
  quiesced: boolean;
}

/**
 * Throws `cancelled`, `timed-out` (the machine never held still), `disk-full`, `access-denied`, `virtual-disk-missing`,
 * `server-stopped`, `content-different`, `sync-failed`. Unless it was merging, the replica is as it was before.
 */
export function resynchronize(machinery: Machinery, order: ResynchronizationOrder): ResynchronizationResult {
  const result = runOnce(machinery, order);
  if (!result.continuedMerge || isCurrent(machinery.fileSystem, order)) return result;
  // What was merged is a state of before the interruption: what came since follows, and may be cancelled again.
  leaveMerge(order.control);
  const { sentBytes, ...later } = runOnce(machinery, order);
  return { ...later, sentBytes: sentBytes + result.sentBytes, continuedMerge: true };
}

/** The primary's disks are those that the replica was made from. */
function isCurrent(fileSystem: FileSystem, order: ResynchronizationOrder): boolean {
  const record = readRecord(order.recordFile);
  return order.disks.every(({ name, source }) => record?.disks[name]?.source === stampOf(fileSystem, source));
}

function runOnce(machinery: Machinery, order: ResynchronizationOrder): ResynchronizationResult {
  const { fileSystem } = machinery;
  const { disks, close } = openDisks(fileSystem, order.disks);
  const watch: Watch = {
    ...order,
    onPause: (paused) => {
      if (run.quiesced) setMark(order.quiesceMark, !paused);
    },
  };
  const run: Run = { ...machinery, order, disks, quiesced: false, watch };
  try {
    checkHosts(watch);
    const continuedMerge = existsSync(order.mergeMark) && disks.every(({ journal }) => journal.finalSize !== undefined);
    if (continuedMerge) {
      enterMerge(watch);
      merge(run, readMergeMark(order.mergeMark)?.sources ?? {}, 0);
      return { passes: 0, comparedBytes: 0, sentBytes: total(disks), continuedMerge };
    }
    const compared = compareUntilStill(run);
    enterMerge(watch);
    merge(run, compared.sources, compared.passes);
    return { passes: compared.passes, comparedBytes: compared.bytes, sentBytes: total(disks), continuedMerge };
  } catch (error) {
    throw diskFailure(error, pathOf(error, order));
  } finally {
    if (run.quiesced) setMark(order.quiesceMark, false);
    close();
    // While the mark is there, the journals are what the replica is put right from.
    if (!existsSync(order.mergeMark)) for (const { redo } of order.disks) removeQuietly(fileSystem, redo);
  }
}

function compareUntilStill(run: Run): {
  readonly passes: number;
  readonly bytes: number;
  readonly sources: Readonly<Record<string, string>>;
} {
  const { fileSystem, order } = run;
  const paths = order.disks.flatMap(({ source, target }) => [source, target]);
  let bytes = 0;
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    if (pass > freePasses) {
      run.quiesced = true;
      setMark(order.quiesceMark, true);
    }
    settle(fileSystem, paths);
    const before = paths.map((path) => stampOf(fileSystem, path));
    const sizes = run.disks.map(({ source }) => fileSystem.fstatSync(source).size);
    bytes += comparePass(run, sizes, pass);
    const after = paths.map((path) => stampOf(fileSystem, path));
    if (before.every((stamp, index) => stamp === after[index])) {
      onTarget(() => {
        for (const [index, { journal }] of run.disks.entries()) completeJournal(fileSystem, journal, sizes[index] ?? 0);
        flushDirectory(fileSystem, order.targetFolder);
      });
      const sources = order.disks.map(({ name }, index): [string, string] => [name, before[index * 2] ?? '']);
      return { passes: pass, bytes, sources: Object.fromEntries(sources) };
    }
  }
  throw neverStill(order);
}

function comparePass(run: Run, sizes: readonly number[], pass: number): number {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const report = reporter(run, 'compare', pass, all);
  for (const [index, disk] of run.disks.entries()) {
    compareDisk(run.fileSystem, { ...disk, size: sizes[index] ?? 0 }, (count) => {
      checkControl(run.watch);
      report(disk, count);
    });
  }
  return all;
}

/** From the mark on, the replica is what the journals say, sooner or later. */
function merge(run: Run, sources: Readonly<Record<string, string>>, pass: number): void {
  const { fileSystem, order, disks } = run;
  onTarget(() => {
    writeDurably(fileSystem, order.mergeMark, { sources });
    const amount = total(disks);
    const merged = reporter(run, 'merge', pass, amount);
    for (const disk of disks) mergeDisk(fileSystem, disk.target, disk.journal, (count) => merged(disk, count));
    const verified = reporter(run, 'verify', pass, amount);
    for (const disk of disks)
      verifyDisk(fileSystem, disk.pair, disk.target, disk.journal, (count) => verified(disk, count));
    const stamps = disks.map(({ pair }): [string, { source: string; target: string }] => [
      pair.name,
      { source: sources[pair.name] ?? '', target: stampOf(fileSystem, pair.target) },
    ]);
    writeDurably(fileSystem, order.recordFile, { at: new Date().toISOString(), disks: Object.fromEntries(stamps) });
    removeDurably(fileSystem, order.mergeMark);
  });
}

function reporter(
  run: Run,
  phase: ResynchronizationPhase,
  pass: number,
  bytesTotal: number,
): (disk: OpenDisk, count: number) => void {
  let bytesDone = 0;
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (disk, count) => {
    bytesDone += count;
    if (performance.now() - reportedAt < reportInterval) return;
    reportedAt = performance.now();
    checkHosts(run.watch);
    run.tell({ phase, pass, disk: disk.pair.name, bytesDone, bytesTotal });
  };
}

function total(disks: readonly OpenDisk[]): number {
  return disks.reduce((sum, { journal }) => sum + stagedBytes(journal), 0);
}

function onTarget(action: () => void): void {
  try {
    action();
  } catch (error) {
    throw error instanceof LyncTopologyError || error instanceof SideFailure ? error : new SideFailure('target', error);
  }
}

/** The folder of the side that failed; of the primary where it is not known. */
function pathOf(error: unknown, order: ResynchronizationOrder): string {
  const [first] = order.disks;
  if (error instanceof SideFailure && error.side === 'target') return order.targetFolder;
  return first?.source ?? order.targetFolder;
}

function removeQuietly(fileSystem: FileSystem, path: string): void {
  try {
    fileSystem.unlinkSync(path);
  } catch {
    // It goes with the next resynchronisation.
  }
}

function neverStill(order: ResynchronizationOrder): LyncTopologyError {
  const names = order.disks.map(({ source }) => source).join(', ');
  return new LyncTopologyError({
    code: 'timed-out',
    kind: 'failed',
    object: names,
    message: `${names} or the replica was written during each of ${mostPasses} passes, so no pass shows a state that the machine had.`,
    remedy: `Let what writes hold still for one pass while ${order.quiesceMark} is there, or stop the machine, and resynchronise again.`,
  });
}
