/** The clients of a drill: they work from its first step to its last, and what they are told goes on record. */
import { join } from 'node:path';
import type { EngineServices } from '../engine/services.ts';
import { errorInformation } from '../errors.ts';
import type { LoadReport } from '../lab/load/runLoad.ts';
import { timedOut } from './conditions.ts';
import type { ScenarioLoad } from './scenario.ts';
import { loadContent, loadRows } from './work.ts';
import { openWorkRecord } from './workRecord.ts';

export interface Clients {
  /** Waits for so many more acknowledged transactions. Throws `timed-out`, or what ended the load. */
  more(transactions: number, timeout: number, signal: AbortSignal): Promise<void>;
  /** Ends them; what each did. */
  stop(): Promise<readonly ClientWork[]>;
}

export interface ClientWork {
  readonly pool: string;
  /** What they change. */
  readonly kind: 'rows' | 'files';
  readonly file: string;
  /** Absent when the engine that counted was killed. */
  readonly report?: LoadReport;
  /** Milliseconds for which the last transaction had been refused at the end, when it was. */
  readonly stillRefused?: number;
  readonly error?: string;
}

const nothing: LoadReport = {
  commits: 0,
  acknowledged: 0,
  refusals: 0,
  longestRefusal: 0,
  longestWait: 0,
  elapsed: 0,
};

/** What the names of the clients of drills begin with. */
export const clientName = 'drill';

/** Where the clients of an entry of `load` have what they were told. */
export function workFile(folder: string, index: number): string {
  return join(folder, `acknowledged-${index + 1}.jsonl`);
}

export function kindOf({ content }: ScenarioLoad): 'rows' | 'files' {
  return content === true ? 'files' : 'rows';
}

/** `folder` takes the files of acknowledged work. */
export function startClients(services: EngineServices, loads: readonly ScenarioLoad[], folder: string): Clients {
  const stop = new AbortController();
  const listeners = new Set<() => void>();
  const running = loads.map((load, index) =>
    startLoad(services, load, workFile(folder, index), index, stop.signal, () => {
      for (const listener of listeners) listener();
    }),
  );
  const transactions = (): number => running.reduce((sum, load) => sum + load.acknowledged(), 0);
  return {
    more: async (wanted, timeout, signal) => {
      const goal = transactions() + wanted;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = (): void => {
        if (transactions() >= goal) resolve();
      };
      const timer = setTimeout(() => {
        const missing = goal - transactions();
        reject(
          timedOut(`${wanted} more transactions of clients`, timeout, `${missing} of them were not acknowledged.`),
        );
      }, timeout);
      const abort = (): void => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      listeners.add(look);
      try {
        await Promise.race([promise, ...running.map(({ failed }) => failed)]);
      } finally {
        clearTimeout(timer);
        listeners.delete(look);
        signal.removeEventListener('abort', abort);
      }
    },
    stop: async () => {
      stop.abort();
      return Promise.all(running.map(({ ended }) => ended));
    },
  };
}

interface RunningLoad {
  acknowledged(): number;
  readonly ended: Promise<ClientWork>;
  /** Rejects when the load ends with an error, and never resolves. */
  readonly failed: Promise<never>;
}

function startLoad(
  services: EngineServices,
  load: ScenarioLoad,
  file: string,
  index: number,
  signal: AbortSignal,
  onAcknowledged: () => void,
): RunningLoad {
  const record = openWorkRecord(file);
  let report = nothing;
  let refusedSince: number | undefined;
  const work = load.content === true ? loadContent : loadRows;
  const loading = work(services, load, {
    name: `${clientName}${process.pid.toString(36)}${Date.now().toString(36)}n${index}`,
    signal,
    record,
    onSend: () => {
      refusedSince ??= performance.now();
    },
    onAcknowledged: () => {
      refusedSince = undefined;
    },
    onProgress: (now) => {
      report = now;
      onAcknowledged();
    },
  });
  const failure = Promise.withResolvers<never>();
  // Nobody may be waiting when it fails; what failed is in the report of the work.
  failure.promise.catch(() => {});
  const outcome = (last: LoadReport, error?: string): ClientWork => ({
    pool: load.pool,
    kind: kindOf(load),
    file,
    report: last,
    ...(refusedSince !== undefined && { stillRefused: performance.now() - refusedSince }),
    ...(error !== undefined && { error }),
  });
  const ended = loading
    .then(
      (last) => outcome(last),
      (error: unknown) => {
        failure.reject(error);
        return outcome(report, errorInformation(error, `The clients of ${load.pool}`).message);
      },
    )
    .finally(() => record[Symbol.dispose]());
  return { acknowledged: () => report.commits, ended, failed: failure.promise };
}
