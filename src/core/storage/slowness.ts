/**
 * Slow servers and slow links of the embedded deployment. A server is *slow* when its folder carries the mark `.slow`, a link
 * as `links.ts` says. Whoever uses one waits as long as a slow disk or line would keep it waiting: for every commit, and for
 * the bytes of a file. As with every fault nothing is remembered; mending takes effect within a moment.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { serverError, serverState } from './availability.ts';
import type { DataDirectory } from './layout.ts';
import { isThere, linkMarks, markedSince, writeMark } from './links.ts';

/** Milliseconds that a commit waits for each slow server and link on its way. */
const commitDelay = 20;
/** Of each slow server and link that content passes. */
const bytesPerMillisecond = 1_000;
/** Milliseconds between two looks at the marks, and between two looks at whether the work was cancelled. */
const lookInterval = 100;

/** Marks the server, durably. Throws `server-stopped` for one without a folder. */
export function markSlow(dataDirectory: DataDirectory, server: string): void {
  const error = serverState(dataDirectory, server).state === 'missing' ? serverError(dataDirectory, server) : undefined;
  if (error !== undefined) throw error;
  writeMark(slowMark(dataDirectory, server), new Date().toISOString());
}

/** Ends `markSlow`. Nothing happens when the server is not slow. */
export function unmarkSlow(dataDirectory: DataDirectory, server: string): void {
  rmSync(slowMark(dataDirectory, server), { force: true });
}

/** ISO 8601, UTC; `undefined` when the server is not slow. */
export function slowSince(dataDirectory: DataDirectory, server: string): string | undefined {
  const mark = slowMark(dataDirectory, server);
  return isThere(mark) ? markedSince(mark) : undefined;
}

/** For each server, and for the link between two: the files of which one is there while it is slow. */
export function slowWays(
  dataDirectory: DataDirectory,
  server: string,
  other: string | undefined,
): readonly (readonly string[])[] {
  const ways = [[slowMark(dataDirectory, server)]];
  if (other === undefined || other.toLowerCase() === server.toLowerCase()) return ways;
  return [...ways, [slowMark(dataDirectory, other)], [...linkMarks(dataDirectory, 'slow', server, other)]];
}

interface SlowCount {
  /** How many of the ways are slow, as it was a moment ago at most: files and commits are many, looks are not free. */
  recent(): number;
  /** The same, looked at now. */
  now(): number;
}

function countSlow(ways: readonly (readonly string[])[]): SlowCount {
  let lookedAt = Number.NEGATIVE_INFINITY;
  let slow = 0;
  const now = (): number => {
    slow = ways.filter((marks) => marks.some(isThere)).length;
    lookedAt = performance.now();
    return slow;
  };
  return { now, recent: () => (performance.now() - lookedAt < lookInterval ? slow : now()) };
}

/** Waits where commits pass slow ways: the thread waits, as it does for a disk. */
export function createCommitDelay(ways: readonly (readonly string[])[]): () => void {
  const slow = countSlow(ways);
  return () => {
    const count = slow.recent();
    if (count > 0) wait(count * commitDelay);
  };
}

/**
 * Waits where bytes pass slow ways: called with the bytes of a file that were carried, it returns when a slow way would have
 * carried them. `check` is called meanwhile and throws to end the wait.
 */
export function createPace(ways: readonly (readonly string[])[], check: () => void): (bytes: number) => void {
  const slow = countSlow(ways);
  let owed = 0;
  return (bytes) => {
    owed += (bytes * slow.recent()) / bytesPerMillisecond;
    while (owed >= 1) {
      check();
      const part = Math.min(owed, lookInterval);
      wait(part);
      owed = slow.now() === 0 ? 0 : owed - part;
    }
  };
}

const never = new Int32Array(new SharedArrayBuffer(4));

function wait(milliseconds: number): void {
  Atomics.wait(never, 0, 0, milliseconds);
}

function slowMark(dataDirectory: DataDirectory, server: string): string {
  return join(dataDirectory.serverFolder(server), '.slow');
}
