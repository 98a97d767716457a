/**
 * Modules that carry rows: `UserServices.PresenceFocus` with users, contacts, presence and conference schedules of the user
 * database (domain A.2), and `ApplicationServer.RGSDataStore` with Response Groups (domain K.8). What clients commit on the exporting pool's principal is collected from its log in batches, written to the partner's
 * BackupStore, and imported there exactly once: the partner's database says how far it has come, and nothing else does.
 */
import { setImmediate } from 'node:timers/promises';
import { type LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { Backlog } from '../status.ts';
import type { DatabaseName } from '../topology/vocabulary.ts';
import type { BatchStore } from './batchStore.ts';
import { compareRows, type RowStores, repairRows } from './comparison/compareRows.ts';
import type { GuardLimits } from './content/types.ts';
import { type ImportState, readImportState } from './importState.ts';
import { batchLimits, createBacklogCounter, type LogBacklog, rowsUpTo } from './logBacklog.ts';
import { beginCopy, createLogReader, exportMode, nextOfCopy, type PresenceBatch } from './presenceExport.ts';
import { type BatchHeader, importBatch } from './presenceImport.ts';
import { type LostRows, lostContent, lostRows } from './presenceLoss.ts';
import { countRows, rowTables } from './rowTables.ts';
import {
  type BackupStream,
  exporting,
  importing,
  type StreamCycle,
  type StreamCycleRun,
  type StreamMeasurement,
  streamProblem,
} from './stream.ts';

export interface PresenceFocusOptions {
  readonly module: 'UserServices.PresenceFocus' | 'ApplicationServer.RGSDataStore';
  /** The database that holds the rows on both pools. */
  readonly database: DatabaseName;
  /** FQDNs. */
  readonly source: string;
  readonly target: string;
  readonly sourceDatabase: () => MirroredDatabase;
  readonly targetDatabase: () => MirroredDatabase;
  readonly batches: BatchStore;
  /** `MaxBatchesPerUserStoreSync`, read for every cycle. */
  readonly maximumBatches: () => number;
  readonly lossLimits: GuardLimits;
}

export function openPresenceFocus(options: PresenceFocusOptions): BackupStream {
  const { module, source, target, sourceDatabase, targetDatabase, batches } = options;
  const counter = createBacklogCounter(sourceDatabase);
  let lossSeen: { readonly key: string; readonly error: LyncTopologyError | undefined } | undefined;

  const importState = (): ImportState | undefined =>
    targetDatabase().read((database) => readImportState(database, source));

  function backlogOf(state: ImportState | undefined): Backlog {
    const rows = copyRowsOutstanding(state);
    const log = state === undefined ? undefined : counter.count(state.position.sequence);
    return backlog(rows, log ?? noLog, options.maximumBatches());
  }

  /** Rows of the full copy that is needed or under way. */
  function copyRowsOutstanding(state: ImportState | undefined): number {
    const mode = exportMode(sourceDatabase(), state);
    if (mode === 'log') return 0;
    const copying = mode === 'copy' ? state?.copying : undefined;
    return sourceDatabase().read((database) => {
      const tables = rowTables(database);
      const first = copying === undefined ? 0 : tables.findIndex(({ name }) => name === copying.table);
      return tables
        .slice(Math.max(0, first))
        .reduce(
          (sum, table, index) => sum + countRows(database, table, source, index === 0 ? copying?.after : undefined),
          0,
        );
    });
  }

  /**
   * A full copy deletes what the source does not have. When that is much, the source has more likely lost it: its database
   * was made anew, or came back from a backup (the same limits as for content).
   */
  function loss(state: ImportState | undefined): LyncTopologyError | undefined {
    if (state === undefined || exportMode(sourceDatabase(), state) !== 'newCopy') return undefined;
    const key = `${JSON.stringify(sourceDatabase().position())}${JSON.stringify(targetDatabase().position())}`;
    if (lossSeen?.key === key) return lossSeen.error;
    const rows = lostRows(sourceDatabase(), targetDatabase(), source);
    const error = isLoss(rows) ? lostContent(options, rows) : undefined;
    lossSeen = { key, error };
    return error;
  }

  function isLoss({ lost, known }: LostRows): boolean {
    const { part, files: least } = options.lossLimits;
    return lost >= least && lost > known * part;
  }

  const rowStores = (): RowStores => ({ owner: source, original: sourceDatabase(), copy: targetDatabase() });

  function nextBatch(
    state: ImportState | undefined,
    readLog: () => PresenceBatch | undefined,
  ): PresenceBatch | undefined {
    switch (exportMode(sourceDatabase(), state)) {
      case 'newCopy':
        return nextOfCopy(sourceDatabase(), source, beginCopy(sourceDatabase(), state));
      case 'copy':
        return state === undefined ? undefined : nextOfCopy(sourceDatabase(), source, state);
      case 'log':
        return readLog();
    }
  }

  function carry(batch: PresenceBatch, follows: ImportState | undefined): ImportState | undefined {
    const header: BatchHeader = { kind: batch.kind, follows: follows ?? null, next: batch.next };
    const name = `${batch.kind}-${batch.next.position.epoch}-${batch.next.position.sequence}.batch`;
    exporting(() => batches.write(name, header, batch.payload));
    try {
      return importing(() => {
        const written = batches.read(name);
        return importBatch(targetDatabase(), source, written.header, written.payload);
      });
    } finally {
      batches.remove(name);
    }
  }

  async function runCycle(run: StreamCycleRun): Promise<StreamCycle> {
    const subject = `The export of ${module} from ${source} to ${target}`;
    let state = importing(importState);
    exporting(() => {
      const lost = loss(state);
      if (lost !== undefined && !run.acceptLoss) throw lost;
    });
    const outstanding = exporting(() => backlogOf(state));
    let rows = 0;
    let bytes = 0;
    let reader: (() => PresenceBatch | undefined) | undefined;
    const readLog = (): PresenceBatch | undefined => {
      if (state === undefined) return undefined;
      reader ??= createLogReader(sourceDatabase(), state);
      return reader();
    };
    for (let count = 0; count < options.maximumBatches(); count += 1) {
      throwIfCancelled(run.signal, subject);
      const batch = exporting(() => nextBatch(state, readLog));
      if (batch === undefined) break;
      state = carry(batch, state);
      if (state?.position.sequence !== batch.next.position.sequence) reader = undefined;
      rows += batch.rows;
      bytes += batch.payload.byteLength;
      const total = Math.max(outstanding.items, rows);
      run.onProgress({ phase: 'carrying', done: rows, total, unit: 'rows' });
      await setImmediate();
    }
    exporting(() => acknowledge(state));
    const remaining = exporting(() => backlogOf(state));
    return { ...nothingElse, items: rows, bytes, remaining };
  }

  /** The exporter may forget what the partner has; the entry at the position itself stays, to know the position by. */
  function acknowledge(state: ImportState | undefined): void {
    if (state === undefined) return;
    sourceDatabase().retainLog(`backup:${target.toLowerCase()}`, Math.max(0, state.position.sequence - 1));
  }

  function measure(): StreamMeasurement {
    let state: ImportState | undefined;
    try {
      batches.check();
      state = importState();
    } catch (error) {
      return {
        initialized: true,
        importProblem: streamProblem(error, `${module} of ${target}`),
      };
    }
    const initialized = state?.completed ?? false;
    try {
      const lost = loss(state);
      const measured = backlogOf(state);
      if (lost === undefined) return { initialized, backlog: measured };
      return { initialized, backlog: measured, exportProblem: streamProblem(lost, source) };
    } catch (error) {
      return { initialized, exportProblem: streamProblem(error, `${module} of ${source}`) };
    }
  }

  return {
    module,
    source,
    target,
    exportsHere: true,
    measure: async () => measure(),
    aim: async () => {
      const { sequence } = exporting(() => sourceDatabase().position());
      return {
        reached: () => {
          const state = importing(importState);
          if (state === undefined || state.copying !== undefined) return false;
          return exporting(() => rowsUpTo(sourceDatabase(), state.position.sequence, sequence)) === 0;
        },
      };
    },
    runCycle,
    comparesPair: false,
    compare: (run) => compareRows(rowStores(), run),
    repair: async (run) => {
      const { counts, compared } = await compareRows(rowStores(), run);
      const lost = { known: compared - counts.copyMissing, lost: counts.originalMissing };
      if (isLoss(lost)) throw lostContent(options, lost);
      await repairRows(rowStores(), run);
    },
    recover: async () => batches.sweep(),
  };
}

const noLog: LogBacklog = { upTo: 0, rows: 0, bytes: 0, batches: 0 };
const nothingElse = { leftOut: [], restored: { items: 0, bytes: 0 }, notes: [] } as const;

function backlog(copyRows: number, log: LogBacklog, maximumBatches: number): Backlog {
  const items = copyRows + log.rows;
  const batches = Math.ceil(copyRows / batchLimits.rows) + log.batches;
  return { items, bytes: log.bytes, batches, beyondOneCycle: batches > maximumBatches };
}
