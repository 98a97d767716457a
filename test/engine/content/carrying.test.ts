/** What a share may hold, carried whole: names, sizes, times, modes, and what is left out. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
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

describe('content: carrying everything that a share may hold', function () {
  this.timeout(120_000);
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

  it('carries odd names, every size and empty folders, byte for byte, with times and modes', async () => {
    const names = [
      'with space',
      'caf\u00e9',
      'cafe\u0301',
      'line\nbreak',
      '.hidden',
      '-dash',
      'a'.repeat(255),
      'q"uote\'s',
      '日本',
      '\u{1F600}',
    ];
    for (const name of names) write(shares.first, `1-WebServices-1/CollabContent/${name}`, `content of ${name}`);
    write(shares.first, '1-WebServices-1/empty file', '');
    write(shares.first, '1-WebServices-1/exactly one chunk', randomBytes(1024 * 1024));
    write(shares.first, '1-WebServices-1/one more', randomBytes(1024 * 1024 + 1));
    write(shares.first, 'fifty.bin', Buffer.alloc(50 * 1024 * 1024, randomBytes(65_537)));
    write(shares.first, `${Array.from({ length: 60 }, (_, depth) => `level ${depth}`).join('/')}/deep`, 'deep');
    mkdirSync(join(shares.first, 'empty/inner'), { recursive: true });
    utimesSync(join(shares.first, 'empty/inner'), 1_600_000_000, 1_600_000_000.25);
    chmodSync(join(shares.first, '1-WebServices-1/empty file'), 0o640);
    chmodSync(join(shares.first, 'empty'), 0o711);
    const result = await carry();
    assert.equal(result.copiedFiles, names.length + 5);
    const compared = await compareTrees(shares.first, shares.second);
    assert.deepEqual(compared.differences, []);
    assert.equal(compared.files, names.length + 5);
    assert.deepEqual(leftovers(shares.second), []);
    assert.equal((await replication.measure(shares.forth)).backlog.items, 0);
    assert.equal((await replication.measure(shares.back)).backlog.items, 0);
  });

  it('carries ten thousand files in one folder', async () => {
    for (let number = 0; number < 10_000; number++) write(shares.first, `folder/${number}.txt`, `${number}`, 0);
    await carry();
    assert.equal((await compareTrees(shares.first, shares.second)).files, 10_000);
    assert.equal((await compareTrees(shares.first, shares.second)).equal, true);
  });

  it('leaves links, sockets and pipes out, names them and follows none', async () => {
    const outside = join(shares.base, 'outside');
    write(outside, 'secret', 'not content');
    write(shares.first, 'real', 'content');
    symlinkSync(join(outside, 'secret'), join(shares.first, 'link to file'));
    symlinkSync(outside, join(shares.first, 'link to folder'));
    symlinkSync('nowhere', join(shares.first, 'dangling'));
    execFileSync('mkfifo', [join(shares.first, 'pipe')]);
    const server = createServer().listen(join(shares.first, 'socket'));
    try {
      const result = await carry();
      const leftOut = Object.fromEntries(result.leftOut.map(({ path, kind }) => [path, kind]));
      assert.deepEqual(leftOut, {
        'link to file': 'symbolicLink',
        'link to folder': 'symbolicLink',
        dangling: 'symbolicLink',
        pipe: 'fifo',
        socket: 'socket',
      });
      assert.deepEqual(snapshot(shares.second), { real: 'content' });
    } finally {
      server.close();
    }
  });

  it('leaves a device out (skipped where no device can be made)', async function () {
    try {
      execFileSync('mknod', [join(shares.first, 'device'), 'c', '1', '3'], { stdio: 'ignore' });
    } catch {
      this.skip();
    }
    const result = await carry();
    assert.deepEqual(result.leftOut, [{ pool: shares.forth.source.pool, path: 'device', kind: 'device' }]);
    assert.deepEqual(snapshot(shares.second), {});
  });

  it('leaves names that are not Unicode out, with what is below them, and keeps a real replacement character', async function () {
    if (process.platform !== 'linux') this.skip();
    const bytes = Buffer.concat([Buffer.from(`${shares.first}/not `), Buffer.from([0xff, 0xfe])]);
    writeFileSync(bytes, 'x');
    const folder = Buffer.concat([Buffer.from(`${shares.first}/folder `), Buffer.from([0xe9])]);
    mkdirSync(folder);
    writeFileSync(Buffer.concat([folder, Buffer.from('/below')]), 'x');
    write(shares.first, 'real \uFFFD', 'kept');
    const result = await carry();
    assert.deepEqual(result.leftOut.map(({ path, kind }) => `${kind} ${path}`).sort(), [
      'nameNotUnicode folder \\xe9',
      'nameNotUnicode not \\xff\\xfe',
    ]);
    assert.deepEqual(Object.keys(snapshot(shares.second)), ['real \uFFFD']);
  });

  it('treats hard links as files, and never changes one of them through another', async () => {
    write(shares.first, 'one', Buffer.alloc(2_000_000, 'a'));
    linkSync(join(shares.first, 'one'), join(shares.first, 'two'));
    await carry();
    assert.equal((await compareTrees(shares.first, shares.second)).equal, true);
    // The copy of `one` has a second name that is nobody's content: a change of `one` must not reach it.
    linkSync(join(shares.second, 'one'), join(shares.base, 'elsewhere'));
    write(shares.first, 'one', Buffer.concat([Buffer.alloc(1_999_999, 'a'), Buffer.from('b')]), 1_700_000_500);
    await carry();
    assert.equal((await compareTrees(shares.first, shares.second)).equal, true);
    assert.equal(read(shares.base, 'elsewhere'), 'a'.repeat(2_000_000));
  });

  it('leaves the folders of services alone, only at the top', async () => {
    write(shares.first, '2-BackupService-6/BackupStore/x', 'x');
    write(shares.first, '1-CentralMgmt-1/CMSFileStore/x', 'x');
    write(shares.first, '1-ApplicationServer-3/x', 'x');
    write(shares.first, '1-WebServices-1/2-BackupService-6/x', 'content');
    write(shares.first, 'x-BackupService-6/x', 'content');
    await carry();
    assert.deepEqual(Object.keys(snapshot(shares.second)), [
      '1-WebServices-1',
      '1-WebServices-1/2-BackupService-6',
      '1-WebServices-1/2-BackupService-6/x',
      'x-BackupService-6',
      'x-BackupService-6/x',
    ]);
  });

  it('brings the content of both pools together', async () => {
    write(shares.first, '1-WebServices-1/a', 'of first');
    write(shares.second, '1-WebServices-1/b', 'of second');
    write(shares.second, '2-WebServices-1/c', 'of second');
    await synchronise(replication, shares);
    const compared = await compareTrees(shares.first, shares.second);
    assert.deepEqual(compared.differences, []);
    assert.equal(compared.files, 3);
    assert.equal((await replication.measure(shares.forth)).content.files, 1);
    assert.equal((await replication.measure(shares.back)).content.files, 2);
  });

  it('carries no more than the cap in one cycle, and at least one file', async () => {
    for (const name of ['a', 'b', 'c', 'd']) write(shares.first, name, 'x'.repeat(600));
    write(shares.first, 'big', 'x'.repeat(5000));
    const carried: number[] = [];
    for (let left = 1; left > 0; ) {
      const result = await replication.runCycle(shares.forth, { maximumBytes: 1500 });
      carried.push(result.copiedFiles);
      left = result.remaining.items;
      assert.equal((await replication.measure(shares.forth)).backlog.bytes, result.remaining.bytes);
      assert.ok(result.bytesCarried <= 1500 || result.copiedFiles === 1);
    }
    assert.equal(
      carried.reduce((sum, count) => sum + count, 0),
      5,
    );
    assert.ok(carried.length >= 3);
    assert.equal((await compareTrees(shares.first, shares.second)).equal, true);
  });

  it('says where it stands: never initialised, then positions that only grow', async () => {
    write(shares.first, 'a', 'x');
    const before = await replication.measure(shares.forth);
    assert.equal(before.initialised, false);
    assert.deepEqual(before.position, { cycle: 0, sequence: 0 });
    assert.deepEqual([before.backlog.items, before.backlog.bytes, before.backlog.newFiles], [1, 1, 1]);
    await carry();
    const after = await replication.measure(shares.forth);
    assert.equal(after.initialised, true);
    assert.deepEqual([after.position.cycle, after.position.sequence], [1, 1]);
    assert.equal((await replication.measure(shares.back)).initialised, false);
  });

  it('reports progress that grows to the end', async () => {
    for (let number = 0; number < 50; number++) write(shares.first, `${number}`, randomBytes(100_000));
    const seen: number[] = [];
    let last = { filesDone: 0, filesTotal: 0, bytesDone: 0, bytesTotal: 0 };
    await replication.runCycle(shares.forth, {
      maximumBytes: everything,
      onProgress: (progress) => {
        seen.push(progress.bytesDone);
        last = progress;
      },
    });
    assert.deepEqual(
      seen,
      [...seen].sort((one, other) => one - other),
    );
    assert.deepEqual(
      [last.filesDone, last.filesTotal, last.bytesDone, last.bytesTotal],
      [50, 50, 5_000_000, 5_000_000],
    );
  });

  it('can be cancelled, keeps what is complete, leaves nothing of its own, and goes on from there', async () => {
    for (let number = 0; number < 200; number++) write(shares.first, `${number}`, randomBytes(300_000));
    const controller = new AbortController();
    await assert.rejects(
      replication.runCycle(shares.forth, {
        maximumBytes: everything,
        signal: controller.signal,
        onProgress: ({ phase }) => {
          if (phase === 'carrying') controller.abort();
        },
      }),
      { code: 'cancelled' },
    );
    assert.deepEqual(leftovers(shares.second), []);
    await carry();
    assert.equal((await compareTrees(shares.first, shares.second)).equal, true);
  });

  it('writes the SHA-256 of what it carried into the manifest', async () => {
    write(shares.first, 'abc', 'abc');
    const content = inThread(database);
    await content.runCycle(shares.forth);
    const row = content.rows(shares.forth).get('abc');
    assert.equal(row?.sha256, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.deepEqual([row?.state, row?.owner], ['imported', shares.forth.source.pool]);
  });

  it('takes a copy that already lies on the partner for what it is, without writing it', async () => {
    for (const root of [shares.first, shares.second]) write(root, 'folder/same', 'x'.repeat(10_000));
    const inode = lstatSync(join(shares.second, 'folder/same')).ino;
    const result = await carry();
    assert.deepEqual([result.copiedFiles, result.bytesWritten, result.conflicts.length], [0, 0, 0]);
    assert.equal(lstatSync(join(shares.second, 'folder/same')).ino, inode);
    assert.equal((await replication.measure(shares.back)).backlog.items, 0);
  });

  it('carries an installed tree of real files', async function () {
    const modules = join(import.meta.dirname, '../../../node_modules/typescript');
    if (!exists(modules, 'package.json')) this.skip();
    const stream = { source: { ...shares.forth.source, directory: modules }, target: shares.forth.target };
    const result = await replication.runCycle(stream, { maximumBytes: everything });
    assert.ok(result.copiedFiles > 20);
    assert.equal((await compareTrees(modules, shares.second)).equal, true);
    assert.deepEqual(leftovers(modules), []);
  });
});
