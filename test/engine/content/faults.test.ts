/**
 * Every single file-system call of a whole cycle fails once. Whatever the call: a named error or none, no torn file after
 * recovery, the manifest says nothing that is not so, and the next cycle completes.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type FileSystem, microseconds, nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import { LyncTopologyError } from '../../../src/core/errors.ts';
import { inThread, leftovers, makeShares, memoryFolder, type Shares, snapshot, write } from './support.ts';

const megabyte = 1024 * 1024;
const named = new Set([
  'disk-full',
  'share-unwritable',
  'share-unreadable',
  'share-missing',
  'share-lost-content',
  'sync-failed',
  'path-outside-root',
]);

/** A file system whose n-th call fails, `forGood` with all calls after it; counts all calls. */
function failing(
  failAt: number,
  code: string,
  forGood = false,
): { fileSystem: FileSystem; calls: () => number; failed: () => string } {
  let calls = 0;
  let failed = '';
  const fileSystem = { ...nodeFileSystem };
  for (const [name, call] of Object.entries(nodeFileSystem)) {
    if (!name.endsWith('Sync') || typeof call !== 'function') continue;
    const wrapped = (...given: unknown[]): unknown => {
      calls += 1;
      const isFailing = forGood ? failAt > 0 && calls >= failAt : calls === failAt;
      if (!isFailing) return Reflect.apply(call, undefined, given);
      failed ||= name;
      if (name === 'closeSync') Reflect.apply(call, undefined, given); // Closing closes even when it reports an error.
      throw Object.assign(new Error(`${code}: injected, ${name}`), { code });
    };
    Object.assign(fileSystem, { [name]: wrapped });
  }
  return { fileSystem, calls: () => calls, failed: () => failed };
}

/** Short reads and writes: every call moves at most a third of what was asked. */
function short(): FileSystem {
  const part = (length: number) => Math.max(1, Math.ceil(length / 3));
  return {
    ...nodeFileSystem,
    readSync: ((descriptor: number, buffer: Buffer, offset: number, length: number, position: number) =>
      nodeFileSystem.readSync(
        descriptor,
        buffer,
        offset,
        length > 0 ? part(length) : 0,
        position,
      )) as typeof nodeFileSystem.readSync,
    writeSync: ((descriptor: number, buffer: Buffer, offset: number, length: number, position: number) =>
      nodeFileSystem.writeSync(
        descriptor,
        buffer,
        offset,
        length > 0 ? part(length) : 0,
        position,
      )) as typeof nodeFileSystem.writeSync,
  };
}

const large = Buffer.alloc(3 * megabyte, 'large');
const largeChanged = Buffer.from(large)
  .fill(1, 10, 20)
  .fill(2, 2 * megabyte, 2 * megabyte + 9);

/** Two shares in step, then one change of every kind on the first. */
async function prepare(): Promise<{ shares: Shares; database: DatabaseSync; old: Record<string, string> }> {
  const shares = makeShares(memoryFolder);
  const database = new DatabaseSync(':memory:');
  for (const name of ['unchanged', 'changed', 'renamed/from', 'deleted/file', 'touched', 'kept 1', 'kept 2']) {
    write(shares.first, name, `old ${name}`);
  }
  write(shares.first, 'large', large);
  write(shares.second, 'of second', 'x');
  const content = inThread(database);
  await content.runCycle(shares.forth);
  await content.runCycle(shares.back);
  const old = snapshot(shares.second);
  write(shares.first, 'changed', 'new content', 1_700_000_100);
  write(shares.first, 'large', largeChanged, 1_700_000_100);
  mkdirSync(join(shares.first, 'made'));
  renameSync(join(shares.first, 'renamed/from'), join(shares.first, 'made/to'));
  rmSync(join(shares.first, 'deleted'), { recursive: true });
  chmodSync(join(shares.first, 'touched'), 0o600);
  write(shares.first, 'new/inner/file', 'new');
  write(shares.first, 'both', 'made by first');
  write(shares.second, 'both', 'made by second, another size');
  return { shares, database, old };
}

/** What is on the target is the old content or the new, never anything between; and it is as the manifest says. */
function assertWhole(shares: Shares, database: DatabaseSync, old: Record<string, string>, how: string): void {
  const wanted = snapshot(shares.first);
  const found = snapshot(shares.second);
  for (const [path, content] of Object.entries(found)) {
    if (path.includes('both')) continue;
    assert.ok(content === old[path] || content === wanted[path], `${path} is torn (${how})`);
  }
  const both = Object.entries(found).filter(([path]) => path.startsWith('both'));
  assert.ok(
    both.some(([, content]) => content === 'made by second, another size'),
    `a file of the partner is lost (${how})`,
  );
  for (const row of inThread(database).rows(shares.forth).values()) {
    const stats = lstatSync(join(shares.second, row.path), { throwIfNoEntry: false });
    // Only a copy that still looks as recorded is vouched for; anything else the next cycle compares.
    if (stats === undefined || stats.size !== row.size || microseconds(stats) !== row.copyMtimeUs) continue;
    const sha256 = createHash('sha256')
      .update(found[row.path] ?? '', 'latin1')
      .digest('hex');
    assert.equal(sha256, row.sha256, `the manifest says otherwise of ${row.path} (${how})`);
  }
}

/** How many calls the cycle makes when nothing fails. */
async function countCalls(): Promise<number> {
  const { shares, database } = await prepare();
  const whole = failing(0, '');
  await inThread(database, whole.fileSystem).runCycle(shares.forth);
  database.close();
  shares.remove();
  return whole.calls();
}

/** The next cycles complete and both shares are equal. */
async function completes(content: ReturnType<typeof inThread>, shares: Shares, how: string): Promise<void> {
  await content.runCycle(shares.forth, { restore: true });
  await content.runCycle(shares.back);
  assert.deepEqual(snapshot(shares.second), snapshot(shares.first), how);
  assert.equal((await content.measure(shares.forth)).backlog.items, 0, how);
}

async function failEach(code: string, numbers: (total: number) => number[]): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const number of numbers(await countCalls())) {
    const { shares, database, old } = await prepare();
    const faulty = failing(number, code);
    const how = () => `${code} at call ${number}: ${faulty.failed()}`;
    try {
      await inThread(database, faulty.fileSystem).runCycle(shares.forth);
    } catch (error) {
      assert.ok(error instanceof LyncTopologyError, `${String(error)} (${how()})`);
      assert.ok(named.has(error.code), `${error.code} ${error.message} (${how()})`);
      assert.ok(error.remedy.length > 20);
      seen.add(error.code);
    }
    const content = inThread(database);
    await content.recover(shares.forth);
    assert.deepEqual([...leftovers(shares.first), ...leftovers(shares.second)], [], how());
    assertWhole(shares, database, old, how());
    await completes(content, shares, how());
    database.close();
    shares.remove();
  }
  return seen;
}

describe('content: every file-system call fails once', function () {
  this.timeout(300_000);

  it('with EIO, for every call of the cycle', async () => {
    const seen = await failEach('EIO', (total) => Array.from({ length: total }, (_, index) => index + 1));
    assert.ok(seen.has('sync-failed'));
  });

  for (const [offset, code, expected] of [
    [0, 'ENOSPC', 'disk-full'],
    [1, 'EACCES', 'share-unwritable'],
    [2, 'EBUSY', 'sync-failed'],
  ] as const) {
    it(`with ${code}, for every sixth call`, async () => {
      const seen = await failEach(code, (total) =>
        Array.from({ length: Math.floor(total / 6) }, (_, index) => index * 6 + 1 + offset),
      );
      assert.ok(seen.has(expected), [...seen].join());
    });
  }

  it('or the process dies there: nothing at all happens any more', async () => {
    const total = await countCalls();
    let rolledBack = 0;
    for (let number = 1; number <= total; number++) {
      const { shares, database, old } = await prepare();
      const dying = failing(number, 'EIO', true);
      const how = `killed at call ${number}: ${dying.failed()}`;
      const isDead = () => dying.failed() !== '';
      await assert.rejects(inThread(database, dying.fileSystem, isDead).runCycle(shares.forth), how);
      const content = inThread(database);
      rolledBack += (await content.recover(shares.forth)).rolledBack.length;
      assert.deepEqual([...leftovers(shares.first), ...leftovers(shares.second)], [], how);
      assertWhole(shares, database, old, how);
      // The partner exports first: what the dead process had put there is not the partner's to export.
      await content.runCycle(shares.back);
      for (const path of ['new/inner/file', 'made/to', 'changed', 'large']) {
        assert.notEqual(content.rows(shares.forth).get(path)?.owner, shares.back.source.pool, `${path} (${how})`);
      }
      await completes(content, shares, how);
      database.close();
      shares.remove();
    }
    assert.ok(rolledBack >= 3, `only ${rolledBack} updates were rolled back`);
  });

  it('with short reads and writes everywhere, nothing is lost', async () => {
    const { shares, database } = await prepare();
    await inThread(database, short()).runCycle(shares.forth);
    await inThread(database, short()).runCycle(shares.back);
    assert.deepEqual(snapshot(shares.second), snapshot(shares.first));
    database.close();
    shares.remove();
  });

  it('a single file that cannot be carried does not hold up the others, and is named', async () => {
    const shares = makeShares();
    const database = new DatabaseSync(':memory:');
    for (const name of ['a', 'b', 'c']) write(shares.first, name, name);
    const fileSystem: FileSystem = {
      ...nodeFileSystem,
      openSync: (place, ...rest) => {
        if (place === join(shares.first, 'b')) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
        return nodeFileSystem.openSync(place, ...rest);
      },
    };
    await assert.rejects(inThread(database, fileSystem).runCycle(shares.forth), (error: unknown) => {
      assert.ok(error instanceof LyncTopologyError);
      assert.equal(error.code, 'sync-failed');
      assert.match(error.message, /"b" on .*EBUSY/);
      return true;
    });
    assert.deepEqual(snapshot(shares.second), { a: 'a', c: 'c' });
    await inThread(database).runCycle(shares.forth);
    assert.deepEqual(snapshot(shares.second), snapshot(shares.first));
    unlinkSync(join(shares.first, 'a'));
    database.close();
    shares.remove();
  });
});
