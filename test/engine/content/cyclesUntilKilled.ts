/** A process that recovers and then runs cycles in both directions until somebody kills it. */
import { DatabaseSync } from 'node:sqlite';
import { type ContentStream, openContentReplication } from '../../../src/core/backupService/content/index.ts';

async function main([databaseFile, forthText, backText]: string[]): Promise<void> {
  const forth: ContentStream = JSON.parse(forthText ?? '');
  const back: ContentStream = JSON.parse(backText ?? '');
  const database = new DatabaseSync(databaseFile ?? '');
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  const replication = openContentReplication({ database });
  await replication.recover(forth);
  for (;;) {
    for (const stream of [forth, back]) {
      await replication.runCycle(stream, {
        maximumBytes: 20_000_000,
        onProgress: ({ phase }) => {
          if (phase === 'comparing') process.stdout.write('cycle\n');
        },
      });
    }
  }
}

void main(process.argv.slice(2));
