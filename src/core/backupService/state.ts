/**
 * The states of a module on a pool (domain A.3), from what was measured now and how the last cycle ended. Pure: the same
 * facts give the same state, so a state can be no truer or falser than its measurement.
 */
import type { ErrorCode, ErrorInformation } from '../errors.ts';
import type { ExportStatus, ImportStatus } from '../status.ts';
import type { BackupModule } from '../topology/vocabulary.ts';
import type { CycleRecord } from './cycleRecord.ts';
import { emptyBacklog, type StreamMeasurement } from './stream.ts';
import { itemsOf, sizeOf, timeSpanOf } from './words.ts';

export interface StreamFacts {
  readonly measurement: StreamMeasurement;
  readonly lastCycle: CycleRecord | undefined;
  /** A sync on request of this stream is queued or running. */
  readonly syncRequested: boolean;
}

export interface ModuleFacts {
  readonly module: BackupModule;
  readonly pool: string;
  readonly partner: string;
  readonly exportsHere: boolean;
  /** From this pool to its partner. */
  readonly outgoing: StreamFacts;
  /** From the partner to this pool. */
  readonly incoming: StreamFacts;
  /** Milliseconds between cycles, when this engine runs them by itself and both pools run. */
  readonly cyclesEvery: number | undefined;
  /** Of the two pools, those whose Front Ends are all stopped. */
  readonly stoppedPools: readonly string[];
}

export interface ModuleStates {
  readonly ExportStatus: ExportStatus;
  readonly ImportStatus: ImportStatus;
  readonly explanation: string;
  readonly exportError?: ErrorInformation;
  readonly importError?: ErrorInformation;
}

/** Failures whose cause every measurement looks at again: when it finds nothing wrong, they are mended. */
const seenByMeasuring: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'database-unavailable',
  'database-no-principal',
  'database-failing-over',
  'database-lost-content',
  'pool-stopped',
  'server-stopped',
  'share-lost-content',
  'share-missing',
  'share-unreadable',
]);

export function moduleStates(facts: ModuleFacts): ModuleStates {
  const exportError = facts.exportsHere ? exportErrorOf(facts.outgoing) : undefined;
  const importError = importErrorOf(facts.incoming);
  const ExportStatus = exportStatusOf(facts, exportError);
  const ImportStatus: ImportStatus = importError === undefined ? 'NormalState' : 'ErrorState';
  return {
    ExportStatus,
    ImportStatus,
    explanation: explain(facts, ExportStatus, exportError, importError),
    ...(exportError === undefined ? {} : { exportError }),
    ...(importError === undefined ? {} : { importError }),
  };
}

function exportStatusOf(facts: ModuleFacts, error: ErrorInformation | undefined): ExportStatus {
  if (!facts.exportsHere) return 'NotInitialized';
  if (error !== undefined) return 'ErrorState';
  const { measurement, syncRequested } = facts.outgoing;
  if (!measurement.initialized) return 'NotInitialized';
  // A measured problem that is no error is one that the running sync mends: something is outstanding.
  const mending = measurement.exportProblem !== undefined || measurement.importProblem !== undefined;
  if (measurement.backlog?.items === 0 && !mending) return 'FinalState';
  return measurement.backlog?.beyondOneCycle !== false || syncRequested || mending ? 'NonSteadyState' : 'SteadyState';
}

/** Why the export is in error: what was measured, or a failure of the last cycle that nothing measured since has mended. */
function exportErrorOf(stream: StreamFacts): ErrorInformation | undefined {
  const { measurement, syncRequested } = stream;
  for (const problem of [measurement.exportProblem, measurement.importProblem]) {
    if (problem !== undefined && !(syncRequested && problem.mendedBySync)) return problem.error;
  }
  return standingFailure(stream, 'export');
}

function importErrorOf(stream: StreamFacts): ErrorInformation | undefined {
  const { measurement, syncRequested } = stream;
  const problem = measurement.importProblem;
  if (problem !== undefined && !(syncRequested && problem.mendedBySync)) return problem.error;
  return standingFailure(stream, 'import');
}

function standingFailure(stream: StreamFacts, side: 'export' | 'import'): ErrorInformation | undefined {
  const failure = stream.lastCycle?.failure;
  if (failure === undefined || failure.side !== side) return undefined;
  const { measurement } = stream;
  const everythingImported = measurement.initialized && measurement.backlog?.items === 0;
  return everythingImported || seenByMeasuring.has(failure.error.code) ? undefined : failure.error;
}

function explain(
  facts: ModuleFacts,
  status: ExportStatus,
  exportError: ErrorInformation | undefined,
  importError: ErrorInformation | undefined,
): string {
  const sentences = [explainExport(facts, status, exportError)];
  if (importError !== undefined && importError.message === exportError?.message) {
    sentences.push(`${facts.pool} cannot import from ${facts.partner} either.`);
  } else if (importError !== undefined) {
    sentences.push(`${facts.pool} cannot import from ${facts.partner}: ${importError.message} ${importError.remedy}`);
  }
  return sentences.join(' ');
}

function explainExport(facts: ModuleFacts, status: ExportStatus, error: ErrorInformation | undefined): string {
  const { pool, partner, outgoing, module } = facts;
  const { items, bytes } = outgoing.measurement.backlog ?? emptyBacklog;
  const amount = `${itemsOf(items, module)}${bytes > 0 ? ` (${sizeOf(bytes)})` : ''}`;
  switch (status) {
    case 'ErrorState':
      return `${pool} does not export to ${partner}: ${error?.message ?? ''} ${error?.remedy ?? ''}`.trimEnd();
    case 'NotInitialized':
      return facts.exportsHere
        ? `${pool} has not completed an export to ${partner} yet. ${whatComesNext(facts)}`
        : `${pool} does not host the active Central Management store, so it exports none of it: this is normal. ${partner} does.`;
    case 'FinalState':
      return `${partner} has imported everything that ${pool} holds.`;
    case 'SteadyState':
      return `${partner} has not imported ${amount} of ${pool} yet; one cycle carries all of it. ${whatComesNext(facts)}`;
    case 'NonSteadyState':
      return `${partner} has not imported ${amount} of ${pool} yet. ${whyNotSteady(facts)}`;
  }
}

function whyNotSteady(facts: ModuleFacts): string {
  const { measurement, syncRequested } = facts.outgoing;
  if (syncRequested) return 'A sync on request is bringing it over.';
  return measurement.backlog?.beyondOneCycle
    ? `It is more than the configuration lets one cycle carry. ${whatComesNext(facts)}`
    : whatComesNext(facts);
}

function whatComesNext(facts: ModuleFacts): string {
  const { cyclesEvery, stoppedPools, outgoing, pool } = facts;
  if (outgoing.syncRequested) return 'A sync on request is bringing it over.';
  if (stoppedPools.length > 0) {
    return `Nothing is carried while all Front Ends of ${stoppedPools.join(' and of ')} are stopped: start one of them.`;
  }
  return cyclesEvery === undefined
    ? `No Backup Service cycles run by themselves now: run Invoke-CsBackupServiceSync -PoolFqdn ${pool}, or keep an engine running with "lync-topology serve".`
    : `Cycles run every ${timeSpanOf(cyclesEvery)}.`;
}
