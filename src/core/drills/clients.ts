/** The clients of a drill: they work from its first step to its last, and what they are told goes on record. */
import { join } from 'node:path';
import type { EngineServices, RowChange } from '../engine/services.ts';
import { errorInformation } from '../errors.ts';
import { loadChanges } from '../lab/load/loadChanges.ts';
import { type LoadReport, runLoad } from '../lab/load/runLoad.ts';
import { partnerOf } from '../topology/model.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import { nameOf, openAcknowledgedFile } from './acknowledged.ts';
import { timedOut } from './conditions.ts';
import type { ScenarioLoad } from './scenario.ts';

export interface Clients {
  /** Waits for so many more acknowledged transactions. Throws `timed-out`, or what ended the load. */
  more(transactions: number, timeout: number, signal: AbortSignal): Promise<void>;
  /** Ends them; what each did. */
  stop(): Promise<readonly ClientWork[]>;
}

export interface ClientWork {
  readonly pool: string;
  readonly file: string;
  readonly report: LoadReport;
  /** Rows of the transaction that was under way at the end. */
  readonly unsure: ReadonlySet<string>;
  /** Milliseconds for which the last transaction had been refused at the end, when it was. */
  readonly stillRefused?: number;
  readonly error?: string;
}

/** Transactions a second where the scenario says nothing. */
const defaultRate = 50;

/** `folder` takes the files of acknowledged rows. */
export function startClients(services: EngineServices, loads: readonly ScenarioLoad[], folder: string): Clients {
  const stop = new AbortController();
  const listeners = new Set<() => void>();
  const running = loads.map((load, index) =>
    startLoad(services, load, join(folder, `acknowledged-${index + 1}.jsonl`), index, stop.signal, () => {
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
  { pool, databaseType = 'User', rate = defaultRate }: ScenarioLoad,
  file: string,
  index: number,
  signal: AbortSignal,
  onAcknowledged: () => void,
): RunningLoad {
  const record = openAcknowledgedFile(file);
  const attempts = followAttempts(services);
  let commits = 0;
  let report: LoadReport = { commits: 0, acknowledged: 0, refusals: 0, longestRefusal: 0, longestWait: 0, elapsed: 0 };
  const name = `drill${process.pid.toString(36)}${Date.now().toString(36)}n${index}`;
  const loading = runLoad({
    pool,
    backupPool: partnerOf(services.deployment, pool)?.fqdn,
    changes: loadChanges(databaseType, pool, name),
    commit: attempts.commit,
    rate,
    signal,
    patience: Number.POSITIVE_INFINITY,
    onAcknowledged: record.append,
    onProgress: (now) => {
      report = now;
      commits = now.commits;
      onAcknowledged();
    },
  });
  const failure = Promise.withResolvers<never>();
  // Nobody may be waiting when it fails; what failed is in the report of the work.
  failure.promise.catch(() => {});
  const work = (last: LoadReport, error?: string): ClientWork => ({
    pool,
    file,
    report: last,
    unsure: attempts.unsure(),
    ...attempts.refusal(),
    ...(error !== undefined && { error }),
  });
  const ended = loading
    .then(
      (last) => work(last),
      (error: unknown) => {
        failure.reject(error);
        return work(report, errorInformation(error, `The clients of ${pool}`).message);
      },
    )
    .finally(() => record[Symbol.dispose]());
  return { acknowledged: () => commits, ended, failed: failure.promise };
}

/** Commits as clients do, and remembers the transaction that has not been acknowledged. */
function followAttempts({ lab }: EngineServices) {
  let open:
    | { readonly database: DatabaseName; readonly changes: readonly RowChange[]; readonly since: number }
    | undefined;
  return {
    commit: (pool: string, database: DatabaseName, changes: readonly RowChange[]): { readonly time: string } => {
      if (open?.changes !== changes) open = { database, changes, since: performance.now() };
      const acknowledged = lab.commit(pool, database, changes);
      open = undefined;
      return acknowledged;
    },
    unsure: (): ReadonlySet<string> => {
      const found = open;
      return new Set(found?.changes.map((change) => nameOf({ ...change, database: found.database })) ?? []);
    },
    refusal: (): { readonly stillRefused?: number } =>
      open === undefined ? {} : { stillRefused: performance.now() - open.since },
  };
}
