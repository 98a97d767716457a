/**
 * Entry of the worker threads. One coordinator compares, decides and orders; its copy workers walk shares and move bytes.
 * The thread that started the coordinator keeps the database and nothing else to do.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { cancelled } from '../../errors.ts';
import { createPace } from '../../storage/slowness.ts';
import { openChannel } from './channel.ts';
import { compareDirectories } from './compareDirectories.ts';
import { answerAsCoordinator } from './coordinator.ts';
import { carryBatch } from './copier.ts';
import { nodeFileSystem } from './fileSystem.ts';
import type { CancelFlag, CopierCalls, NoCalls, Role } from './messages.ts';
import { packOutcomes, unpackBatch } from './packing.ts';
import { packTree } from './tree.ts';
import { walkShare } from './walk.ts';

const progressMilliseconds = 100;

if (parentPort !== null) {
  const { role }: { readonly role: Role } = workerData;
  if (role === 'coordinator') {
    answerAsCoordinator(parentPort, () => new Worker(new URL(import.meta.url), { workerData: { role: 'copier' } }));
  } else {
    answerAsCopier(parentPort);
  }
}

function answerAsCopier(port: NonNullable<typeof parentPort>): void {
  const isRaised = (flag: CancelFlag): boolean => Atomics.load(flag, 0) !== 0;
  openChannel<NoCalls, CopierCalls>(port, {
    walk({ share, flag }) {
      const value = packTree(walkShare(nodeFileSystem, share, () => isRaised(flag)));
      return { value, transfer: [value.numbers.buffer] };
    },
    carry({ batch: packed, flag }, progress) {
      const batch = unpackBatch(packed);
      let files = 0;
      let bytes = 0;
      let reportedAt = performance.now();
      const tell = (path: string): void => {
        if (performance.now() - reportedAt < progressMilliseconds) return;
        progress({ files, bytes, path });
        reportedAt = performance.now();
        files = 0;
        bytes = 0;
      };
      let index = 0;
      const check = (): void => {
        if (isRaised(flag)) throw cancelled('The synchronisation');
      };
      const keepPace = createPace(batch.slowWays, check);
      const advance = (count: number): void => {
        check();
        keepPace(count);
        bytes += count;
        tell(batch.items[index]?.path ?? '');
      };
      const outcomes = carryBatch({ fileSystem: nodeFileSystem, advance }, batch, (item) => {
        index += 1;
        files += 1;
        tell(item.path);
      });
      return { value: packOutcomes(outcomes) };
    },
    compare: ({ first, second, metadata, scope, flag }) => ({
      value: compareDirectories(nodeFileSystem, first, second, metadata, () => isRaised(flag), scope),
    }),
  });
}
