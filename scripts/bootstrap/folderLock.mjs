import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const heartbeatMilliseconds = 2_000;
const silentTooLongMilliseconds = 20_000;
const retryMilliseconds = 200;

/**
 * Runs `work` while no other process holds the lock file, and waits for one that does. A holder that was killed does
 * not block for long: its process id is gone, or its heartbeat (the time of the file) has stopped.
 *
 * @template Result
 * @param {string} file the lock file; its folder is created
 * @param {(holder: string) => void} onWait called once when another process holds the lock
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withLock(file, onWait, work) {
  await acquire(file, onWait);
  const heartbeat = setInterval(() => touch(file), heartbeatMilliseconds);
  const releaseAtExit = () => rmSync(file, { force: true });
  process.once('exit', releaseAtExit);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off('exit', releaseAtExit);
    rmSync(file, { force: true });
  }
}

/**
 * @param {string} file
 * @param {(holder: string) => void} onWait
 */
async function acquire(file, onWait) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() });
  let announced = false;
  for (;;) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const theirs = readIfThere(file);
    if (theirs !== undefined && isAbandoned(file, theirs)) {
      removeAbandoned(file, theirs);
      continue;
    }
    if (!announced && theirs !== undefined) {
      announced = true;
      onWait(holderOf(theirs)?.pid.toString() ?? 'unknown');
    }
    await wait(retryMilliseconds);
  }
}

/**
 * Of two processes that find the same abandoned lock, the slower one must not remove the faster one's new lock: what
 * was moved away is looked at again, and put back if it is not what was judged.
 *
 * @param {string} file
 * @param {string} judged
 */
function removeAbandoned(file, judged) {
  const aside = `${file}.${process.pid}.abandoned`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readIfThere(aside) === judged) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

/**
 * @param {string} file
 * @param {string} content
 */
function isAbandoned(file, content) {
  const holder = holderOf(content);
  if (holder !== undefined && holder.host === hostname() && !isAlive(holder.pid)) return true;
  try {
    return Date.now() - statSync(file).mtimeMs > silentTooLongMilliseconds;
  } catch {
    return false;
  }
}

/** @param {string} content */
function holderOf(content) {
  try {
    const { pid, host } = JSON.parse(content);
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** @param {string} file */
function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // The lock was taken away from a process that had stopped for long; its work ends on its own.
  }
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
