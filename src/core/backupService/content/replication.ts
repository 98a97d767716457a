/** The engine's side of content replication: holds the database, queues calls per pair, talks to the coordinator. */
import { lstat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { cancelled, LyncTopologyError, throwIfCancelled } from '../../errors.ts';
import { type Channel, openChannel } from './channel.ts';
import { judgeDifferences, markForComparison, type ShareComparison } from './compareShares.ts';
import type { CycleOrder } from './cycle.ts';
import { guardError } from './failures.ts';
import { systemCode } from './fileSystem.ts';
import { manifestOf, pairOf } from './manifest.ts';
import { type ManifestStore, openManifestStore } from './manifestStore.ts';
import type { CancelFlag, CoordinatorCalls, CopierCalls, ManifestCalls, NoCalls, Role } from './messages.ts';
import { partialFolder } from './paths.ts';
import { directory, file, type Tree, unpackTree } from './tree.ts';
import type {
  CompareOptions,
  ContentReplication,
  ContentReplicationOptions,
  ContentShare,
  ContentStream,
  GuardFinding,
  TreeComparison,
} from './types.ts';

interface RunningCoordinator {
  readonly worker: Worker;
  readonly channel: Channel<CoordinatorCalls>;
}

/** See `ContentReplication`. */
export function openContentReplication({ database }: ContentReplicationOptions): ContentReplication {
  const store = openManifestStore(database);
  const queues = new Map<string, Promise<unknown>>();
  const flags = new Set<CancelFlag>();
  let running: RunningCoordinator | undefined;
  let openCalls = 0;
  let isClosed = false;

  const coordinator = (): RunningCoordinator => {
    running ??= startCoordinator(
      store,
      () => database.isTransaction,
      () => {
        running = undefined;
      },
    );
    return running;
  };

  const inTurn = <Result>(
    stream: ContentStream,
    signal: AbortSignal | undefined,
    action: (channel: Channel<CoordinatorCalls>, version: number, flag: CancelFlag) => Promise<Result>,
  ): Promise<Result> => {
    const pair = pairOf(stream.source.pool, stream.target.pool);
    const before = queues.get(pair) ?? Promise.resolve();
    const turn = before.then(async () => {
      throwIfCancelled(signal, 'The synchronisation');
      if (isClosed) throw cancelled('The synchronisation');
      const flag: CancelFlag = new Int32Array(new SharedArrayBuffer(4));
      const raise = (): void => void Atomics.store(flag, 0, 1);
      signal?.addEventListener('abort', raise);
      flags.add(flag);
      const { worker, channel } = coordinator();
      openCalls += 1;
      worker.ref();
      try {
        return await action(channel, store.version(manifestOf(stream)), flag);
      } finally {
        openCalls -= 1;
        if (openCalls === 0) worker.unref();
        flags.delete(flag);
        signal?.removeEventListener('abort', raise);
      }
    });
    const settled = turn.catch(() => undefined);
    queues.set(pair, settled);
    void settled.then(() => {
      if (queues.get(pair) === settled) queues.delete(pair);
    });
    return turn;
  };

  /** Waits for a running cycle of the pair: what it is about to change is no difference. */
  const comparison = (stream: ContentStream, signal: AbortSignal | undefined): Promise<ShareComparison> =>
    inTurn(stream, signal, async () => {
      const { scope } = stream.source;
      const options = { metadata: false, ...(scope && { scope }), ...(signal && { signal }) };
      const trees = await compareTrees(stream.source.directory, stream.target.directory, options);
      const pair = manifestOf(stream);
      return judgeDifferences(stream, trees, (path) => store.row(pair, path));
    });

  return {
    measure: (stream, { guard, signal } = {}) =>
      inTurn(stream, signal, (channel, version, flag) =>
        channel.call('measure', { stream, version, flag, ...(guard === undefined ? {} : { guard }) }),
      ),
    runCycle: (stream, { signal, onProgress, ...order }) =>
      inTurn(stream, signal, (channel, version, flag) =>
        channel.call('cycle', { stream, version, flag, order: orderOf(order) }, onProgress),
      ),
    recover: async (stream) =>
      (await leftBehind(store, stream))
        ? inTurn(stream, undefined, (channel, version, flag) => channel.call('recover', { stream, version, flag }))
        : { rolledBack: [], swept: 0 },
    ownContent: (stream, { signal } = {}) =>
      inTurn(stream, signal, async (_channel, _version, flag) => {
        const tree = await walkOf(stream.source, flag);
        if (tree.state !== 'present') throw guardError(stream, unreadableShare(stream, tree), 'source');
        const pair = manifestOf(stream);
        const own = tree.entries.filter(({ path }) => store.row(pair, path)?.owner !== stream.target.pool);
        return {
          files: own.filter(({ kind }) => kind === file).map(({ path }) => path),
          folders: own
            .filter(({ kind }) => kind === directory)
            .map(({ path, mtimeUs, mode }) => ({ path, mtimeUs, mode })),
        };
      }),
    compare: async (stream, options = {}) => (await comparison(stream, options.signal)).found,
    async markDamagedCopies(stream, options = {}) {
      const { silent } = await comparison(stream, options.signal);
      for (const { share, path } of silent) markForComparison(share, path);
      return silent.length;
    },
    exclusively: (pools, work) => {
      const pair = pairOf(...pools);
      const turn = (queues.get(pair) ?? Promise.resolve()).then(work);
      queues.set(
        pair,
        turn.catch(() => undefined),
      );
      return turn;
    },
    async close() {
      isClosed = true;
      for (const flag of flags) Atomics.store(flag, 0, 1);
      await Promise.all(queues.values());
      await running?.worker.terminate();
    },
  };
}

/**
 * Whether an interrupted cycle may have left something of ours on either share. Nearly always not, and then an engine opens
 * without starting a thread that reads the whole manifest.
 */
async function leftBehind(store: ManifestStore, stream: ContentStream): Promise<boolean> {
  for (const { pool, directory: root } of [stream.target, stream.source]) {
    if (store.temporaries(manifestOf(stream), pool).length > 0) return true;
    const isAbsent = await lstat(`${root}/${partialFolder}`).then(
      () => false,
      (error) => systemCode(error) === 'ENOENT',
    );
    if (!isAbsent) return true;
  }
  return false;
}

/** Only what travels between threads. */
function orderOf({ maximumBytes, restore, acceptLoss, guard }: CycleOrder): CycleOrder {
  return {
    maximumBytes,
    ...(restore === undefined ? {} : { restore }),
    ...(acceptLoss === undefined ? {} : { acceptLoss }),
    ...(guard === undefined ? {} : { guard }),
  };
}

function startCoordinator(store: ManifestStore, isBusy: () => boolean, ended: () => void): RunningCoordinator {
  const worker = startWorker('coordinator');
  const channel = openChannel<CoordinatorCalls, ManifestCalls>(worker, {
    rows: ({ pair, after, limit }) => ({ value: store.rowsAfter(pair, after, limit) }),
    stream: ({ pair, source, target }) => ({ value: store.stream(pair, source, target) }),
    temporaries: ({ pair, pool }) => ({ value: store.temporaries(pair, pool) }),
    async commit(change) {
      while (isBusy()) await nextTurn(); // Somebody's transaction on the same connection ends first.
      return { value: store.commit(change) };
    },
  });
  const end = (error: unknown): void => {
    ended();
    channel.fail(error);
  };
  worker.on('error', (error) => end(workerEnded(error.message)));
  worker.on('exit', () => end(workerEnded('the thread ended')));
  return { worker, channel };
}

/** In the sources the worker is a `.ts` file beside this one, in the product a bundle beside the bundle. */
function startWorker(role: Role): Worker {
  const name = import.meta.url.endsWith('.ts') ? './contentWorker.ts' : './contentWorker.js';
  return new Worker(new URL(name, import.meta.url), { workerData: { role } });
}

function workerEnded(reason: string): LyncTopologyError {
  return new LyncTopologyError({
    code: 'internal',
    kind: 'failed',
    object: 'content replication',
    message: `The thread that carries content ended unexpectedly: ${reason}.`,
    remedy: 'Run the synchronisation again: it goes on where it stopped.',
  });
}

/** Walks one share on a thread of its own. */
async function walkOf(share: ContentShare, flag: CancelFlag): Promise<Tree> {
  const worker = startWorker('copier');
  const channel = openChannel<CopierCalls, NoCalls>(worker, {});
  worker.on('error', (error) => channel.fail(workerEnded(error.message)));
  try {
    return unpackTree(await channel.call('walk', { share, flag }));
  } finally {
    await worker.terminate();
  }
}

function unreadableShare({ source }: ContentStream, tree: Tree): GuardFinding {
  const kind = tree.state === 'missing' ? 'missing' : 'unreadable';
  const found = { share: source.name, pool: source.pool, lostFiles: 0, knownFiles: 0, directory: source.directory };
  return { kind, ...found, ...(tree.systemCode === undefined ? {} : { systemCode: tree.systemCode }) };
}

/** See `index.ts`. */
export async function compareTrees(
  first: string,
  second: string,
  options: CompareOptions = {},
): Promise<TreeComparison> {
  const { signal, metadata = true, scope } = options;
  throwIfCancelled(signal, 'The comparison');
  const worker = startWorker('copier');
  const channel = openChannel<CopierCalls, NoCalls>(worker, {});
  worker.on('error', (error) => channel.fail(workerEnded(error.message)));
  const flag: CancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const raise = (): void => void Atomics.store(flag, 0, 1);
  signal?.addEventListener('abort', raise);
  try {
    return await channel.call('compare', { first, second, metadata, flag, ...(scope && { scope }) });
  } finally {
    signal?.removeEventListener('abort', raise);
    await worker.terminate();
  }
}
