/** Runs one cycle as a user without rights and prints the error: the superuser is refused nothing. */
import { DatabaseSync } from 'node:sqlite';
import { type ContentStream, openContentReplication } from '../../../src/core/backupService/content/index.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';

async function main([userText, streamText]: string[]): Promise<void> {
  const stream: ContentStream = JSON.parse(streamText ?? '');
  // The worker threads are started first: they load their code before the rights are given up.
  const replication = openContentReplication({ database: new DatabaseSync(':memory:') });
  await replication.measure(stream);
  process.setgid?.(Number(userText));
  process.setuid?.(Number(userText));
  try {
    await replication.runCycle(stream, { maximumBytes: Number.MAX_SAFE_INTEGER });
    console.log(JSON.stringify({ code: 'none' }));
  } catch (error) {
    console.log(JSON.stringify(error instanceof LyncTopologyError ? error : { code: String(error) }));
  }
  await replication.close();
}

void main(process.argv.slice(2));
