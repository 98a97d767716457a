/**
 * Modules that carry files of the shares, by the content library in `content/`: `ConfServices.DataConf` the conference
 * content (domain A.2), `ApplicationServer.RGSFileStore` the audio of Response Groups (domain K.8). A sync on request also sends back what the partner lost (domain A.6).
 */
import { type ErrorInformation, LyncTopologyError } from '../errors.ts';
import type { Backlog, Progress } from '../status.ts';
import { guardError } from './content/failures.ts';
import type { ContentReplication } from './content/index.ts';
import type {
  ContentMeasurement,
  ContentProgress,
  ContentStream,
  CycleResult,
  GuardFinding,
  GuardLimits,
  LeftOut,
} from './content/types.ts';
import type { Mutex } from './mutex.ts';
import {
  type BackupStream,
  emptyBacklog,
  failureOn,
  type StreamCycle,
  type StreamCycleRun,
  type StreamMeasurement,
  type StreamProblem,
  streamProblem,
} from './stream.ts';
import { countOf, sizeOf } from './words.ts';

export interface DataConfOptions {
  readonly module: 'ConfServices.DataConf' | 'ApplicationServer.RGSFileStore';
  readonly content: ContentReplication;
  readonly stream: ContentStream;
  /** `MaxDataConfPackageSizeKB` in bytes, read for every cycle. */
  readonly maximumBytes: () => number;
  readonly lossLimits: GuardLimits;
  /** Throws when the file server of a pool's share does not answer. */
  readonly assertReachable: (pool: string) => void;
  /** Shared by both directions of the pair. */
  readonly activity: PairActivity;
}

/** The content of a pair is worked on by one cycle at a time, whichever direction it is of. */
export interface PairActivity {
  readonly turn: Mutex;
  /** The direction whose cycle runs: FQDN of its source. */
  running: string | undefined;
}

export function openDataConf(options: DataConfOptions): BackupStream {
  const { module, content, stream, activity, lossLimits: guard } = options;
  const source = stream.source.pool;
  const target = stream.target.pool;
  let last: StreamMeasurement | undefined;
  let progress: ContentProgress | undefined;

  function unreachable(): StreamMeasurement | undefined {
    const sourceError = errorOf(() => options.assertReachable(source));
    const targetError = errorOf(() => options.assertReachable(target));
    if (sourceError === undefined && targetError === undefined) return undefined;
    return {
      initialized: true,
      ...(sourceError === undefined ? {} : { exportProblem: streamProblem(sourceError, stream.source.name) }),
      ...(targetError === undefined ? {} : { importProblem: streamProblem(targetError, stream.target.name) }),
    };
  }

  function refuseUnreachable(): void {
    const away = unreachable();
    const problem = away?.exportProblem ?? away?.importProblem;
    if (problem !== undefined) throw new LyncTopologyError(problem.error);
  }

  async function measureNow(signal?: AbortSignal): Promise<StreamMeasurement> {
    const away = unreachable();
    if (away !== undefined) return away;
    const measured = await content.measure(stream, { guard, ...(signal === undefined ? {} : { signal }) });
    const lostByTarget = measured.targetFinding ?? (await lossOfTarget(measured, signal));
    return measurementOf(measured, lostByTarget);
  }

  /**
   * The target lost content of its own, of which the source keeps the copies: the sync that sends them back is outstanding.
   * A few files that are gone were deleted; whether it is more than that is what the other direction's guard says.
   */
  async function lossOfTarget(
    measured: ContentMeasurement,
    signal: AbortSignal | undefined,
  ): Promise<GuardFinding | undefined> {
    if (measured.restorable.items === 0) return undefined;
    const reverse = { source: stream.target, target: stream.source };
    const other = await content.measure(reverse, { guard, ...(signal === undefined ? {} : { signal }) });
    return other.sourceFinding;
  }

  function measurementOf(measured: ContentMeasurement, lostByTarget: GuardFinding | undefined): StreamMeasurement {
    const restorable = lostByTarget === undefined ? { items: 0, bytes: 0 } : measured.restorable;
    const items = measured.backlog.items + restorable.items;
    const bytes = measured.backlog.bytes + restorable.bytes;
    const backlog: Backlog = { items, bytes, batches: 0, beyondOneCycle: bytes > options.maximumBytes() };
    return {
      initialized: measured.initialised,
      backlog,
      ...(measured.sourceFinding === undefined
        ? {}
        : { exportProblem: findingProblem(measured.sourceFinding, 'source') }),
      ...(lostByTarget === undefined ? {} : { importProblem: findingProblem(lostByTarget, 'target') }),
    };
  }

  function findingProblem(finding: GuardFinding, side: 'source' | 'target'): StreamProblem {
    const lost = finding.kind === 'lost' || finding.kind === 'empty';
    return streamProblem(guardError(stream, finding, side), finding.share, side === 'target' && lost);
  }

  /** Such a problem may have been mended since: it is not told again without having been looked at. */
  function blocks({ exportProblem, importProblem }: StreamMeasurement): boolean {
    return [exportProblem, importProblem].some((problem) => problem?.mendedBySync === false);
  }

  /** What the last measurement or the running cycle itself found, less what the cycle has carried since. */
  function whileRunning(known: StreamMeasurement): StreamMeasurement {
    if (activity.running !== source || progress === undefined) return known;
    const before = known.backlog ?? emptyBacklog;
    const items = Math.max(0, Math.max(before.items, progress.filesTotal) - progress.filesDone);
    const bytes = Math.max(0, Math.max(before.bytes, progress.bytesTotal) - progress.bytesDone);
    return { ...known, backlog: { ...before, items, bytes, beyondOneCycle: bytes > options.maximumBytes() } };
  }

  async function measure(signal?: AbortSignal): Promise<StreamMeasurement> {
    if (activity.running !== undefined && last !== undefined && !blocks(last)) return whileRunning(last);
    last = await measureNow(signal);
    return last;
  }

  const lastMeasured = (): StreamMeasurement | undefined => (last === undefined ? undefined : whileRunning(last));

  async function runCycle(run: StreamCycleRun): Promise<StreamCycle> {
    const away = unreachable();
    if (away?.exportProblem !== undefined) throw failure('export', away.exportProblem.error);
    if (away?.importProblem !== undefined) throw failure('import', away.importProblem.error);
    // While the cycle runs, measuring would wait for it: what is known before it begins is what can be told meanwhile.
    last ??= await measureNow(run.signal);
    return activity.turn.run(`The export of ${module} from ${source} to ${target}`, run.signal, () => carry(run));
  }

  async function carry(run: StreamCycleRun): Promise<StreamCycle> {
    activity.running = source;
    try {
      const result = await content.runCycle(stream, {
        maximumBytes: options.maximumBytes(),
        restore: run.restore,
        acceptLoss: run.acceptLoss,
        guard,
        signal: run.signal,
        onProgress: (reported) => {
          progress = reported;
          run.onProgress(progressOf(reported));
        },
      });
      return cycleOf(result);
    } catch (error) {
      throw failureOn(sideOf(error, stream), error);
    } finally {
      activity.running = undefined;
      progress = undefined;
    }
  }

  return {
    module,
    source,
    target,
    exportsHere: true,
    measure,
    lastMeasured,
    aim: async (signal) => {
      const { backlog = emptyBacklog } = await measureNow(signal);
      let items = 0;
      let bytes = 0;
      return {
        // Each cycle compares anew and takes the oldest differences and the newest alike, so beyond the amount that was
        // outstanding at the beginning a sync does not run after content that keeps coming.
        reached: (cycle) => {
          items += cycle.items;
          bytes += cycle.bytes;
          return cycle.remaining.items === 0 || (items > backlog.items && bytes > backlog.bytes);
        },
      };
    },
    runCycle,
    comparesPair: true,
    compare: async ({ signal }) => {
      refuseUnreachable();
      return content.compare(stream, { signal });
    },
    repair: async ({ signal }) => {
      refuseUnreachable();
      await content.markDamagedCopies(stream, { signal });
    },
    recover: async () => {
      if (unreachable() === undefined) await content.recover(stream);
    },
  };
}

function cycleOf(result: CycleResult): StreamCycle {
  const carried = result.copiedFiles + result.updatedInPlace + result.renamedFiles + result.deletedFiles;
  return {
    items: carried + result.restoredFiles + result.directories + result.metadata,
    bytes: result.bytesCarried,
    remaining: result.remaining,
    leftOut: result.leftOut.map((left) => ({ path: left.path, reason: reasonOf(left) })),
    restored: { items: result.restoredFiles, bytes: result.restoredBytes },
    notes: notesOf(result),
  };
}

function notesOf(result: CycleResult): readonly string[] {
  const notes = result.conflicts.map(
    ({ path, keptAs, pool }) => `Both pools had created ${path}: the file of ${pool} is kept as ${keptAs}.`,
  );
  for (const path of result.damaged) notes.push(`${path} was not sent back: the copy is not what was recorded of it.`);
  if (result.changing.length > 0) {
    notes.push(`${countOf(result.changing.length, 'file')} kept changing while being read; the next cycle takes them.`);
  }
  if (result.restoredFiles > 0) notes.push(`${countOf(result.restoredFiles, 'file')} sent back to the partner.`);
  if (result.bytesWritten > 0) notes.push(`${sizeOf(result.bytesWritten)} written.`);
  return notes;
}

function reasonOf(left: LeftOut): string {
  switch (left.kind) {
    case 'symbolicLink':
      return 'a symbolic link is not followed';
    case 'socket':
      return 'a socket has no content';
    case 'fifo':
      return 'a named pipe has no content';
    case 'device':
      return 'a device file has no content';
    case 'nameNotUnicode':
      return 'its name is not Unicode';
    case 'unreadable':
      return 'it cannot be read';
  }
}

function progressOf(reported: ContentProgress): Progress {
  return {
    phase: reported.phase,
    done: reported.filesDone,
    total: reported.filesTotal,
    unit: 'files',
    bytesDone: reported.bytesDone,
    bytesTotal: reported.bytesTotal,
    ...(reported.path === '' ? {} : { current: reported.path }),
  };
}

/** A target that cannot be imported into is the partner's trouble; everything else is the export's. */
function sideOf(error: unknown, stream: ContentStream): 'export' | 'import' {
  const information = error instanceof LyncTopologyError ? error : undefined;
  const ofTarget = information?.object === stream.target.name;
  const codes: readonly (string | undefined)[] = ['share-missing', 'share-unreadable', 'share-lost-content'];
  return ofTarget && codes.includes(information?.code) ? 'import' : 'export';
}

function failure(side: 'export' | 'import', error: ErrorInformation): unknown {
  return failureOn(side, new LyncTopologyError(error));
}

function errorOf(step: () => void): unknown {
  try {
    step();
    return undefined;
  } catch (error) {
    return error;
  }
}
