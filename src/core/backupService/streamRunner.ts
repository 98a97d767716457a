/**
 * A stream in operation: its cycles one after the other, whoever asks for them, each recorded with how it ended.
 */
import type { ErrorInformation } from '../errors.ts';
import { errorInformation, LyncTopologyError } from '../errors.ts';
import type { Progress } from '../status.ts';
import type { CycleRecord, CycleRecords } from './cycleRecord.ts';
import type { EventLog } from './eventLog.ts';
import { createMutex } from './mutex.ts';
import { createShared } from './shared.ts';
import {
  type BackupStream,
  type StreamCycle,
  type StreamCycleRun,
  StreamFailure,
  type StreamMeasurement,
} from './stream.ts';

export interface StreamRunner {
  readonly stream: BackupStream;
  /** Measured after this was asked; several that ask at the same time share one measurement. */
  measure(signal?: AbortSignal): Promise<StreamMeasurement>;
  /** The cycle that runs now. */
  readonly current: { readonly job?: string; readonly progress: Progress } | undefined;
  readonly lastCycle: CycleRecord | undefined;
  /** Syncs on request that are queued or running. */
  readonly syncRequested: boolean;
  /** Announces a sync on request until disposed. */
  announceSync(): Disposable;
  /** Waits for a cycle that runs and runs one. Throws what the cycle ended with, as an error of the product. */
  runCycle(run: StreamCycleRun, job?: string): Promise<StreamCycle>;
}

export interface StreamRunnerOptions {
  readonly stream: BackupStream;
  readonly records: CycleRecords;
  readonly events: Pick<EventLog, 'noteFailure' | 'noteSuccess'>;
  /** Called when a cycle begins, comes on and ends, and when a sync is requested; `carried` when only that has grown. */
  readonly onChanged: (what: 'carried' | 'everything') => void;
}

export function createStreamRunner({ stream, records, events, onChanged }: StreamRunnerOptions): StreamRunner {
  const turn = createMutex();
  const subject = `The export of ${stream.module} from ${stream.source} to ${stream.target}`;
  let current: { readonly job?: string; readonly progress: Progress } | undefined;
  let requests = 0;

  async function cycle(run: StreamCycleRun, job: string | undefined): Promise<StreamCycle> {
    const startedAt = new Date().toISOString();
    const ofJob = job === undefined ? {} : { job };
    const record = (change: Pick<CycleRecord, 'failure'> & Partial<CycleRecord['summary']>): void => {
      const { failure, ...ended } = change;
      const summary = { startedAt, endedAt: new Date().toISOString(), items: 0, bytes: 0, outcome: 'failed' as const };
      records.store(stream.source, stream.module, {
        summary: { ...summary, ...ended },
        ...(failure === undefined ? {} : { failure }),
      });
    };
    current = { ...ofJob, progress: { phase: 'comparing', done: 0, unit: 'steps' } };
    onChanged('everything');
    try {
      const done = await stream.runCycle({
        ...run,
        onProgress: (progress) => {
          current = { ...ofJob, progress };
          run.onProgress(progress);
          onChanged('carried');
        },
      });
      record({ items: done.items, bytes: done.bytes, outcome: 'completed' });
      events.noteSuccess(stream);
      return done;
    } catch (error) {
      const ended = outcomeOf(error, subject);
      const failure = { side: ended.side, error: ended.error };
      record(ended.cancelled ? { outcome: 'cancelled' } : { failure });
      if (!ended.cancelled) events.noteFailure(stream, failure);
      throw new LyncTopologyError(ended.error, { cause: error });
    } finally {
      current = undefined;
      onChanged('everything');
    }
  }

  return {
    stream,
    measure: createShared(`Measuring ${stream.module} from ${stream.source} to ${stream.target}`, () =>
      stream.measure(),
    ),
    get current() {
      return current;
    },
    get lastCycle() {
      return records.last(stream.source, stream.module);
    },
    get syncRequested() {
      return requests > 0;
    },
    announceSync: () => {
      let announced = true;
      requests += 1;
      onChanged('everything');
      return {
        [Symbol.dispose]: () => {
          if (announced) requests -= 1;
          announced = false;
          onChanged('everything');
        },
      };
    },
    runCycle: (run, job) => turn.run(subject, run.signal, () => cycle(run, job)),
  };
}

interface Ended {
  readonly cancelled: boolean;
  readonly side: 'export' | 'import';
  readonly error: ErrorInformation;
}

function outcomeOf(thrown: unknown, subject: string): Ended {
  const side = thrown instanceof StreamFailure ? thrown.side : 'export';
  const cause = thrown instanceof StreamFailure ? thrown.cause : thrown;
  const error = errorInformation(cause, subject);
  return { cancelled: error.kind === 'cancelled', side, error };
}
