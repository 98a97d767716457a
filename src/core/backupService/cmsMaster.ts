/**
 * `CentralMgmt.CMSMaster`: the documents of the Central Management store `xds` (not of `lis`, domain A.2). Only the pool with
 * the active store exports. A document is carried when its version differs from the one that the partner holds, so that
 * importing it twice is the same as importing it once.
 */
import { setImmediate } from 'node:timers/promises';
import { LyncTopologyError, throwIfCancelled } from '../errors.ts';
import type { MirroredDatabase } from '../mirroring/contract.ts';
import type { Backlog } from '../status.ts';
import type { BatchStore } from './batchStore.ts';
import {
  type DocumentDifference,
  documentChangesSchema,
  documentDifferences,
  documentVersions,
  readDocuments,
  sameVersion,
  writeDocuments,
} from './cmsDocuments.ts';
import { compareDocuments, type DocumentStores, repairDocuments } from './comparison/compareDocuments.ts';
import type { GuardLimits } from './content/types.ts';
import { hasImported, markImported } from './importState.ts';
import {
  type BackupStream,
  emptyBacklog,
  exporting,
  importing,
  type StreamCycle,
  type StreamCycleRun,
  type StreamMeasurement,
  streamProblem,
} from './stream.ts';
import { countOf } from './words.ts';

export interface CmsMasterOptions {
  /** FQDNs. */
  readonly source: string;
  readonly target: string;
  /** The source hosts the active store now. */
  readonly exportsHere: boolean;
  readonly sourceDatabase: () => MirroredDatabase;
  readonly targetDatabase: () => MirroredDatabase;
  readonly batches: BatchStore;
  /** `MaxBatchesPerCmsSync`, read for every cycle. */
  readonly maximumBatches: () => number;
  readonly lossLimits: GuardLimits;
}

const module = 'CentralMgmt.CMSMaster';

/** The engine's choice, as the documentation gives no size: documents up to one of these make a batch. */
const batchDocuments = 20;
const batchBytes = 256 * 1024;

export function openCmsMaster(options: CmsMasterOptions): BackupStream {
  const { source, target, sourceDatabase, targetDatabase, batches } = options;

  const completed = (): boolean => targetDatabase().read((database) => hasImported(database, source));
  const held = () => targetDatabase().read(documentVersions);
  const wanted = () => sourceDatabase().read(documentVersions);

  const documentStores = (): DocumentStores => ({
    owner: source,
    original: sourceDatabase(),
    copy: targetDatabase(),
  });

  function requireNoLoss(differences: readonly DocumentDifference[], known: number): void {
    const lost = differences.filter((difference) => difference.wanted === undefined).length;
    const { part, files: least } = options.lossLimits;
    if (lost >= least && lost > known * part) throw lostDocuments(source, target, lost, known);
  }

  function measureImport(): StreamMeasurement {
    try {
      batches.check();
      const initialized = completed();
      return { initialized, backlog: emptyBacklog };
    } catch (error) {
      const importProblem = streamProblem(error, `${module} of ${target}`);
      return { initialized: true, importProblem };
    }
  }

  function measure(): StreamMeasurement {
    const measured = measureImport();
    if (!options.exportsHere || measured.importProblem !== undefined) return measured;
    try {
      const present = held();
      const differences = documentDifferences(wanted(), present);
      const backlog = backlogOf(differences, options.maximumBatches());
      try {
        requireNoLoss(differences, present.size);
        return { ...measured, backlog };
      } catch (error) {
        return { ...measured, backlog, exportProblem: streamProblem(error, source) };
      }
    } catch (error) {
      const exportProblem = streamProblem(error, `${module} of ${source}`);
      return { initialized: measured.initialized, exportProblem };
    }
  }

  function carry(part: readonly DocumentDifference[], number: number): number {
    const changes = exporting(() =>
      sourceDatabase().read((database) =>
        readDocuments(
          database,
          part.map(({ name }) => name),
        ),
      ),
    );
    const payload = Buffer.from(JSON.stringify(changes));
    const name = `documents-${number}.batch`;
    exporting(() => batches.write(name, { kind: 'documents' }, payload));
    try {
      importing(() => {
        const written = batches.read(name);
        const imported = documentChangesSchema.parse(JSON.parse(Buffer.from(written.payload).toString('utf8')));
        targetDatabase().commit(`import:${source}`, (database) => writeDocuments(database, imported));
      });
    } finally {
      batches.remove(name);
    }
    return payload.byteLength;
  }

  async function runCycle(run: StreamCycleRun): Promise<StreamCycle> {
    if (!options.exportsHere) return { ...nothingElse, items: 0, bytes: 0, remaining: { items: 0, bytes: 0 } };
    const present = importing(held);
    const differences = exporting(() => {
      const found = documentDifferences(wanted(), present);
      if (!run.acceptLoss) requireNoLoss(found, present.size);
      return found;
    });
    let items = 0;
    let bytes = 0;
    for (const [index, part] of batchesOf(differences).slice(0, options.maximumBatches()).entries()) {
      throwIfCancelled(run.signal, `The export of ${module} from ${source} to ${target}`);
      bytes += carry(part, index + 1);
      items += part.length;
      run.onProgress({ phase: 'carrying', done: items, total: differences.length, unit: 'documents' });
      await setImmediate();
    }
    const remaining = exporting(() => backlogOf(documentDifferences(wanted(), importing(held)), 1));
    if (remaining.items === 0 && !importing(completed)) {
      importing(() => targetDatabase().commit(`import:${source}`, (database) => markImported(database, source)));
    }
    return { ...nothingElse, items, bytes, remaining };
  }

  return {
    module,
    source,
    target,
    get exportsHere() {
      return options.exportsHere;
    },
    measure: async () => measure(),
    aim: async () => {
      if (!options.exportsHere) return { reached: () => true };
      const outstanding = documentDifferences(exporting(wanted), importing(held));
      return {
        reached: () => {
          const now = new Map(documentDifferences(exporting(wanted), importing(held)).map((one) => [one.name, one]));
          return importing(completed) && outstanding.every((aimed) => isReached(aimed, now.get(aimed.name)));
        },
      };
    },
    runCycle,
    comparesPair: false,
    compare: async () => compareDocuments(documentStores()),
    repair: async () => {
      const present = held();
      requireNoLoss(documentDifferences(wanted(), present), present.size);
      repairDocuments(documentStores());
    },
    recover: async () => batches.sweep(),
  };
}

const nothingElse = { leftOut: [], restored: { items: 0, bytes: 0 }, notes: [] } as const;

/** Nothing differs any more, or what differs now is a later change than the one that was aimed at. */
function isReached(aimed: DocumentDifference, now: DocumentDifference | undefined): boolean {
  if (now === undefined) return true;
  const held = now.held?.version ?? -1;
  if (aimed.wanted === undefined) return now.held === undefined;
  if (now.wanted === undefined) return held >= aimed.wanted.version;
  return !sameVersion(now.wanted, aimed.wanted) && held >= aimed.wanted.version;
}

function batchesOf(differences: readonly DocumentDifference[]): readonly (readonly DocumentDifference[])[] {
  const found: DocumentDifference[][] = [];
  let open: DocumentDifference[] = [];
  let bytes = 0;
  for (const difference of differences) {
    const size = difference.wanted?.bytes ?? 0;
    if (open.length === 0 || open.length === batchDocuments || bytes + size > batchBytes) {
      open = [];
      bytes = 0;
      found.push(open);
    }
    open.push(difference);
    bytes += size;
  }
  return found;
}

function backlogOf(differences: readonly DocumentDifference[], maximumBatches: number): Backlog {
  const batches = batchesOf(differences).length;
  const bytes = differences.reduce((sum, { wanted }) => sum + (wanted?.bytes ?? 0), 0);
  return { items: differences.length, bytes, batches, beyondOneCycle: batches > maximumBatches };
}

function lostDocuments(source: string, target: string, lost: number, known: number): LyncTopologyError {
  return new LyncTopologyError({
    code: 'database-lost-content',
    kind: 'refused',
    object: `xds of ${source}`,
    message: `The Central Management store of ${source} does not hold ${lost} of the ${countOf(known, 'document')} that ${target} has a copy of.`,
    remedy:
      `Bring the store of ${source} back (its mirror, or a backup). If the documents are meant to be gone, run ` +
      `Invoke-CsBackupServiceSync -PoolFqdn ${source} -BackupModule ${module} -AcceptLoss: until then ${target} keeps its copy.`,
  });
}
