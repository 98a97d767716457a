/** The coordinator thread: remembers manifests, runs measurements, cycles and recoveries, hands files to copy workers. */
import type { MessagePort, Worker } from 'node:worker_threads';
import { type Channel, openChannel } from './channel.ts';
import { runCycle } from './cycle.ts';
import { nodeFileSystem } from './fileSystem.ts';
import type { Copier, Machinery } from './machinery.ts';
import { applyToRows, type Manifest, type ManifestRow, manifestOf } from './manifest.ts';
import type { CancelFlag, CoordinatorCalls, CopierCalls, ManifestCalls, NoCalls, StreamRequest } from './messages.ts';
import { packBatch, unpackOutcomes } from './packing.ts';
import { recoverStream } from './recovery.ts';
import { measureStream } from './survey.ts';
import { unpackTree } from './tree.ts';
import type { ContentProgress } from './types.ts';

/** Two keep two cores and a disk busy; more only compete for them. */
const copyWorkers = 2;

/** Rows per message: a few milliseconds of the engine's thread. */
const rowsPerMessage = 2000;

/** About 50 MB. */
const mostRowsRemembered = 100_000;

interface Remembered {
  version: number;
  readonly rows: Map<string, ManifestRow>;
}

interface Coordinator {
  readonly database: Channel<ManifestCalls>;
  readonly copiers: readonly (() => Channel<CopierCalls>)[];
  readonly remembered: Map<string, Remembered>;
}

/** Answers the engine's thread on the given port. */
export function answerAsCoordinator(port: MessagePort, startCopier: () => Worker): void {
  const database = openChannel<ManifestCalls, CoordinatorCalls>(port, {
    measure: async (request) => {
      const machinery = await machineryFor(coordinator, request, () => undefined);
      return { value: await measureStream(machinery, request.stream, request.guard) };
    },
    cycle: async (request, progress) => {
      const machinery = await machineryFor(coordinator, request, progress);
      return { value: await runCycle(machinery, request.stream, request.order) };
    },
    recover: async (request) => {
      const machinery = await machineryFor(coordinator, request, () => undefined);
      return { value: await recoverStream(machinery, request.stream) };
    },
  });
  const copiers = Array.from({ length: copyWorkers }, () => createCopier(startCopier));
  const coordinator: Coordinator = { database, copiers, remembered: new Map() };
}

async function machineryFor(
  coordinator: Coordinator,
  request: StreamRequest,
  report: (progress: ContentProgress) => void,
): Promise<Machinery> {
  return {
    fileSystem: nodeFileSystem,
    manifest: await manifestFor(coordinator, request),
    copiers: coordinator.copiers.map((channelOf) => copierOver(channelOf, request.flag)),
    isCancelled: () => Atomics.load(request.flag, 0) !== 0,
    report,
  };
}

/** Started when it is first asked for. */
function createCopier(start: () => Worker): () => Channel<CopierCalls> {
  let channel: Channel<CopierCalls> | undefined;
  return () => {
    if (channel !== undefined) return channel;
    const worker = start();
    const opened = openChannel<CopierCalls, NoCalls>(worker, {});
    worker.on('error', (error) => opened.fail(error));
    channel = opened;
    return opened;
  };
}

function copierOver(channelOf: () => Channel<CopierCalls>, flag: CancelFlag): Copier {
  return {
    walk: async (share) => unpackTree(await channelOf().call('walk', { share, flag })),
    async carry(batch, progress) {
      const packed = await channelOf().call('carry', { batch: packBatch(batch), flag }, progress);
      return unpackOutcomes(packed, batch);
    },
  };
}

async function manifestFor(coordinator: Coordinator, { stream, version }: StreamRequest): Promise<Manifest> {
  const pair = manifestOf(stream);
  const known = coordinator.remembered.get(pair);
  const holds = known !== undefined && known.version === version;
  const current = holds ? known : { version, rows: await loadRows(coordinator.database, pair) };
  remember(coordinator.remembered, pair, current);
  return {
    rows: current.rows,
    stream: (source, target) => coordinator.database.call('stream', { pair, source, target }),
    temporaries: (pool) => coordinator.database.call('temporaries', { pair, pool }),
    async commit(change) {
      current.version = await coordinator.database.call('commit', { ...change, pair });
      applyToRows(current.rows, change);
    },
  };
}

/** Keeps the rows of the pairs used last, so that many pairs do not fill the memory. */
function remember(remembered: Map<string, Remembered>, pair: string, current: Remembered): void {
  remembered.delete(pair);
  remembered.set(pair, current);
  let rows = 0;
  for (const held of remembered.values()) rows += held.rows.size;
  for (const [name, held] of remembered) {
    if (rows <= mostRowsRemembered || name === pair) return;
    remembered.delete(name);
    rows -= held.rows.size;
  }
}

async function loadRows(database: Channel<ManifestCalls>, pair: string): Promise<Map<string, ManifestRow>> {
  const rows = new Map<string, ManifestRow>();
  for (let after: string | null = null; ; ) {
    const found: readonly ManifestRow[] = await database.call('rows', { pair, after, limit: rowsPerMessage });
    for (const row of found) rows.set(row.path, row);
    after = found.at(-1)?.path ?? null;
    if (found.length < rowsPerMessage) return rows;
  }
}
