/** Memory of another process in megabytes, as Linux counts it; not a number elsewhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { LanguageClient } from '../support/languageClient.ts';
import { median } from './harness.ts';

/** What is resident now. */
export function residentMemory(client: LanguageClient): number {
  return read(client, 'VmRSS');
}

/** The most that was resident since the start, or since the peak was forgotten. */
export function peakMemory(client: LanguageClient): number {
  return read(client, 'VmHWM');
}

/** What is resident while nothing is asked of it: the median over two seconds. */
export async function steadyMemory(client: LanguageClient): Promise<number> {
  const seen: number[] = [];
  for (let sample = 0; sample < 10; sample++) {
    await setTimeout(200);
    seen.push(residentMemory(client));
  }
  return median(seen);
}

/** From here on, the peak is that of what follows. */
export function forgetPeak(client: LanguageClient): void {
  try {
    writeFileSync(`/proc/${client.process.pid}/clear_refs`, '5');
  } catch {
    // The kernel does not offer it: the peak stays that since the start.
  }
}

function read(client: LanguageClient, field: string): number {
  try {
    const status = readFileSync(`/proc/${client.process.pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
