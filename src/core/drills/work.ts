/** What the clients of a drill do: they change rows, or conference content. */
import type { EngineServices } from '../engine/services.ts';
import type { ErrorCode } from '../errors.ts';
import type { ContentChange } from '../lab/contentChanges.ts';
import { contentUploads, digestOf } from '../lab/load/contentUploads.ts';
import { loadChanges } from '../lab/load/loadChanges.ts';
import { type LoadReport, runLoad } from '../lab/load/runLoad.ts';
import { pauseUntil, sendPatiently } from '../lab/load/sendPatiently.ts';
import { partnerOf } from '../topology/model.ts';
import { type AcknowledgedFile, nameOf } from './acknowledged.ts';
import type { ScenarioLoad } from './scenario.ts';
import type { WorkRecord } from './workRecord.ts';

export interface WorkRun {
  /** No other client's. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly record: WorkRecord;
  /** A transaction is sent, for the first time or again. */
  readonly onSend: () => void;
  readonly onAcknowledged: () => void;
  readonly onProgress: (report: LoadReport) => void;
}

/** Transactions a second where the scenario says nothing. */
const defaultRate = 50;
const defaultUploads = 10;

/** What a drill breaks it mends: clients wait for shares that take nothing. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['share-missing', 'share-unwritable', 'disk-full']);

export function loadRows(
  { lab, deployment }: EngineServices,
  { pool, databaseType = 'User', rate = defaultRate }: ScenarioLoad,
  run: WorkRun,
): Promise<LoadReport> {
  let sent: unknown;
  return runLoad({
    pool,
    backupPool: partnerOf(deployment, pool)?.fqdn,
    changes: loadChanges(databaseType, pool, run.name),
    commit: (asked, database, changes) => {
      if (sent !== changes) run.record.begin(changes.map((change) => nameOf({ ...change, database })));
      sent = changes;
      run.onSend();
      const acknowledged = lab.commit(asked, database, changes);
      run.record.acknowledge(
        changes.map(({ table, key, value }) => ({ database, table, key, value, time: acknowledged.time })),
      );
      run.onAcknowledged();
      return acknowledged;
    },
    rate,
    unhurried: true,
    signal: run.signal,
    patience: Number.POSITIVE_INFINITY,
    alsoPassing: passing,
    onProgress: run.onProgress,
  });
}

export async function loadContent(
  { lab, deployment }: EngineServices,
  { pool, rate = defaultUploads }: ScenarioLoad,
  run: WorkRun,
): Promise<LoadReport> {
  const start = performance.now();
  const served = { pool };
  const sender = {
    pool,
    backupPool: partnerOf(deployment, pool)?.fqdn,
    signal: run.signal,
    patience: Number.POSITIVE_INFINITY,
    alsoPassing: passing,
  };
  const count = { commits: 0, acknowledged: 0, refusals: 0, longestRefusal: 0, longestWait: 0 };
  const report = (): LoadReport => ({ ...count, elapsed: performance.now() - start });
  const interval = 1_000 / rate;
  let due = start;
  for (const change of contentUploads(pool, run.name)) {
    await pauseUntil(due, run.signal);
    if (run.signal.aborted) break;
    run.record.begin([change.path]);
    const outcome = await sendPatiently(sender, served, (asked) => {
      run.onSend();
      const acknowledged = lab.changeContent(asked, change);
      run.record.acknowledge([fileOf(change, acknowledged.time)]);
      run.onAcknowledged();
      return acknowledged;
    });
    count.refusals += outcome.refusals;
    count.longestRefusal = Math.max(count.longestRefusal, outcome.refusedFor);
    if (outcome.time === undefined) break;
    count.longestWait = Math.max(count.longestWait, outcome.waited);
    count.commits += 1;
    count.acknowledged += 1;
    run.onProgress(report());
    due = Math.max(due + interval, performance.now() + interval / 2);
  }
  return report();
}

function fileOf({ path, bytes }: ContentChange, time: string): AcknowledgedFile {
  return { path, digest: bytes === null ? null : digestOf(bytes), time };
}
