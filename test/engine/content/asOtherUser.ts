/** Runs one cycle as a user without rights and prints the error: the superuser is refused nothing. */
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { ContentStream } from '../../../src/core/backupService/content/index.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { inThread } from './support.ts';

async function main([userText, streamText]: string[]): Promise<void> {
  const stream: ContentStream = JSON.parse(streamText ?? '');
  // In this thread, and measured once before: all code is loaded when the rights are given up.
  const replication = inThread(new DatabaseSync(':memory:'));
  await replication.measure(stream);
  process.setgroups?.([]);
  process.setgid?.(Number(userText));
  process.setuid?.(Number(userText));
  const rights = { mayRead: canRead(stream.source.directory), mayWrite: canWrite(stream.target.directory) };
  try {
    await replication.runCycle(stream);
    console.log(JSON.stringify({ ...rights, code: 'none', message: '' }));
  } catch (error) {
    const { code, message } = error instanceof LyncTopologyError ? error : { code: 'unexpected', message: `${error}` };
    console.log(JSON.stringify({ ...rights, code, message }));
  }
}

/** Whether the system lets this user list a folder, tried without the product's code. */
function canRead(directory: string): boolean {
  try {
    readdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

/** Whether the system lets this user make, time, move and remove something there, tried without the product's code. */
function canWrite(directory: string): boolean {
  const folder = join(directory, 'probe');
  try {
    mkdirSync(folder, 0o700);
    writeFileSync(join(folder, 'file'), 'x');
    utimesSync(join(folder, 'file'), 1, 1);
    renameSync(join(folder, 'file'), join(directory, 'probed'));
    rmSync(join(directory, 'probed'));
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

void main(process.argv.slice(2));
