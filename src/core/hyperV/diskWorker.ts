/** Entry of the thread that compares and merges virtual disks: one resynchronisation, then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { nodeFileSystem } from '../backupService/content/fileSystem.ts';
import { errorInformation } from '../errors.ts';
import { memoryFailure } from './resynchronization/failures.ts';
import type { ResynchronizationOrder } from './resynchronization/order.ts';
import { resynchronize } from './resynchronization/resynchronize.ts';
import type { WorkerMessage } from './runInWorker.ts';

const port = parentPort;
if (port !== null) {
  const send = (message: WorkerMessage): void => port.postMessage(message);
  const order: ResynchronizationOrder = workerData;
  try {
    const result = resynchronize(
      { fileSystem: nodeFileSystem, tell: (progress) => send({ kind: 'progress', progress }) },
      order,
    );
    send({ kind: 'result', result });
  } catch (error) {
    const known = memoryFailure(error) ?? error;
    send({ kind: 'error', information: errorInformation(known, 'The resynchronisation') });
  }
}
