/**
 * User rows replicated from one pool to its partner, end to end: committed by clients on a database (log entry included),
 * collected from its log, written as batches to the partner's BackupStore, imported there with the position; against a plain
 * durable SQLite insert of the same rows in transactions of the same size.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openBatchStore } from '../../src/core/backupService/batchStore.ts';
import { openPresenceFocus } from '../../src/core/backupService/presenceFocus.ts';
import type { BackupStream } from '../../src/core/backupService/stream.ts';
import type { MirroredDatabase } from '../../src/core/mirroring/contract.ts';
import { createDatabaseFiles } from '../../src/core/mirroring/createDatabaseFiles.ts';
import { openMirroredDatabase } from '../../src/core/mirroring/mirroredDatabase.ts';
import { openDataDirectory } from '../../src/core/storage/dataDirectory.ts';
import { databaseSchema } from '../../src/core/storage/schemas.ts';
import { type Benchmark, type BenchmarkRow, interleave, timed } from './harness.ts';

const rowsPerCommit = 100;
const pools = ['source.litwareinc.com', 'target.litwareinc.com'] as const;

export const benchmark: Benchmark = async ({ quick, log }) => {
  const rows = quick ? 20_000 : 200_000;
  const rounds = quick ? 1 : 3;
  const measured: BenchmarkRow[] = [];
  for (const [place, folder] of places()) {
    log(`${rows} rows on ${place}`);
    const parts = { commit: 0, replicate: 0 };
    const { ours, peer } = await interleave(
      rounds,
      async () => {
        const times = await replicate(folder, rows);
        parts.commit = times.commit;
        parts.replicate = times.replicate;
        return times.commit + times.replicate;
      },
      () => insertPlainly(folder, rows),
    );
    measured.push({
      name: `${rows.toLocaleString('en-US')} rows committed and replicated, ${place}`,
      ours,
      peer,
      unit: 'ms',
      peerName: 'SQLite insert',
      target: 3,
      note: `last round: ${Math.round(parts.commit)} ms committing with log, ${Math.round(parts.replicate)} ms exporting and importing`,
    });
  }
  return {
    title: 'User rows from pool to pool',
    rows: measured,
    notes: [
      `Commits of ${rowsPerCommit} rows, all durable (synchronous = full) on both sides; databases without mirrors.`,
    ],
  };
};

/** A memory file system where there is one, and the disk of the temporary folder. */
function places(): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [['disk', tmpdir()]];
  try {
    rmSync(mkdtempSync('/dev/shm/lync-bench-'), { recursive: true });
    found.unshift(['memory', '/dev/shm']);
  } catch {
    // This machine has no memory file system that may be written.
  }
  return found;
}

async function replicate(
  folder: string,
  rows: number,
): Promise<{ readonly commit: number; readonly replicate: number }> {
  const root = mkdtempSync(join(folder, 'lync-bench-'));
  try {
    using source = await openDatabase(root, pools[0]);
    using target = await openDatabase(root, pools[1]);
    const stream = streamOf(root, source, target);
    const run = { signal: new AbortController().signal, onProgress: () => {}, restore: false, acceptLoss: false };
    await stream.runCycle(run);
    const commit = await timed(() => {
      for (let first = 0; first < rows; first += rowsPerCommit) {
        source.commit('client', (database) => insertRows(database, first));
      }
    });
    const carried = await timed(async () => {
      while ((await stream.runCycle(run)).remaining.items > 0);
    });
    requireRows(target, rows);
    return { commit, replicate: carried };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function openDatabase(root: string, pool: string): Promise<MirroredDatabase> {
  const dataDirectory = openDataDirectory(root);
  const primary = { server: `sql.${pool}`, instance: '' };
  const options = { dataDirectory, pool, type: 'User', name: 'rtcxds', primary } as const;
  mkdirSync(dataDirectory.serverFolder(primary.server), { recursive: true });
  await createDatabaseFiles(options);
  return openMirroredDatabase(options);
}

function streamOf(root: string, source: MirroredDatabase, target: MirroredDatabase): BackupStream {
  return openPresenceFocus({
    module: 'UserServices.PresenceFocus',
    database: 'rtcxds',
    source: pools[0],
    target: pools[1],
    sourceDatabase: () => source,
    targetDatabase: () => target,
    batches: openBatchStore({
      share: '\\\\target\\share',
      requiredFolder: undefined,
      folder: join(root, 'BackupStore'),
      module: 'UserServices',
      prefix: 'source-',
      assertReachable: () => {},
    }),
    maximumBatches: () => 500,
    lossLimits: { part: 0.1, files: 20 },
  });
}

function insertPlainly(folder: string, rows: number): Promise<number> {
  const root = mkdtempSync(join(folder, 'lync-bench-'));
  const database = new DatabaseSync(join(root, 'plain.db'));
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  for (const sql of databaseSchema('rtcxds').migrations) database.exec(sql);
  return timed(() => {
    for (let first = 0; first < rows; first += rowsPerCommit) {
      database.exec('begin immediate');
      insertRows(database, first);
      database.exec('commit');
    }
  }).finally(() => {
    database.close();
    rmSync(root, { recursive: true, force: true });
  });
}

function insertRows(database: DatabaseSync, first: number): void {
  const insert = database.prepare('insert into users values (?, ?, ?, 1, ?)');
  for (let row = first; row < first + rowsPerCommit; row += 1) {
    insert.run(`sip:user${row}@litwareinc.com`, pools[0], `User number ${row}`, '2013-04-01T00:00:00.000Z');
  }
}

function requireRows(target: MirroredDatabase, rows: number): void {
  const found = target.read((database) => database.prepare('select count(*) as rows from users').get()?.['rows']);
  if (found !== rows) throw new Error(`${found} of ${rows} rows arrived`);
}
