/** Changes on the source: blocks in place, renames without copying, deletions, one kind in another's place. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import { type ContentReplication, compareTrees } from '../../../src/core/backupService/content/index.ts';
import {
  everything,
  exists,
  inThread,
  leftovers,
  makeShares,
  openReplication,
  read,
  type Shares,
  snapshot,
  synchronise,
  write,
} from './support.ts';

const megabyte = 1024 * 1024;

describe('content: carrying only what changed', function () {
  this.timeout(60_000);
  let replication: ContentReplication;
  let database: DatabaseSync;
  let shares: Shares;

  before(() => {
    ({ replication, database } = openReplication());
  });
  after(async () => {
    await replication.close();
    database.close();
  });
  beforeEach(() => {
    shares = makeShares();
  });
  afterEach(() => shares.remove());

  const carry = () => replication.runCycle(shares.forth, { maximumBytes: everything });
  const assertEqualTrees = async () => {
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
    assert.deepEqual(leftovers(shares.second), []);
    for (const stream of [shares.forth, shares.back]) {
      assert.equal((await replication.measure(stream)).backlog.items, 0);
    }
  };

  it('carries nothing when nothing changed', async () => {
    write(shares.first, 'folder/file', 'x');
    await carry();
    const inode = lstatSync(join(shares.second, 'folder/file')).ino;
    const touchedAt = lstatSync(shares.second).mtimeMs;
    const result = await carry();
    assert.equal(lstatSync(shares.second).mtimeMs, touchedAt, 'the share itself is not written to');
    assert.deepEqual([result.copiedFiles, result.metadata, result.directories, result.bytesWritten], [0, 0, 0, 0]);
    assert.equal(lstatSync(join(shares.second, 'folder/file')).ino, inode);
  });

  it('replaces a small changed file', async () => {
    write(shares.first, 'file', 'old');
    await carry();
    write(shares.first, 'file', 'newer', 1_700_000_100);
    assert.deepEqual((await replication.measure(shares.forth)).backlog.changedFiles, 1);
    assert.equal((await carry()).copiedFiles, 1);
    await assertEqualTrees();
  });

  it('notices a change that kept the size', async () => {
    write(shares.first, 'file', 'old');
    await carry();
    write(shares.first, 'file', 'new', 1_700_000_001);
    await carry();
    assert.equal(read(shares.second, 'file'), 'new');
  });

  it('brings only time and mode in line when the bytes agree', async () => {
    write(shares.first, 'file', 'x'.repeat(5000));
    write(shares.first, 'other', 'x');
    await carry();
    utimesSync(join(shares.first, 'file'), 1_700_000_200, 1_700_000_200);
    chmodSync(join(shares.first, 'other'), 0o600);
    const result = await carry();
    assert.deepEqual([result.copiedFiles, result.metadata, result.bytesWritten], [0, 2, 0]);
    await assertEqualTrees();
  });

  for (const [name, change, size] of [
    ['in the middle', (bytes: Buffer) => bytes.fill(7, 3 * megabyte + 5, 3 * megabyte + 90), 10 * megabyte],
    ['at both ends', (bytes: Buffer) => bytes.fill(7, 0, 1).fill(7, bytes.length - 1), 4 * megabyte + 77],
    ['longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(3 * megabyte, 9)]), 8 * megabyte],
    ['shorter', (bytes: Buffer) => bytes.subarray(0, 5 * megabyte + 1), 8 * megabyte],
  ] as const) {
    it(`updates a large file in place by its differing blocks: ${name}`, async () => {
      const bytes = Buffer.alloc(size, 'abcdefgh');
      write(shares.first, 'large', bytes);
      await carry();
      const inode = lstatSync(join(shares.second, 'large')).ino;
      const changed = change(Buffer.from(bytes));
      write(shares.first, 'large', changed, 1_700_000_100);
      const result = await carry();
      assert.deepEqual([result.copiedFiles, result.updatedInPlace], [0, 1]);
      assert.ok(result.bytesWritten <= Math.max(0, changed.length - size) + 4 * 65_536);
      assert.equal(lstatSync(join(shares.second, 'large')).ino, inode);
      await assertEqualTrees();
    });
  }

  it('copies a large file whole when most of it changed', async () => {
    write(shares.first, 'large', Buffer.alloc(4 * megabyte, 1));
    await carry();
    write(shares.first, 'large', Buffer.alloc(4 * megabyte, 2), 1_700_000_100);
    const result = await carry();
    assert.deepEqual([result.copiedFiles, result.updatedInPlace], [1, 0]);
    await assertEqualTrees();
  });

  it('moves renamed files and folders without copying them', async () => {
    for (let number = 0; number < 5; number++) write(shares.first, `before/inner/${number}`, `content ${number}`);
    write(shares.first, 'single', 'moved alone');
    await carry();
    const inode = lstatSync(join(shares.second, 'before/inner/3')).ino;
    renameSync(join(shares.first, 'before'), join(shares.first, 'after'));
    mkdirSync(join(shares.first, 'new'));
    renameSync(join(shares.first, 'single'), join(shares.first, 'new/other name'));
    const measured = await replication.measure(shares.forth);
    assert.deepEqual([measured.backlog.renamedFiles, measured.backlog.bytes], [6, 0]);
    const result = await carry();
    assert.deepEqual([result.renamedFiles, result.copiedFiles, result.bytesWritten], [6, 0, 0]);
    assert.equal(lstatSync(join(shares.second, 'after/inner/3')).ino, inode);
    assert.equal(exists(shares.second, 'before'), false);
    await assertEqualTrees();
  });

  it('does not take another file of the same size and time for a renamed one', async () => {
    write(shares.first, 'one/same name', 'aaaa');
    await carry();
    unlinkSync(join(shares.first, 'one/same name'));
    write(shares.first, 'two/same name', 'bbbb');
    await carry();
    assert.equal(read(shares.second, 'two/same name'), 'bbbb');
    await assertEqualTrees();
  });

  it('carries two files that changed places', async () => {
    write(shares.first, 'one', 'first content', 1_700_000_001);
    write(shares.first, 'two', 'second content', 1_700_000_002);
    await carry();
    renameSync(join(shares.first, 'one'), join(shares.first, 'x'));
    renameSync(join(shares.first, 'two'), join(shares.first, 'one'));
    renameSync(join(shares.first, 'x'), join(shares.first, 'two'));
    await carry();
    await assertEqualTrees();
  });

  it('deletes what was deleted, and keeps the folder that still holds something of the partner', async () => {
    write(shares.first, 'shared/of first', 'x');
    write(shares.first, 'own/inner/file', 'x');
    write(shares.second, 'shared/of second', 'x');
    await synchronise(replication, shares);
    rmSync(join(shares.first, 'own'), { recursive: true });
    unlinkSync(join(shares.first, 'shared/of first'));
    assert.equal((await replication.measure(shares.forth)).backlog.deletedFiles, 2);
    const result = await carry();
    assert.equal(result.deletedFiles, 2);
    assert.deepEqual(Object.keys(snapshot(shares.second)), ['shared', 'shared/of second']);
    await assertEqualTrees();
  });

  it('puts a folder where a file was and a file where a folder was', async () => {
    write(shares.first, 'file then folder', 'x');
    write(shares.first, 'folder then file/inner/x', 'x');
    await carry();
    unlinkSync(join(shares.first, 'file then folder'));
    write(shares.first, 'file then folder/inside', 'y');
    rmSync(join(shares.first, 'folder then file'), { recursive: true });
    write(shares.first, 'folder then file', 'z');
    const result = await carry();
    assert.deepEqual(result.conflicts, []);
    await assertEqualTrees();
  });

  it('deletes the copy of a file that became a symbolic link', async () => {
    write(shares.first, 'file', 'x');
    write(shares.first, 'kept', 'x');
    await carry();
    unlinkSync(join(shares.first, 'file'));
    symlinkSync('/etc/hostname', join(shares.first, 'file'));
    await carry();
    assert.deepEqual(Object.keys(snapshot(shares.second)), ['kept']);
  });

  it('brings back what was deleted and made again before the deletion arrived', async () => {
    write(shares.first, 'file', 'old');
    write(shares.first, 'kept', 'x');
    await carry();
    unlinkSync(join(shares.first, 'file'));
    write(shares.first, 'file', 'again', 1_700_000_300);
    const result = await carry();
    assert.deepEqual(result.conflicts, []);
    await assertEqualTrees();
  });

  it('goes round again when a source file changes while it is read', async () => {
    const content = inThread(database, {
      ...nodeFileSystem,
      readSync: ((...given: Parameters<typeof nodeFileSystem.readSync>) => {
        const count = nodeFileSystem.readSync(...given);
        if (changes-- > 0) write(shares.first, 'moving', 'after'.repeat(300_000), 1_700_000_900 + changes);
        return count;
      }) as typeof nodeFileSystem.readSync,
    });
    let changes = 2;
    write(shares.first, 'moving', 'before'.repeat(300_000));
    write(shares.first, 'still', 'x');
    const result = await content.runCycle(shares.forth);
    assert.deepEqual(result.changing, []);
    assert.equal(read(shares.second, 'moving'), 'after'.repeat(300_000));
    changes = 1000;
    write(shares.first, 'moving', 'again'.repeat(300_000), 1_700_001_000);
    const unsettled = await content.runCycle(shares.forth);
    assert.deepEqual(unsettled.changing, ['moving']);
    assert.equal(unsettled.remaining.items, 1);
    assert.equal(read(shares.second, 'moving'), 'after'.repeat(300_000), 'the copy keeps its old content, untorn');
    changes = 0;
    await content.runCycle(shares.forth);
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
  });

  it('does not miss a second change within one tick of the clock, which leaves size and time as they were', async () => {
    const place = join(shares.first, 'fresh');
    const tick = 10;
    let writtenAt = 0;
    const content = inThread(database, {
      ...nodeFileSystem,
      readSync: ((...given: Parameters<typeof nodeFileSystem.readSync>) => {
        const count = nodeFileSystem.readSync(...given);
        if (Date.now() - writtenAt < tick) {
          writeFileSync(place, 'second');
          utimesSync(place, writtenAt / 1000, writtenAt / 1000);
        }
        return count;
      }) as typeof nodeFileSystem.readSync,
    });
    await content.runCycle(shares.forth);
    for (let round = 0; round < 5; round++) {
      writeFileSync(place, 'before');
      writtenAt = Date.now();
      utimesSync(place, writtenAt / 1000, writtenAt / 1000);
      await content.runCycle(shares.forth);
      assert.equal(read(shares.second, 'fresh'), read(shares.first, 'fresh'));
    }
  });
});
