/**
 * Background cycles: every stream runs a cycle, waits for the sync interval, and runs the next (domain A.7: the interval is
 * the wait between cycles). Never two at once; at most `maxConcurrentCalls` streams at a time.
 */
import type { ErrorInformation } from '../errors.ts';
import { errorInformation } from '../errors.ts';
import type { BackupServiceConfiguration } from '../topology/model.ts';
import type { StreamRunner } from './streamRunner.ts';

export interface Scheduler extends AsyncDisposable {
  /** Takes over streams that are there now; their first cycles begin at once. */
  start(): void;
  /**
   * The configuration changed, or servers started: waits that are under way are measured against the new interval, and a
   * stream whose pools did not run gets the cycle that it missed.
   */
  reschedule(): void;
}

export interface SchedulerOptions {
  readonly streams: () => readonly StreamRunner[];
  readonly configuration: () => BackupServiceConfiguration;
  /** Whether the Backup Services of both pools run, so that a cycle can. */
  readonly mayRun: (stream: StreamRunner) => boolean;
  readonly onFailure: (stream: StreamRunner, error: ErrorInformation) => void;
}

interface Entry {
  readonly runner: StreamRunner;
  /** On the monotonic clock, in milliseconds: a clock that is set does not make a cycle early or late. */
  endedAt: number | undefined;
  /** Its cycle was due while its pools did not run. */
  missed: boolean;
  running: Promise<void> | undefined;
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const controller = new AbortController();
  const entries = new Map<StreamRunner, Entry>();
  let timer: NodeJS.Timeout | undefined;
  let started = false;

  function dueAt(entry: Entry): number {
    return entry.endedAt === undefined ? 0 : entry.endedAt + options.configuration().syncInterval;
  }

  function plan(): void {
    clearTimeout(timer);
    if (!started || controller.signal.aborted) return;
    for (const runner of options.streams()) {
      if (runner.stream.exportsHere && !entries.has(runner)) {
        entries.set(runner, { runner, endedAt: undefined, missed: false, running: undefined });
      }
    }
    const now = performance.now();
    const waiting = [...entries.values()].filter((entry) => entry.running === undefined);
    let free = options.configuration().maxConcurrentCalls - (entries.size - waiting.length);
    for (const entry of waiting.sort((a, b) => dueAt(a) - dueAt(b))) {
      if (free <= 0 || dueAt(entry) > now) break;
      free -= 1;
      begin(entry);
    }
    const next = Math.min(...waiting.filter((entry) => entry.running === undefined).map(dueAt));
    if (!Number.isFinite(next) || free <= 0) return;
    timer = setTimeout(plan, Math.max(1, next - performance.now()));
    timer.unref();
  }

  function begin(entry: Entry): void {
    entry.running = cycle(entry).finally(() => {
      entry.running = undefined;
      entry.endedAt = performance.now();
      plan();
    });
  }

  /** Never rejects: a cycle that fails is an error state of its stream, and the next one tries again. */
  async function cycle(entry: Entry): Promise<void> {
    const { runner } = entry;
    try {
      entry.missed = !options.mayRun(runner);
      if (entry.missed) return;
      await runner.runCycle({ signal: controller.signal, onProgress: () => {}, restore: false, acceptLoss: false });
    } catch (error) {
      options.onFailure(runner, errorInformation(error, runner.stream.module));
    }
  }

  return {
    start: () => {
      started = true;
      plan();
    },
    reschedule: () => {
      for (const entry of entries.values()) {
        if (entry.missed && entry.running === undefined && options.mayRun(entry.runner)) entry.endedAt = undefined;
      }
      plan();
    },
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      clearTimeout(timer);
      await Promise.all([...entries.values()].map((entry) => entry.running));
    },
  };
}
