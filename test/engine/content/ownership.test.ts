/** Whose content a path is, and what happens when both pools touch it. */
import assert from 'node:assert/strict';
import { mkdirSync, readlinkSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { nodeFileSystem } from '../../../src/core/backupService/content/fileSystem.ts';
import { type ContentReplication, compareTrees } from '../../../src/core/backupService/content/index.ts';
import {
  everything,
  exists,
  inThread,
  makeShares,
  openReplication,
  read,
  type Shares,
  snapshot,
  synchronise,
  write,
} from './support.ts';

describe('content: whose a path is', function () {
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

  const assertEqualTrees = async () => {
    assert.deepEqual((await compareTrees(shares.first, shares.second)).differences, []);
  };

  it('heals a copy that was changed or removed on the partner, from home', async () => {
    write(shares.first, 'changed', 'home');
    write(shares.first, 'removed', 'home');
    write(shares.first, 'kept', 'home');
    await synchronise(replication, shares);
    write(shares.second, 'changed', 'tampered', 1_700_000_500);
    unlinkSync(join(shares.second, 'removed'));
    const back = await replication.measure(shares.back);
    assert.equal(back.backlog.items, 0, 'the copy is not the partner’s to export');
    assert.equal((await replication.measure(shares.forth)).backlog.missingCopies, 2);
    await synchronise(replication, shares);
    assert.deepEqual(snapshot(shares.first), { changed: 'home', removed: 'home', kept: 'home' });
    await assertEqualTrees();
  });

  it('keeps both when both pools made the same path with different bytes', async () => {
    write(shares.first, 'folder/plan.txt', 'of first');
    write(shares.second, 'folder/plan.txt', 'of second, longer');
    const result = await replication.runCycle(shares.forth, { maximumBytes: everything });
    const keptAs = `folder/plan.conflict-${shares.forth.target.pool}.txt`;
    assert.deepEqual(result.conflicts, [{ path: 'folder/plan.txt', keptAs, pool: shares.forth.target.pool }]);
    assert.equal(read(shares.second, 'folder/plan.txt'), 'of first');
    assert.equal(read(shares.second, keptAs), 'of second, longer');
    await synchronise(replication, shares);
    assert.equal(read(shares.first, keptAs), 'of second, longer');
    await assertEqualTrees();
  });

  it('keeps both when the bytes differ and size and time agree', async () => {
    write(shares.first, 'plan', 'aaaa');
    write(shares.second, 'plan', 'bbbb');
    await synchronise(replication, shares);
    const kept = Object.values(snapshot(shares.first)).sort();
    assert.deepEqual(kept, ['aaaa', 'bbbb']);
    await assertEqualTrees();
  });

  it('never overwrites an earlier conflict copy', async () => {
    const keptAs = `plan.conflict-${shares.forth.target.pool}`;
    write(shares.first, 'plan', 'a');
    write(shares.second, 'plan', 'bb');
    write(shares.second, keptAs, 'an earlier one');
    await synchronise(replication, shares);
    assert.equal(read(shares.first, keptAs), 'an earlier one');
    assert.equal(read(shares.first, `${keptAs}-2`), 'bb');
  });

  it('keeps both when one pool made a folder and the other a file', async () => {
    write(shares.first, 'thing/inside', 'in a folder');
    write(shares.second, 'thing', 'a file');
    write(shares.first, 'other', 'a file');
    write(shares.second, 'other/inside', 'in a folder');
    await synchronise(replication, shares);
    const pool = shares.forth.target.pool;
    assert.equal(read(shares.first, 'thing/inside'), 'in a folder');
    assert.equal(read(shares.first, `thing.conflict-${pool}`), 'a file');
    assert.equal(read(shares.first, 'other'), 'a file');
    assert.equal(read(shares.first, `other.conflict-${pool}/inside`), 'in a folder');
    await assertEqualTrees();
  });

  it('lets the owner win when its file was replaced by a folder on the partner', async () => {
    write(shares.first, 'thing', 'home');
    write(shares.first, 'kept', 'home');
    await synchronise(replication, shares);
    unlinkSync(join(shares.second, 'thing'));
    write(shares.second, 'thing/inside', 'made on the partner');
    await synchronise(replication, shares);
    assert.equal(read(shares.second, 'thing'), 'home');
    assert.equal(read(shares.first, `thing.conflict-${shares.forth.target.pool}/inside`), 'made on the partner');
    await assertEqualTrees();
  });

  it('does not write through a folder that was replaced by a symbolic link, and moves the link itself aside', async () => {
    const outside = join(shares.base, 'outside');
    mkdirSync(outside);
    write(shares.first, 'folder/a', 'x');
    write(shares.first, 'kept', 'x');
    await synchronise(replication, shares);
    rmSync(join(shares.second, 'folder'), { recursive: true });
    symlinkSync(outside, join(shares.second, 'folder'));
    write(shares.first, 'folder/b', 'y');
    await replication.runCycle(shares.forth, { maximumBytes: everything, restore: true });
    assert.deepEqual(snapshot(outside), {});
    assert.equal(readlinkSync(join(shares.second, `folder.conflict-${shares.forth.target.pool}`)), outside);
    assert.equal(read(shares.second, 'folder/b'), 'y');
  });

  for (const change of ['new', 'changed', 'deleted'] as const) {
    it(`refuses to go through a symbolic link put there after the share was looked at: ${change} file`, async () => {
      const outside = join(shares.base, 'outside');
      write(shares.first, 'folder/file', 'x'.repeat(2_000_000));
      write(shares.first, 'kept', 'x');
      await synchronise(replication, shares);
      write(outside, 'file', 'x'.repeat(2_000_000));
      if (change === 'new') write(shares.first, 'folder/more', 'y');
      if (change === 'changed') write(shares.first, 'folder/file', `${'x'.repeat(1_999_999)}y`, 1_700_000_500);
      if (change === 'deleted') unlinkSync(join(shares.first, 'folder/file'));
      const before = snapshot(outside);
      const content = inThread(database, {
        ...nodeFileSystem,
        mkdirSync: ((...given: Parameters<typeof nodeFileSystem.mkdirSync>) => {
          if (String(given[0]).endsWith('.lync-partial')) {
            rmSync(join(shares.second, 'folder'), { recursive: true });
            symlinkSync(outside, join(shares.second, 'folder'));
          }
          return nodeFileSystem.mkdirSync(...given);
        }) as typeof nodeFileSystem.mkdirSync,
      });
      await assert.rejects(content.runCycle(shares.forth), { code: 'path-outside-root', kind: 'refused' });
      assert.deepEqual(snapshot(outside), before);
      await replication.runCycle(shares.forth, { maximumBytes: everything, restore: true });
      assert.deepEqual(snapshot(outside), before);
    });
  }

  it('does not delete what a symbolic link points to', async () => {
    const outside = join(shares.base, 'outside');
    write(outside, 'a', 'precious');
    write(shares.first, 'folder/a', 'x');
    write(shares.first, 'kept', 'x');
    await synchronise(replication, shares);
    rmSync(join(shares.first, 'folder'), { recursive: true });
    rmSync(join(shares.second, 'folder'), { recursive: true });
    symlinkSync(outside, join(shares.second, 'folder'));
    await replication.runCycle(shares.forth, { maximumBytes: everything });
    assert.equal(read(outside, 'a'), 'precious');
    assert.equal(exists(shares.second, 'kept'), true);
  });
});
