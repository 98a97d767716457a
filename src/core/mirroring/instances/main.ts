/** One program with two uses: a thread of the engine that looks after the processes, and such a process itself. */
import { isMainThread, workerData } from 'node:worker_threads';
import { serveInstance } from './serve.ts';
import { superviseInstances } from './supervisor.ts';

if (isMainThread) process.exitCode = serveInstance(process.argv[2] ?? '');
else superviseInstances(workerData);
