/** Real full disks: small memory file systems in the place of a server's folder. Mounting them needs root on Linux. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import type { MirroredDatabase } from '../../../src/core/mirroring/contract.ts';
import type { PlaceRole } from '../../../src/core/mirroring/roles.ts';
import { openDataDirectory } from '../../../src/core/storage/dataDirectory.ts';
import { problem } from './expectations.ts';
import { type Answer, checkFiles, checkHistory, type HistoryRecord } from './history.ts';
import { createPair, mirror, noteOf, type Pair, primary, setNotes } from './pair.ts';

const servers = { primary: primary.server, mirror: mirror.server };

describe('a full disk (skipped where no file system may be mounted)', () => {
  let folder: string;
  let disk: string;
  let pair: Pair | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lync-topology-full-'));
  });
  afterEach(() => {
    pair?.[Symbol.dispose]();
    pair = undefined;
    spawnSync('umount', [disk]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** A pair of which one server has a disk of its own. */
  const withSmallDisk = async (context: Mocha.Context, place: PlaceRole): Promise<Pair> => {
    disk = openDataDirectory(folder).serverFolder(servers[place]);
    mkdirSync(disk, { recursive: true });
    if (process.platform !== 'linux' || mount('size=700k').status !== 0) context.skip();
    pair = await createPair(folder);
    return pair;
  };
  const mount = (size: string): ReturnType<typeof spawnSync> =>
    spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', disk]);
  const enlarge = (): void => {
    assert.equal(spawnSync('mount', ['-o', 'remount,size=8m', disk]).status, 0);
  };

  it('of the principal refuses commits by name, loses nothing, and is forgotten when there is room', async function () {
    const { open, files } = await withSmallDisk(this, 'primary');
    const database = open();
    const records: HistoryRecord[] = [];
    const told = commitUntilRefused(database, records);
    assert.equal(told?.code, 'disk-full', told?.message);
    for (let attempt = 0; attempt < 10; attempt += 1) commitLarge(database, records);
    assert.deepEqual(checkHistory(records, numbersIn(database)), []);
    enlarge();
    assert.equal(commitLarge(database, records), undefined);
    await database.maintain();
    assert.deepEqual([...checkHistory(records, numbersIn(database)), ...checkFiles(files)], []);
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized');
  });

  it('of the mirror leaves it behind, suspended, and it catches up when there is room', async function () {
    const { open, files } = await withSmallDisk(this, 'mirror');
    const database = open();
    for (let number = 0; number < 60; number += 1) setNotes(database, { anna: `${number} ${'x'.repeat(30_000)}` });
    await database.maintain();
    const status = database.status();
    assert.equal(status.MirroringStatusOnPrimary, 'suspended', status.explanation);
    assert.equal(status.error?.code, 'disk-full');
    await assert.rejects(database.failOver('mirror', {}), problem('database-not-synchronized'));
    enlarge();
    await database.maintain();
    assert.equal(database.status().MirroringStatusOnPrimary, 'synchronized', database.status().explanation);
    assert.deepEqual(checkFiles(files), []);
    await database.failOver('mirror', {});
    assert.match(noteOf(database, 'anna') ?? '', /^59 /);
  });
});

function commitUntilRefused(database: MirroredDatabase, records: HistoryRecord[]): LyncTopologyError | undefined {
  for (let number = 0; number < 200; number += 1) {
    const told = commitLarge(database, records);
    if (told !== undefined) return told;
  }
  return undefined;
}

function commitLarge(database: MirroredDatabase, records: HistoryRecord[]): LyncTopologyError | undefined {
  const number = records.length + 1;
  const attempt = { number, user: `user${number % 3}` };
  let answer: Answer = 'acknowledged';
  let told: LyncTopologyError | undefined;
  try {
    setNotes(database, {
      [attempt.user]: `${number} ${'x'.repeat(10_000)}`,
      counter: `${number}`,
    });
  } catch (error) {
    if (!(error instanceof LyncTopologyError)) throw error;
    told = error;
    answer = error.code === 'commit-unknown' ? 'unknown' : 'refused';
  }
  records.push({ attempt, answer });
  return told;
}

function numbersIn(database: MirroredDatabase): ReadonlyMap<string, string> {
  const rows = database.read((connection) => connection.prepare('select sipAddress, note from presence').all());
  return new Map(rows.map((row) => [String(row['sipAddress']), String(row['note']).split(' ')[0] ?? '']));
}
