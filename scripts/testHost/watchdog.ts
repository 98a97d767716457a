// node watchdog.ts ID FOLDER: reads process ids from standard input, a line each; when that ends, in order or because
// the process at its other end died, ends those processes with their groups and everything that carries the mark ID in
// its environment, and removes FOLDER.

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { markerVariable } from './scratch.ts';

const maximumSweeps = 20;
const betweenSweepsMilliseconds = 50;

const [id = '', folder = ''] = process.argv.slice(2);
const groups: number[] = [];

// A Ctrl+C or a hang-up is for the run; this process ends when its work is done.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) groups.push(Number(line));
for (const group of groups) endGroup(group);
await sweep();
rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

function endGroup(leader: number): void {
  try {
    process.kill(process.platform === 'win32' ? leader : -leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** A process may have been started while its parent was being ended, so look until nothing is found. */
async function sweep(): Promise<void> {
  for (let round = 0; round < maximumSweeps; round++) {
    const marked = markedProcesses();
    if (marked.length === 0) return;
    for (const pid of marked) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await wait(betweenSweepsMilliseconds);
  }
}

/** Only Linux lets a process read the environment of its neighbours; elsewhere the groups must do. */
function markedProcesses(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isMarked(name))
    .map(Number);
}

function isMarked(pid: string): boolean {
  try {
    const variable = readFileSync(`/proc/${pid}/environ`, 'latin1')
      .split('\0')
      .find((entry) => entry.startsWith(`${markerVariable}=`));
    return (
      variable
        ?.slice(markerVariable.length + 1)
        .split(',')
        .includes(id) ?? false
    );
  } catch {
    return false;
  }
}
