/**
 * A commit that two places have on their disks, against one durable commit of SQLite to a file beside them: the same row, in
 * turn, on the file system of the temporary folder.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabaseFiles } from '../../src/core/mirroring/createDatabaseFiles.ts';
import { openMirroredDatabase } from '../../src/core/mirroring/mirroredDatabase.ts';
import { openDataDirectory } from '../../src/core/storage/dataDirectory.ts';
import { migrate } from '../../src/core/storage/migrations.ts';
import { databaseSchema } from '../../src/core/storage/schemas.ts';
import { openDatabase } from '../../src/core/storage/sqlite.ts';
import { type Benchmark, type BenchmarkRow, interleave, timed } from './harness.ts';

const upsert = `insert into presence (sipAddress, homePool, availability, activity, note, changedAt)
  values (?, 'atl-cs-001.litwareinc.com', 'Available', 'Available', ?, '2015-01-01T00:00:00.000Z')
  on conflict do update set note = excluded.note`;
const commitsPerRound = 10;

export const benchmark: Benchmark = async ({ quick, log }) => {
  const rounds = quick ? 15 : 200;
  const folders = [
    ['disk', tmpdir()] as const,
    ...(process.platform === 'linux' ? [['memory', '/dev/shm'] as const] : []),
  ];
  const rows: BenchmarkRow[] = [];
  for (const [name, folder] of folders) {
    log(`mirrored commit on ${name}`);
    rows.push(...(await compare(name, folder, rounds)));
  }
  return {
    title: 'Mirrored commit',
    rows,
    notes: [
      `Medians of ${rounds} rounds of ${commitsPerRound} commits, per commit; upkeep between the rounds is not counted.`,
    ],
  };
};

async function compare(name: string, parent: string, rounds: number): Promise<readonly BenchmarkRow[]> {
  const folder = mkdtempSync(join(parent, 'lync-topology-bench-'));
  try {
    const options = {
      pool: 'atl-cs-001.litwareinc.com',
      type: 'User',
      name: 'rtcxds',
      primary: { server: 'atl-sql-001.litwareinc.com', instance: 'RTC' },
      mirror: { server: 'atl-sql-002.litwareinc.com', instance: 'RTC' },
      dataDirectory: openDataDirectory(folder),
    } as const;
    await createDatabaseFiles(options);
    using mirrored = openMirroredDatabase(options);
    using single = openDatabase(join(folder, 'single.db'), { label: 'single', create: true });
    migrate(single, databaseSchema('rtcxds'));
    let note = 0;
    const measured = await interleave(
      rounds,
      async () => {
        const time = await timed(() => {
          for (let commit = 0; commit < commitsPerRound; commit += 1) {
            note += 1;
            const user = `sip:user${note % 1_000}@litwareinc.com`;
            mirrored.commit('client', (connection) => connection.prepare(upsert).run(user, `${note}`));
          }
        });
        await mirrored.maintain();
        return time;
      },
      () =>
        timed(() => {
          for (let commit = 0; commit < commitsPerRound; commit += 1) {
            note += 1;
            single.connection.prepare(upsert).run(`sip:user${note % 1_000}@litwareinc.com`, `${note}`);
          }
        }),
    );
    const perCommit = (milliseconds: number): number => (milliseconds * 1_000) / commitsPerRound;
    return [
      {
        name: `mirrored commit, ${name}`,
        ours: perCommit(measured.ours),
        peer: perCommit(measured.peer),
        unit: 'µs',
        peerName: 'durable SQLite commit',
        ...(name === 'disk' ? { target: 2.2 } : {}),
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
